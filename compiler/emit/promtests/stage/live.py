"""Source series of an incident, and what the fast group's windows make of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import ceil

from compiler.emit.promtests.stage.case import constant, flat
from compiler.emit.promtests.stage.feeds import Base, Events, fed
from compiler.emit.promtests.stage.reach import Reach, places
from compiler.emit.promtests.stage.scenario import Ages, Burst, Edge, Incident
from compiler.emit.promtests.stage.subject import Subject
from compiler.rules.alerts import KEEP_PAGE
from compiler.rules.rule import FAST, Alert
from compiler.units import Duration


@dataclass(frozen=True)
class Live:
    """The time of one SLO's fast tests; every position and age is a number of steps of the rule interval."""

    subject: Subject
    moment: int = 0
    """The position of asking."""

    def asked(self, moment: int) -> Live:
        """The same, asked at another position."""
        return Live(self.subject, moment)

    @property
    def settled(self) -> Live:
        """Asked behind the longest window and what it needs to settle."""
        return self.asked(self.longest + 3 * self.base)

    def after(self, incident: Incident) -> Live:
        """Asked as soon as every burst is counted: a counter needs a base window of history, a probe all of it."""
        if self.steady:
            whole = max((self.steps(burst.age) for burst in incident.bursts), default=0) >= self.longest
            return self.asked(2 * self.longest + 3 * self.base) if whole else self.settled
        ages = [self.steps(burst.age) for burst in incident.bursts]
        oldest = max((age for age in ages if age < self.longest + self.base), default=0)
        return self.asked(oldest + self.base + 2)

    @property
    def step(self) -> Duration:
        """The interval of scrapes and rules in these tests."""
        return self.subject.context.interval

    @property
    def seconds(self) -> int:
        """The same in seconds."""
        return self.step.seconds

    @property
    def base(self) -> int:
        """Steps of the base window."""
        return self.reach.base

    @property
    def longest(self) -> int:
        """Steps of the longest window of this group."""
        return max(length for length, _ in self.reach.windows)

    def steps(self, duration: Duration | float) -> int:
        """A duration, or seconds, in whole steps."""
        seconds = duration.milliseconds / 1000 if isinstance(duration, Duration) else duration
        return round(seconds / self.seconds)

    def at(self, position: int) -> Duration:
        """The time of a position, of which rules record what they see of it."""
        return self.step * position

    def seen(self, position: int) -> Duration:
        """The time at which rules see a position: later by as much as they look back."""
        return self.at(position + self.subject.late(self.step))

    @cached_property
    def forms(self) -> Mapping[Duration, str]:
        """The windows that this group records, each with its form; the base window first."""
        recorded = {window.length: window.form for window in self.subject.windows if window.speed == FAST}
        return {self.subject.frame.base: "base"} | recorded

    @cached_property
    def reach(self) -> Reach:
        """The same in steps."""
        windows = tuple((self.steps(length), form) for length, form in self.forms.items())
        return Reach(windows[0][0], windows, self.steps(KEEP_PAGE))

    @property
    def steady(self) -> float:
        """Events a second that come whatever happens: a probe's scrapes."""
        return 1 / self.seconds if self.subject.sampled else 0.0

    # Where a burst may lie

    def holds(self, window: Duration, age: int) -> bool | None:
        """Whether a window counts a burst of this age once or not at all; None where it counts a part of it."""
        return self.reach.holds(self.steps(window), age)

    def ages(self, edges: tuple[Edge, ...], index: int, telling: bool, over: bool = False) -> Ages:
        """Where bursts may lie for a tier, in seconds.

        The windows of other groups are fed, so any age does there; else the younger, the shorter the test. Where
        ``telling``, no shorter window that is recorded holds the burst that is in the long window alone; where
        ``over``, what it raised by itself is over at the moment of asking.
        """
        edge = edges[index]
        longer = tuple(self.steps(other.long) for other in edges if other.long > edge.long)
        far, behind = places(self.reach, (self.steps(edge.short), self.steps(edge.long)), longer, telling, over)
        in_seconds = [None if age is None else float(age * self.seconds) for age in (far, behind)]
        return Ages(float(self.seconds), *in_seconds)

    def spread(self, incident: Incident) -> Incident:
        """A probe fails at most once a scrape: a burst over several scrapes that every window sees alike."""
        if not self.subject.sampled:
            return incident
        bursts = tuple(part for burst in incident.bursts for part in self._parts(burst))
        return Incident(bursts, incident.steady)

    def _parts(self, burst: Burst) -> Iterator[Burst]:
        wanted = max(1, ceil(burst.errors))
        ages = list(islice(self.reach.alike(self.steps(burst.age)), wanted))
        for age in ages:
            yield Burst(age * self.seconds, burst.errors / len(ages), 0)

    # Series

    def sources(self, incident: Incident, length: int) -> dict[str, str]:
        """The source series of an incident."""
        assert self.subject.sources is not None
        found = {}
        for feed, text in self.subject.sources:
            came: dict[int, Events] = {}
            for burst in incident.bursts:
                place = self.moment - self.steps(burst.age)
                if place >= 0:
                    good, bad = came.get(place, (0, 0))
                    came[place] = (good + burst.total - burst.errors, bad + burst.errors)
            found[text] = fed(feed, came, length, Base(self.base, self.seconds))
        return found

    def fed(self, alert: Alert, incident: Incident, length: int, only: Collection[Duration] = ()) -> dict[str, str]:
        """The windows of a page that other groups record, as an incident makes them.

        Where ``only`` names some, they are empty until the moment of asking, and the others always.
        """
        found, frame = self.subject.budgets(length), self.subject.frame
        fed = {w for tier in self.subject.spoken(alert) for w in (tier.short, tier.long) if w not in self.forms}
        for window in sorted(fed):
            seconds = window.milliseconds / 1000
            for events, held in (("errors", incident.errors(seconds)), ("total", incident.total(seconds))):
                found[frame.increase(events, window)] = self._from_moment(held, length, window, only)
        return found

    def _from_moment(self, held: float, length: int, window: Duration, only: Collection[Duration]) -> str:
        if not only:
            return constant(held, length)
        later = held if window in only else 0
        return flat([(0, self.moment), (later, length - self.moment)])
