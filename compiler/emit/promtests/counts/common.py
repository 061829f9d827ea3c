"""How cases about counts are put."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from compiler import names
from compiler.emit.promtests.stage.case import Case, Value, active, counted
from compiler.emit.promtests.stage.feeds import NONE, Events, line
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.subject import identify
from compiler.rules.rule import FAST
from compiler.units import Duration

RATE = 1_000
"""Events a step in steady traffic."""
BESIDE: Events = (20, 10)
"""The same of a second target."""


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
        nearest = ""
        if self.live.subject.sampled:  # few events: a tenth more must show
            nearest, value = "0.01", None if value is None else _hundredths(value)
        if window == frame.base:
            return counted(at, frame.rate(events), identity, value, f"{frame.base.seconds} * ", nearest)
        return counted(at, frame.increase(events, window), identity, value, nearest=nearest)

    def silent(self, position: int) -> Iterator[Value]:
        """No page at this position."""
        for alert in self.live.subject.alerts:
            if alert.kind == names.BURN and alert.speed == FAST:
                yield active(self.live.at(position), identify(alert), expected=False)

    def beside(self, position: int) -> tuple[dict[str, str], list[Value]]:
        """A second target without a gap, and that its events alone are counted; none where there can be none."""
        live, base, found = self.live, self.live.subject.context.frame.base, {}
        for feed, text in live.subject.sources or ():
            other = live.subject.example(feed, "b") or text
            if other != text:
                found[other] = line(feed, NONE, BESIDE, position + 1)
        held = {"errors": BESIDE[1] * live.base, "total": sum(BESIDE) * live.base}
        return found, [self.events(position, e, base, number if found else None) for e, number in held.items()]


def _hundredths(value: float) -> float:
    """As ``round(…, 0.01)`` of PromQL does it: halves go up."""
    hundredths = floor(100 * value + 0.5)
    return hundredths / 100 if hundredths % 100 else hundredths // 100
