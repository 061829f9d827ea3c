"""The only place that parses, builds and escapes PromQL, on promql-parser's syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from json.encoder import encode_basestring

import promql_parser

from compiler.units import Duration

_LEGACY_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_STRING = re.compile(r"\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^'\\]*(?:\\.[^'\\]*)*'|`[^`]*`", re.DOTALL)
_LEGACY_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OPS = (
    (promql_parser.MatchOp.Equal, "="),
    (promql_parser.MatchOp.NotEqual, "!="),
    (promql_parser.MatchOp.Re, "=~"),
    (promql_parser.MatchOp.NotRe, "!~"),
)
_SUBQUERY_STEP = timedelta(minutes=1)
"""Of a subquery that names none: Prometheus' default evaluation interval."""
_NEGATED = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


class PromqlError(ValueError):
    """An expression that Prometheus would refuse, in the parser's words."""


def quote(value: str) -> str:
    """A PromQL string. Surrogate escapes, JSON's default, are refused by Prometheus."""
    return encode_basestring(value)


def regex_quote(value: str) -> str:
    """``value`` as a regular expression (RE2) that matches only it; not yet quoted as a string."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", value)


def is_bare(label: str) -> bool:
    """Whether a label's name stands without quotes; one like ``http.code`` does not."""
    return bool(_LEGACY_LABEL.fullmatch(label))


@dataclass(frozen=True, slots=True, order=True)
class Matcher:
    """One condition on a label."""

    label: str
    op: str
    value: str

    @property
    def negated(self) -> Matcher:
        """The opposite condition."""
        return Matcher(self.label, _NEGATED[self.op], self.value)

    def admits(self, value: str) -> bool:
        """Whether a label of this value fits; regular expressions are taken as Python reads them."""
        if self.op in ("=", "!="):
            return (value == self.value) == (self.op == "=")
        return bool(re.fullmatch(self.value, value)) == (self.op == "=~")

    def __str__(self) -> str:
        name = self.label if is_bare(self.label) else quote(self.label)
        return f"{name}{self.op}{quote(self.value)}"


