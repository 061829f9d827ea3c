"""Every change of one thing in an expression: what an editor's slip, or a wrong idea, would make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.mutation.syntax import COMPARISONS, SET_OPERATORS, Node, Place, parse

_OPERATORS = {
    ">": (">=", "<"),
    ">=": (">", "<="),
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    "==": ("!=",),
    "!=": ("==",),
    "and": ("or", "unless"),
    "or": ("and",),
    "unless": ("and",),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
}
_FUNCTIONS = {
    "sum": ("max",),
    "max": ("min",),
    "min": ("max",),
    "count": ("sum",),
    "avg": ("max",),
    "sum_over_time": ("max_over_time",),
    "avg_over_time": ("max_over_time",),
    "max_over_time": ("min_over_time",),
    "count_over_time": ("sum_over_time",),
    "last_over_time": ("min_over_time",),
    "absent_over_time": ("present_over_time",),
    "rate": ("increase",),
    "increase": ("rate",),
    "resets": ("changes",),
    "clamp_min": ("clamp_max",),
    "clamp_max": ("clamp_min",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "sqrt": ("abs",),
    "year": ("month",),
    "month": ("day_of_month",),
    "day_of_month": ("day_of_week",),
    "day_of_week": ("day_of_month",),
    "hour": ("minute",),
    "minute": ("hour",),
}
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed: its kind, how it reads, the expression, and the place in the old one."""

    kind: str
    text: str
    expr: str
    place: Place
    node: Node


def of_expression(expr: str) -> Iterator[Change]:
    """Every change, each result once; in the order of the expression's parts."""
    seen = {expr}
    for node in parse(expr).walk():
        for change in _of_node(expr, node):
            if change.expr not in seen:
                seen.add(change.expr)
                yield change


def _of_node(expr: str, node: Node) -> Iterator[Change]:
    if node.kind == "number":
        yield from _number(expr, node)
    elif node.kind in ("range", "offset"):
        yield from _durations(expr, node)
    elif node.kind == "selector":
        yield from _conditions(expr, node)
    elif node.kind == "call":
        yield from _function(expr, node)
    elif node.kind == "binary":
        yield from _operator(expr, node)
        yield from _operands(expr, node)
    yield from _clauses(expr, node)


def _put(expr: str, place: Place, text: str) -> str:
    return expr[: place[0]] + text + expr[place[1] :]


def _number(expr: str, node: Node) -> Iterator[Change]:
    """A tenth more and a tenth less."""
    if not re.fullmatch(r"[\d.]+(?:[eE][+-]?\d+)?", node.word):
        return
    value = Decimal(node.word)
    for other in (value * Decimal("1.1"), value * Decimal("0.9")) if value else (Decimal(1),):
        text = f"{other.normalize():f}"
        yield Change("number", f"{node.word} -> {text}", _put(expr, node.place, text), node.place, node)


def milliseconds(text: str) -> int:
    """What a duration as Prometheus writes it lasts."""
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhdwy])", text))


def duration(value: int) -> str:
    """Milliseconds as Prometheus reads them, in whole seconds where it may be."""
    return f"{value}ms" if value % 1000 else f"{value // 1000}s"


def _durations(expr: str, node: Node) -> Iterator[Change]:
    """Twice and half as long; an offset is left out, too."""
    for found in re.finditer(r"(?:\d+(?:ms|[smhdwy]))+", node.word):
        place = node.word_place[0] + found.start(), node.word_place[0] + found.end()
        for other in (milliseconds(found[0]) * 2, milliseconds(found[0]) // 2):
            text = duration(other)
            said = f"{'offset ' if node.kind == 'offset' else ''}{found[0]} -> {text}"
            yield Change("window" if node.kind == "range" else "offset", said, _put(expr, place, text), place, node)
    if node.kind == "offset":
        place = node.parts[0].place[1], node.place[1]
        yield Change("offset", f"no offset {node.word}", _put(expr, place, ""), place, node)


def _conditions(expr: str, node: Node) -> Iterator[Change]:
    """Another value, or no condition."""
    for index, condition in enumerate(node.conditions):
        other = condition.value[:-1] + "x" + condition.value[-1]
        text = f"{condition.label}{condition.op}{condition.value}"
        yield Change("matcher", f"{text} -> {other}", _put(expr, condition.value_place, other), condition.place, node)
        if node.word or len(node.conditions) > 1:
            last = index == len(node.conditions) - 1
            start = node.conditions[index - 1].place[1] if last and index else condition.place[0]
            end = condition.place[1] if last else node.conditions[index + 1].place[0]
            yield Change("matcher", f"no {text}", _put(expr, (start, end), ""), condition.place, node)


def _function(expr: str, node: Node) -> Iterator[Change]:
    for other in _FUNCTIONS.get(node.word, ()):
        yield Change("function", f"{node.word} -> {other}", _put(expr, node.word_place, other), node.word_place, node)


def _operator(expr: str, node: Node) -> Iterator[Change]:
    kind = (
        "comparison" if node.word in COMPARISONS else "set operator" if node.word in SET_OPERATORS else "arithmetic"
    )
    for other in _OPERATORS.get(node.word, ()):
        yield Change(kind, f"{node.word} -> {other}", _put(expr, node.word_place, other), node.word_place, node)


def _operands(expr: str, node: Node) -> Iterator[Change]:
    """One side alone: without the zero-fill, without the guard, without the branch, without the factor."""
    for kept, dropped in ((0, 1), (1, 0)):
        text = f"({expr[slice(*node.parts[kept].place)]})"
        lost = node.parts[dropped]
        side = f"{node.word} {shape(expr, lost)}" if dropped else f"{shape(expr, lost)} {node.word}"
        yield Change("operand", f"no {side}", _put(expr, node.place, text), lost.place, node)


def _clauses(expr: str, node: Node) -> Iterator[Change]:
    for clause in node.clauses:
        text = expr[slice(*clause.place)]
        yield Change("clause", f"no {text}", _put(expr, clause.place, ""), clause.place, node)


def shape(expr: str, node: Node) -> str:
    """An expression's part on one line, without conditions; shortened where it is long."""
    text = re.sub(r"\{[^{}]*\}", "", expr[slice(*node.place)])
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
