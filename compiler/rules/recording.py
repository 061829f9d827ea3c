"""The recording rules of one SLO, by group."""

from __future__ import annotations

from compiler import names
from compiler.clock.maintenance import active
from compiler.rules.period import period
from compiler.rules.rule import EVENTS, FAST, PERIOD, SLICES, Context, Record
from compiler.rules.windows import expression, windows


def recordings(context: Context, speed: str) -> tuple[Record, ...]:
    """What a group records of an SLO; in the fast group the base series first."""
    if speed == PERIOD:
        return period(context)
    if speed == slices_group(context):
        return _slices(context)
    base = _base(context) if speed == FAST else ()
    return base + tuple(
        Record(
            names.increase(events, window.length),
            expression(window, events, context.frame, context.interval),
            dict(context.identity),
        )
        for window in windows(context.objective, context.frame.base)
        if window.speed == speed
        for events in EVENTS
    )


def slices_group(context: Context) -> str:
    """The group of an SLO's time slices; empty where it has none."""
    return f"{SLICES}-{context.sliced.length}" if context.sliced else ""


def _slices(context: Context) -> tuple[Record, ...]:
    assert context.sliced
    made = context.sliced.slices(context.objective.indicator.spec, context.frame)
    return tuple(Record(name, expr, dict(context.identity)) for name, expr in made)


def _base(context: Context) -> tuple[Record, ...]:
    frame = context.frame
    spec, labels = context.objective.indicator.spec, dict(context.identity)
    base = context.kind.lower(spec, frame)
    counted = (
        *(Record(name, expr, labels) for name, expr in context.kind.records(spec, frame)),
        Record(names.rate("total", frame.base), _masked(base.total, context), labels),
        Record(names.rate("errors", frame.base), _masked(base.errors, context), labels),
    )
    planned = context.service.maintenance
    if not planned:
        return counted
    return (Record(names.MAINTENANCE, active(planned, context.mask), labels), *counted)


def _masked(expr: str, context: Context) -> str:
    """Nothing counts during maintenance; 0 and not absent, so that no window goes stale."""
    if not context.service.maintenance:
        return expr
    return f"({expr})\n* on () group_left ()\n(1 - {context.frame.named(names.MAINTENANCE)})"
