"""The time of the slow and the period tests: recorded series are fed, and seldom evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from compiler.emit.promtests.stage.case import constant, spikes
from compiler.emit.promtests.stage.scenario import Ages, Edge, Incident
from compiler.emit.promtests.stage.subject import Subject
from compiler.names import TILE
from compiler.rules.rule import SLOW, Alert
from compiler.rules.windows import tile
from compiler.units import Duration

EVENTS = ("errors", "total")
_EVERY = (Duration.of("30m"), Duration.of("1h"), Duration.of("4h"))
_EVALUATIONS = 150


def evaluated_every(subjects: Iterable[Subject]) -> Duration:
    """The interval of a service's slow tests: a few hundred evaluations for the longest window."""
    longest = max((w.length for s in subjects for w in s.windows if w.speed == SLOW), default=Duration(0))
    few = (every for every in _EVERY if longest.milliseconds <= every.milliseconds * _EVALUATIONS)
    return next(few, _EVERY[-1])


@dataclass(frozen=True)
class Fed:
    """One SLO whose base series and tiles are fed, a sample a tile's length, and evaluated every so often."""

    subject: Subject
    every: Duration

    @property
    def step(self) -> Duration:
        """The distance of the fed samples."""
        return TILE

    @cached_property
    def grid(self) -> Duration:
        """Moments at which rules are evaluated and samples fed."""
        a, b = self.every.milliseconds, TILE.milliseconds
        while b:
            a, b = b, a % b
        return Duration(self.every.milliseconds * TILE.milliseconds // a)

    def on_grid(self, least: Duration) -> Duration:
        """The first such moment from ``least`` on."""
        return Duration(-(-least.milliseconds // self.grid.milliseconds) * self.grid.milliseconds)

    def position(self, time: Duration) -> int:
        """The number of fed samples before a time."""
        return time.milliseconds // TILE.milliseconds

    @cached_property
    def forms(self) -> Mapping[Duration, str]:
        """The windows that the slow group records, each with its form."""
        return {window.length: window.form for window in self.subject.windows if window.speed == SLOW}

    def ages(self, edges: tuple[Edge, ...], index: int, telling: bool) -> Ages:
        """Where bursts may lie for a tier, in seconds: a window holds what is younger than it is.

        The younger, the shorter the test; where ``telling``, no shorter window that is recorded holds the burst that
        is in the long window alone.
        """
        tile_seconds = TILE.seconds
        short, long = edges[index].short, edges[index].long
        shorter = [float(w.length.fraction) for w in self.subject.windows if w.length.fraction < long and telling]
        longer = [edge.long for edge in edges if edge.long > long]
        behind = _up(long, tile_seconds)
        far = _up(max([short, *shorter]), tile_seconds)
        return Ages(0.0, far if short <= far < long else None, behind if longer and behind < min(longer) else None)

    def series(self, alert: Alert, incident: Incident, moment: Duration) -> dict[str, str]:
        """Base series, tiles and windows of the fast group as an incident makes them."""
        count, frame = self.position(moment) + 2, self.subject.frame
        found = self.subject.budgets(count)
        for events in EVENTS:
            amounts = self._amounts(incident, events, moment)
            interval = self.subject.context.interval.seconds
            found[frame.rate(events)] = spikes({at: n / interval for at, n in amounts.items()}, count)
            found[tile(events, frame)] = spikes(amounts, count)
        for tier in self.subject.spoken(alert):
            for window in (tier.short, tier.long):
                if window not in self.forms and window != frame.base:
                    seconds = float(window.fraction)
                    found[frame.increase("errors", window)] = constant(incident.errors(seconds), count)
                    found[frame.increase("total", window)] = constant(incident.total(seconds), count)
        return found

    def _amounts(self, incident: Incident, events: str, moment: Duration) -> dict[int, float]:
        amounts: dict[int, float] = {}
        for burst in incident.bursts:
            at = self.position(moment) - self.subject.late(TILE) - round(burst.age / TILE.seconds)
            amount = burst.errors if events == "errors" else burst.total
            if at >= 0 and amount:
                amounts[at] = amounts.get(at, 0) + amount
        return amounts

    def moment(self, incident: Incident) -> Duration:
        """A moment of asking, so late that every burst has come."""
        oldest = Duration.seconds_of(round(max(burst.age for burst in incident.bursts)))
        return self.on_grid(oldest + TILE * (1 + self.subject.late(TILE)))


def _up(seconds: float, step: int) -> float:
    return float(-(-seconds // step) * step)
