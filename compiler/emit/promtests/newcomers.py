"""Tests of what is counted of the new: a target, a series, a probe."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.emit.promtests.case import Case, Value, counted
from compiler.emit.promtests.feeds import NONE, line, running
from compiler.emit.promtests.live import Live
from compiler.promql import Matcher, selector
from compiler.units import Duration

RATE = 1_000
"""Events a step in steady traffic."""


@dataclass(frozen=True)
class Counts:
    """How cases about counts are put."""

    live: Live

    def case(self, text: str, series: dict[str, str], values: list[Value]) -> Case:
        """A case with its title."""
        return Case(f"{self.live.subject.context.title}: {text}", self.live.step, series, values)

    def events(self, position: int, events: str, window: Duration, value: int | None) -> Value:
        """A window holds so many events."""
        frame, identity, at = self.live.subject.frame, self.live.subject.identity, self.live.at(position)
        nearest = "0.01" if self.live.subject.sampled else ""  # few events: a tenth more must show
        if window == frame.base:
            return counted(at, frame.rate(events), identity, value, f"{frame.base.seconds} * ", nearest)
        return counted(at, frame.increase(events, window), identity, value, nearest=nearest)


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
        checks.append(self.events(0, "errors", live.subject.context.frame.base, None))
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
        for window in live.forms:
            checks += [self.events(live.base, events, window, 0) for events in ("errors", "total")]
        return self.case("a new service without an event counts none", series, checks)

    def first(self) -> Case:
        """Two scrapes of a new probe are two events in every window, where each of its parts is new."""
        live, checks = self.live, []
        series = {text: running(feed, 1, 0, live.base) for feed, text in live.subject.sources or ()}
        for window in live.forms:
            checks += [self.events(1, "total", window, 2), self.events(1, "errors", window, 0)]
        return self.case("the first two scrapes are two events", series, checks)

    def sibling(self) -> Case:
        """Errors that come as a series of their own, beside older ones of the same target, are counted at once."""
        live, series = self.live, {}
        for feed, text in live.subject.sources or ():
            series[text] = line(feed, (5_000, 5_000), NONE, live.moment + 2)
            born = str(selector(text).adding(Matcher("sibling", "=", "new")))
            series[born] = f"_x{live.moment} {line(feed, (RATE - 90, 90), NONE, 2)}"
        base = live.subject.context.frame.base
        checks = [self.events(live.moment + later, "errors", base, held) for later, held in ((-1, 0), (0, 90))]
        return self.case("errors of a new series beside older ones are counted", series, checks)
