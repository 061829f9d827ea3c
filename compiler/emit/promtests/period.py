"""Tests of the period group: the base series in; tiles, budget and its alerts out.

They are evaluated every four hours, where the group records one tile in sixty: sums over tiles are a sixtieth,
averages are right. A tile is what was fed four minutes before its evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler import names
from compiler.emit.promtests.alerts.risk import AtRisk
from compiler.emit.promtests.clock import calendar
from compiler.emit.promtests.stage.case import Case, Value, constant, counted, firing, spikes
from compiler.emit.promtests.stage.expected import fired
from compiler.emit.promtests.stage.span import EVERY, PER
from compiler.emit.promtests.stage.subject import Subject, identify
from compiler.emit.promtests.stage.tiles import TOTAL, Tiles, steady
from compiler.names import TILE
from compiler.promql import series
from compiler.rules.info import info
from compiler.rules.rule import EVENTS, Alert
from compiler.rules.windows import tile
from compiler.units import Duration


def period(subject: Subject) -> Iterator[Case]:
    """The cases of one SLO."""
    made = Period(subject)
    yield from made.cases()
    yield from calendar(made)
    for alert in subject.alerts:
        if alert.kind == names.SPENT:
            yield from made.spent(alert)
        elif alert.kind == names.AT_RISK:
            yield from AtRisk(subject, alert).cases()


@dataclass(frozen=True)
class Period(Tiles):
    """The cases of what is recorded, and of BudgetSpent."""

    def cases(self) -> Iterator[Case]:
        """What is recorded."""
        yield self.recorded()
        yield self.one_tile()
        yield self.ends()
        yield self.all_of_it()
        yield self.idle()
        yield self.few()

    def recorded(self) -> Case:
        """Tiles, the budget, its remainder, coverage, and what dashboards know of the SLO."""
        subject, identity = self.subject, self.subject.identity
        last, frame, context = 3, self.subject.frame, subject.context
        at = EVERY * last
        errors = 6.0
        total = self.span.held(last) * TOTAL
        remaining = 1 - errors / self.allowed(last)
        values = [
            counted(at, tile("errors", frame), identity, int(errors)),
            counted(at, tile("total", frame), identity, int(TOTAL)),
            counted(at, self.own("errors"), identity, int(errors)),
            counted(at, self.own("total"), identity, int(total)),
            *self._budgets(at),
            self.rounded(at, names.COVERAGE, self.span.coverage(last)),
            self.rounded(at, names.REMAINING, remaining),
            Value(at, context.frame.named(names.INFO), ((series(names.INFO, info(context)), 1),)),
        ]
        fed = self.fed({last: errors}, last + 1) | self._others(last + 1)
        # Before and after what a tile holds there are errors that it must pass over.
        places = {last * PER - 2: 700.0, last * PER - 1: errors, last * PER: 900.0}
        interval = self.subject.context.interval.seconds
        held = {place: number / interval for place, number in places.items()}
        fed[frame.rate("errors")] = spikes(held, (last + 1) * PER + 2)
        return self.case("tiles, budget and what is known of it", fed, values)

    def _budgets(self, at: Duration) -> Iterator[Value]:
        """The budget; where groups have objectives of their own, that of each and that of the others."""
        subject = self.subject
        group_by = subject.context.objective.group_by
        if not group_by or not group_by.objectives:
            name = subject.context.frame.named(names.BUDGET)
            yield Value(at, name, ((name, self.budget),))
            return
        yield Value(at, self.named(names.BUDGET), ((self.named(names.BUDGET), self.budget),))
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

    def one_tile(self) -> Case:
        """A tile holds four minutes that ended an interval ago: samples at its ends, and none beside them."""
        interval, identity, frame = self.subject.context.interval, self.subject.identity, self.subject.frame
        now = EVERY.milliseconds // interval.milliseconds - self.subject.late(interval)
        whole = TILE.milliseconds // interval.milliseconds
        found, values = {}, []
        for events, unit in zip(EVENTS, (3, 5), strict=True):
            came = {now: 700, now - 1: unit, now - whole: 10 * unit, now - whole - 1: 9_000}
            fed = {at: n / interval.seconds for at, n in came.items()}
            found[frame.rate(events)] = spikes(fed, now + 2 + self.subject.late(interval))
            values.append(counted(EVERY, tile(events, frame), identity, 11 * unit))
        text = f"a tile holds {TILE} that ended {interval} ago"
        return Case(f"{self.subject.context.title}: {text}", interval, found, values)

    def ends(self) -> Case:
        """What lies just inside the window counts, what lies just outside does not."""
        identity, whole = self.subject.identity, self.span.evaluations
        calendar = self.subject.context.objective.period
        first, last = (whole, whole + 1) if calendar else (2, whole + 2)
        fed = self.fed({first: 1_000.0, first + 1: 30.0}, last)
        at, before = EVERY * last, 1_000 if calendar else 1_030
        values = [
            counted(at, self.own("errors"), identity, 30),
            counted(at - EVERY, self.own("errors"), identity, before),
            counted(at, self.own("total"), identity, int(TOTAL * self.span.held(last))),
            self.rounded(at, names.COVERAGE, self.span.coverage(last)),
        ]
        text = f"{self.subject.context.objective.window_name} counts what lies just inside, not just outside"
        return self.case(text, fed, values)

    def all_of_it(self) -> Case:
        """The remainder and what is known of it are of the whole window, whose halves differ, and of no more."""
        last, came = self.uneven()
        errors = 0.7 * self.allowed(last, came)
        values = [
            self.remaining(last, errors, came),
            self.rounded(EVERY * last, names.COVERAGE, self.span.coverage(last)),
        ]
        fed = self.fed({self.span.tiles(last)[0]: errors / 4, last: 0.75 * errors}, last + 1, came)
        return self.case("the budget is that of the traffic of a whole window", fed, values)

    def idle(self) -> Case:
        """Without traffic all of the budget is left."""
        at = EVERY * 3
        value = Value(at, self.named(names.REMAINING), ((self.named(names.REMAINING), 1),))
        return self.case("an idle service has its whole budget", self.fed({}, 4, lambda _: 0), [value])

    def few(self) -> Case:
        """Less than an event in a window has the budget of one."""
        last, few = 3, 0.5 * TOTAL / self.span.expected(3, steady)
        errors = 0.25 * self.budget
        value = self.remaining(last, errors, lambda _: few)
        return self.case(
            "less than an event counts as one", self.fed({last: errors}, last + 1, lambda _: few), [value]
        )

    def spent(self, alert: Alert) -> Iterator[Case]:
        """All of the budget spent, not quite, and to the last error."""
        labels, at = identify(alert), EVERY * 3
        for left in (-0.02, 0.02):
            text = f"{'no' if left < 0 else 'a little'} budget left"
            values = [firing(at, labels, left < 0), firing(at - EVERY, labels, False)]
            told = fired(alert, self.subject, at, {"used": 100 * (1 - left)}) if left < 0 else None
            yield self.case(text, self.fed({3: self.leaving(left, 3)}, 5), values, told)
        whole = self.whole(3)
        if whole:
            yield self.case("exactly spent", self.fed({3: whole}, 5), [firing(at, labels, True)])
