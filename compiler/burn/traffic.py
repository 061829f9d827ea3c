"""How many events come, as people write and say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from compiler.burn.words import singular
from compiler.units import Duration, UnitError, decimal_text

_UNITS = {"s": (1, "second"), "m": (60, "minute"), "h": (3_600, "hour"), "d": (86_400, "day")}
_TEXT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)/([smhd])", re.ASCII)
_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Traffic:
    """A constant rate of events, > 0, in the unit that it was written in."""

    number: Fraction
    unit: str
    """``s``, ``m``, ``h`` or ``d``."""

    @classmethod
    def of(cls, text: str) -> Traffic:
        """Parse ``40/s``, ``2.5/m``, ``72/h`` or ``1000/d``.

        Raises:
            UnitError: it is none of these, nothing, or over a billion a second.
        """
        match = _TEXT.fullmatch(text.strip())
        found = cls(Fraction(match[1]), match[2]) if match else None
        if found is None or not 0 < found.per_second <= _MOST:
            raise UnitError(f"{text[:100]!r} is no traffic", "write it like 40/s, 72/h or 1000/d")
        return found

    @property
    def per_second(self) -> Fraction:
        """Events per second, exact."""
        return self.number / _UNITS[self.unit][0]

    def events(self, length: Duration) -> Fraction:
        """How many come in so long."""
        return self.per_second * length.fraction

    def __str__(self) -> str:
        return f"{decimal_text(self.number)}/{self.unit}"

    def words(self, events: str) -> str:
        """``40 requests a second``, ``1 probe an hour``."""
        unit = _UNITS[self.unit][1]
        said = singular(events) if self.number == 1 else events
        number = f"{int(self.number):,}" if self.number.denominator == 1 else decimal_text(self.number)
        return f"{number} {said} {'an' if unit == 'hour' else 'a'} {unit}"
