"""Tests of what is counted where a target ends, begins again, or keeps doing so."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.emit.promtests.counts.common import RATE, Counts
from compiler.emit.promtests.stage.case import Case
from compiler.emit.promtests.stage.feeds import NONE, line, value
from compiler.sli.kind import COUNTER
from compiler.units import Duration


class Restarts(Counts):
    """The cases of one SLO about targets that end or restart."""

    def cases(self) -> Iterator[Case]:
        """All of them; of counters alone."""
        yield self._ended()
        yield self._restart()
        yield self._after_restart()
        yield from self._away()
        yield self._loop()

    def _ended(self) -> Case:
        """What a target counted before it went away counts for a base window like everything else, and no longer."""
        live, frame, series = self.live, self.live.subject.context.frame, {}
        for feed, text in live.subject.sources or ():
            quiet = line(feed, (5_000, 5_000), NONE, live.moment - 1)
            series[text] = f"{quiet} {line(feed, (5_000 + RATE - 90, 5_090), (RATE - 90, 90), 1)} stale"
        checks = [
            self.events(live.moment + later, events, frame.base, each * held)
            for later, held in ((1, 2), (2, 2), (live.base - 1, 2), (live.base, 1))
            for events, each in (("errors", 90), ("total", RATE))
        ]
        if not frame.slack.milliseconds:
            gone = live.moment + live.base + 1
            checks += [self.events(gone, events, frame.base, None) for events in ("errors", "total")]
        return self.case("the last events of a target that ended count as long as others", series, checks)

    def _restart(self) -> Case:
        """Every counter begins again at 0; none of them counts an error."""
        live, checks, series = self.live, [], {}
        assert live.subject.sources is not None
        for feed, text in live.subject.sources:
            before = line(feed, (5_000, 5_000), (RATE, 0), live.moment)
            series[text] = f"{before} {line(feed, NONE, (RATE, 0), 3 * live.base)}"
        base = live.subject.context.frame.base
        for position in range(live.moment, live.moment + 2 * live.base, 3):
            checks.append(self.events(position, "errors", base, 0))
        checks += self.silent(live.moment + live.base)
        return self.case("a restart of its target is no error", series, checks)

    def _after_restart(self) -> Case:
        """A burst is counted to the last event as soon as the restart before it is too old to matter."""
        live, series = self.live, {}
        asked = live.moment + live.base + live.steps(Duration.of("2m"))
        for feed, text in live.subject.sources or ():
            before = line(feed, (50_000, 50_000), NONE, live.moment - 1)
            idle = line(feed, (5_000, 5_000), NONE, asked - live.moment - 1)
            series[text] = f"{before} {idle} {value(feed, (5_000 + RATE - 90, 5_090))}"
        base = live.subject.context.frame.base
        checks = [self.events(asked, "errors", base, 90), self.events(asked, "total", base, RATE)]
        return self.case("a burst some minutes after a restart is counted whole", series, checks)

    def _away(self) -> Iterator[Case]:
        """Targets that come back restarted, while their last value is known, have counted nothing.

        Of a histogram that begins again 0 is recorded: a second target is needed to tell.
        """
        live, series, gap = self.live, {}, 3 * self.live.base
        for feed, text in live.subject.sources or ():
            again = line(feed, (90, 90), NONE, 2)
            series[text] = f"{line(feed, (5_000, 5_000), (RATE, 90), live.moment - 1)} _x{gap} {again}"
        more, checks = self.beside(live.moment + gap)
        if more or self.live.subject.forms == {COUNTER}:
            yield self.case("a restart in a gap is no event", more | series, checks)

    def _loop(self) -> Case:
        """A target that restarts faster than a base window is counted by its rate.

        Of the gaps between the samples in a base window those over a restart count nothing; the rest is stretched to
        the whole window.
        """
        live, checks, series = self.live, [], {}
        assert live.subject.sources is not None
        base, cycle, times = live.base, live.base - 2, 4
        for feed, text in live.subject.sources:
            each = (90.0 * (base - 1), 10.0 * (base - 1))
            again = [line(feed, NONE, each, cycle - 1)] * times
            series[text] = " ".join([line(feed, NONE, NONE, live.moment - 1), *again])
        frame = live.subject.frame
        for position in range(live.moment + 2 * cycle, live.moment + 3 * cycle):
            first = position - base + 1
            if (first - live.moment) % cycle == 0:
                continue  # a window that begins with a restart is stretched less
            restarts = sum((at - live.moment) % cycle == 0 for at in range(first + 1, position + 1))
            for events, parts in (("errors", 1), ("total", 10)):
                checks.append(self.events(position, events, frame.base, parts * 10 * base * (base - 1 - restarts)))
        return self.case("a target that keeps restarting is counted by its rate", series, checks)
