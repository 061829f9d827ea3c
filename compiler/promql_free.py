"""Whole PromQL expressions that users write: of which type they are, what they read, and held to a cluster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import promql_parser

from compiler import promql
from compiler.promql import Matcher, PromqlError, Selector
from compiler.units import Duration

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
    r"|(?P<number>\d[\w.]*)|(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)
_LISTS = ("by", "without", "on", "ignoring", "group_left", "group_right")
_WORDS = frozenset((*_LISTS, "bool", "offset", "and", "or", "unless", "atan2", "inf", "nan"))
_KEEPING = ("topk", "bottomk", "limitk", "limit_ratio")
"""Aggregations that pick series and leave their labels as they are."""
_NO_VECTOR = {"matrix": "a range of samples is no value: put a function such as max_over_time around it"}
_WINDOW = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\$window\b""", re.DOTALL)
_FILLED = re.compile(r"\s+or\s+(on\s*\(\s*\)\s*)?vector\s*\(\s*0+(\.0*)?\s*\)\s*$", re.IGNORECASE)
_SAMPLE = Duration.of("5m")
"""The range that stands for ``$window`` where only the form of an expression matters."""
_PAIRS = {")": "(", "]": "[", "}": "{"}
_NO_SERIES = ("vector", "absent", "absent_over_time")
_OF_NOW = ("minute", "hour", "month", "year", "day_of_month", "day_of_week", "day_of_year", "days_in_month")


def instant(text: str) -> tuple[Selector, ...]:
    """What an expression reads, each selector once, in order; some of it, and a vector must come of it.

    Raises:
        PromqlError: it does not parse, gives a number, text or range, or reads no metric by its name.
    """
    found = tuple(dict.fromkeys(promql.selector(read.selector) for read in promql.reads(text) if read.metric))
    if not found:
        raise PromqlError("it reads no metric, so that it says nothing of a service")
    try:
        promql.parse(f"max(\n{text}\n)")
    except PromqlError as error:
        got = str(error).rpartition(" ")[2]
        raise PromqlError(_NO_VECTOR.get(got, f"a vector is needed, this is a {got}")) from error
    return found


@lru_cache(maxsize=4096)  # the sides of an indicator are asked about all along
def is_windowed(text: str) -> bool:
    """Whether ``$window`` stands in an expression, outside its strings."""
    return any(found[1] is None for found in _WINDOW.finditer(text))


def may_read(text: str, metric: str) -> bool:
    """Whether an expression may read a series of a metric; one that cannot be parsed here may."""
    try:
        found = {read.metric for read in promql.reads(over(text, _SAMPLE))}
    except PromqlError:
        return True
    return "" in found or metric in found


def over(text: str, window: Duration) -> str:
    """An expression with its ``$window`` filled in."""
    return _WINDOW.sub(lambda found: found[1] or str(window), text)


@lru_cache(maxsize=4096)
def unfilled(text: str) -> str:
    """An expression without an ``or vector(0)`` around all of it, which would be there without any series."""
    found = _FILLED.search(text)
    if not found:
        return text
    rest = text[: found.start()]
    try:
        tree, alone = (promql.parse(over(part, _SAMPLE)) for part in (text, rest))
        same = isinstance(tree, promql_parser.BinaryExpr) and str(tree.lhs) == str(alone)
    except PromqlError:
        return text
    return rest if same else text


def check_alone(text: str) -> None:
    """Refuse what would run into the text around it: all that is asked of an expression nobody here can read.

    Raises:
        PromqlError: a comment, a string that does not end, or brackets that do not match.
    """
    tokens = list(_tokens(text))
    if any(kind == "string" and "\n" in token for kind, token in tokens):
        raise PromqlError("a string goes over several lines")
    others = [token for kind, token in tokens if kind == "other"]
    if "#" in others:
        raise PromqlError("a comment (#) would swallow what the compiler writes behind it")
    if any(token in "\"'`" for token in others):
        raise PromqlError("a string does not end")
    _matched(others)


def _matched(tokens: Iterable[str]) -> None:
    opened: list[str] = []
    for token in tokens:
        if token in _PAIRS.values():
            opened.append(token)
        elif token in _PAIRS and (not opened or opened.pop() != _PAIRS[token]):
            raise PromqlError(f"there is a {token} too much")
    if opened:
        raise PromqlError(f"a {opened[-1]} is not closed")


def is_increase(text: str) -> bool:
    """Whether an expression counts the events of its range, not those of a second; sums of such are, too.

    Raises:
        PromqlError: it does not parse.
    """
    tree = promql.parse(text)
    while isinstance(tree, (promql_parser.AggregateExpr, promql_parser.ParenExpr)):
        tree = tree.expr
    return isinstance(tree, promql_parser.Call) and tree.func.name == "increase"


