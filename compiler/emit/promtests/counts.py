"""How cases about counts are put."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler import names
from compiler.emit.promtests.case import Case, Value, active, counted
from compiler.emit.promtests.feeds import NONE, Events, line
from compiler.emit.promtests.live import Live
from compiler.emit.promtests.subject import identify
from compiler.rules.rule import FAST
from compiler.sli.kind import Feed
from compiler.units import Duration

RATE = 1_000
"""Events a step in steady traffic."""


@dataclass(frozen=True)
class Counts:
    """What they share."""

    live: Live

    def case(self, text: str, series: dict[str, str], values: list[Value]) -> Case:
        """A case with its title."""
        return Case(f"{self.live.subject.context.title}: {text}", self.live.step, series, values)

    def events(self, position: int, events: str, window: Duration, value: float | None) -> Value:
        """A window holds so many events."""
        frame, identity, at = self.live.subject.frame, self.live.subject.identity, self.live.at(position)
        nearest = "0.01" if self.live.subject.sampled else ""  # few events: a tenth more must show
        if window == frame.base:
            return counted(at, frame.rate(events), identity, value, f"{frame.base.seconds} * ", nearest)
        return counted(at, frame.increase(events, window), identity, value, nearest=nearest)

    def silent(self, position: int) -> Iterator[Value]:
        """No page at this position."""
        for alert in self.live.subject.alerts:
            if alert.kind == names.BURN and alert.speed == FAST:
                yield active(self.live.at(position), identify(alert), expected=False)

    def young(self, feed: Feed, first: Events, again: Events) -> str:
        """A series that is born at the moment, and begins again before it is a base window old."""
        live = self.live
        return f"_x{live.moment} {line(feed, first, NONE, self._youth - 1)} {line(feed, again, NONE, live.base + 1)}"

    @property
    def _youth(self) -> int:
        """Steps after which it begins again."""
        return max(self.live.base - 2, 1)

    def of_young(self, steady: int, born: int) -> Iterator[Value]:
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

    def beside(self, position: int) -> tuple[dict[str, str], list[Value]]:
        """A second target without a gap, and that its events alone are counted; none where there can be none."""
        live, base, found = self.live, self.live.subject.context.frame.base, {}
        for feed, text in live.subject.sources or ():
            other = live.subject.example(feed, "b") or text
            if other != text:
                found[other] = line(feed, NONE, (20, 10), position + 1)
        held = {"errors": 10 * live.base, "total": 30 * live.base}
        return found, [self.events(position, e, base, number if found else None) for e, number in held.items()]
