"""YAML text to nodes, from the parser's event stream, refusing what has no place in a declaration.

Aliases, merge keys, tags and duplicate keys are refused while the events pass, before anything is built,
so that a small file cannot cost much: 431 bytes of merge keys take a usual loader half a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from compiler.diagnostics import Report, Span
from compiler.source.nodes import Entry, ListNode, MapNode, Node, TextNode

MAX_BYTES = 1_048_576
MAX_DEPTH = 64
MAX_NODES = 100_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _RefusedError(Exception):
    """The file cannot be read on; the report says why."""


def parse(text: str, file: str, report: Report) -> list[Node]:
    """The documents of a YAML text.

    Args:
        text: at most 1 MiB, without a byte order mark.
        file: named in the spans.
        report: gets SLO001 to SLO005; nothing is returned then.
    """
    reader = _Reader(file, report)
    try:
        return reader.documents(yaml.parse(text, Loader=_Loader))
    except _RefusedError:
        return []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file)
        reader.refuse_quietly("SLO001", f"this is no YAML: {error.problem or error.context}", span)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        span = Span(file, line, column)
        reader.refuse_quietly("SLO002", f"character U+{_code(error):04X} may not stand in YAML", span)
    return []


def _code(error: Any) -> int:
    character = error.character
    return character if isinstance(character, int) else ord(character)


class _Reader:
    """Builds nodes from events; one a file."""

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._nodes = 0
        self._depth = 0

    def refuse_quietly(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Report without stopping."""
        self._report.error(code, message, span, hint)

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
            self._refuse("SLO004", f"tags ({event.tag}) are not read here", span, "remove it")

    def _map(self, events: Iterator[Any], span: Span) -> MapNode:
        entries: dict[str, Entry] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            key_span = self._span(event)
            if key in entries:
                first = entries[key].key_span.line
                self.refuse_quietly("SLO005", f"{key!r} stands here twice", key_span, f"first on line {first}")
            entries[key] = Entry(key, key_span, self._node(next(events), events))
        return MapNode(tuple(entries.values()), span)

    def _key(self, event: Any) -> str:
        span = self._span(event)
        self._admit(event, span)
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse("SLO001", "a key is a plain word, this is a map or a list", span)
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