def is_selector(text: str) -> bool:
    """Whether an expression is one bare selector."""
    try:
        promql.selector(text)
    except PromqlError:
        return False
    return True


def unfounded(text: str) -> bool:
    """Whether an expression may answer where no series exists: by ``vector``, ``absent`` or the time of day."""
    return any(name in _NO_SERIES or (empty and name in _OF_NOW) for name, empty in _calls(text))


def _calls(text: str) -> Iterator[tuple[str, bool]]:
    """Each name before a bracket, and whether the brackets are empty."""
    tokens = [t for t in _tokens(text) if t[0] != "space"]
    for (kind, name), (_, after), (_, inside) in zip(tokens, tokens[1:], [*tokens[2:], ("", "")], strict=False):
        if kind == "name" and after == "(":
            yield name.lower(), inside == ")"


def drops(text: str, label: str) -> bool:
    """Whether what an expression gives provably lacks a label: it is aggregated away, or asked to be empty.

    Raises:
        PromqlError: it does not parse.
    """
    return _drops(promql.parse(text), label)


def _drops(tree: promql_parser.Expr, label: str) -> bool:
    if isinstance(tree, promql_parser.AggregateExpr) and str(tree.op) not in _KEEPING:
        return _aggregated_away(tree, label)
    if isinstance(tree, promql_parser.VectorSelector):
        equal = promql_parser.MatchOp.Equal
        return any(m.name == label and m.op == equal and not m.value for m in tree.matchers.matchers)
    if isinstance(tree, promql_parser.Call) and tree.func.name in ("label_replace", "label_join"):
        return False
    below = [getattr(tree, name, None) for name in ("lhs", "rhs", "expr", "vector_selector")]
    parts = [part for part in (*below, *getattr(tree, "args", ())) if isinstance(part, promql_parser.Expr)]
    vectors = [part for part in parts if promql.reads_of(part)]
    return bool(vectors) and all(_drops(part, label) for part in vectors)


def _aggregated_away(tree: promql_parser.AggregateExpr, label: str) -> bool:
    if tree.modifier is None:
        return True
    named = label in tree.modifier.labels
    if tree.modifier.type == promql_parser.AggModifierType.By:
        return not named
    return named or _drops(tree.expr, label)


def held(text: str, matchers: Iterable[Matcher]) -> str:
    """An expression with these conditions in every selector.

    Raises:
        PromqlError: it is written so that a selector was missed.
    """
    added = ",".join(map(str, matchers))
    if not added:
        return text
    made = "".join(_held(list(_tokens(text)), added))
    wanted = [_with(read.selector, added) for read in promql.reads(text)]
    if [read.selector for read in promql.reads(made)] != wanted:
        raise PromqlError(f"the condition {added} cannot be added to each of its selectors")
    return made


def _with(selector: str, added: str) -> str:
    return f"{selector[:-1]},{added}}}" if selector.endswith("}") else f"{selector}{{{added}}}"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    yield from ((found.lastgroup or "", found[0]) for found in _TOKEN.finditer(text))


def _held(tokens: list[tuple[str, str]], added: str) -> Iterator[str]:
    """The same text, with conditions behind each metric and within each pair of braces."""
    at = 0
    while at < len(tokens):
        kind, word = tokens[at]
        after = _after(tokens, at)
        end = at
        if word in ("{", "["):
            end = _closing(tokens, at, "}" if word == "{" else "]")
        elif kind == "name" and word.lower() in _LISTS and after == "(":
            end = _closing(tokens, at, ")")
        whole = "".join(text for _, text in tokens[at : end + 1])
        if word == "{":
            inside = whole[1:-1].strip().removesuffix(",")
            whole = f"{{{inside},{added}}}" if inside else f"{{{added}}}"
        elif kind == "name" and _is_metric(word, after):
            whole = f"{word}{{{added}}}"
        yield whole
        at = end + 1


def _is_metric(word: str, after: str) -> bool:
    """Whether a name is that of a metric without braces, by what stands behind it."""
    return word.lower() not in _WORDS and after not in ("(", "{") and after.lower() not in ("by", "without")


def _after(tokens: list[tuple[str, str]], at: int) -> str:
    return next((text for kind, text in tokens[at + 1 :] if kind != "space"), "")


def _closing(tokens: list[tuple[str, str]], at: int, bracket: str) -> int:
    return next((n for n in range(at, len(tokens)) if tokens[n][1] == bracket), len(tokens) - 1)
