"""Tests of what rules know of the clock: at a zone's switches, on their first and last days, at a period's end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from compiler import names
from compiler.clock.maintenance import Once, Weekly, Window
from compiler.clock.period import MONDAY, Period
from compiler.clock.zone import Switch, Zone, zone
from compiler.emit.promtests.stage.case import Case, Value, braces
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.span import EVERY
from compiler.emit.promtests.stage.tiles import Tiles
from compiler.names import TILE
from compiler.promql import series
from compiler.units import Duration

_WEEK = Duration.of("7d").seconds
_YEARS = range(2001, 2029)
"""In which every date falls on every day of the week."""
_PERIODS = (datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 2, 24, tzinfo=UTC))
"""Within the periods whose ends are looked at: that of a year, and one whose length is not that of the next."""


def switches(place: Zone) -> tuple[int, ...]:
    """Unix times at which the clock is changed: each switch on its earliest and on its latest day of the month.

    And when the next month begins, by a clock that reads midnight at the switch: rules ask for both.
    """
    found = []
    for switch, before in ((place.start, place.standard), (place.end, place.summer)):
        if switch:
            days = sorted((_day(year, switch) for year in _YEARS), key=lambda day: (day.month, day.day))
            after = (days[0].replace(day=1) + timedelta(days=32)).replace(day=1)
            found += [round(day.timestamp()) + switch.time - before for day in (days[0], days[-1], after)]
    return tuple(found)


def _day(year: int, switch: Switch) -> datetime:
    first = datetime(year, switch.month, switch.earliest, tzinfo=UTC)
    return first + timedelta(days=(switch.weekday - first.isoweekday() % 7) % 7)


def maintenance_by_the_clock(live: Live) -> Iterator[Case]:
    """A weekly window where the clock is changed, and where it begins before and after that."""
    context = live.subject.context
    windows, mask = context.service.maintenance, context.mask.seconds
    name = context.frame.named(names.MAINTENANCE)
    moments = {moment for window in windows if isinstance(window, Weekly) for moment in _moments(window)}
    for moment in sorted(moments):
        asked = ((position, moment + (position - 2) * live.seconds) for position in (1, 2))
        values = [Value(live.at(n), name, ((name, float(_lasts(windows, at, mask))),)) for n, at in asked]
        title = f"{context.title}: planned maintenance by the clock, {datetime.fromtimestamp(moment, UTC):%F %T} UTC"
        yield Case(title, live.step, {}, values, start=moment - live.at(2).seconds)


def _moments(window: Weekly) -> Iterator[int]:
    place = zone(window.zone)
    for switch in switches(place):
        yield switch
        for offset in (place.standard, place.summer):
            before = switch - (switch + offset + _WEEK - MONDAY - window.start) % _WEEK
            yield from (begin for begin in (before, before + _WEEK) if place.offset(begin) == offset)


def _lasts(windows: Iterable[Window], time: int, mask: int) -> bool:
    """Whether any lasts at a time, or what came in it still stands in the base window."""
    for window in windows:
        if isinstance(window, Weekly):
            since = (time + zone(window.zone).offset(time) + _WEEK - MONDAY - window.start) % _WEEK
            if since < window.seconds + mask:
                return True
        elif isinstance(window, Once) and window.begin <= time < window.end + mask:
            return True
    return False


def calendar(tiles: Tiles) -> Iterator[Case]:
    """The offset of a calendar's zone around its switches, and which period it is at the end of one."""
    period = tiles.subject.context.objective.period
    if period:
        place, identity = zone(period.zone), tiles.subject.context.identity
        for switch in switches(place):
            yield _offsets(tiles, place, switch - 1, (0,))
            yield _offsets(tiles, place, switch, (-_WEEK, 0, _WEEK))
        yield from _turn(tiles, period, place, identity)


def _offsets(tiles: Tiles, place: Zone, moment: int, apart: tuple[int, ...]) -> Case:
    """The offset so many seconds from a moment."""
    name = tiles.subject.context.frame.named(names.TIMEZONE)
    start = moment + apart[0] - EVERY.seconds
    values = [
        Value(Duration.seconds_of(moment + more - start), name, ((name, place.offset(moment + more)),))
        for more in apart
    ]
    return _starting(tiles, f"the clock around {datetime.fromtimestamp(moment, UTC):%F %T} UTC", start, values)


def _turn(tiles: Tiles, period: Period, place: Zone, identity: Iterable[tuple[str, str]]) -> Iterator[Case]:
    """A tile is booked to the period that it began in: the last one to the old, the next to the new."""
    moments = []
    for day in _PERIODS:
        end = round(period.around(day.timestamp())[1])
        moment = end - place.offset(end - place.standard) + TILE.seconds
        moments += [("ends", end - 1, moment - 1), ("begins", end, moment)]
    for text, local, at in moments:
        begin, over = period.around(local)
        elapsed = local - begin if period.unit == "week" else (local - begin) // 60 * 60
        frame, known = tiles.subject.context.frame, {**dict(identity), period.unit: called(period, begin)}
        shown = {names.ELAPSED: elapsed, names.LEFT: over - begin - elapsed}
        calendar = frame.named(names.calendar(period.unit))
        values = [Value(EVERY, calendar, ((series(names.calendar(period.unit), known), 1),))]
        values += [Value(EVERY, f"0 + {frame.named(m)}", ((braces(frame.identity), n),)) for m, n in shown.items()]
        title = f"a {period.unit} {text}, {datetime.fromtimestamp(local, UTC):%F}"
        yield _starting(tiles, title, at - EVERY.seconds, values)


def called(period: Period, begin: float) -> str:
    """What the period is called that begins at a local time."""
    day = datetime.fromtimestamp(begin, UTC)
    if period.unit == "month":
        return f"{day:%Y%m}"
    return f"{day.year}{(day.month + 2) // 3}" if period.unit == "quarter" else str(round(begin - MONDAY) // _WEEK)


def _starting(tiles: Tiles, text: str, start: int, values: list[Value]) -> Case:
    """A case of which rules see this beginning."""
    case = tiles.case(text, {}, values)
    return case.beginning(start + tiles.subject.offset.seconds)
