"""An SLO's own window in the period tests: which of the tiles it holds, and what its budget allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from compiler.burn.policy import at_risk_window
from compiler.clock.zone import zone
from compiler.emit.promtests.stage.subject import Subject
from compiler.names import TILE
from compiler.rules.period import KNOWN
from compiler.units import Duration

EVERY = Duration.of("4h")
"""How often the period tests are evaluated."""
PER = EVERY.milliseconds // TILE.milliseconds
"""Tiles an evaluation, of which one is recorded."""
Came = Callable[[int], float | None]
"""The events of each evaluation's tile; None where it has none."""


@dataclass(frozen=True)
class Span:
    """The window; every position is a number of evaluations, of which the first has no tile."""

    subject: Subject

    @property
    def _window(self) -> Duration:
        return self.subject.context.objective.window

    @cached_property
    def evaluations(self) -> int:
        """Evaluations in a full window; in the first calendar period, those before it ends."""
        if not self.subject.context.objective.period:
            return self._window.milliseconds // EVERY.milliseconds
        return next(at for at in range(1, 1_000) if self._bounds(at) != self._bounds(1)) - 1

    def tiles(self, at: int) -> range:
        """The evaluations whose tiles the window holds."""
        first = max(1, at - self.evaluations + 1)
        if self.subject.context.objective.period:
            first = next(n for n in range(1, at + 1) if self._bounds(n) == self._bounds(at))
        return range(first, at + 1)

    def held(self, at: int) -> int:
        """How many tiles the window holds."""
        return len(self.tiles(at))

    @property
    def telling(self) -> int:
        """Evaluations in the time whose traffic tells what a whole window brings."""
        return KNOWN.milliseconds // EVERY.milliseconds if self.subject.context.objective.period else self.evaluations

    def coverage(self, at: int) -> float:
        """How much of it has been seen; of a calendar period, how much of what is over."""
        if not self.subject.context.objective.period:
            return self.held(at) * TILE.milliseconds / self._window.milliseconds
        return min(self.held(at) / (self._elapsed(at) / TILE.seconds + 1), 1)

    def expected(self, at: int, came: Came) -> float:
        """Events of a whole window, by the traffic that is known."""
        known = [n for n in map(came, range(max(1, at - self.telling + 1), at + 1)) if n is not None]
        average = sum(known) / len(known)
        if not self.subject.context.objective.period:
            return average * (self._window.milliseconds // TILE.milliseconds)
        return sum(came(n) or 0 for n in self.tiles(at)) + average / TILE.seconds * self._left(at)

    def again(self, at: int) -> float:
        """How much of the last tenth of the window may come once more."""
        if not self.subject.context.objective.period:
            return 1
        return min(self._left(at) / at_risk_window(self._window).seconds, 1)

    # A calendar period, by the wall clock

    def _local(self, at: int) -> float:
        """When the tile of an evaluation began."""
        period = self.subject.context.objective.period
        assert period
        now = EVERY.seconds * at - self.subject.offset.seconds
        return now - TILE.seconds + zone(period.zone).offset(now)

    def _bounds(self, at: int) -> tuple[float, float]:
        period = self.subject.context.objective.period
        assert period
        return period.around(self._local(at))

    def _elapsed(self, at: int) -> float:
        period = self.subject.context.objective.period
        assert period
        whole = self._local(at) - self._bounds(at)[0]
        return whole if period.unit == "week" else whole // 60 * 60

    def _left(self, at: int) -> float:
        begin, end = self._bounds(at)
        return end - begin - self._elapsed(at)
