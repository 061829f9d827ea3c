"""YAML text to nodes, from the parser's event stream, refusing what has no place in a declaration.

Aliases, merge keys, tags and duplicate keys are refused while the events pass, before anything is built,
so that a small file cannot cost much: 431 bytes of merge keys take a usual loader half a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from compiler.diagnostics import Report, Span
from compiler.source import yaml_error
from compiler.source.nodes import Entry, ListNode, MapNode, Node, TextNode
from compiler.source.yaml_loader import LOADER

MAX_BYTES = 1_048_576
MAX_DEPTH = 64
MAX_NODES = 100_000

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""Where YAML 1.1 ends a line."""


_CORE = "tag:yaml.org,2002:"


class _RefusedError(Exception):
    """The file cannot be read on; the report says why."""


def parse(text: str, file: str, report: Report) -> list[Node]:
    """The documents of a YAML text.

    Args:
        text: at most 1 MiB, without a byte order mark.
        file: named in the spans.
        report: gets SLO001 to SLO005; where the text cannot be read to its end, nothing is returned.
    """
    reader = _Reader(file, report)
    try:
        found = reader.documents(yaml.parse(text, Loader=LOADER))
    except _RefusedError:
        return []
    except yaml.MarkedYAMLError as error:
        _malformed(error, text, file, report)
        return []
    except yaml.reader.ReaderError:
        _forbidden(text, file, report)
        return []
    if not found:
        report.error("SLO007", "is empty", Span(file), "delete it, or write a document into it")
    return found


def _malformed(error: yaml.MarkedYAMLError, text: str, file: str, report: Report) -> None:
    lines = _BREAK.split(text)
    row, column = _place(error.problem_mark or error.context_mark, lines)
    found = yaml_error.explain(error.problem or "", lines[row][:column], lines[row][column : column + 1])
    if found.at_context and error.context_mark:
        row, column = _place(error.context_mark, lines)
    report.error("SLO001", f"this is no YAML: {found.words}", Span(file, row + 1, column + 1), found.hint)


def _place(mark: Any, lines: list[str]) -> tuple[int, int]:
    """Line and column from 0; libyaml sees the end of a text one line behind its last."""
    if mark is None or mark.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return mark.line, mark.column


def _forbidden(text: str, file: str, report: Report) -> None:
    """SLO002 at the first character that may not stand in YAML; the parsers count bytes or characters."""
    found = _FORBIDDEN.search(text)
    assert found is not None  # what the parser refused
    lines = _BREAK.split(text[: found.start()])
    span = Span(file, len(lines), len(lines[-1]) + 1)
    report.error("SLO002", f"the character U+{ord(found[0]):04X} may not stand in YAML", span, "remove it")


class _Reader:
    """Builds nodes from events; one a file."""

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._nodes = 0
        self._depth = 0

    def documents(self, events: Iterator[Any]) -> list[Node]:
        found: list[Node] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                node = self._node(next(events), events)
                if not (isinstance(node, TextNode) and node.is_null):
                    found.append(node)
        return found

    def _node(self, event: Any, events: Iterator[Any]) -> Node:
        span = self._span(event)
        self._admit(event, span)
        if isinstance(event, yaml.ScalarEvent):
            return TextNode(event.value, not event.style, span)  # C says "" where Python says None
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse("SLO003", f"nested deeper than {MAX_DEPTH} levels", span)
        node = self._map(events, span) if isinstance(event, yaml.MappingStartEvent) else self._list(events, span)
        self._depth -= 1
        return node

    def _admit(self, event: Any, span: Span) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse("SLO003", f"more than {MAX_NODES:,} values in one file", span)
        if isinstance(event, yaml.AliasEvent):
            self._refuse("SLO004", "aliases (*name) are not read here", span, "write the value out")
        if event.anchor is not None:
            self._refuse("SLO004", "anchors (&name) are not read here", span, "write the value out")
        if event.tag not in (None, "!"):
            self._refuse("SLO004", f"tags ({event.tag.replace(_CORE, '!!')}) are not read here", span, "remove it")

    def _map(self, events: Iterator[Any], span: Span) -> MapNode:
        entries: dict[str, Entry] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            key_span = self._span(event)
            if key in entries:
                first = entries[key].key_span.line
                self._report.error("SLO005", f"{key!r} stands here twice", key_span, f"first on line {first}")
            entries[key] = Entry(key, key_span, self._node(next(events), events))
        return MapNode(tuple(entries.values()), span)

    def _key(self, event: Any) -> str:
        span = self._span(event)
        self._admit(event, span)
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse("SLO001", "a key is a plain word, this is a map or a list", span)
        if not event.value and not event.style:
            self._refuse("SLO001", "a key is a plain word, nothing stands here", span)
        if event.value == "<<" and not event.style:
            self._refuse("SLO004", "merge keys (<<) are not read here", span, "use ServiceDefaults")
        return str(event.value)

    def _list(self, events: Iterator[Any], span: Span) -> ListNode:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events))
        return ListNode(tuple(items), span)

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self._file, mark.line + 1, mark.column + 1)

    def _refuse(self, code: str, message: str, span: Span, hint: str = "") -> None:
        self._report.error(code, message, span, hint)
        raise _RefusedError
