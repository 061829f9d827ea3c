"""The recording rules of one SLO, by group."""

from __future__ import annotations

from compiler import names
from compiler.burn.timing import threshold
from compiler.logql import stream
from compiler.names import TILE
from compiler.rules.rule import FAST, PERIOD, Context, Record
from compiler.rules.windows import expression, tile, windows
from compiler.units import decimal_text

EVENTS = ("total", "errors")


def recordings(context: Context, speed: str) -> tuple[Record, ...]:
    """What a group records of an SLO; in the fast group the base series first."""
    if speed == PERIOD:
        return _period(context)
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


def _base(context: Context) -> tuple[Record, ...]:
    frame = context.frame
    base = context.kind.lower(context.objective.indicator.spec, frame)
    labels = dict(context.identity)
    return (
        Record(names.rate("total", frame.base), base.total, labels),
        Record(names.rate("errors", frame.base), base.errors, labels),
    )


def _period(context: Context) -> tuple[Record, ...]:
    frame, window, labels = context.frame, context.objective.window, dict(context.identity)
    i = context.interval
    found = [
        Record(
            names.increase(events, TILE),
            f"{i.seconds} * sum_over_time({frame.rate(events)}[{TILE}] offset {i})",
            labels,
        )
        for events in EVENTS
    ]
    found += [
        Record(names.increase(events, window), f"sum_over_time({tile(events, frame)}[{window}])", labels)
        for events in EVENTS
    ]
    coverage = f"count_over_time({tile('total', frame)}[{window}]) / {context.tiles}"
    remaining = f"1 - {frame.increase('errors', window)} / ({budget_events(context)})"
    return (
        *found,
        Record(names.BUDGET, _budget(context), labels),
        Record(names.INFO, "vector(1)", info(context)),
        Record(names.COVERAGE, coverage, labels),
        Record(names.REMAINING, remaining, labels),
    )


def budget_events(context: Context) -> str:
    """How many errors the budget allows: by the traffic of a full window, for an early error is not all of it."""
    window, average = context.objective.window, tile("total", context.frame)
    expected = f"clamp_min(avg_over_time({average}[{window}]) * {context.tiles}, 1)"
    return f"{budget_level(context)} * {expected}"


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


def info(context: Context) -> dict[str, str]:
    """The labels of slo:info: all that dashboards need to know of an SLO; empty ones are left out."""
    service, objective = context.service, context.objective
    paging = [t for t in objective.tiers if t.alert == "page" and context.reaction("page") == "page"]
    pages = [threshold(objective.objective, tier) for tier in paging]
    labels = dict(service.labels) | {
        "team": service.owner.team,
        "objective": objective.objective.as_percent,
        "window": str(objective.window),
        "group_by": ", ".join(context.grouped_by),
        "catalog": context.catalog.stack.spec.catalog,
        "indicator": context.kind.kind,
        "page_above": decimal_text(min(pages)) if pages else "",
        "source_file": service.span.file,
        "runbook": names.runbook_path(service.name, context.alert_name(names.BURN)),
        **_workload(context),
        **_evidence(context),
        **context.kind.facts(objective.indicator.spec, context.frame),
    }
    return dict(context.identity) | {name: text for name, text in labels.items() if text}


def _workload(context: Context) -> dict[str, str]:
    workload = context.service.workload
    if not workload:
        return {}
    return {
        "namespace": workload.namespace,
        "workload_kind": workload.kind,
        "workload": workload.name,
        "autoscaler": workload.autoscaler,
    }


def _evidence(context: Context) -> dict[str, str]:
    service, stack = context.service, context.catalog.stack.spec
    found: dict[str, str] = {}
    if service.logs and stack.logs:
        found |= {"log_selector": stream(service.logs.selector), "log_errors": service.logs.errors}
    if service.traces and stack.traces:
        found |= {"trace_service": service.traces.service, "trace_tag": service.traces.failed_tag}
    return found
