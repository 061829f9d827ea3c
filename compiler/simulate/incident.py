"""What is played: so large a share of events fails for so long, at so much traffic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from compiler.burn.traffic import Traffic
from compiler.units import Duration, Ratio, UnitError

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_ALL = re.compile(r"100(\.0+)?%?", re.ASCII)
_LONGEST = Duration.of("7d")
NOON = Duration.of("12h")


@dataclass(frozen=True, slots=True)
class Incident:
    """Errors that come at once, stay the same and end at once."""

    errors: Fraction
    """0 < errors <= 1."""
    lasts: Duration
    traffic: Traffic
    """Of a day with ``at``: its average."""
    at: Duration | None = None
    """Since midnight, UTC; traffic then has days and nights. None: it is constant."""

    @property
    def clock(self) -> Duration:
        """Since midnight, when it begins."""
        return NOON if self.at is None else self.at


def share(text: str) -> Fraction:
    """Parse a share of events: ``5%``, ``0.5%`` or ``100%``.

    Raises:
        UnitError: it is none, or not above 0% and at most 100%.
    """
    if _ALL.fullmatch(text.strip()):
        return Fraction(1)
    try:
        return Fraction(Ratio.share(text.strip()).value)
    except UnitError as error:
        raise UnitError(
            f"{text[:100]!r} is no share of events", "write it like 5%, above 0% and up to 100%"
        ) from error


def length(text: str) -> Duration:
    """Parse how long it lasts: ``20m``.

    Raises:
        UnitError: it is no duration, nothing, or more than 7 days.
    """
    found = Duration.of(text.strip())
    if not Duration(0) < found <= _LONGEST:
        raise UnitError(f"an incident lasts from 1s to {_LONGEST}, not {text}", "write it like 20m")
    return found


def clock(text: str) -> Duration:
    """Parse a time of day: ``14:00``, as the time since midnight.

    Raises:
        UnitError: it is none.
    """
    match = _CLOCK.fullmatch(text.strip())
    if not match:
        raise UnitError(f"{text[:100]!r} is no time of day", "write it like 14:00")
    return Duration.seconds_of(int(match[1]) * 3_600 + int(match[2]) * 60)
