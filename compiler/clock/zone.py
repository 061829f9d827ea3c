"""A time zone's rule: its offset now and for every year to come, read from the time zone database.

Source: POSIX.1-2017, chapter 8.3, the form of TZ that ends a zone's file (RFC 8536, section 3.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from io import BytesIO
from zoneinfo import ZoneInfo

_NAME = r"(?:<[^>]+>|[A-Za-z]+)"
_OFFSET = r"[+-]?\d+(?::\d+){0,2}"
_SWITCH = r"M(\d+)\.(\d+)\.(\d+)(?:/([+-]?\d+(?::\d+){0,2}))?"
_RULE = re.compile(rf"{_NAME}({_OFFSET})(?:{_NAME}({_OFFSET})?,{_SWITCH},{_SWITCH})?")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*){0,2}")
_YEARS = range(2027, 2038)
"""In which a zone must follow its rule; the database lists the switches of each until then."""
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST = 5
"""The week of a switch that means the last one of the month."""


class ZoneError(ValueError):
    """No such zone, or one whose clock follows no yearly rule."""


@dataclass(frozen=True, slots=True)
class Switch:
    """When the clock is changed: on the first such weekday from a day of a month on, so long after midnight."""

    month: int
    earliest: int
    """The first day of the month that may be the one."""
    weekday: int
    """0 is Sunday."""
    time: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: seconds east of UTC, and where there is daylight saving those of summer and both switches."""

    name: str
    standard: int
    summer: int = 0
    start: Switch | None = None
    end: Switch | None = None

    def offset(self, time: float) -> int:
        """Seconds east of UTC at a unix time, by the rule, whatever the year."""
        if not self.start or not self.end:
            return self.standard
        begun = _past(time + self.standard - self.start.time, self.start)
        over = _past(time + self.summer - self.end.time, self.end)
        if self.start.month > self.end.month:
            return self.summer if begun or not over else self.standard
        new_year = self.ahead and _month(time + self.summer - self.end.time) < self.start.month
        return self.summer if begun and not over and not new_year else self.standard

    @property
    def ahead(self) -> bool:
        """Whether the clock that tells the end of summer reads January before the one that tells its beginning."""
        if not self.start or not self.end:
            return False
        return self.summer - self.end.time > self.standard - self.start.time


def _date(shifted: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=shifted)


def _month(shifted: float) -> int:
    return _date(shifted).month


def _past(shifted: float, switch: Switch) -> bool:
    """Whether a switch is past in its year, by a clock that reads midnight when it happens."""
    then = _date(shifted)
    if then.month != switch.month:
        return then.month > switch.month
    since = (then.isoweekday() % 7 - switch.weekday) % 7
    return then.day - since >= switch.earliest


@lru_cache(maxsize=256)
def zone(name: str) -> Zone:
    """The rule of a zone by its name in the time zone database: ``Europe/Berlin``.

    Raises:
        ZoneError: there is none of that name, or its clock follows no rule, as in Morocco.
    """
    data = _file(name)
    found = _RULE.fullmatch(data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii"))
    if not found:
        raise ZoneError(f"the clock of {name} follows no yearly rule")
    made = _zone(name, found)
    _follows(made, ZoneInfo.from_file(BytesIO(data), name))
    return made


def _file(name: str) -> bytes:
    package = resources.files("tzdata").joinpath("zoneinfo")
    for part in name.split("/") if _ZONE.fullmatch(name) else ["-"]:
        package = package.joinpath(part)
    if not package.is_file() or not package.read_bytes().startswith(b"TZif"):
        raise ZoneError(f"there is no time zone {name!r}")
    return package.read_bytes()


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every zone of the database."""
    text = resources.files("tzdata").joinpath("zones").read_text("ascii")
    return tuple(text.split())


def _zone(name: str, rule: re.Match[str]) -> Zone:
    standard = -_seconds(rule[1])  # POSIX counts west
    if rule[3] is None:
        return Zone(name, standard)
    summer = -_seconds(rule[2]) if rule[2] else standard + 3600
    start, end = (_switch(rule.groups()[at : at + 4]) for at in (2, 6))
    return Zone(name, standard, summer, start, end)


def _switch(parts: tuple[str, ...]) -> Switch:
    month, week, weekday = (int(part) for part in parts[:3])
    time = _seconds(parts[3] or "2")
    if week == _LAST:
        return Switch(month, _DAYS[month - 1] - 6, weekday, time)
    # Whole days belong to the date: a clock set back by them would read last year's December in January.
    days, time = divmod(time, 86_400)
    return Switch(month, 7 * (week - 1) + 1 + days, (weekday + days) % 7, time)


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = (*map(int, text.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * (hours * 3600 + minutes * 60 + seconds)


def _follows(made: Zone, known: ZoneInfo) -> None:
    """Checked noon by noon: a zone whose switches are listed one by one may follow no rule until they end."""
    day = datetime(_YEARS.start, 1, 1, 12, tzinfo=UTC)
    while day.year in _YEARS:
        offset = day.astimezone(known).utcoffset()
        if offset is None or offset.total_seconds() != made.offset(day.timestamp()):
            raise ZoneError(f"the clock of {made.name} follows no yearly rule")
        day += timedelta(days=1)
