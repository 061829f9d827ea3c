"""Whole PromQL expressions that are nothing but weighted sums of rates, read as such."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import promql_parser

from compiler import promql
from compiler.promql import PromqlError, Selector
from compiler.units import Duration

_ADDS = {"+": 1.0, "-": -1.0}


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate of a counter, and how much of it is added."""

    selector: Selector
    factor: float


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of rates, and the labels that are left of it; None where all are."""

    rates: tuple[Rate, ...]
    labels: frozenset[str] | None = None

    def times(self, factor: float) -> _Sum:
        return _Sum(tuple(Rate(rate.selector, rate.factor * factor) for rate in self.rates), self.labels)


def rates(text: str, window: Duration, labels: Iterable[str] = ()) -> tuple[Rate, ...]:
    """The rates over a window that an expression adds up; none where it is anything else, or cannot be read.

    Args:
        text: the expression, with its windows filled in.
        window: over which each rate is.
        labels: those that sums within it must keep.
    """
    try:
        found = _sum(promql.parse(text), window, frozenset(labels))
    except PromqlError:
        return ()
    return found.rates if found else ()


def _sum(tree: promql_parser.Expr, window: Duration, labels: frozenset[str]) -> _Sum | None:
    if isinstance(tree, promql_parser.ParenExpr):
        return _sum(tree.expr, window, labels)
    if isinstance(tree, promql_parser.Call):
        return _rate(tree, window)
    if isinstance(tree, promql_parser.AggregateExpr):
        inner, kept = _sum(tree.expr, window, labels), _kept(tree)
        return _Sum(inner.rates, kept) if inner and kept is not None and labels <= kept else None
    return _of_two(tree, window, labels) if isinstance(tree, promql_parser.BinaryExpr) else None


def _rate(call: promql_parser.Call, window: Duration) -> _Sum | None:
    if call.func.name != "rate" or not isinstance(call.args[0], promql_parser.MatrixSelector):
        return None
    samples = call.args[0]
    shifted = samples.vector_selector.offset is not None or samples.vector_selector.at is not None
    if shifted or samples.range != timedelta(milliseconds=window.milliseconds):
        return None
    return _Sum((Rate(promql.selector(promql.reads_of(samples)[0].selector), 1.0),))


def _kept(tree: promql_parser.AggregateExpr) -> frozenset[str] | None:
    """The labels that a sum names; None where it is no sum, or names those that go."""
    if str(tree.op) != "sum":
        return None
    if tree.modifier is None:
        return frozenset()
    named = tree.modifier.type == promql_parser.AggModifierType.By
    return frozenset(tree.modifier.labels) if named else None


def _of_two(tree: promql_parser.BinaryExpr, window: Duration, labels: frozenset[str]) -> _Sum | None:
    """A sum by a number, or two sums with these labels alone: whether others meet depends on what is scraped."""
    op, modifier = str(tree.op), tree.modifier
    if modifier is not None and (modifier.matching is not None or modifier.return_bool):
        return None
    left, right = (_number(side) for side in (tree.lhs, tree.rhs))
    if op == "*" and left is not None:
        return _times(_sum(tree.rhs, window, labels), left)
    if op in ("*", "/") and right:
        return _times(_sum(tree.lhs, window, labels), right if op == "*" else 1 / right)
    one, other = (_sum(side, window, labels) for side in (tree.lhs, tree.rhs))
    if op not in _ADDS or not one or not other or not one.labels == other.labels == labels:
        return None
    return _Sum(one.rates + other.times(_ADDS[op]).rates, labels)


def _times(found: _Sum | None, factor: float) -> _Sum | None:
    return found.times(factor) if found else None


def _number(tree: promql_parser.Expr) -> float | None:
    while isinstance(tree, promql_parser.ParenExpr):
        tree = tree.expr
    return float(tree.val) if isinstance(tree, promql_parser.NumberLiteral) else None
