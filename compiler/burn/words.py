"""Lengths of time and numbers of events as people say them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compiler.units import Duration

_STEPS = ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s"))


def singular(events: str) -> str:
    """``request`` of ``requests``, ``query`` of ``queries``."""
    return events.removesuffix("ies") + "y" if events.endswith("ies") else events.removesuffix("s")


def short(duration: Duration) -> str:
    """``52s``, ``8m38s``, ``3h36m``, ``2d``: two units, rounded."""
    seconds = round(duration.fraction)
    for size, unit, below, small in _STEPS:
        if seconds >= size:
            whole, rest = divmod(round(Fraction(seconds, below)) * below, size)
            return f"{whole}{unit}{rest // below}{small}" if rest else f"{whole}{unit}"
    return f"{seconds}s"


def number(value: Fraction) -> str:
    """``103,680``; below ten two digits, for then they matter: ``3.5``, ``0.024``."""
    if value >= 10 or value.denominator == 1:
        return f"{round(value):,}"
    return f"{Decimal(f'{float(value):.2g}'):f}"


def count(value: Fraction, events: str) -> str:
    """``103,680 requests``, ``1 request``."""
    return f"{number(value)} {singular(events) if value == 1 else events}"


def percent(share: Fraction) -> str:
    """``100%``, ``1.44%``, ``0.05%``, ``1,234%``: three significant digits and never fewer whole ones."""
    value = float(share * 100)
    return f"{value:,.0f}%" if abs(value) >= 1000 else f"{Decimal(f'{value:.3g}'):f}%"


def rest(share: Fraction) -> str:
    """What is left of a whole, with the digits that tell what is gone: ``99.93%``, ``75%``, ``0.2%``, ``-12%``."""
    if share < Fraction(1, 2):
        return percent(share)
    gone = Decimal(f"{float(1 - share) * 100:.3g}")
    return f"{(100 - gone).normalize():f}%"
