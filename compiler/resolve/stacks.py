"""Stacks that extend one another, resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from compiler.diagnostics import Report, nearest
from compiler.model.catalog import Stack
from compiler.model.stack import StackFields
from compiler.shapes import Reading, Record
from compiler.source.nodes import Document, Entry, MapNode, TextNode, merge


def resolve_stacks(documents: tuple[Document, ...], report: Report) -> tuple[Stack, ...]:
    """The stacks that build: those with a cluster, by name."""
    by_name = {document.name: document for document in documents}
    found = [_resolve(document, by_name, report) for document in by_name.values()]
    stacks = [stack for stack in found if stack and stack.spec.cluster]
    return tuple(sorted(stacks, key=lambda stack: stack.name))


def stack_node(document: Document, by_name: Mapping[str, Document], report: Report) -> MapNode | None:
    """The spec of a stack laid over those that it extends; None where that goes wrong."""
    chain = _chain(document, by_name, report)
    node: MapNode | None = None
    for link in reversed(chain):
        spec = link.root.get("spec")
        own = spec if isinstance(spec, MapNode) else MapNode((), link.root.span)
        if link is not document:  # a cluster is one's own, unless the child says nothing of it
            own = own.with_entries(tuple(e for e in own.entries if e.key not in ("cluster", "extends")))
        node = cast(MapNode, merge(node, own))
    return node if chain else None


def _chain(document: Document, by_name: Mapping[str, Document], report: Report) -> list[Document]:
    chain = [document]
    while True:
        spec = chain[-1].root.get("spec")
        extends = spec.get("extends") if isinstance(spec, MapNode) else None
        if not isinstance(extends, TextNode):
            return chain
        parent = by_name.get(extends.text)
        if parent is None:
            hint = nearest(extends.text, set(by_name) - {link.name for link in chain})
            report.error("SLO105", f"there is no ObservabilityStack {extends.text!r}", extends.span, hint)
            return []
        if parent in chain:
            names = ", ".join(link.name for link in [*chain, parent])
            report.error("SLO105", f"{parent.name!r} extends itself: {names}", extends.span, "leave out one extends")
            return []
        chain.append(parent)


def _resolve(document: Document, by_name: Mapping[str, Document], report: Report) -> Stack | None:
    node = stack_node(document, by_name, report)
    if node is None:
        return None
    spec = Record(StackFields).read(node, Reading(report, resolved=True))
    if spec is None:
        return None
    files = {document.file} | {entry.value.span.file for entry in _entries(node)}
    return Stack(document.name, spec, tuple(sorted(files)), document.name_span)


def _entries(node: MapNode) -> list[Entry]:
    return [entry for entry in node.entries if entry.value.span.file]
