"""The files below slo/, read once, in the same order on every machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from compiler.diagnostics import Report, Span, ToolError
from compiler.source.nodes import Document, MapNode, Node, TextNode, describe
from compiler.source.yaml_events import MAX_BYTES, parse

API_VERSION = "slo-compiler.dev/v1"


def read_documents(folder: Path, report: Report) -> list[Document]:
    """Every document of ``*.yaml`` and ``*.yml`` below ``folder``, sorted by path.

    Args:
        folder: the user's slo/; spans name files from its parent on.
        report: gets one error for each file or document that cannot be read.
    Raises:
        ToolError: there is no such folder.
    """
    if not folder.is_dir():
        raise ToolError(f"there is no folder {folder}; `slo new service NAME` writes a first file into it")
    documents: list[Document] = []
    for path in _paths(folder):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        text = _text(path, name, report)
        for node in parse(text, name, report) if text else []:
            document = _document(node, name, report)
            if document:
                documents.append(document)
    return documents


def _paths(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, files in os.walk(folder):
        folders.sort()
        entries = files + [name for name in folders if name.endswith((".yaml", ".yml"))]
        found += [Path(root, name) for name in entries if name.endswith((".yaml", ".yml"))]
    return sorted(found, key=lambda path: path.as_posix())


def _text(path: Path, name: str, report: Report) -> str:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            report.error("SLO006", "is not a file that can be read", Span(name), _kind(mode))
            return ""
        if path.stat().st_size > MAX_BYTES:
            report.error("SLO003", "is larger than 1 MiB", Span(name), "split it")
            return ""
        raw = path.read_bytes()
    except OSError as error:
        report.error("SLO006", f"cannot be read: {error.strerror}", Span(name))
        return ""
    return _decode(raw, name, report)


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"))
    return next((f"it is {word}" for test, word in kinds if test(mode)), "it is a device")


def _decode(raw: bytes, name: str, report: Report) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        report.error("SLO002", "is not UTF-8 here", Span(name, line, column), "save the file as UTF-8")
        return ""
    return text.removeprefix("\ufeff")


def _document(node: Node, file: str, report: Report) -> Document | None:
    if not isinstance(node, MapNode):
        report.error("SLO007", f"a document is a map, this is {describe(node)}", node.span)
        return None
    if node.get("apiVersion") is None or node.get("kind") is None:
        report.error(
            "SLO007",
            "a document begins with apiVersion and kind",
            node.span,
            f"apiVersion: {API_VERSION}, kind: ServiceLevel",
        )
        return None
    version, kind = node.get("apiVersion"), node.get("kind")
    if not (isinstance(version, TextNode) and version.text == API_VERSION):
        report.error("SLO007", "this apiVersion is not known", _span(version, node), API_VERSION)
        return None
    metadata = node.get("metadata")
    name = metadata.get("name") if isinstance(metadata, MapNode) else None
    if not isinstance(kind, TextNode) or not isinstance(name, TextNode):
        report.error("SLO007", "metadata.name is missing", _span(metadata, node), "metadata: {name: checkout}")
        return None
    return Document(kind.text, name.text, node, file)


def _span(node: Node | None, otherwise: Node) -> Span:
    return node.span if node else otherwise.span
