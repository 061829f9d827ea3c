"""``ratio``: bad events over all events, from counters or from whole expressions.

PASS:  errors: http_requests_total{job="a",code=~"5.."}    total: http_requests_total{job="a"}
PASS:  errors: sum(rate(a_failed[$window]))    total: sum(rate(a_started[$window]) + rate(a_refused[$window]))
FAIL:  errors: http_requests_total{job="b",code=~"5.."}    total: http_requests_total{job="a"}
FAIL:  errors: sum(rate(a_failed[5m]))    (the window is the compiler's: $window)
"""

from __future__ import annotations

from compiler import names, promql, promql_free
from compiler.diagnostics import Report
from compiler.promql import Matcher, Selector
from compiler.sli import measured
from compiler.sli.kind import Base, Blindness, Feed, Flow, Frame, Proof, SliKind, Words, counted
from compiler.sli.sides import RatioSpec
from compiler.units import Duration

_LIKE = 'like http_requests_total{job="checkout"}'


class Ratio(SliKind):
    """Bad events over all events."""

    kind = "ratio"
    record = RatioSpec
    doc = "Errors (or good events) over all events, as selectors of counters or as whole expressions."
    example = "{errors: 'http_requests_total{code=~\"5..\"}', total: http_requests_total}"

    def records(self, spec: RatioSpec, frame: Frame) -> tuple[tuple[str, str], ...]:
        """What whole expressions give, each once; and good events of another metric, which blindness looks at."""
        sides = (*spec.measured, "good") if spec.apart else spec.measured
        return tuple((names.measured(name), self._source(spec, name, frame)) for name in sides)

    def lower(self, spec: RatioSpec, frame: Frame) -> Base:
        """Errors are filled with zero where total is there: no error series yet is no error."""
        all_events, zero = self._side(spec, "total", frame), frame.zero()
        if self._is_errors(spec):
            return Base(all_events, f"{self._side(spec, 'errors', frame)}\nor\n{zero}")
        good = self._side(spec, "good", frame)
        return Base(all_events, f"clamp_min(\n{frame.summed_total()} - ({good} or {zero}),\n0)")

    def _is_errors(self, spec: RatioSpec) -> bool:
        """Whether errors are counted, not what is left of total."""
        return bool(spec.errors or self.errors(spec))

    def _side(self, spec: RatioSpec, name: str, frame: Frame) -> str:
        return measured.recorded(name, frame) if name in spec.measured else self._source(spec, name, frame)

    def _source(self, spec: RatioSpec, name: str, frame: Frame) -> str:
        """The events of a side, from where they come."""
        if name in spec.free:
            return measured.expression(spec.free[name], frame)
        if name == "errors":
            errors = self.errors(spec)
            assert errors
            return counted(errors, frame, spec.counting, born=self.total(spec))
        return counted(promql.selector(getattr(spec, name)), frame, spec.counting)

    def total(self, spec: RatioSpec) -> Selector:
        """The selector of all events; of an expression the first that it reads."""
        if not promql_free.is_windowed(spec.total):
            return promql.selector(spec.total)
        found = measured.sources(spec.total)
        return found[0] if found else Selector(names.measured("total"))

    def errors(self, spec: RatioSpec) -> Selector | None:
        """The selector of errors: as given, or total with the one condition of ``good`` negated."""
        if spec.part in spec.free or (spec.good and spec.free):
            return None
        if spec.errors:
            return promql.selector(spec.errors)
        total, good = promql.selector(spec.total), promql.selector(spec.good)
        more = [m for m in good.matchers if m not in total.matchers]
        same = good.metric == total.metric and set(total.matchers) <= set(good.matchers)
        return total.adding(more[0].negated) if same and len(more) == 1 else None

    def blindness(self, spec: RatioSpec, frame: Frame) -> tuple[Blindness, ...]:
        """A label that no series has; what exceeds a total that comes from elsewhere."""
        if spec.free or spec.apart:
            return (measured.blindness(spec, frame),)
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
        if spec.free:
            return measured.feeds(spec)
        total, errors = self.total(spec), self.errors(spec)
        other = errors or promql.selector(spec.good)
        if other.metric == total.metric:
            bad = errors or total.adding(*(m.negated for m in other.matchers if m not in total.matchers))
            good = promql.selector(spec.good) if spec.good else _outside(total, other)
            return (Feed(good, good=1), Feed(bad.adding(*total.matchers), bad=1))
        return (Feed(total, good=1, bad=1), Feed(other, bad=1) if errors else Feed(other, good=1))

    def proofs(self, spec: RatioSpec) -> tuple[Proof, ...]:
        """What is recorded first is filled with zero as counters are."""
        return measured.proofs(spec)

    def flows(self, spec: RatioSpec, frame: Frame) -> tuple[Flow, ...]:
        """The sides that are whole expressions, where they can be read."""
        return measured.flows(spec, frame)

    def words(self, spec: RatioSpec) -> Words:
        """Requests that fail, or containers that do not start, by the metric's name."""
        return Words(_events(self.total(spec).metric), "fail", "one that is counted as an error")

    def facts(self, spec: RatioSpec, frame: Frame) -> dict[str, str]:
        """The label to split errors by: the first that only errors test; where none carries errors, what is good.

        Of an expression the recorded events stand for the bad ones.
        """
        errors, found = self.errors(spec), super().facts(spec, frame)
        if errors:
            split = next((label for label in _tested_only_by(errors, self.total(spec)) if promql.is_bare(label)), "")
            return found | ({"split_by": split} if split else {})
        if spec.free:
            return found | {"bad_events": f"{frame.interval.seconds} * sum_over_time({frame.rate('errors')}[range])"}
        return found | {"selector_good": str(frame.pick(promql.selector(spec.good)))}

    def lacks(self, spec: RatioSpec, label: str) -> str:
        """A label that an expression aggregates away: of total, or of what is counted within it."""
        without = next((name for name, text in spec.free.items() if measured.lacks(text, label)), "")
        if without:
            return f"{without} gives no such label"
        return "" if "total" in spec.free else super().lacks(spec, label)

    def check(self, spec: RatioSpec, report: Report) -> None:
        """Both sides parse; errors lie within total."""
        own = Report()
        for name in ("total", spec.part):
            self._check_side(spec, name, own)
        report.extend(own.items)
        if own.failed:
            return
        if spec.free:
            measured.check_sides(spec, report)
            return
        total, part = promql.selector(spec.total), promql.selector(getattr(spec, spec.part))
        if part.metric != total.metric:
            text = f"{spec.part} and total are different metrics: {part.metric}, {total.metric}"
            report.note("SLO123", text, spec.at(spec.part), "a ticket watches that errors do not exceed total")
            return
        self._subset(spec, spec.part, total, part, report)

    def _check_side(self, spec: RatioSpec, name: str, report: Report) -> None:
        text = getattr(spec, name)
        if promql_free.is_windowed(text):
            measured.check(spec, name, report)
            return
        try:
            promql.selector(text)
        except promql.PromqlError as error:
            said, hint = str(error), _LIKE
            if said.startswith("a bare selector is needed"):
                said = "a bare selector is needed, or events per second over $window"
                hint = "like sum(rate(http_requests_total[$window]))"
            report.error("SLO120", said, spec.at(name), hint)

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
