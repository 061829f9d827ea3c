"""The period group of one SLO: tiles, its own window, and what is left of the budget.

A rolling window is the sum of its tiles. A range cannot begin with a month, so the tiles of a calendar window carry
their period as a label, and the window is the sum of those that carry the present one: nothing is carried over from
one evaluation to the next, and a lost one loses one tile.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler import names
from compiler.burn.policy import at_risk_window
from compiler.clock import local
from compiler.clock.period import Period
from compiler.clock.zone import zone
from compiler.names import TILE
from compiler.rules.info import info
from compiler.rules.rule import EVENTS, Context, Record
from compiler.rules.windows import of_window, tile
from compiler.units import Duration

KNOWN = Duration.of("28d")
"""Whose traffic tells what the rest of a calendar period will bring."""


def period(context: Context) -> tuple[Record, ...]:
    """What the group records, in order."""
    labels = dict(context.identity)
    calendar = context.objective.period
    own = _calendar(context, calendar) if calendar else _rolling(context)
    return (
        *(Record(names.increase(events, TILE), _tile(events, context), labels) for events in EVENTS),
        *(Record(name, expr, labels) for name, expr in own),
        Record(names.BUDGET, _budget(context), labels),
        Record(names.INFO, "vector(1)", info(context)),
        Record(names.COVERAGE, _coverage(context), labels),
        Record(names.REMAINING, f"1 - {_used('errors', context)} / ({budget_events(context)})", labels),
    )


def _tile(events: str, context: Context) -> str:
    """One interval back, so that it sees only samples that are surely written for total and errors alike."""
    i = context.interval
    return f"{i.seconds} * sum_over_time({context.frame.rate(events)}[{TILE}] offset {i})"


def _rolling(context: Context) -> Iterator[tuple[str, str]]:
    window = context.objective.window
    for events in EVENTS:
        yield names.increase(events, window), f"sum_over_time({tile(events, context.frame)}[{window}])"


def _calendar(context: Context, period: Period) -> Iterator[tuple[str, str]]:
    frame, unit = context.frame, period.unit
    yield names.TIMEZONE, local.offset(zone(period.zone))
    # A tile is booked to the period that it began in.
    now = f"(vector(time() - {TILE.seconds}) + sum({frame.named(names.TIMEZONE)}))"
    yield names.calendar(unit), f'count_values("{unit}", {period.number(now)})'
    yield names.ELAPSED, period.elapsed(now)
    yield names.LEFT, f"{period.length(now)} - sum({frame.named(names.ELAPSED)})"
    on = f"on ({', '.join(name for name, _ in context.identity)})"
    for events in EVENTS:
        tagged = f"{tile(events, frame)} * {on} group_left ({unit}) {_present(context, unit)}"
        yield names.tagged(events, unit), tagged
    for events in EVENTS:
        yield names.increase(events, unit), _this(f"sum_over_time({_tagged(events, context, period)})", context, unit)
    coming = f"avg_over_time({tile('total', frame)}[{KNOWN}]) / {TILE.seconds}"
    rest = f"{coming} * {on} group_left () {frame.named(names.LEFT)}"
    yield names.EXPECTED, f"{_used('total', context)} + {rest}"


def _tagged(events: str, context: Context, period: Period) -> str:
    return f"{context.frame.named(names.tagged(events, period.unit))}[{period.longest}]"


def _this(expr: str, context: Context, unit: str) -> str:
    """What of an expression carries the present period, without it."""
    return f"sum without ({unit}) ({expr} and on ({unit}) {_present(context, unit)})"


def _present(context: Context, unit: str) -> str:
    """The present period alone: the one that ended is seen for 5m more where no mark of staleness ends it."""
    return f"last_over_time({context.frame.named(names.calendar(unit))}[{TILE}])"


def _used(events: str, context: Context) -> str:
    return of_window(events, context.objective, context.frame)


def _coverage(context: Context) -> str:
    """How much of the window has tiles; of a calendar period, how much of what is over of it."""
    calendar, frame = context.objective.period, context.frame
    if not calendar:
        return f"count_over_time({tile('total', frame)}[{context.objective.window}]) / {context.tiles}"
    tiles = _this(f"count_over_time({_tagged('total', context, calendar)})", context, calendar.unit)
    over = f"sum({frame.named(names.ELAPSED)}) / {TILE.seconds} + 1"
    return f"clamp_max({tiles} / scalar({over}), 1)"


def budget_events(context: Context) -> str:
    """How many errors the budget allows: by the traffic of a full window, for an early error is not all of it."""
    frame = context.frame
    if context.objective.period:
        return f"{budget_level(context)} * clamp_min({frame.named(names.EXPECTED)}, 1)"
    full = f"{_used('total', context)} / {frame.named(names.COVERAGE)}"
    return f"{budget_level(context)} * clamp_min({full}, 1)"


def again(context: Context) -> str:
    """The errors of the last tenth, spent once more; in a calendar period no longer than that lasts."""
    recent, frame = at_risk_window(context.objective.window), context.frame
    spent = frame.increase("errors", recent)
    if not context.objective.period:
        return spent
    return f"{spent} * scalar(clamp_max(sum({frame.named(names.LEFT)}) / {recent.seconds}, 1))"


def budget_level(context: Context) -> str:
    """The share of events that may be bad; recorded where each group may have an objective of its own."""
    if context.objective.group_by and context.objective.group_by.objectives:
        return context.frame.named(names.BUDGET)
    return str(context.objective.budget)


def _budget(context: Context) -> str:
    """The budget, or that of each group: its own, else the SLO's."""
    group_by, frame = context.objective.group_by, context.frame
    if not group_by or not group_by.objectives:
        return f"vector({context.objective.budget})"
    name = group_by.pairs[0][1]
    own = [
        f"0 * {tile('total', frame.within(name, value))} + {objective.complement}"
        for value, objective in sorted(group_by.objectives.items())
    ]
    return "\nor\n".join([*own, f"0 * {tile('total', frame)} + {context.objective.budget}"])
