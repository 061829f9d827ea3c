"""Times and intervals: ``now-6h``, ``2026-11-29T…``, 1,700,000,000,000 ms; steps rounded as Grafana rounds them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

SECOND = 1_000
UNITS = {
    "ms": 1,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": 86_400 * SECOND,
    "w": 604_800 * SECOND,
    "M": 2_628_000 * SECOND,
    "y": 31_536_000 * SECOND,
}
"""Milliseconds; a month is a twelfth of a year, as Grafana has it in intervals."""
_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)(ms|[Mwdhmsy])")
_MATHS = re.compile(r"([+-])(\d*)([smhdwMy])|/([smhdwMy])")
_FACES = ("ms", "s", "m", "h", "d", "y")
_LADDER = (
    (10, 1),
    (15, 10),
    (35, 20),
    (75, 50),
    (150, 100),
    (350, 200),
    (750, 500),
    (1_500, 1_000),
    (3_500, 2_000),
    (7_500, 5_000),
    (12_500, 10_000),
    (17_500, 15_000),
    (25_000, 20_000),
    (45_000, 30_000),
    (90_000, 60_000),
    (210_000, 120_000),
    (450_000, 300_000),
    (750_000, 600_000),
    (1_050_000, 900_000),
    (1_500_000, 1_200_000),
    (2_700_000, 1_800_000),
    (5_400_000, 3_600_000),
    (9_000_000, 7_200_000),
    (16_200_000, 10_800_000),
    (32_400_000, 21_600_000),
    (86_400_000, 43_200_000),
    (604_800_000, 86_400_000),
    (1_814_400_000, 604_800_000),
    (3_628_800_000, 2_592_000_000),
)
"""Below the first number of milliseconds, the step is the second: ``rangeUtil.roundInterval``."""


@dataclass(frozen=True)
class TimeRange:
    """From when to when, in ms since 1970, with the words that said so."""

    start: int
    end: int
    raw: tuple[str, str]
    now: int
    """When the page was opened: what ``now`` in other texts of it means."""

    @property
    def relative(self) -> bool:
        """Whether either end moves with the clock."""
        return any("now" in end for end in self.raw)

    @property
    def length(self) -> int:
        """In ms."""
        return self.end - self.start

    @property
    def url(self) -> tuple[tuple[str, str], ...]:
        """Parameters of a link to the same time: relative words as they stand, else ISO 8601."""
        ends = zip(("from", "to"), self.raw, (self.start, self.end), strict=True)
        return tuple((key, word if "now" in word else iso(at)) for key, word, at in ends)

    def own(self, from_: str, shift: str = "") -> TimeRange:
        """The range of a panel with ``timeFrom`` or ``timeShift``.

        ``timeFrom`` holds only where the page's range is relative; Grafana ignores it where both ends are fixed.
        """
        found = self
        if from_ and self.relative:
            found = between(f"now-{from_}", "now", self.now)
        if shift:
            less = interval(shift)
            found = replace(found, start=found.start - less, end=found.end - less)
        return found


def between(from_: str, to: str, now: int) -> TimeRange:
    """A time range from its two words."""
    return TimeRange(moment(from_, now), moment(to, now, end=True), (from_, to), now)


def moment(word: str, now: int, end: bool = False) -> int:
    """One end of a range in ms: a number of ms, ISO 8601, or ``now`` with date maths.

    Args:
        word: as it stands in a dashboard or an address.
        now: ms since 1970.
        end: whether ``/d`` means the day's last millisecond instead of its first.
    Raises:
        ValueError: it is none of these.
    """
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    if not word.startswith("now"):
        said = datetime.fromisoformat(word)
        return to_ms(said if said.tzinfo else said.replace(tzinfo=UTC))
    at, rest = _datetime(now), word.removeprefix("now")
    if not re.fullmatch(f"(?:{_MATHS.pattern})*", rest):
        raise ValueError(f"{word!r} is no time that Grafana reads")
    for sign, count, unit, floor in _MATHS.findall(rest):
        at = _rounded(at, floor, end) if floor else _moved(at, unit, int(count or "1") * (-1 if sign == "-" else 1))
    return to_ms(at)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def iso(at: int) -> str:
    """ISO 8601 in UTC with milliseconds, as ``Date.toISOString`` writes it."""
    return _datetime(at).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1_000:03}Z"


def written(at: int, form: str) -> str:
    """A time in UTC by moment.js' tokens, those of dates and clocks; ``[text]`` stands as it is."""
    when = _datetime(at)
    tokens = {
        "YYYY": f"{when.year:04}",
        "YY": f"{when.year % 100:02}",
        "MMMM": when.strftime("%B"),
        "MMM": when.strftime("%b"),
        "MM": f"{when.month:02}",
        "M": str(when.month),
        "DD": f"{when.day:02}",
        "D": str(when.day),
        "HH": f"{when.hour:02}",
        "H": str(when.hour),
        "mm": f"{when.minute:02}",
        "m": str(when.minute),
        "SSS": f"{at % 1_000:03}",
        "ss": f"{when.second:02}",
        "s": str(when.second),
        "X": str(at // 1_000),
        "x": str(at),
        "Z": "+00:00",
    }
    pattern = r"\[([^\]]*)\]|" + "|".join(tokens)
    return re.sub(pattern, lambda match: match[1] if match[1] is not None else tokens[match[0]], form)


def interval(text: str) -> int:
    """An interval in ms: ``30s``, ``1h30m``, ``>10s``, or seconds without a unit.

    Raises:
        ValueError: it is none.
    """
    bare = text.strip().lstrip(">")
    if re.fullmatch(r"\d+", bare):
        return int(bare) * SECOND
    if not re.fullmatch(f"(?:{_INTERVAL.pattern})+", bare):
        raise ValueError(f"{text!r} is no interval")
    return round(sum(float(count) * UNITS[unit] for count, unit in _INTERVAL.findall(bare)))


def rounded(ms: float) -> int:
    """An interval rounded to one that reads well."""
    return next((step for below, step in _LADDER if ms < below), UNITS["y"])


def spoken(ms: int) -> str:
    """An interval in its largest whole unit, as ``$__interval`` prints it: 90,000 is ``1m``."""
    fitting = [face for face in _FACES if ms >= UNITS[face]] or ["ms"]
    return f"{max(ms // UNITS[fitting[-1]], 1)}{fitting[-1]}"


def exact(ms: int) -> str:
    """An interval as Go prints it, which is how ``$__rate_interval`` reads: 90,000 is ``1m30s``."""
    seconds, rest = divmod(ms, SECOND)
    if not seconds:
        return f"{rest}ms" if rest else "0s"
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    last = f"{second}.{rest:03}".rstrip("0") + "s" if rest else f"{second}s"
    return (f"{hours}h" if hours else "") + (f"{minute}m" if minutes else "") + last


def step(of: TimeRange, points: int, least: int = 1) -> int:
    """The interval of a panel in ms: its range by its data points, not below the least."""
    return max(rounded(of.length / points), least)


def _datetime(at: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)


def _moved(at: datetime, unit: str, count: int) -> datetime:
    if unit not in "My":
        return at + timedelta(milliseconds=count * UNITS[unit])
    months = at.year * 12 + at.month - 1 + count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def _rounded(at: datetime, unit: str, end: bool) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    floors = {
        "s": at.replace(microsecond=0),
        "m": at.replace(second=0, microsecond=0),
        "h": at.replace(minute=0, second=0, microsecond=0),
        "d": midnight,
        "w": midnight - timedelta(days=(at.weekday() + 1) % 7),
        "M": midnight.replace(day=1),
        "y": midnight.replace(month=1, day=1),
    }
    floor = floors[unit]
    return _moved(floor, unit, 1) - timedelta(milliseconds=1) if end else floor
