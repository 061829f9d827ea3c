"""Stacks that services name: each must be one that builds."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from compiler.diagnostics import Report, nearest
from compiler.model.catalog import Stack
from compiler.schema.validate import Declared
from compiler.source.nodes import Document, ListNode, MapNode, TextNode, at


def check_stack_names(declared: Declared, stacks: Iterable[Stack], report: Report) -> None:
    """SLO105 for overrides of a stack, and for names in ``stacks``, that would apply to nothing."""
    known = [stack.name for stack in stacks]
    for document in declared.services:
        overrides = at(document.root, "spec", "overrides")
        for entry in overrides.entries if isinstance(overrides, MapNode) else ():
            if entry.key not in known:
                text = f"there is no stack {entry.key!r} that builds"
                report.error("SLO105", text, entry.key_span, nearest(entry.key, known))
    for document in (*declared.services, *declared.defaults):
        _patterns(document, known, report)


def _patterns(document: Document, known: list[str], report: Report) -> None:
    stacks = at(document.root, "spec", "stacks")
    for item in stacks.items if isinstance(stacks, ListNode) else ():
        if not isinstance(item, TextNode) or any(fnmatchcase(name, item.text) for name in known):
            continue
        if "*" in item.text or "?" in item.text:
            report.warning("SLO105", f"no stack is named like {item.text!r}", item.span, nearest(item.text, known))
        else:
            text = f"there is no stack {item.text!r} that builds"
            report.error("SLO105", text, item.span, nearest(item.text, known))
