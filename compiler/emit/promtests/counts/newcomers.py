"""Tests of what is counted of the new: a target, a series, a probe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.emit.promtests.counts.common import RATE, Counts
from compiler.emit.promtests.stage.case import Case, Value, constant
from compiler.emit.promtests.stage.feeds import NONE, Events, line, running
from compiler.emit.promtests.stage.subject import sibling
from compiler.rules.rule import EVENTS
from compiler.sli.kind import COUNTER, HISTOGRAM, Feed


@dataclass(frozen=True)
class Newcomers(Counts):
    """The cases of one SLO about what is new."""

    def deployed(self) -> Case:
        """A base window after two targets' first scrape every window holds what came since, and invents nothing."""
        live, checks = self.live, []
        series, targets = self._scraped((RATE - 90, 90), 2 * live.base)
        for window, form in live.forms.items():
            if form != "tap":  # whose parts overlap while it fills
                checks.append(self.events(live.base, "errors", window, targets * 90 * live.base))
                checks.append(self.events(live.base, "total", window, targets * RATE * live.base))
        frame, early = live.subject.context.frame, live.base // 2
        checks.append(self.events(0, "errors", frame.base, None))
        if not frame.slack.milliseconds:
            # Not yet a difference: a rate, stretched by half a step, in the end by the one step that is missing.
            # What was there at the first scrape is not born.
            for steps, stretched in {early: early + 0.5, live.base - 1: live.base}.items():
                for events, each in (("errors", 90), ("total", RATE)):
                    checks.append(self.events(steps, events, frame.base, targets * each * stretched))
        return self.case(f"{live.subject.context.frame.base} after the first scrape", series, checks)

    def _scraped(self, each: tuple[int, int], more: int) -> tuple[dict[str, str], int]:
        """Series of two targets, or of one where the selector names it, that had counted something before."""
        subject, series = self.live.subject, {}
        for feed, text in subject.sources or ():
            other = subject.example(feed, "b") or text
            series.update(dict.fromkeys((text, other), line(feed, (5_000, 5_000), each, more)))
        return series, len(series) // len(subject.sources or ())

    def idle(self) -> Case:
        """A new service without a single event has windows of 0, none that is no number."""
        live, checks = self.live, []
        series, _ = self._scraped((0, 0), 2 * live.base)
        checks += [self.events(live.base // 2, events, live.subject.context.frame.base, 0) for events in EVENTS]
        for window in live.forms:
            checks += [self.events(live.base, events, window, 0) for events in EVENTS]
        return self.case("a new service without an event counts none", series, checks)

    def first(self, bad: int) -> Case:
        """Two scrapes of each of two new probes are four events in every window, where each of its parts is new."""
        live, checks = self.live, []
        series = {text: running(feed, 1 - bad, bad, live.base) for feed, text in live.subject.sources or ()}
        if not any(feed.recorded for feed, _ in live.subject.sources or ()):
            series |= {sibling(text): values for text, values in series.items()}
        events = 2 * len(series)
        for window in live.forms:
            checks += [self.events(1, "total", window, events), self.events(1, "errors", window, events * bad)]
        return self.case(f"the first two scrapes of a probe are two {'errors' if bad else 'events'}", series, checks)

    def found(self) -> Case:
        """What a new target's first scrape finds is not born, whatever else was known of its instance before."""
        live, sources = self.live, self.live.subject.sources or ()
        passed = live.subject.passed_over([feed for feed, _ in sources])
        older = {text: constant(777, live.moment + 1) for _, text in passed}
        series = {text: f"_x{live.moment} {line(feed, (5_000, 5_000), NONE, 1)}" for feed, text in sources}
        beside, checks = self.beside(live.moment)
        return self.case(
            "what a first scrape finds is not new, whatever else is older", older | beside | series, checks
        )

    def beside_older(self) -> Iterator[Case]:
        """Errors that come as a series of their own, beside older ones of the same target, are counted at once."""
        live, old, born = self.live, dict[str, str](), dict[str, str]()
        brief: dict[str, str] = {}
        for feed, text in live.subject.sources or ():
            old[text] = line(feed, (5_000, 5_000), NONE, live.moment + 2 * live.base)
            born[sibling(text)] = f"_x{live.moment} {line(feed, (RATE - 90, 90), NONE, live.base + 1)}"
            brief[sibling(text)] = f"_x{live.moment} {line(feed, (10, 40), (20, 50), 1)}"
            brief[sibling(text, "idle")] = f"_x{live.moment} {line(feed, NONE, NONE, 1)}"
        base = live.subject.context.frame.base
        held = {-1: 0, 0: 90, live.base - 1: 90, live.base: 0}
        checks = [self.events(live.moment + later, "errors", base, number) for later, number in held.items()]
        yield self.case("errors of a new series beside older ones are counted", old | born, checks)
        if HISTOGRAM in live.subject.forms:
            yield self._brief(old, brief, 0)

    def good_beside_older(self) -> Iterator[Case]:
        """What is good is told by a second metric: new series of both, beside older ones, are counted at once."""
        live, sources = self.live, self.live.subject.sources or ()
        if [(feed.form, feed.good, feed.bad) for feed, _ in sources] != [(COUNTER, 1, 1), (COUNTER, 1, 0)]:
            return
        series, young, brief, each = {}, {}, {}, (20, 10)
        for feed, text in sources:
            series[text] = line(feed, (5_000, 5_000), each, live.moment + 2 * live.base)
            young[sibling(text)] = self._young(feed, (RATE - 90, 90), (4, 3))
            brief[sibling(text)] = f"_x{live.moment} {line(feed, (10, 40), (20, 50), 1)}"
        steady = each[1] * live.base
        before = self.events(live.moment - 1, "errors", live.subject.context.frame.base, steady)
        checks = [before, *self._of_young(steady, 90)]
        yield self.case("events and good ones of new series beside older ones are counted", series | young, checks)
        yield self._brief(series, brief, steady)

    def born(self) -> Iterator[Case]:
        """The first error makes a series that was not there."""
        live, sources, base = self.live, self.live.subject.sources or (), self.live.subject.context.frame.base
        first = next(((feed, text) for feed, text in sources if not feed.good), None)
        if not first:
            return
        feed, errors = first
        old = {text: line(each, (7, 7), (RATE, 0), live.moment + 2 * live.base) for each, text in sources}
        checks = [self.events(live.moment - 1, "errors", base, 0), *self._of_young(0, 90)]
        text = "no error series is no error, and the first errors of a new one are counted"
        yield self.case(text, old | {errors: self._young(feed, (0, 90), (0, 7))}, checks)
        young = {text: f"_x{live.moment - 2} {constant(7, 4)}" for _, text in sources}
        checks = [self.events(live.moment + later, "errors", base, 90) for later in (0, 1)]
        text = "the first errors of a target that is new itself are counted"
        yield self.case(text, young | {errors: f"_x{live.moment} {constant(90, 2)}"}, checks)
        yield self._anew(feed, errors)
        brief = {errors: f"_x{live.moment} {line(feed, (0, 40), (0, 50), 1)}"}
        yield self._brief({text: each for text, each in old.items() if text != errors}, brief, 0)
        yield from self._never()

    def _anew(self, feed: Feed, errors: str) -> Case:
        """Of a process that began again in its place the errors come back later than everything else."""
        live, base, away = self.live, self.live.subject.context.frame.base, 2 * self.live.base
        back = live.moment + away
        sources, length = live.subject.sources or (), back + 2 * live.base
        series = {text: line(each, (7, 7), (RATE, 0), length) for each, text in sources}
        before, since = line(feed, (0, 5_000), NONE, live.moment - 1), line(feed, (0, 90), NONE, live.base + 1)
        series[errors] = f"{before} _x{away} {since}"
        checks = [
            self.events(back + later, "errors", base, held)
            for later, held in ((-1, 0), (0, 90), (live.base - 1, 90), (live.base, 0))
        ]
        return self.case("the first errors since a restart are counted", series, checks)

    def _brief(self, old: dict[str, str], born: dict[str, str], steady: int) -> Case:
        """Series that are born, count once more and end count for a base window like everything else.

        Args:
            old: series that go on.
            born: those that end, of 40 errors and then of 50 more.
            steady: errors of the old ones in a base window.
        """
        live = self.live
        held = {0: 40, 1: 90, live.base - 1: 90, live.base: 50, live.base + 1: 0}
        base = live.subject.context.frame.base
        checks = [self.events(live.moment + later, "errors", base, steady + new) for later, new in held.items()]
        return self.case(
            "errors of series that end as soon as they are born count as long as others", old | born, checks
        )

    def _never(self) -> Iterator[Case]:
        """Neither an error series nor an event: no error, and not no number."""
        live, sources, base = self.live, self.live.subject.sources or (), self.live.subject.context.frame.base
        errors = [text for feed, text in sources if not feed.good]
        if errors:
            series = {text: running(feed, 0, 0, live.moment + 1) for feed, text in sources if text not in errors}
            checks = [self.events(live.moment, events, base, 0) for events in ("errors", "total")]
            yield self.case("no error series and no event is no error", series, checks)

    def _young(self, feed: Feed, first: Events, again: Events) -> str:
        """A series that is born at the moment, and begins again before it is a base window old."""
        live = self.live
        return f"_x{live.moment} {line(feed, first, NONE, self._youth - 1)} {line(feed, again, NONE, live.base + 1)}"

    @property
    def _youth(self) -> int:
        """Steps after which it begins again."""
        return max(self.live.base - 2, 1)

    def _of_young(self, steady: int, born: int) -> Iterator[Value]:
        """It counts from its birth until it begins again, and once that is past nothing of it is new.

        Args:
            steady: errors that come besides in a base window.
            born: errors with which the series is born.
        """
        live, frame = self.live, self.live.subject.context.frame
        for later in dict.fromkeys((0, self._youth - 1)):
            yield self.events(live.moment + later, "errors", frame.base, steady + born)
        if not frame.slack.milliseconds:  # else a rate still reaches back to where it began again
            yield self.events(live.moment + self._youth + live.base - 1, "errors", frame.base, steady)
