"""``ratio``: bad events over all events, from counters.

PASS:  errors: http_requests_total{job="a",code=~"5.."}    total: http_requests_total{job="a"}
FAIL:  errors: http_requests_total{job="b",code=~"5.."}    total: http_requests_total{job="a"}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from compiler import promql
from compiler.diagnostics import Report
from compiler.promql import Matcher, Selector
from compiler.shapes import Spec, key
from compiler.sli.kind import (
    SELECTOR,
    Base,
    Blindness,
    Feed,
    Frame,
    SliKind,
    Words,
    counted,
    selector_at,
)
from compiler.units import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSpec(Spec):
    """Errors, or good events, over all events."""

    total: str = key(SELECTOR, "All events: a counter.", example='http_requests_total{job="checkout"}')
    errors: str = key(SELECTOR, "The bad ones among them.", default="")
    good: str = key(SELECTOR, "The good ones among them, where that is easier to say.", default="")
    counting: str = "exact"

    one_of: ClassVar[tuple[str, ...]] = ("errors", "good")


class Ratio(SliKind):
    """Bad events over all events."""

    kind = "ratio"
    record = RatioSpec
    doc = "Errors (or good events) over all events, as selectors of counters."
    example = "{errors: 'http_requests_total{code=~\"5..\"}', total: http_requests_total}"

    def lower(self, spec: RatioSpec, frame: Frame) -> Base:
        """Errors are filled with zero where total is there: no error series yet is no error."""
        total = promql.selector(spec.total)
        errors = self.errors(spec)
        all_events = counted(total, frame, spec.counting)
        zero = frame.zero()
        if errors:
            return Base(all_events, f"{counted(errors, frame, spec.counting, born=total)}\nor\n{zero}")
        good = counted(promql.selector(spec.good), frame, spec.counting)
        return Base(all_events, f"clamp_min(\n{frame.summed_total()} - ({good} or {zero}),\n0)")

    def total(self, spec: RatioSpec) -> Selector:
        """The selector of all events."""
        return promql.selector(spec.total)

    def errors(self, spec: RatioSpec) -> Selector | None:
        """The selector of errors: as given, or total with the one condition of ``good`` negated."""
        if spec.errors:
            return promql.selector(spec.errors)
        total, good = promql.selector(spec.total), promql.selector(spec.good)
        more = [m for m in good.matchers if m not in total.matchers]
        same = good.metric == total.metric and set(total.matchers) <= set(good.matchers)
        return total.adding(more[0].negated) if same and len(more) == 1 else None

    def blindness(self, spec: RatioSpec, frame: Frame) -> tuple[Blindness, ...]:
        """A label that no series has; errors of another metric that exceed total."""
        total, errors = self.total(spec), self.errors(spec) or promql.selector(spec.good)
        if errors.metric != total.metric:
            expr = f"{frame.rate('errors')} > {frame.rate('total')}"
            meaning = f"more errors are counted in {errors.metric} than events in {total.metric}"
            return (Blindness(expr, Duration.of("15m"), meaning, errors=2),)
        return tuple(self._unlabelled(total, label, frame) for label in _tested_only_by(errors, total))

    def _unlabelled(self, total: Selector, label: str, frame: Frame) -> Blindness:
        present = frame.pick(total.adding(Matcher(label, "!=", "")))
        expr = f"{frame.rate('total')} > 0 unless on () {present}"
        meaning = f"no series of {total} has a label {label!r}, which tells the errors"
        return Blindness(expr, Duration.of("1h"), meaning, errors=0, lacks=label)

    def feeds(self, spec: RatioSpec) -> tuple[Feed, ...]:
        """One series of good events and one of bad, or of all and one of them where the metrics differ."""
        total, errors = self.total(spec), self.errors(spec)
        other = errors or promql.selector(spec.good)
        if other.metric == total.metric:
            bad = errors or total.adding(*(m.negated for m in other.matchers if m not in total.matchers))
            good = promql.selector(spec.good) if spec.good else _outside(total, other)
            return (Feed(good, good=1), Feed(bad.adding(*total.matchers), bad=1))
        return (Feed(total, good=1, bad=1), Feed(other, bad=1) if errors else Feed(other, good=1))

    def words(self, spec: RatioSpec) -> Words:
        """Requests that fail, or containers that do not start, by the metric's name."""
        return Words(_events(self.total(spec).metric), "fail", "one that is counted as an error")

    def facts(self, spec: RatioSpec, frame: Frame) -> dict[str, str]:
        """The label to split errors by: the first that only errors test; where none carries errors, what is good."""
        errors = self.errors(spec)
        if not errors:
            return super().facts(spec, frame) | {"selector_good": str(frame.pick(promql.selector(spec.good)))}
        split = next((label for label in _tested_only_by(errors, self.total(spec)) if promql.is_bare(label)), "")
        return super().facts(spec, frame) | ({"split_by": split} if split else {})

    def check(self, spec: RatioSpec, report: Report) -> None:
        """Both selectors parse; errors lie within total."""
        which = "errors" if spec.errors else "good"
        total, part = selector_at(spec, "total", report), selector_at(spec, which, report)
        if total is None or part is None:
            return
        if part.metric != total.metric:
            text = f"{which} and total are different metrics: {part.metric}, {total.metric}"
            report.note("SLO123", text, spec.at(which), "a ticket watches that errors do not exceed total")
            return
        self._subset(spec, which, total, part, report)

    def _subset(self, spec: RatioSpec, which: str, total: Selector, part: Selector, report: Report) -> None:
        if set(total.matchers) == set(part.matchers):
            report.error("SLO122", f"{which} selects the same as total", spec.at(which), "add a condition")
        for matcher in total.matchers:
            same = part.on(matcher.label)
            if not same:
                text = f"{which} is no part of total: it leaves {matcher.label!r} open, total asks {matcher}"
                report.error("SLO122", text, spec.at(which), f"add {matcher}")
            elif any(m.op == "=" and matcher.op == "=" and m.value != matcher.value for m in same):
                text = f"{which} is no part of total: it asks {same[0]}, total asks {matcher}"
                report.error("SLO122", text, spec.at(which), f"write {matcher}")


def _tested_only_by(errors: Selector, total: Selector) -> tuple[str, ...]:
    return tuple(label for label in errors.labels if not total.on(label))


def _outside(total: Selector, errors: Selector) -> Selector:
    """Within total, outside errors: the first condition of errors that total does not make, negated."""
    more = [m for m in errors.matchers if m not in total.matchers]
    return total.adding(more[0].negated)


def _events(metric: str) -> str:
    for word in ("request", "container", "pod", "response", "message", "job", "call", "quer"):
        if word in metric:
            return "queries" if word == "quer" else f"{word}s"
    return "events"


SLI = Ratio()
