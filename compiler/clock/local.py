"""PromQL for local time. Every expression gives one sample without labels."""

from __future__ import annotations

from compiler.clock.zone import Switch, Zone


def offset(zone: Zone) -> str:
    """Seconds east of UTC now.

    Source: POSIX.1-2017, chapter 8.3; checked against the time zone database.
    """
    if not zone.start or not zone.end:
        return f"vector({zone.standard})"
    begun = _past(zone.standard - zone.start.time, zone.start)
    over = _past(zone.summer - zone.end.time, zone.end)
    north = f"{begun} * (1 - {over})"
    if zone.ahead:
        north += f" * (month({_clock(zone.summer - zone.end.time)}) >= bool {zone.start.month})"
    summer = north if zone.start.month < zone.end.month else f"(1 - {over} * (1 - {begun}))"
    return f"{zone.standard} + {zone.summer - zone.standard} * {summer}"


def _clock(shift: int) -> str:
    return f"vector(time() {'-' if shift < 0 else '+'} {abs(shift)})"


def _past(shift: int, switch: Switch) -> str:
    """1 where a switch is past in its year: by a clock shifted so that it reads midnight when it happens."""
    clock = _clock(shift)
    weekday = f"day_of_week({clock})"
    if switch.weekday:
        weekday = f"(({weekday} + {7 - switch.weekday}) % 7)"
    day = f"(day_of_month({clock}) - {weekday} >= bool {switch.earliest})"
    return f"((month({clock}) > bool {switch.month}) + (month({clock}) == bool {switch.month}) * {day})"
