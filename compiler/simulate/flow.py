"""How many events have come by when, in whole numbers, and how many of them were bad."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, pi, sin

from compiler.simulate.incident import Incident

_DAY = 86_400
_BUSIEST = 14 * 3_600
_SWING = 0.8
"""From the day's average to its busiest and its quietest hour, nine to one."""

_ALMOST = 1e-6
"""What floats may lack of a whole event."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Events from ``origin`` on, with an incident that begins at ``begin``; unix times."""

    incident: Incident
    origin: float
    begin: float

    @property
    def end(self) -> float:
        """When the incident ends."""
        return self.begin + self.incident.lasts.milliseconds / 1000

    def come(self, time: float) -> int:
        """All events by a time."""
        return self.good(time) + self.bad(time)

    def good(self, time: float) -> int:
        """Those of them that went well; it never falls, as the difference of two rounded numbers may."""
        before, during, after = self._parts(time)
        return floor(before + float(1 - self.incident.errors) * during + after + _ALMOST)

    def bad(self, time: float) -> int:
        """Those of them that failed."""
        return floor(float(self.incident.errors) * self._parts(time)[1] + _ALMOST)

    def _parts(self, time: float) -> tuple[float, float, float]:
        """Events before the incident, in it and after it."""
        first, last = min(time, self.begin), min(time, self.end)
        before, during = self._exact(self.origin, first), self._exact(self.begin, max(last, self.begin))
        return before, during, self._exact(self.end, max(time, self.end))

    def _exact(self, since: float, until: float) -> float:
        """Events between two times: as many every second, or a wave with its crest at 14:00."""
        wave = 0.0 if self.incident.at is None else _wave(until) - _wave(since)
        return float(self.incident.traffic.per_second) * (until - since + wave)


def _wave(time: float) -> float:
    """Seconds' worth of average traffic that the wave has brought by a time."""
    turn = 2 * pi / _DAY
    return _SWING / turn * sin(turn * (time % _DAY - _BUSIEST))
