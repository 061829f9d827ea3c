"""Tests of what is counted: source series in, the fast group's windows out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.emit.promtests.counts.begun import Begun
from compiler.emit.promtests.counts.common import BESIDE, RATE, Counts
from compiler.emit.promtests.counts.newcomers import Newcomers
from compiler.emit.promtests.counts.restarts import Restarts
from compiler.emit.promtests.stage.case import Case, Value, constant, flat
from compiler.emit.promtests.stage.feeds import NONE, line, running
from compiler.emit.promtests.stage.scenario import Burst, Incident
from compiler.sli.kind import LEVEL, RECOVERY
from compiler.units import Duration

_MANY = 1_000_000
"""Events a step in much traffic."""


@dataclass(frozen=True)
class Counting(Counts):
    """The counting cases of one SLO."""

    def cases(self) -> Iterator[Case]:
        """All of them."""
        settled, new = Counting(self.live.settled), Newcomers(self.live)
        yield settled._windows()
        if self.live.subject.sampled:
            yield from map(new.first, (0, 1))
            yield settled._hole()
        yield from Begun(self.live).cases()
        if self.live.subject.counters:
            yield new.deployed()
            yield new.idle()
            yield new.found()
            if "selector_good" not in self.live.subject.facts:  # where errors are what is not good, none is born
                yield from new.beside_older()
            if "latency_bucket" in self.live.subject.facts:  # but of a histogram, whose count and buckets are
                yield from new.good_beside_older()
            yield from new.born()
            yield from Restarts(self.live).cases()
            yield from settled._gap()
            yield self._recovery()
        else:
            yield self._nothing()

    def _nothing(self) -> Case:
        """What is not measured is neither good nor bad; of counters the first scrape tells that."""
        base = self.live.subject.context.frame.base
        checks = [self.events(1, events, base, None) for events in ("errors", "total")]
        return self.case("what is not measured is no event", {}, checks)

    def _windows(self) -> Case:
        """A burst, seen at its beginning, at the seams of a window's parts, at its very end, and just after."""
        live = self.live
        gauge = live.subject.sampled
        burst = Burst(0, 1, 0) if gauge else Burst(0, 90, RATE)
        checks = []
        for window in live.forms:
            for age, held in self._ages(window):
                steady = live.steps(window) if gauge else 0
                errors, total = int(burst.errors * held), int(burst.total * held) + steady
                checks.append(self.events(live.moment + age, "errors", window, errors))
                checks.append(self.events(live.moment + age, "total", window, total))
            checks += self._parts(window) if gauge else ()
        length = live.moment + live.longest + 2 * live.base
        series = live.sources(Incident((burst,), live.steady), length) | self._others(length)
        return self.case("every window counts a burst once, to its very end", series, checks)

    def _parts(self, window: Duration) -> Iterator[Value]:
        """A part of an error, where that is all that a window's body ever counts of it."""
        live, length = self.live, self.live.steps(window)
        weights = {age: live.reach.weight(length, age) for age in range(live.base, length)}
        if weights and max(weights.values()) < 1:
            age = max(weights, key=lambda each: (weights[each], -each))
            yield self.events(live.moment + age, "errors", window, weights[age])

    def _hole(self) -> Case:
        """Scrapes that did not come are no events, in any part of a window."""
        live, checks, away = self.live, [], max(1, self.live.base // 3)
        length = live.moment + live.longest + 3 * live.base
        rest = length - live.moment - away
        series = {
            text: flat([(feed.good, live.moment), (None, away), (feed.good, rest)])
            for feed, text in live.subject.sources or ()
        }
        for window in live.forms:
            steps = live.steps(window)
            for age, _ in self._ages(window):
                missed = sum(live.reach.weight(steps, age + more) for more in range(away))
                checks.append(self.events(live.moment + away - 1 + age, "total", window, steps - missed))
        return self.case("scrapes that did not come are no events", series, checks)

    def _others(self, length: int) -> dict[str, str]:
        """Busy series that no selector finds."""
        subject = self.live.subject
        return {
            text: constant(0, length) if feed.form == LEVEL else running(feed, 777, 777, length)
            for feed, text in subject.passed_over([feed for feed, _ in subject.sources or ()])
        }

    def _ages(self, window: Duration) -> Iterator[tuple[int, bool]]:
        """The ages at which the answer of a window changes, from both sides where it is whole."""
        last: bool | None = None
        before: int | None = None
        for age in range(self.live.steps(window) + self.live.base):
            held = self.live.holds(window, age)
            if held is not None and (held != last or before != age - 1):
                if last is not None and before is not None:
                    yield before, last
                yield age, held
            elif held and age == self.live.base - 1:  # where a part that began too early would count it twice
                yield age, held
            if held is not None:
                last, before = held, age

    def _half(self) -> int:
        """Errors a million events that spend half of what the lowest tier allows."""
        budget = float(str(self.live.subject.context.objective.budget))
        factors = [float(tier.factor.value) for tier in self.live.subject.context.objective.tiers]
        return round(500_000 * budget * min(factors, default=1.0))

    def _recovery(self) -> Case:
        """After a gap the last value known is looked for as far back as an hour."""
        live, checks, series = self.live, [], {}
        assert live.subject.sources is not None
        within, beyond = live.steps(RECOVERY) - live.base, live.steps(RECOVERY) + live.base
        back = live.moment + within
        again = back + live.moment + beyond
        good, bad = RATE - 90, 90
        for feed, text in live.subject.sources:
            first, second, third = (
                line(feed, (good * start, bad * start), (good, bad), live.moment - 1) for start in (0, back, again)
            )
            series[text] = f"{first} _x{within} {second} _x{beyond} {third}"
        base = live.subject.context.frame.base
        beside, alone = self.beside(again)
        more = live.base if beside else 0
        checks.append(self.events(back, "total", base, RATE * (within + 1) + sum(BESIDE) * more))
        checks.append(self.events(back, "errors", base, 90 * (within + 1) + BESIDE[1] * more))
        title = f"a gap is bridged as long as it is shorter than {RECOVERY}"
        return self.case(title, beside | series, [*checks, *alone])

    def _gap(self) -> Iterator[Case]:
        """What happened while nothing was scraped is counted once it is; at half of what is allowed nothing pages."""
        live, subject = self.live, self.live.subject
        missing = live.steps(Duration.of("15m"))
        longest = max(live.forms)
        if live.forms[longest] != "head" or live.steps(longest) < missing + 5 * live.base:
            return
        assert subject.sources is not None
        series, errors, first = {}, self._half(), live.moment + missing + 1
        good, bad = _MANY - errors, errors
        for feed, text in subject.sources:
            tail = line(feed, (good * first, bad * first), (good, bad), live.steps(longest))
            series[text] = f"{line(feed, NONE, (good, bad), live.moment)} _x{missing} {tail}"
        asked = live.moment + missing + 3 * live.base
        checks = [
            self.events(asked, "errors", longest, errors * live.steps(longest)),
            self.events(asked, "total", longest, _MANY * live.steps(longest)),
            *self.silent(live.moment + missing // 2),
            *self.silent(live.moment + missing + 1),
            *self.silent(asked),
        ]
        yield self.case("a gap of 15m in scraping loses nothing", series, checks)
