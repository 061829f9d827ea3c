"""Exact quantities: ratios, durations and burn rates, parsed from text and printed for PromQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

_EXACT = Context(prec=200)
"""For more digits than anybody writes: the usual 28 would round."""
_SHORT = Context(prec=12)
_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_DURATION = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)
_WEIGHTS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1)
_LONGEST = 100 * 365 * 86_400_000
"""A century: Prometheus counts nanoseconds in 64 bits, 292 years of them."""
_LONGEST_TEXT = 100
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class UnitError(ValueError):
    """A text that is no such quantity; the message says what would be, ``hint`` the nearest right thing."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@lru_cache(maxsize=4096)
def decimal_text(value: Fraction | Decimal) -> str:
    """The shortest plain decimal of ``value``: exact where it terminates, else 12 significant digits."""
    fraction = Fraction(value)
    rest = fraction.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        digits = max(_power_of_ten(fraction.denominator), 0)
        text = f"{fraction.numerator * 10**digits // fraction.denominator}"
        sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
        text = text.rjust(digits + 1, "0")
        whole, part = (text[:-digits], text[-digits:].rstrip("0")) if digits else (text, "")
        return sign + whole + (f".{part}" if part else "")
    rounded = _SHORT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
    return f"{rounded.normalize():f}"


def _power_of_ten(denominator: int) -> int:
    digits, power = 0, 1
    while power % denominator:
        power *= 10
        digits += 1
    return digits


@dataclass(frozen=True, slots=True, order=True)
class Ratio:
    """A dimensionless share, 0 <= value <= 1, exact."""

    value: Decimal

    @classmethod
    def percent(cls, text: str) -> Ratio:
        """Parse an objective as people write it: ``99.9%`` or ``99.9``.

        Args:
            text: percent, 1 <= percent < 100; the sign is optional.
        Returns:
            The share, to the last digit written.
        Raises:
            UnitError: not a decimal, or outside; 0.999 gets the hint 99.9%.
        """
        number = _percent(text, "an objective")
        if number < 1:
            raise UnitError(f"{text} is an objective below 1%", f"write {_shifted(number)}")
        return cls(_EXACT.scaleb(number, -2))

    @classmethod
    def share(cls, text: str) -> Ratio:
        """Parse a share of a budget: ``10%``, ``0.5%`` or ``10``.

        Args:
            text: percent, 0 < percent < 100; below 1 the sign is needed.
        Returns:
            The share, to the last digit written.
        Raises:
            UnitError: not a decimal, or outside; 0.05 gets the hint 5%.
        """
        number = _percent(text, "a share")
        if number < 1 and not text.endswith("%"):
            raise UnitError(f"{text} reads as {text} percent", f"write {_shifted(number)}, or {text}%")
        return cls(_EXACT.scaleb(number, -2))

    @property
    def complement(self) -> Ratio:
        """1 - value: of an objective, its error budget."""
        return Ratio(_EXACT.subtract(Decimal(1), self.value))

    def __str__(self) -> str:
        return decimal_text(self.value)

    @property
    def as_percent(self) -> str:
        """``99.9%``, without rounding."""
        return decimal_text(_EXACT.scaleb(self.value, 2)) + "%"


def _percent(text: str, what: str) -> Decimal:
    body = text.strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(body) or len(body) > _LONGEST_TEXT:
        raise UnitError(f"{_quoted(text)} is no percentage", "write it like 99.9%")
    number = Decimal(body)
    if not 0 < number < 100:
        raise UnitError(f"{what} lies between 0% and 100%, {text} does not", "write it like 99.9%")
    return number


def _shifted(number: Decimal) -> str:
    return f"{decimal_text(_EXACT.scaleb(number, 2))}%"


def _with_unit(text: str) -> str:
    """A bare number is taken for seconds."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or not Fraction(text):
        return "write it like 30s, 5m, 1h30m or 30d"
    return f"write it with its unit, like {Duration(int(Fraction(text) * 1000))}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…")


@lru_cache(maxsize=4096)
def _duration_text(milliseconds: int) -> str:
    unit, size = next((unit, size) for unit, size in _UNITS.items() if milliseconds % size == 0)
    return f"{milliseconds // size}{unit}"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in whole milliseconds, >= 0."""

    milliseconds: int

    @classmethod
    def of(cls, text: str) -> Duration:
        """Parse a duration as Prometheus writes it: ``300ms``, ``1h30m``, ``30d``.

        Raises:
            UnitError: no unit, an unknown one, units out of order, or over a hundred years.
        """
        match = _DURATION.fullmatch(text)
        if not match or not text or len(text) > _LONGEST_TEXT:
            raise UnitError(f"{_quoted(text)} is no duration", _with_unit(text))
        parts = zip(match.groups(), _WEIGHTS, strict=True)
        found = cls(sum(int(number) * weight for number, weight in parts if number))
        if found.milliseconds > _LONGEST:
            raise UnitError(f"{text} is longer than a hundred years", "write it like 30s, 5m, 1h30m or 30d")
        return found

    @classmethod
    def seconds_of(cls, seconds: int | Fraction) -> Duration:
        """The duration of so many seconds; a fraction is cut to milliseconds."""
        return cls(int(seconds * 1000))

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded down."""
        return self.milliseconds // 1000

    @property
    def fraction(self) -> Fraction:
        """Seconds, exact."""
        return Fraction(self.milliseconds, 1000)

    def __str__(self) -> str:
        """The largest single unit of d, h, m, s, ms that divides it: ``84m``, ``3h``, ``16d``, ``450s``."""
        return _duration_text(self.milliseconds)

    def __add__(self, other: Duration) -> Duration:
        return Duration(self.milliseconds + other.milliseconds)

    def __sub__(self, other: Duration) -> Duration:
        return Duration(self.milliseconds - other.milliseconds)

    def __mul__(self, factor: int) -> Duration:
        return Duration(self.milliseconds * factor)

    @property
    def words(self) -> str:
        """For people: ``3 days``, ``1 hour 30 minutes``, ``43 minutes``; the two largest units."""
        names = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
        if self.milliseconds < 1000:
            return f"{self.milliseconds} ms"
        left, parts = round(self.milliseconds / 1000), []
        for name, size in names:
            number, left = divmod(left, size)
            if number:
                parts.append(f"{number} {name}{'s' if number > 1 else ''}")
        return " ".join(parts[:2])


@dataclass(frozen=True, slots=True, order=True)
class BurnRate:
    """How many times faster than allowed a budget is spent; > 0, exact."""

    value: Fraction

    @classmethod
    def spending(cls, share: Fraction, long: Duration, window: Duration) -> BurnRate:
        """The rate that spends ``share`` of the window's budget within ``long``.

        Source: Google SRE Workbook, chapter 5: burn rate = share * window / long.
        """
        return cls(share * window.fraction / long.fraction)

    def share(self, long: Duration, window: Duration) -> Fraction:
        """The share of the window's budget that this rate spends within ``long``."""
        return self.value * long.fraction / window.fraction

    def __str__(self) -> str:
        return decimal_text(self.value)
