"""``{service}``, ``{namespace}`` and ``{team}`` in ServiceDefaults: known, filled in, none left over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from compiler.diagnostics import Report, nearest
from compiler.schema.validate import PLACEHOLDERS
from compiler.source.nodes import Document, MapNode, Node, TextNode, at, leaves, map_text

_PLACEHOLDER = re.compile(r"\{[a-z][a-z_]*\}")
_SOURCES = {"{namespace}": ("workload", "namespace"), "{team}": ("owner", "team")}


def check_known(defaults: Iterable[Document], report: Report) -> None:
    """SLO017 for each placeholder that is none of the three."""
    for document in defaults:
        for _, leaf in leaves(document.root):
            for found in _PLACEHOLDER.findall(leaf.text):
                if found not in PLACEHOLDERS:
                    report.error("SLO017", f"unknown placeholder {found}", leaf.span, nearest(found, PLACEHOLDERS))


def fill(defaults: MapNode, service: str, laid: Node | None) -> MapNode:
    """The defaults of a service with its own names in them.

    Args:
        defaults: as merged.
        service: its name.
        laid: the service laid over them, which tells its namespace and its team.
    """
    known = {"{service}": service}
    for word, path in _SOURCES.items():
        value = at(laid, *path)
        if isinstance(value, TextNode):
            known[word] = value.text.replace("{service}", service)
    return cast(MapNode, map_text(defaults, known))


def check_filled(node: Node, document: Document, report: Report) -> None:
    """SLO017 for each placeholder that is left in a resolved service: it would be looked for as it stands."""
    for _, leaf in leaves(node):
        if "{" not in leaf.text:
            continue
        for found in (word for word in PLACEHOLDERS if word in leaf.text):
            if leaf.span.file == document.file:
                report.error("SLO017", f"{found} is filled in ServiceDefaults alone", leaf.span, "write the name")
            else:
                hint = f"set {'.'.join(_SOURCES[found])} in {document.name} or in its ServiceDefaults"
                report.error("SLO017", f"{found} has no value in {document.name}", leaf.span, hint)
