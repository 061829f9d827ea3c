"""What the rules had recorded before an incident, when all was well.

Weeks of evaluations of a healthy service are not played: their recorded series are given, as the rules would have
written them, and the rules are deployed a little while before the incident.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from compiler import names
from compiler.clock.maintenance import Weekly
from compiler.clock.period import MONDAY, Period
from compiler.clock.zone import zone
from compiler.emit.promtests.stage.subject import Subject
from compiler.replay.scenario import Step
from compiler.rules.rule import EVENTS, Context
from compiler.simulate.flow import Flow
from compiler.units import Duration

_WEEK = 604_800
_SAMPLED = Duration.of("25h")
"""How far back any rule reads the base series: no data is told by its average of a day."""
_TOTAL, _ERRORS = EVENTS


@dataclass(frozen=True)
class Past:
    """The recorded series of an SLO from the flow's beginning until its rules are deployed."""

    context: Context
    flow: Flow
    deployed: float

    @cached_property
    def series(self) -> tuple[str, ...]:
        """The base series, the tiles, and the tiles of a calendar period with its number."""
        frame, period = Subject(self.context, ()).frame, self.context.objective.period
        found = [frame.rate(events) for events in EVENTS] + [frame.increase(events, names.TILE) for events in EVENTS]
        if period:
            tagged = frame.within(period.unit, self._number(period, self.flow.begin))
            found += [tagged.named(names.tagged(events, period.unit)) for events in EVENTS]
        return tuple(found)

    def steps(self, first: int) -> Iterator[Step]:
        """Their samples.

        Args:
            first: the number of the first of the series.
        """
        tile, every = names.TILE.seconds, self.context.interval.seconds
        rated = self.deployed - _SAMPLED.seconds
        at = -(-int(self.flow.origin) // tile) * tile
        while at < self.deployed:
            values = self._rates(at) if at >= rated and at % every == 0 else {}
            values |= self._tiles(at) if at % tile == 0 else {}
            if values:
                yield Step(at, {first + number: value for number, value in values.items()})
            at += every if at >= rated - tile else tile

    def _rates(self, at: int) -> dict[int, float | str | None]:
        base = self.context.frame.base.seconds
        return {0: self._events(at, base) / base, 1: 0.0}

    def _tiles(self, at: int) -> dict[int, float | str | None]:
        length, period = names.TILE.seconds, self.context.objective.period
        found: dict[int, float | str | None] = {2: self._events(at - self.context.interval.seconds, length), 3: 0.0}
        if period and self._number(period, at - length) == self._number(period, self.flow.begin):
            found |= {4: found[2], 5: 0.0}
        return found

    def _events(self, until: float, seconds: int) -> float:
        """How many came in so many seconds, of those that count; time slices come by themselves."""
        planned = self.context.service.maintenance
        if any(active(window, until, self.context.mask) for window in planned if isinstance(window, Weekly)):
            return 0.0
        if self.context.sliced:
            return seconds / self.context.sliced.length.seconds
        return float(self.flow.come(until) - self.flow.come(until - seconds))

    @staticmethod
    def _number(period: Period, time: float) -> str:
        """The calendar period of a time, as its rule numbers it."""
        local = time + zone(period.zone).offset(time)
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=local)
        return {
            "week": f"{int(local - MONDAY) // _WEEK}",
            "month": f"{day.year * 100 + day.month}",
            "quarter": f"{day.year * 10 + (day.month + 2) // 3}",
        }[period.unit]


def active(window: Weekly, time: float, mask: Duration = Duration(0)) -> bool:
    """Whether weekly maintenance lasts at a unix time, or did until so long before it."""
    local = time + zone(window.zone).offset(time)
    return (local - MONDAY - window.start) % _WEEK < window.seconds + mask.seconds
