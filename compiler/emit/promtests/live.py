"""Source series of an incident, and what the fast group's windows make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from compiler.emit.promtests.case import constant, spikes, steps
from compiler.emit.promtests.scenario import Ages, Burst, Edge, Incident
from compiler.emit.promtests.subject import Subject
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

    @cached_property
    def settled(self) -> Live:
        """Asked behind the longest window and what it needs to settle."""
        return self.asked(self.longest + 3 * self.base)

    def after(self, incident: Incident) -> Live:
        """Asked as soon as every burst is counted: a counter needs a base window of history, a probe all of it."""
        if self.steady:
            return self.settled
        oldest = max(
            (self.steps(b.age) for b in incident.bursts if self.steps(b.age) < self.longest + self.base), default=0
        )
        return self.asked(oldest + self.base + 2)

    @cached_property
    def longest(self) -> int:
        """Steps of the longest window of this group."""
        return max(self.steps(length) for length in self.forms)

    @cached_property
    def step(self) -> Duration:
        """The interval of scrapes and rules in these tests."""
        return self.subject.context.interval

    @cached_property
    def base(self) -> int:
        """Steps of the base window."""
        return self.steps(self.subject.context.frame.base)

    def steps(self, duration: Duration | float) -> int:
        """A duration, or seconds, in whole steps."""
        seconds = float(duration.fraction) if isinstance(duration, Duration) else duration
        return round(seconds / float(self.step.fraction))

    def at(self, position: int) -> Duration:
        """The time of a position."""
        return self.step * position

    @cached_property
    def forms(self) -> Mapping[Duration, str]:
        """The windows that this group records, each with its form; the base window first."""
        recorded = {window.length: window.form for window in self.subject.windows if window.speed == FAST}
        return {self.subject.context.frame.base: "base"} | recorded

    @cached_property
    def steady(self) -> float:
        """Events a second that come whatever happens: a probe's scrapes."""
        return 1 / float(self.step.fraction) if self.subject.gauge else 0.0

    # Where a burst may lie

    def holds(self, window: Duration, age: int) -> bool | None:
        """Whether a window counts a burst of this age once or not at all; None where it counts a part of it.

        A burst shows in the base series for a base window. The newest term and the one before count it whole while
        it does; the body, which starts half a base window later, counts it step by step.
        """
        base, length, form = self.base, self.steps(window), self.forms[window]
        half = (base + 1) // 2
        if form == "base" or age < base:
            return age < base if form in ("base", "head") or age < base // 2 else None
        if form == "head" and age < base + base // 2:
            return True
        settled = {"tap": base, "head": 2 * base}[form] + half
        if settled <= age < length - half:
            return True
        return False if age >= length + half else None

    def _clean(self, age: int) -> bool:
        return all(self.holds(window, age) is not None for window in self.forms)

    def ages(self, edges: tuple[Edge, ...], index: int, telling: bool) -> Ages:
        """Where bursts may lie for a tier, in seconds.

        The windows of other groups are fed, so any age does there; else the younger, the shorter the test. Where
        ``telling``, no shorter window that is recorded holds the burst that is in the long window alone.
        """
        short, long = self.steps(edges[index].short), self.steps(edges[index].long)
        longer = [self.steps(edge.long) for edge in edges if edge.long > edges[index].long]
        far = [age for age in range(long - 1, short - 1, -1) if self._clean(age)]
        far = [age for age in far if self._in(long, age) and not self._in(short, age)]
        behind = [age for age in range(min(longer) - 1, long - 1, -1) if self._clean(age)] if longer else []
        behind = [age for age in behind if not self._in(long, age) and all(self._in(other, age) for other in longer)]
        seconds = float(self.step.fraction)
        live = self.step * long in self.forms
        # By itself it may fire, and the alert is kept for a while: that must be over when the rest comes.
        late = [age for age in far if age > self.base + self.steps(KEEP_PAGE)] or far
        shorter = [self.steps(w) for w in self.forms if self.steps(w) < long and telling]
        told = [age for age in late if not any(self._in(other, age) for other in shorter)] or late
        chosen = told[-1 if live else 0] if far else None
        return Ages(seconds, chosen * seconds if chosen else None, behind[0] * seconds if behind else None)

    def _in(self, length: int, age: int) -> bool:
        """Whether a window of so many steps holds a burst; fed windows hold what is younger than they are."""
        window = self.step * length
        return bool(self.holds(window, age)) if window in self.forms else age < length

    def spread(self, incident: Incident) -> Incident:
        """A probe fails at most once a scrape: a burst over several scrapes that every window sees alike."""
        if not self.subject.gauge:
            return incident
        bursts = tuple(part for burst in incident.bursts for part in self._parts(burst))
        return Incident(bursts, incident.steady)

    def _parts(self, burst: Burst) -> Iterator[Burst]:
        seconds, age = float(self.step.fraction), self.steps(burst.age)
        wanted = max(1, -int(-burst.errors // 1))
        places = list(self._alike(age))[:wanted]
        for place in places:
            yield Burst(place * seconds, burst.errors / len(places), 0)

    def _alike(self, age: int) -> Iterator[int]:
        """The age itself, then older and younger ones of which every window thinks the same."""
        yield age
        same = {window: self.holds(window, age) for window in self.forms}
        for distance in range(1, 2 * self.base):
            for other in (age + distance, age - distance):
                if other > 0 and all(self.holds(window, other) == held for window, held in same.items()):
                    yield other

    # Series

    def sources(self, incident: Incident, length: int) -> dict[str, str]:
        """The source series of an incident."""
        assert self.subject.sources is not None
        found = {}
        for feed, text in self.subject.sources:
            grown: dict[int, float] = {}
            for burst in incident.bursts:
                good, bad = burst.total - burst.errors, burst.errors
                amount = -burst.errors if feed.gauge else feed.good * good + feed.bad * bad
                place = self.moment - self.steps(burst.age)
                if place >= 0 and amount:
                    grown[place] = grown.get(place, 0) + amount
            if feed.gauge:
                found[text] = spikes({place: 1 + amount for place, amount in grown.items()}, length, rest=1)
            else:
                found[text] = steps(grown, length)
        return found

    def fed(self, alert: Alert, incident: Incident, length: int) -> dict[str, str]:
        """The windows of a page that other groups record."""
        found, frame = {}, self.subject.context.frame
        for tier in self.subject.spoken(alert):
            for window in (tier.short, tier.long):
                if window not in self.forms:
                    seconds = float(window.fraction)
                    found[frame.increase("errors", window)] = constant(incident.errors(seconds), length)
                    found[frame.increase("total", window)] = constant(incident.total(seconds), length)
        return found
