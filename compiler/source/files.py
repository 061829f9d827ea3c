"""The files below slo/, read once, in the same order on every machine."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from compiler.diagnostics import Report, Span, ToolError
from compiler.source.nodes import Document, MapNode, Node, TextNode, describe
from compiler.source.yaml_events import MAX_BYTES, parse

API_VERSION = "slo-compiler.dev/v1"
_HEAD = f"it begins with apiVersion: {API_VERSION} and kind: ServiceLevel"


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
    name_of_root = folder.name if folder.name not in ("", "..") else folder.resolve().name
    documents: list[Document] = []
    for path in _paths(folder, name_of_root, report):
        name = f"{name_of_root}/{path.relative_to(folder).as_posix()}"
        if not _printable(name, report):
            continue
        text = _text(path, name, report)
        for node in parse(text, name, report) if text is not None else []:
            document = _document(node, name, report)
            if document:
                documents.append(document)
    return documents


def _paths(folder: Path, name: str, report: Report) -> list[Path]:
    def refuse(error: OSError) -> None:
        inside = Path(error.filename).relative_to(folder).as_posix()
        report.error("SLO006", f"cannot be read: {error.strerror}", Span(f"{name}/{inside}"))

    found: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=refuse):
        folders.sort()
        found += [Path(root, entry) for entry in files + folders if entry.endswith((".yaml", ".yml"))]
    return sorted(found, key=lambda path: path.as_posix())


def _printable(name: str, report: Report) -> bool:
    """Names stand in messages and in the first line of what is compiled."""
    if name.isprintable():
        return True
    known = os.fsencode(name).decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in known)
    report.error("SLO006", "its name holds characters that cannot be printed", Span(shown), "rename it")
    return False


def _text(path: Path, name: str, report: Report) -> str | None:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            report.error("SLO006", "is not a file that can be read", Span(name), _kind(found.st_mode))
            return None
        if found.st_size > MAX_BYTES:
            report.error("SLO003", "is larger than 1 MiB", Span(name), "split it")
            return None
        raw = path.read_bytes()
    except OSError as error:
        hint = "it is a link to what does not exist" if path.is_symlink() and not path.exists() else ""
        report.error("SLO006", f"cannot be read: {error.strerror}", Span(name), hint)
        return None
    return _decode(raw, name, report)


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"))
    return next((f"it is {word}" for test, word in kinds if test(mode)), "it is a device")


def _decode(raw: bytes, name: str, report: Report) -> str | None:
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        before = raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")
        report.error("SLO002", "is not UTF-8 here", Span(name, line, len(before) + 1), "save the file as UTF-8")
        return None


def _document(node: Node, file: str, report: Report) -> Document | None:
    if not isinstance(node, MapNode):
        report.error("SLO007", f"a document is a map, this is {describe(node)}", node.span, _HEAD)
        return None
    version, kind = node.get("apiVersion"), node.get("kind")
    if version is None or kind is None:
        report.error("SLO007", "a document begins with apiVersion and kind", node.span, _HEAD)
        return None
    if not (isinstance(version, TextNode) and version.text == API_VERSION):
        report.error("SLO007", "this apiVersion is not known", version.span, f"write {API_VERSION}")
        return None
    if not isinstance(kind, TextNode):
        report.error("SLO007", f"kind is one word, this is {describe(kind)}", kind.span, "like kind: ServiceLevel")
        return None
    metadata = node.get("metadata")
    name = metadata.get("name") if isinstance(metadata, MapNode) else None
    if not isinstance(name, TextNode):
        span = (name or metadata or node).span
        report.error("SLO007", "metadata.name is missing", span, "like metadata: {name: checkout}")
        return None
    return Document(kind.text, name.text, node, file)
