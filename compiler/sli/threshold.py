"""``threshold``: slices of time in which a value is out of bounds: freshness, saturation, the depth of a queue.

PASS:  expr: time() - max(batch_last_success_timestamp_seconds{job="batch"})    above: 1h
PASS:  expr: queue_depth{job="worker"}    above: 1000
FAIL:  expr: queue_depth{job="worker"}[5m]    (a range is no value)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nan
from typing import ClassVar

from compiler import names, promql, promql_free
from compiler.diagnostics import Report
from compiler.promql import Selector
from compiler.shapes import Quantity, Spec, Text, key
from compiler.sli.frame import Base, Frame
from compiler.sli.kind import LEVEL, Blindness, Feed, Proof, SliKind, Words
from compiler.units import Duration, UnitError, decimal_text

_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
_TEXT = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*%?\s*$|^(?=[0-9])([0-9]+[wdhms]|[0-9]+ms)+$"


@dataclass(frozen=True, slots=True)
class Bound:
    """A number to compare a value with, exact, and as it was written."""

    value: Fraction
    text: str

    @classmethod
    def of(cls, text: str) -> Bound:
        """Parse ``1000``, ``-0.5``, ``90%`` (0.9) or a duration (seconds).

        Raises:
            UnitError: it is none of these.
        """
        body = text.strip()
        number = body.removesuffix("%").strip()
        if _NUMBER.fullmatch(number):
            return cls(Fraction(number) / (100 if body.endswith("%") else 1), body)
        try:
            return cls(Duration.of(body).fraction, body)
        except UnitError as error:
            raise UnitError(f"{text[:40]!r} is no bound", "a number, a percentage or a duration, like 5m") from error

    def __str__(self) -> str:
        """As PromQL writes it."""
        return decimal_text(self.value)


BOUND = Quantity(
    Bound.of,
    "a number, a percentage or a duration",
    {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _TEXT}]},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdSpec(Spec):
    """A value and a bound that it must not pass."""

    expr: str = key(
        Text("a selector of a gauge, or a whole expression", longest=10_000),
        "The value: a gauge, or a whole PromQL expression.",
        example='queue_depth{job="worker"}',
    )
    above: Bound | None = key(
        BOUND, "Bad is what lies above; a duration counts as seconds.", default=None, example="5m"
    )
    below: Bound | None = key(BOUND, "Bad is what lies below.", default=None, example="10%")
    counting: str = "exact"

    one_of: ClassVar[tuple[str, ...]] = ("above", "below")

    @property
    def bound(self) -> Bound:
        """Whichever is given."""
        found = self.above or self.below
        assert found
        return found

    @property
    def sign(self) -> str:
        """How a bad value compares with the bound."""
        return ">" if self.above else "<"

    @property
    def worst(self) -> str:
        """How the worst of several values is found."""
        return "max" if self.above else "min"


class Threshold(SliKind):
    """Slices of time in which a value is out of bounds."""

    kind = "threshold"
    record = ThresholdSpec
    doc = "Slices of time in which a value is above or below a bound: freshness, saturation, a queue."
    example = "{expr: 'queue_depth{job=\"worker\"}', above: 1000}"

    def records(self, spec: ThresholdSpec, frame: Frame) -> tuple[tuple[str, str], ...]:
        """The worst value of each group, and whether it is out of bounds; what is no number is not measured."""
        value = f"{frame.sum(promql_free.held(spec.expr, frame.added), spec.worst)} >= -Inf"
        return (
            (names.SLICE_VALUE, value),
            (names.SLICE_BAD, f"{frame.named(names.SLICE_VALUE)} {spec.sign} bool {spec.bound}"),
        )

    def proofs(self, spec: ThresholdSpec) -> tuple[Proof, ...]:
        """On either side of the bound, and at it; of several values the worst counts."""
        if promql_free.unfounded(spec.expr):
            return ()
        bound, step = float(spec.bound.value), max(abs(float(spec.bound.value)) / 64, 0.001)
        worse = bound + step if spec.above else bound - step
        better = bound - step if spec.above else bound + step
        value = Feed(Selector(names.SLICE_VALUE), form=LEVEL, recorded=True)
        sides = (("at the bound", bound, 0), ("a little within", better, 0), ("a little outside", worse, 1))
        found = [Proof(text, ((value, at),), names.SLICE_BAD, bad) for text, at, bad in sides]
        if promql_free.is_selector(spec.expr):
            found += self._of_source(spec, worse, better)
        return tuple(found)

    def _of_source(self, spec: ThresholdSpec, worse: float, better: float) -> list[Proof]:
        """The worst of two values, and what is no number or without end."""
        source, beside = Feed(self.total(spec), form=LEVEL), inf if spec.above else -inf
        two = ((source, worse), (source, better))
        return [
            Proof("the worst of two", two, names.SLICE_VALUE, worse, beside),
            Proof("what is no number is not measured", ((source, nan),), names.SLICE_BAD, None, beside),
            Proof("the least number is one", ((source, -inf),), names.SLICE_BAD, float(not spec.above), beside),
        ]

    def lower(self, spec: ThresholdSpec, frame: Frame) -> Base:
        """Each slice is an event."""
        slices = f"{frame.named(names.SLICE_BAD)}[{frame.base}]"
        seconds = frame.base.seconds
        return Base(f"count_over_time({slices}) / {seconds}", f"sum_over_time({slices}) / {seconds}")

    def total(self, spec: ThresholdSpec) -> Selector:
        """The first series that the expression reads."""
        return promql_free.instant(spec.expr)[0]

    def errors(self, spec: ThresholdSpec) -> Selector | None:
        """None: a bad slice is a value, not a series."""
        return None

    def blindness(self, spec: ThresholdSpec, frame: Frame) -> tuple[Blindness, ...]:
        """None: errors and total are the same series."""
        return ()

    def feeds(self, spec: ThresholdSpec) -> tuple[Feed, ...]:
        """The recorded slices, where nothing is recorded of them without a source."""
        if promql_free.unfounded(spec.expr):
            return ()
        return (Feed(Selector(names.SLICE_BAD), good=0, bad=1, form=LEVEL, recorded=True),)

    def words(self, spec: ThresholdSpec) -> Words:
        """Checks that find the value out of bounds."""
        side = f"{'above' if spec.above else 'below'} {spec.bound.text}"
        return Words("checks", f"find it {side}", f"one that finds the value {side}")

    def facts(self, spec: ThresholdSpec, frame: Frame) -> dict[str, str]:
        """The recorded slices stand for the events."""
        slices = frame.named(names.SLICE_BAD)
        value = {"value_series": frame.named(names.SLICE_VALUE)}
        return {"selector_total": slices, "bad_events": f"sum_over_time({slices}[range])"} | value

    def lacks(self, spec: ThresholdSpec, label: str) -> str:
        """A label that the expression aggregates away, or asks to be empty."""
        return "expr gives no such label" if promql_free.drops(spec.expr, label) else ""

    def check(self, spec: ThresholdSpec, report: Report) -> None:
        """The expression parses, and gives values of some metric."""
        if "$window" in spec.expr:
            text = "there is no $window here"
            report.error("SLO121", text, spec.at("expr"), "write the range that is meant, like 5m")
            return
        try:
            promql_free.instant(spec.expr)
        except promql.PromqlError as error:
            report.error(
                "SLO121", str(error), spec.at("expr"), 'like queue_depth{job="worker"}, or a whole expression'
            )


SLI = Threshold()
