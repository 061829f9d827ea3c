"""Tests of the period group: the base series in; tiles, budget and its alerts out.

They are evaluated every four hours, where the group records one tile in sixty: sums over tiles are a sixtieth,
averages are right. A tile is what was fed four minutes before its evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, nextafter

from compiler import names
from compiler.burn.policy import at_risk_window
from compiler.emit.promtests.case import Case, Fired, Value, braces, constant, counted, firing, spikes
from compiler.emit.promtests.expected import fired
from compiler.emit.promtests.span import EVERY, PER, Span
from compiler.emit.promtests.subject import Subject, identify
from compiler.names import TILE
from compiler.promql import series
from compiler.rules.info import info
from compiler.rules.rule import Alert
from compiler.rules.windows import of_window, tile
from compiler.units import Duration

_TOTAL = 6_000.0
"""Events of each tile."""


def period(subject: Subject) -> Iterator[Case]:
    """The cases of one SLO."""
    made = Period(subject)
    yield made.recorded()
    yield made.ends()
    yield made.idle()
    for alert in subject.alerts:
        if alert.kind == names.SPENT:
            yield from made.spent(alert)
        elif alert.kind == names.AT_RISK:
            yield from made.at_risk(alert)


@dataclass(frozen=True)
class Period:
    """One SLO whose base series are fed; every position is a number of evaluations."""

    subject: Subject

    @cached_property
    def span(self) -> Span:
        """The SLO's own window."""
        return Span(self.subject)

    @property
    def _budget(self) -> float:
        return float(str(self.subject.context.objective.budget))

    def _case(self, text: str, fed: Mapping[str, str], values: list[Value], told: Fired | None = None) -> Case:
        return Case(f"{self.subject.context.title}: {text}", TILE, fed, values, [told] if told else [])

    def _fed(self, errors: Mapping[int, float], evaluations: int, total: float = _TOTAL) -> dict[str, str]:
        """The base series: so many errors in the tiles of these evaluations, so many events in every one."""
        interval, frame = self.subject.context.interval.seconds, self.subject.frame
        count = evaluations * PER + 2
        places = {at * PER - 1: number / interval for at, number in errors.items()}
        return {
            frame.rate("errors"): spikes(places, count),
            frame.rate("total"): constant(total / interval, count),
        }

    def _named(self, metric: str) -> str:
        return self.subject.frame.named(metric)

    # What is recorded

    def recorded(self) -> Case:
        """Tiles, the budget, its remainder, coverage, and what dashboards know of the SLO."""
        subject, identity = self.subject, self.subject.identity
        last, frame, context = 3, self.subject.frame, subject.context
        at = EVERY * last
        errors = 6.0
        total = self.span.held(last) * _TOTAL
        remaining = 1 - errors / self._allowed(last)
        values = [
            counted(at, tile("errors", frame), identity, int(errors)),
            counted(at, tile("total", frame), identity, int(_TOTAL)),
            counted(at, self._own("errors"), identity, int(errors)),
            counted(at, self._own("total"), identity, int(total)),
            *self._budgets(at),
            self._rounded(at, names.COVERAGE, self.span.coverage(last)),
            self._rounded(at, names.REMAINING, remaining),
            Value(at, context.frame.named(names.INFO), ((series(names.INFO, info(context)), 1),)),
        ]
        fed = self._fed({last: errors}, last + 1) | self._others(last + 1)
        # Before and after what a tile holds there are errors that it must pass over.
        places = {last * PER - 2: 700.0, last * PER - 1: errors, last * PER: 900.0}
        interval = self.subject.context.interval.seconds
        held = {place: number / interval for place, number in places.items()}
        fed[frame.rate("errors")] = spikes(held, (last + 1) * PER + 2)
        return self._case("tiles, budget and what is known of it", fed, values)

    def _budgets(self, at: Duration) -> Iterator[Value]:
        """The budget; where groups have objectives of their own, that of each and that of the others."""
        subject = self.subject
        group_by = subject.context.objective.group_by
        if not group_by or not group_by.objectives:
            name = subject.context.frame.named(names.BUDGET)
            yield Value(at, name, ((name, self._budget),))
            return
        yield Value(at, self._named(names.BUDGET), ((self._named(names.BUDGET), self._budget),))
        for value, objective in sorted(group_by.objectives.items()):
            name = subject.context.frame.within(subject.context.grouped_by[0], value).named(names.BUDGET)
            yield Value(at, name, ((name, float(str(objective.complement))),))

    def _others(self, evaluations: int) -> dict[str, str]:
        """The total of each group that has an objective of its own."""
        group_by, found = self.subject.context.objective.group_by, {}
        for value in group_by.objectives if group_by else ():
            frame = self.subject.context.frame.within(self.subject.context.grouped_by[0], value)
            found[frame.rate("total")] = constant(1, evaluations * PER + 2)
        return found

    def ends(self) -> Case:
        """What lies just inside the window counts, what lies just outside does not."""
        identity, whole = self.subject.identity, self.span.evaluations
        calendar = self.subject.context.objective.period
        first, last = (whole, whole + 1) if calendar else (2, whole + 2)
        fed = self._fed({first: 1_000.0, first + 1: 30.0}, last)
        at, before = EVERY * last, 1_000 if calendar else 1_030
        values = [
            counted(at, self._own("errors"), identity, 30),
            counted(at - EVERY, self._own("errors"), identity, before),
            counted(at, self._own("total"), identity, int(_TOTAL * self.span.held(last))),
        ]
        text = f"{self.subject.context.objective.window_name} counts what lies just inside, not just outside"
        return self._case(text, fed, values)

    def _own(self, events: str) -> str:
        """The events of the SLO's own window."""
        return of_window(events, self.subject.context.objective, self.subject.frame)

    def _rounded(self, at: Duration, metric: str, value: float) -> Value:
        shown = f"round({self._named(metric)}, 0.000001)"
        return Value(at, shown, ((braces(self.subject.identity), round(value, 6)),))

    def idle(self) -> Case:
        """Without traffic all of the budget is left."""
        at = EVERY * 3
        value = Value(at, self._named(names.REMAINING), ((self._named(names.REMAINING), 1),))
        return self._case("an idle service has its whole budget", self._fed({}, 4, total=0), [value])

    # What is raised

    def _errors_leaving(self, share: float, at: int) -> float:
        """Errors that leave this share of the budget."""
        return (1 - share) * self._allowed(at)

    def _allowed(self, at: int) -> float:
        """Errors that the budget of a full window allows, as Prometheus multiplies it."""
        return self._budget * max(self.span.expected(at, _TOTAL), 1)

    def spent(self, alert: Alert) -> Iterator[Case]:
        """All of the budget spent, not quite, and to the last error."""
        labels, at = identify(alert), EVERY * 3
        for left in (-0.02, 0.02):
            text = f"{'no' if left < 0 else 'a little'} budget left"
            values = [firing(at, labels, left < 0), firing(at - EVERY, labels, False)]
            told = fired(alert, self.subject, at, {"used": 100 * (1 - left)}) if left < 0 else None
            yield self._case(text, self._fed({3: self._errors_leaving(left, 3)}, 5), values, told)
        whole = self._whole(3)
        if whole and not self.subject.context.objective.period:
            yield self._case("exactly spent", self._fed({3: whole}, 5), [firing(at, labels, True)])

    def _whole(self, at: int) -> float | None:
        """Errors that spend exactly the budget, in doubles; None if none was found."""
        interval, allowed = self.subject.context.interval.seconds, self._allowed(at)
        near = (allowed, nextafter(allowed, inf), nextafter(allowed, 0))
        return next((n for n in near if interval * (n / interval) / allowed == 1), None)

    def at_risk(self, alert: Alert) -> Iterator[Case]:
        """What the last tenth spent, spent again, is more than is left, or not quite; or there is no history."""
        behind = -(-self._recent.milliseconds // EVERY.milliseconds) + 2
        yield self._risk(alert, behind, (0.3, 0.302), True)
        yield self._risk(alert, behind, (0.3, 0.298), False)
        yield self._risk(alert, behind, (-0.1, 0.5), False)
        if behind > 6:
            yield self._risk(alert, 3, (0.3, 0.5), False)

    @property
    def _recent(self) -> Duration:
        """The last tenth of the window."""
        return at_risk_window(self.subject.context.objective.window)

    def _risk(self, alert: Alert, last: int, shares: tuple[float, float], expected: bool) -> Case:
        """Errors at the last evaluation but one leave a share; the last tenth is fed as having spent another."""
        left, again = shares
        frame, labels, recent = self.subject.frame, identify(alert), self._recent
        count = (last + 2) * PER + 2
        # What a calendar period allows is less from one evaluation to the next here, where most tiles are missing.
        held = last if expected else last + 1
        spent = again * self._allowed(held) / self.span.again(held)
        errors = self._errors_leaving(left, held)
        fed = self._fed({last: errors}, last + 2) | {
            frame.increase("errors", recent): constant(spent, count),
            frame.increase("total", recent): constant(4 * spent, count),
        }
        at = EVERY * (last + 1)
        values = [firing(at, labels, expected), firing(EVERY * last, labels, False)]
        used = 100 * errors / self._allowed(last + 1)
        told = {"used": used, "remaining": 100 - used, "recent": 25.0}
        text = f"{left:.0%} left, {again:.1%} spent of late, after {EVERY * last} of history"
        return self._case(text, fed, values, fired(alert, self.subject, at, told) if expected else None)
