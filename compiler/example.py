"""A series that a selector would find: what unit tests are fed."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from compiler.promql import Matcher, Selector

# The parser of regular expressions has no public name; only what it says of a pattern is used.
_parser: Any = importlib.import_module("re._parser")

_TRIES = 200
"""So many values are tried before a selector is said to have no example."""


def labels_of(selector: Selector, extra: Mapping[str, str] | None = None) -> dict[str, str] | None:
    """Labels that meet every condition; None where none were found.

    Args:
        selector: with any conditions.
        extra: labels that the series has besides, unless a condition speaks of them.
    """
    found = dict(extra or {})
    for label in selector.labels:
        value = _value(selector.on(label), found.get(label, ""))
        if value is None:
            return None
        found[label] = value
    return {name: value for name, value in found.items() if value}


def series_of(selector: Selector, extra: Mapping[str, str] | None = None) -> str | None:
    """Such a series as text; None where none was found."""
    labels = labels_of(selector, extra)
    if labels is None:
        return None
    return str(Selector(selector.metric, tuple(Matcher(name, "=", value) for name, value in sorted(labels.items()))))


def strangers(selector: Selector, extra: Mapping[str, str] | None = None) -> Iterator[str]:
    """Series that a selector would find but for one label; one for each label that can be told apart."""
    labels = labels_of(selector, extra) or {}
    for label in selector.labels:
        conditions = selector.on(label)
        refused = [text for m in conditions if m.op in ("!=", "!~") for text in _refused(m)]
        values = ("stranger", "999", "zzz", "", *refused)
        other = next((value for value in values if not all(m.admits(value) for m in conditions)), None)
        if other is not None:
            changed = {**labels, label: other}
            pairs = (Matcher(name, "=", value) for name, value in sorted(changed.items()) if value)
            yield str(Selector(selector.metric, tuple(pairs)))


def _refused(matcher: Matcher) -> Iterable[str]:
    """A few values that a negative condition refuses."""
    return (matcher.value,) if matcher.op == "!=" else islice(_matching(matcher.value), 12)


@lru_cache(maxsize=4096)
def _value(matchers: tuple[Matcher, ...], likely: str) -> str | None:
    for value in islice(_candidates(matchers, likely), _TRIES):
        if all(matcher.admits(value) for matcher in matchers):
            return value
    return None


def _candidates(matchers: Iterable[Matcher], likely: str) -> Iterator[str]:
    yield likely
    for matcher in matchers:
        if matcher.op == "=":
            yield matcher.value
        elif matcher.op == "=~":
            yield from _matching(matcher.value)
    yield from ("", "other", "200", "1", "x")


def _matching(pattern: str) -> Iterator[str]:
    try:
        tree = _parser.parse(pattern)
    except (ValueError, OverflowError, RecursionError, LookupError, re.error):
        return
    yield from _all(list(tree))


def _all(items: list[Any]) -> Iterator[str]:
    """What a sequence matches, the shortest first."""
    if not items:
        yield ""
        return
    for head in islice(_one(*items[0]), 12):
        for rest in islice(_all(items[1:]), 12):
            yield head + rest


def _one(kind: Any, value: Any) -> Iterator[str]:
    """What one element matches; an anchor, or what is seldom used, adds nothing, and the whole is tried anyway."""
    name = str(kind)
    if name == "BRANCH":
        return (text for branch in value[1] for text in _all(list(branch)))
    if name == "SUBPATTERN":
        return _all(list(value[3]))
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = value
        counts = range(least, min(most, least + 2) + 1)
        return (text for count in counts for text in _all(list(inner) * count))
    return iter(_in(value) if name == "IN" else _character(name, value) or [""])


def _character(name: str, value: Any) -> list[str]:
    """A few of the characters that an element stands for."""
    if name in ("LITERAL", "RANGE"):
        return [chr(value if name == "LITERAL" else value[0])]
    if name == "NOT_LITERAL":
        return [c for c in "0a" if c != chr(value)]
    return ["0", "a"] if name in ("ANY", "CATEGORY") else []


def _in(items: list[Any]) -> list[str]:
    if str(items[0][0]) == "NEGATE":
        return ["0", "a", "-"]
    return [c for kind, value in items for c in _character(str(kind), value)]
