"""The tree of a YAML document: text, maps and lists, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compiler.diagnostics import Span


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar as it was written; ``plain`` where it stood without quotes."""

    text: str
    plain: bool
    span: Span

    @property
    def is_null(self) -> bool:
        """Whether it is YAML's null: an empty or ``null`` plain scalar."""
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key: value`` of a map."""

    key: str
    key_span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map in the order in which it was written; keys are unique."""

    entries: tuple[Entry, ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of ``key``, or None."""
        return next((e.value for e in self.entries if e.key == key), None)

    def with_entries(self, entries: tuple[Entry, ...]) -> MapNode:
        """The same map with other entries."""
        return MapNode(entries, self.span)


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    span: Span


Node = TextNode | MapNode | ListNode


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its kind, its name, and its tree."""

    kind: str
    name: str
    root: MapNode
    file: str

    @property
    def folder(self) -> str:
        """The folder of its file, relative to the project, with ``/`` between and at no end."""
        return self.file.rpartition("/")[0]

    @property
    def name_span(self) -> Span:
        """Where the name stands."""
        metadata = self.root.get("metadata")
        name = metadata.get("name") if isinstance(metadata, MapNode) else None
        return name.span if name else self.root.span


def describe(node: Node) -> str:
    """What a node is, in words: ``text``, ``a map``, ``an empty list``, ``nothing``."""
    if isinstance(node, MapNode):
        return "a map" if node.entries else "an empty map"
    if isinstance(node, ListNode):
        return "a list" if node.items else "an empty list"
    if node.is_null:
        return "nothing"
    return "text" if node.text else "an empty text"


def at(node: Node | None, *path: str) -> Node | None:
    """What these keys lead to; None where one is missing."""
    for word in path:
        node = node.get(word) if isinstance(node, MapNode) else None
    return node


Rivals = Callable[[tuple[str, ...]], frozenset[str]]
"""The keys of the map at a path that exclude one another."""


def _no_rivals(_: tuple[str, ...]) -> frozenset[str]:
    return frozenset()


def merge(
    low: Node | None, high: Node | None, rivals: Rivals = _no_rivals, path: tuple[str, ...] = ()
) -> Node | None:
    """``high`` laid over ``low``: maps merge key by key, everything else is replaced.

    Where ``high`` has one of the rivals at a path, those of ``low`` that it has not are left out.
    """
    if low is None or high is None:
        return high if low is None else low
    if not (isinstance(low, MapNode) and isinstance(high, MapNode)):
        return high
    excluded = rivals(path)
    if excluded.isdisjoint(e.key for e in high.entries):
        excluded = frozenset()
    below = {e.key: e.value for e in low.entries}
    entries = {e.key: e for e in low.entries if e.key not in excluded}
    for entry in high.entries:
        value = merge(below.get(entry.key), entry.value, rivals, (*path, entry.key))
        assert value is not None  # entry.value is a node
        entries[entry.key] = Entry(entry.key, entry.key_span, value)
    return high.with_entries(tuple(entries.values()))


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], TextNode]]:
    """Each scalar below ``node`` with the keys and indices that lead to it."""
    if isinstance(node, TextNode):
        yield path, node
    elif isinstance(node, MapNode):
        for entry in node.entries:
            yield from leaves(entry.value, (*path, entry.key))
    else:
        for index, item in enumerate(node.items):
            yield from leaves(item, (*path, str(index)))


def map_text(node: Node, change: dict[str, str]) -> Node:
    """``node`` with every placeholder of ``change`` (``{service}``) in its scalars replaced."""
    if isinstance(node, TextNode):
        text = node.text
        for placeholder, value in change.items():
            text = text.replace(placeholder, value)
        return node if text == node.text else TextNode(text, node.plain, node.span)
    if isinstance(node, ListNode):
        return ListNode(tuple(map_text(item, change) for item in node.items), node.span)
    return node.with_entries(tuple(Entry(e.key, e.key_span, map_text(e.value, change)) for e in node.entries))
