"""``composite``: a user journey: the events of other SLOs, each with its weight.

PASS:  slos: [{ref: cart/availability}, {ref: checkout/availability, weight: 2}]
FAIL:  slos: [{ref: checkout/availability}, {ref: checkout/availability}]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from compiler import names
from compiler.diagnostics import Report
from compiler.model.words import DNS_LABEL
from compiler.promql import Matcher, Selector
from compiler.shapes import ListOf, Quantity, Record, Spec, Text, key
from compiler.sli import measured
from compiler.sli.frame import Base, Frame
from compiler.sli.kind import LEVEL, RATE, Blindness, Feed, Proof, Sight, SliKind, Words
from compiler.units import Duration, UnitError, decimal_text

_EVENTS = ("total", "errors")
_REF = Text("an SLO like checkout/availability", f"{DNS_LABEL}/{DNS_LABEL}", longest=127)


def _weight(text: str) -> Fraction:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or not Fraction(text):
        raise UnitError(f"{text[:40]!r} is no weight", "a number above zero, like 2 or 0.5")
    return Fraction(text)


WEIGHT = Quantity(
    _weight,
    "a number above zero, like 2 or 0.5",
    {"type": ["number", "string"], "pattern": r"^(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,6})?$", "exclusiveMinimum": 0},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec(Spec):
    """One SLO of a journey, as it is named."""

    ref: str = key(_REF, "The SLO, as service/slo, in the same stack.", example="checkout/availability")
    weight: Fraction = key(WEIGHT, "How much each of its events counts.", default=Fraction(1), example="2")


@dataclass(frozen=True, slots=True)
class Part:
    """One SLO of a journey, as it was found."""

    title: str
    weight: Fraction
    series: Mapping[str, Selector]
    """Its recorded total and errors."""
    groups: tuple[str, ...] = ()
    """What its recorded series call the labels that it is grouped by."""
    always: bool = False
    """Whether tests of this service record it whatever they feed."""
    derived: bool = False
    """Whether they record it of what they feed of other steps, for it is a journey of the same service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeSpec(Spec):
    """SLOs whose events are counted together."""

    slos: tuple[StepSpec, ...] = key(ListOf(Record(StepSpec), least=1), "The SLOs of the journey.")
    counting: str = "exact"
    parts: tuple[Part, ...] = ()

    @property
    def measured(self) -> tuple[str, ...]:
        """What is recorded before the base."""
        return _EVENTS


class Composite(SliKind):
    """A user journey of several SLOs."""

    kind = "composite"
    record = CompositeSpec
    doc = "A user journey: the events of other SLOs together, each with its weight."
    example = "{slos: [{ref: cart/availability}, {ref: checkout/availability, weight: 2}]}"

    def records(self, spec: CompositeSpec, frame: Frame) -> tuple[tuple[str, str], ...]:
        """The weighted sum of what the parts' own rules recorded."""
        return tuple((names.measured(events), frame.sum(_weighted(spec, events))) for events in _EVENTS)

    def lower(self, spec: CompositeSpec, frame: Frame) -> Base:
        """Errors are not filled with zero: those of the parts are, where it is right."""
        return Base(measured.recorded("total", frame), measured.recorded("errors", frame))

    def total(self, spec: CompositeSpec) -> Selector:
        """The first part's."""
        return spec.parts[0].series["total"]

    def errors(self, spec: CompositeSpec) -> Selector | None:
        """None: they are several."""
        return None

    def steps(self, spec: CompositeSpec, frame: Frame) -> str:
        """The weighted errors of each part."""
        return _weighted(spec, "errors")

    def blindness(self, spec: CompositeSpec, frame: Frame) -> tuple[Blindness, ...]:
        """A part of which nothing is counted while others are."""
        return tuple(self._uncounted(part, spec, frame) for part in spec.parts if len(spec.parts) > 1)

    def _uncounted(self, part: Part, spec: CompositeSpec, frame: Frame) -> Blindness:
        errors = part.series["errors"]
        expr = f"{frame.rate('total')} > 0 unless on () {errors}"
        meaning = f"nothing is counted of {part.title}, a step of this journey"
        sight = Sight(Feed(errors, form=LEVEL), None, 1)
        return Blindness(expr, Duration.of("15m"), meaning, errors=0, sights=(sight,))

    def feeds(self, spec: CompositeSpec) -> tuple[Feed, ...]:
        """The sums as they are recorded; nothing where a part is there whatever is fed."""
        if any(part.always for part in spec.parts):
            return ()
        total, errors = (Selector(names.measured(events)) for events in _EVENTS)
        return (Feed(total, 1, 1, form=RATE, recorded=True), Feed(errors, 0, 1, form=RATE, recorded=True))

    def proofs(self, spec: CompositeSpec) -> tuple[Proof, ...]:
        """Each part by its weight, and two together."""
        if any(part.always or part.derived for part in spec.parts):
            return ()
        found = []
        for events in _EVENTS:
            for part in spec.parts:
                about = f"{events} of {part.title} count by their weight, {decimal_text(part.weight)}"
                found.append(_proof(events, about, (part,)))
            if len(spec.parts) > 1:
                found.append(_proof(events, f"{events} of several steps are added up", spec.parts[:2]))
        return tuple(found)

    def words(self, spec: CompositeSpec) -> Words:
        """Steps, as people take them on their journey."""
        return Words("steps", "fail", "a step of the journey that fails, counted by its weight")

    def facts(self, spec: CompositeSpec, frame: Frame) -> dict[str, str]:
        """The recorded errors stand for the bad events."""
        return {"bad_events": f"{frame.interval.seconds} * sum_over_time({frame.rate('errors')}[range])"}

    def lacks(self, spec: CompositeSpec, label: str) -> str:
        """A label that a part is not grouped by."""
        without = next((part.title for part in spec.parts if label not in part.groups), "")
        return f"{without} is not grouped by it" if without else ""

    def targets(self, spec: CompositeSpec, frame: Frame) -> str:
        """None: each part watches its own."""
        return ""

    def check(self, spec: CompositeSpec, report: Report) -> None:
        """Nothing: that the parts are there is seen when they are looked up."""


def _weighted(spec: CompositeSpec, events: str) -> str:
    return "\nor\n".join(
        str(part.series[events]) if part.weight == 1 else f"{decimal_text(part.weight)} * {part.series[events]}"
        for part in spec.parts
    )


def _proof(events: str, about: str, parts: tuple[Part, ...]) -> Proof:
    values = (7, 10)  # neither is 1, of which a multiple and a quotient are the same
    given = tuple((Feed(part.series[events], form=LEVEL), value) for part, value in zip(parts, values, strict=False))
    total = sum(part.weight * value for part, value in zip(parts, values, strict=False))
    return Proof(about, given, names.measured(events), float(total))


def series(identity: tuple[tuple[str, str], ...], base: Duration) -> Mapping[str, Selector]:
    """The recorded total and errors of an SLO."""
    matchers = tuple(Matcher(name, "=", value) for name, value in identity)
    return {events: Selector(names.rate(events, base), matchers) for events in _EVENTS}


SLI = Composite()
