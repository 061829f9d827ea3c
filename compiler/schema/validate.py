"""Every document against its kind's shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.diagnostics import Report, nearest, secret_in
from compiler.schema.documents import DOCUMENTS
from compiler.shapes import Reading
from compiler.source.nodes import Document, leaves, map_text

PLACEHOLDERS = {"{service}": "service", "{namespace}": "namespace", "{team}": "team"}
"""What strings in ServiceDefaults may hold, with a word that stands for it while they are checked."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The documents of a run, by kind, each in the order of its file."""

    services: tuple[Document, ...]
    defaults: tuple[Document, ...]
    stacks: tuple[Document, ...]
    policies: tuple[Document, ...]


def validate(documents: Iterable[Document], report: Report) -> Declared:
    """Check every document by itself.

    Args:
        documents: as read.
        report: gets an error for each unknown kind, unknown key, missing key and wrong value.
    """
    by_kind: dict[str, list[Document]] = {kind: [] for kind in DOCUMENTS}
    for document in documents:
        if document.kind not in DOCUMENTS:
            word = document.root.get("kind")
            span = word.span if word else document.root.span
            report.error("SLO008", f"unknown kind {document.kind!r}", span, nearest(document.kind, DOCUMENTS))
            continue
        _read(document, report)
        by_kind[document.kind].append(document)
    for kind, found in by_kind.items():
        if kind != "ServiceDefaults":
            _unique(kind, found, report)
    return Declared(*(tuple(by_kind[kind]) for kind in DOCUMENTS))


def _read(document: Document, report: Report) -> None:
    fills = PLACEHOLDERS if document.kind == "ServiceDefaults" else {}
    root = map_text(document.root, fills)
    DOCUMENTS[document.kind].shape.read(root, Reading(report))
    _secrets(document, report)


def _unique(kind: str, documents: list[Document], report: Report) -> None:
    first: dict[str, Document] = {}
    for document in documents:
        known = first.setdefault(document.name, document)
        if known is not document:
            text = f"there is a second {kind} named {document.name!r}"
            report.error("SLO101", text, document.name_span, f"the first is at {known.name_span}")


def _secrets(document: Document, report: Report) -> None:
    found = list(leaves(document.root))
    if not secret_in("\n".join(leaf.text for _, leaf in found)):
        return
    for path, leaf in found:
        if secret_in(leaf.text):
            text = f"a secret is written out in {'.'.join(path)}"
            report.error(
                "SLO104", text, leaf.span, "put it into a Secret; a stack file names that: {name: slack, key: url}"
            )
