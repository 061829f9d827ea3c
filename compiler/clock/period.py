"""Calendar periods: which one it is now, how much of it is over and how much is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from compiler.units import Duration

_DAY = 86_400
_WEEK = 7 * _DAY
MONDAY = 4 * _DAY
"""The first Monday of unix time."""
_BEFORE = {2: 31, 3: 59, 5: 30, 6: 61, 8: 31, 9: 62, 11: 31, 12: 61}
"""Days of a quarter before its second or third month, by that month; a leap day comes on top of March's."""
_AFTER = {1: 59, 2: 31, 4: 61, 5: 30, 7: 61, 8: 30, 10: 61, 11: 31}
"""Days of a quarter after its first or second month, by that month; a leap day comes on top of January's."""


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week from Monday, a month or a quarter, by the clock of a zone."""

    unit: str
    zone: str

    @property
    def nominal(self) -> Duration:
        """The length that alert windows are fitted to."""
        return Duration.of({"week": "7d", "month": "30d", "quarter": "90d"}[self.unit])

    @property
    def longest(self) -> Duration:
        """Longer than any such period, its switches of the clock included."""
        return Duration.of({"week": "170h", "month": "746h", "quarter": "2210h"}[self.unit])

    def number(self, now: str) -> str:
        """A number that each period has for itself: 202603, 20261, or weeks since 1970.

        Args:
            now: an expression of the local time in unix seconds.
        """
        return {
            "week": f"floor(({now} - {MONDAY}) / {_WEEK})",
            "month": f"year({now}) * 100 + month({now})",
            "quarter": f"year({now}) * 10 + ceil(month({now}) / 3)",
        }[self.unit]

    def elapsed(self, now: str) -> str:
        """Seconds since it began, by the wall clock; as ``number``."""
        of_month = f"(day_of_month({now}) - 1) * {_DAY} + hour({now}) * 3600 + minute({now}) * 60"
        return {
            "week": f"({now} + {_WEEK - MONDAY}) % {_WEEK}",
            "month": of_month,
            "quarter": f"{of_month} + {_DAY} * {_days(now, _BEFORE, 3)}",
        }[self.unit]

    def length(self, now: str) -> str:
        """Seconds of the whole of it, by the wall clock; as ``number``."""
        week, month = f"{_WEEK} + 0 * {now}", f"{_DAY} * days_in_month({now})"
        quarter = f"{_DAY} * (days_in_month({now}) + {_days(now, _AFTER, 1)} + {_days(now, _BEFORE, 3)})"
        return {"week": week, "month": month, "quarter": quarter}[self.unit]

    def around(self, local: float) -> tuple[float, float]:
        """The local times, in unix seconds, at which the period of a local time begins and ends."""
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=local)
        begin = day.replace(hour=0, minute=0, second=0, microsecond=0)
        begin = _BEGINS[self.unit](begin)
        later = {"week": 7, "month": 32, "quarter": 94}[self.unit]
        end = _BEGINS[self.unit](begin + timedelta(days=later))
        return begin.timestamp(), end.timestamp()


def _monday(day: datetime) -> datetime:
    return day - timedelta(days=day.weekday())


def _first(day: datetime) -> datetime:
    return day.replace(day=1)


def _quarter(day: datetime) -> datetime:
    return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)


_BEGINS: dict[str, Callable[[datetime], datetime]] = {"week": _monday, "month": _first, "quarter": _quarter}


def _days(now: str, days: dict[int, int], leap: int) -> str:
    """Days by the month, in a leap year one more in the month ``leap``."""
    parts = [f"{number} * (month({now}) == bool {month})" for month, number in days.items()]
    return f"({' + '.join(parts)} + (month({now}) == bool {leap}) * (year({now}) % 4 == bool 0))"
