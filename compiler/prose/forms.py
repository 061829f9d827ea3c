"""How numbers are printed, by Prometheus' templates and by those who expect what they print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Form:
    """One way to print ``.Value``: the template's action, and the same in Python."""

    action: str
    read: Callable[[float], str]


def _printf(form: str) -> Form:
    return Form(f'printf "{form}" .Value', lambda value: form % value)


def _clock(value: float) -> str:
    return datetime.fromtimestamp(value, UTC).strftime("%H:%M")


def _duration(value: float) -> str:
    """As Prometheus' humanizeDuration prints seconds, of at least one or none, and of that the two largest units."""
    if not value:
        return "0s"
    if value < 60:
        return f"{value:.4g}s"
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    first = next(n for n, (number, _) in enumerate(parts) if number)
    (most, unit), *rest = parts[first : first + 2]
    return f"{most}{unit}" + "".join(f" {number}{small}" for number, small in rest if number)


PERCENT = _printf("%.3g%%")
"""A number of percent, to three digits: ``7.92%``."""
WHOLE_PERCENT = _printf("%.0f%%")
COUNT = _printf("%.0f")
CLOCK = Form('(.Value | toTime).Format "15:04"', _clock)
"""A unix time as UTC hours and minutes."""
_TWO_UNITS = r"^([0-9]+[dhm] [0-9]+[hms]) .*"
DURATION = Form(f'humanizeDuration .Value | reReplaceAll `{_TWO_UNITS}` "$1" | reReplaceAll " 0[hms]$" ""', _duration)
"""Seconds as ``3h 40m``, as ``2d`` where the next unit is none."""