@dataclass(frozen=True, slots=True)
class Selector:
    """A bare vector selector: a metric, which may be empty, and conditions on its labels."""

    metric: str
    matchers: tuple[Matcher, ...] = ()

    def adding(self, *matchers: Matcher) -> Selector:
        """The same with more conditions; those that it has already are left out."""
        return Selector(self.metric, self.matchers + tuple(m for m in matchers if m not in self.matchers))

    def without(self, label: str) -> Selector:
        """The same without conditions on ``label``."""
        return Selector(self.metric, tuple(m for m in self.matchers if m.label != label))

    def on(self, *labels: str) -> tuple[Matcher, ...]:
        """The conditions on these labels."""
        return tuple(m for m in self.matchers if m.label in labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it tests, each once, in order."""
        return tuple(dict.fromkeys(m.label for m in self.matchers))

    def __str__(self) -> str:
        legacy = _LEGACY_METRIC.fullmatch(self.metric) and self.metric.lower() not in ("inf", "nan")
        parts = [] if legacy or not self.metric else [quote(self.metric)]
        inside = ",".join(parts + [str(m) for m in self.matchers])
        return (self.metric if legacy else "") + (f"{{{inside}}}" if inside else "")


@lru_cache(maxsize=4096)
def selector(text: str) -> Selector:
    """Parse a bare selector.

    Raises:
        PromqlError: it does not parse, is more than a selector, names no metric, or uses ``or``.
    """
    try:
        tree = parse(text)
    except PromqlError:
        if "$window" not in text:
            raise
        raise PromqlError("a bare selector is needed: rate() and its window are written by the compiler") from None
    if isinstance(tree, promql_parser.MatrixSelector):
        raise PromqlError("a selector stands here without a range: leave out the [5m]")
    if not isinstance(tree, promql_parser.VectorSelector):
        raise PromqlError("a bare selector is needed, not an expression: rate() is written by the compiler")
    if tree.offset is not None or tree.at is not None:
        raise PromqlError("a selector stands here without offset or @")
    if tree.matchers.or_matchers:
        raise PromqlError("conditions joined by `or` inside braces are not read here")
    matchers = [Matcher(m.name, _operator(m.op), m.value) for m in tree.matchers.matchers]
    names = [m for m in matchers if m.label == "__name__"]
    metric = tree.name or next((m.value for m in names if m.op == "="), "")
    if not metric or len(names) > (0 if tree.name else 1):
        raise PromqlError("the selector must name one metric")
    return Selector(metric, tuple(m for m in matchers if m.label != "__name__"))


def _operator(op: promql_parser.MatchOp) -> str:
    return next(text for known, text in _OPS if known == op)


def parse(text: str) -> promql_parser.Expr:
    """The syntax tree of an expression, type-checked.

    Raises:
        PromqlError: in the parser's words.
    """
    if "#" in text and _has_comment(text):
        raise PromqlError("a comment (#) would swallow what the compiler writes behind it")
    try:
        return promql_parser.parse(text)
    except ValueError as error:
        raise PromqlError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Read:
    """A selector where it stands in an expression."""

    metric: str
    """Empty where none is named."""
    selector: str
    """Without range, offset and @."""
    range: Duration | None
    """Of samples; None where it reads the newest one of each series."""
    times: int = 1
    """How often it is read in one evaluation: more than once inside a subquery."""


def reads(text: str) -> tuple[Read, ...]:
    """What an expression reads, in order, each selector as often as it stands there.

    Raises:
        PromqlError: it does not parse.
    """
    return reads_of(parse(text))


def reads_of(tree: promql_parser.Expr) -> tuple[Read, ...]:
    """The same of a syntax tree, whose own text does not always parse: the parser escapes nothing in it."""
    return tuple(_reads(tree, 1))


def _reads(tree: promql_parser.Expr, times: int) -> Iterator[Read]:
    if isinstance(tree, promql_parser.MatrixSelector):
        vector = tree.vector_selector
        yield Read(vector.name or "", _selected(vector), Duration(tree.range // timedelta(milliseconds=1)), times)
    elif isinstance(tree, promql_parser.VectorSelector):
        yield Read(tree.name or "", _selected(tree), None, times)
    elif isinstance(tree, promql_parser.SubqueryExpr):
        span = tree.range or timedelta()
        yield from _reads(tree.expr, times * (span // (tree.step or _SUBQUERY_STEP)))
    else:
        below = [getattr(tree, name, None) for name in ("lhs", "rhs", "param", "expr")]
        for child in (*below, *getattr(tree, "args", ())):
            if isinstance(child, promql_parser.Expr):
                yield from _reads(child, times)


def _selected(tree: promql_parser.VectorSelector) -> str:
    matchers = [Matcher(m.name, _operator(m.op), m.value) for m in tree.matchers.matchers]
    return str(Selector(tree.name or "", tuple(matchers)))


def check(text: str) -> None:
    """Refuse what does not parse; expressions that differ in their strings alone are parsed once.

    For what the compiler wrote: its strings are quoted here, and a user's are parsed where they are read.

    Raises:
        PromqlError: in the parser's words.
    """
    _check_shape(_STRING.sub('"x"', text))  # not "": a selector may consist of its metric's quoted name


@lru_cache(maxsize=65_536)
def _check_shape(text: str) -> None:
    parse(text)


def _has_comment(text: str) -> bool:
    return "#" in re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`", '""', text)


def series(metric: str, labels: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """A selector of exactly these labels."""
    return _series(metric, labels if isinstance(labels, tuple) else tuple(dict(labels).items()))


@lru_cache(maxsize=4096)
def _series(metric: str, labels: tuple[tuple[str, str], ...]) -> str:
    return str(Selector(metric, tuple(Matcher(name, "=", value) for name, value in labels)))


def bucket_bound(threshold: Duration, unit: str) -> tuple[str, Matcher]:
    """A histogram bucket's bound: its number, and the condition on ``le`` that meets every spelling.

    Scraped series say ``1.0`` where OTLP and remote-written ones say ``1``; a million is ``1e+06``.

    Args:
        threshold: the bound.
        unit: ``seconds`` or ``milliseconds``, that of the metric.
    """
    scale = 1000 if unit == "seconds" else 1
    whole, rest = divmod(threshold.milliseconds, scale)
    if rest:
        number = f"{threshold.milliseconds / scale:.3f}".rstrip("0")
        return number, Matcher("le", "=", number)
    if whole < 1_000_000:
        return str(whole), Matcher("le", "=~", rf"{whole}(\.0)?")
    mantissa, _, exponent = f"{whole:e}".partition("e+")
    short = f"{mantissa.rstrip('0').rstrip('.')}e+{int(exponent):02d}"
    return str(whole), Matcher("le", "=~", rf"{whole}(\.0)?|{regex_quote(short)}")
