"""Planned maintenance: when it is, in PromQL and by the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from compiler.clock import local
from compiler.clock.period import MONDAY
from compiler.clock.zone import zone
from compiler.units import Duration

_WEEK = 604_800
_DAY = 86_400
_FREE = 43_200


class Window(Protocol):
    """A time in which events do not count."""

    def active(self, mask: Duration) -> str:
        """1 while it lasts and so long after it, else 0; one sample without labels."""

    def starts(self) -> tuple[int, ...]:
        """Unix times at which it begins, for tests: the only one, or one in each half of a year."""

    @property
    def seconds(self) -> int:
        """How long it lasts."""


@dataclass(frozen=True, slots=True)
class Once:
    """From one unix time to another."""

    begin: int
    end: int

    def active(self, mask: Duration) -> str:
        """Between the two."""
        return f"vector(time() >= bool {self.begin}) * vector(time() < bool {self.end + mask.seconds})"

    def starts(self) -> tuple[int, ...]:
        """The only one."""
        return (self.begin,)

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Weekly:
    """Every week: so many seconds after Monday's midnight, by the clock of a zone."""

    start: int
    length: Duration
    zone: str

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.length.seconds

    def active(self, mask: Duration) -> str:
        """Less time is past since it began than it lasts."""
        now = f"vector(time() + {_WEEK - MONDAY + _WEEK - self.start}) + {local.offset(zone(self.zone))}"
        return f"(({now}) % {_WEEK} < bool {self.length.seconds + mask.seconds})"

    def starts(self) -> tuple[int, ...]:
        """The first after the 4th of January and after noon of the 24th of August 1974, a Saturday.

        The last week of that August begins with its last Sunday, as that of a month with a switch does: no rule may
        take the one for the other.
        """
        year = (4 * 365 + 1) * _DAY
        return self._next(year + 3 * _DAY), self._next(year + 235 * _DAY + _DAY // 2)

    def _next(self, time: int) -> int:
        """The first beginning from a time on."""
        offset = zone(self.zone).offset(time)
        since = (time + offset + _WEEK - MONDAY - self.start) % _WEEK
        begin = time + (_WEEK - since) % _WEEK
        return begin + offset - zone(self.zone).offset(begin)


def active(windows: Iterable[Window], mask: Duration) -> str:
    """1 while any of them lasts, and so long after it: what came then still stands in the base window."""
    parts = [window.active(mask) for window in windows]
    return parts[0] if len(parts) == 1 else f"clamp_max({' + '.join(parts)}, 1)"


def quiet(windows: Iterable[Window], mask: Duration) -> int:
    """A midnight of the first week of unix time, as unix time, after which no weekly window falls for half a day.

    0 where there is none; a window that is there once lies in the present.
    """
    weekly = [window for window in windows if isinstance(window, Weekly)]
    for day in range(7):
        if all(_clear(window, day * _DAY, mask) for window in weekly):
            return day * _DAY
    return 0


def _clear(window: Weekly, begin: int, mask: Duration) -> bool:
    offset = zone(window.zone).offset(begin)
    since = (begin + offset + _WEEK - MONDAY - window.start) % _WEEK
    return since >= window.seconds + mask.seconds and _WEEK - since >= _FREE
