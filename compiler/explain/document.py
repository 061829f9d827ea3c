"""An SLO's numbers for machines; docs/cli.md lists the keys, which a release does not change."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from compiler.burn.explain import budget_time, explain_objective
from compiler.burn.figures import Alarm, TierFigures, low_traffic
from compiler.burn.traffic import Traffic
from compiler.explain.cost import Cost, cost
from compiler.explain.moments import Moments, moments, raising
from compiler.explain.pace import pace
from compiler.rules.rule import Context
from compiler.units import Duration, decimal_text


def document(context: Context, traffic: Traffic | None) -> dict[str, Any]:
    """What ``slo explain --json`` says of an SLO, but for its name and its stacks.

    Args:
        context: the SLO.
        traffic: how many events come, if known and not told by the indicator.
    """
    objective, traffic = context.objective, pace(context, traffic)
    said = explain_objective(objective, context.words.events, traffic)
    used = raising(context)
    return {
        "sentence": said.sentence,
        "objective": objective.objective.as_percent,
        "window": objective.window_name,
        "windowSeconds": objective.window.seconds,
        "events": context.words.events,
        "traffic": str(traffic) if traffic else None,
        "budget": _budget(context, traffic),
        "mode": objective.alerting.mode,
        "lowTraffic": low_traffic(objective),
        "groupBy": list(context.grouped_by),
        "tiers": [_tier(row, context.reaction(row.tier.alert)) for row in said.tiers if row.tier in used],
        "incidents": [_incident(row) for row in moments(context, traffic)],
        "cost": _cost(cost(context)),
    }


def _budget(context: Context, traffic: Traffic | None) -> dict[str, Any]:
    objective = context.objective
    share = Fraction(objective.budget.value)
    found: dict[str, Any] = {"share": _number(share), "outageSeconds": _seconds(budget_time(objective))}
    if traffic:
        found["events"] = _number(traffic.events(objective.window) * share)
        found["eventsPerDay"] = _number(traffic.per_second * 86_400 * share)
    return found


def _tier(row: TierFigures, raises: str) -> dict[str, Any]:
    tier = row.tier
    return {
        "name": tier.name,
        "raises": raises,
        "long": str(tier.long),
        "short": str(tier.short),
        "forSeconds": _seconds(tier.hold),
        "burnRate": _number(tier.factor.value),
        "above": _number(row.above),
        "fewestErrors": row.least,
        "times": [_alarm(alarm) for alarm in row.alarms],
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "errors": _number(alarm.errors),
        "firesAfterSeconds": _seconds(alarm.fires),
        "resetsAfterSeconds": _seconds(alarm.resets),
    }


def _incident(row: Moments) -> dict[str, Any]:
    told = [{"raises": reaction, "afterSeconds": _seconds(when)} for reaction, when in row.told]
    return {"errors": _number(row.errors), "told": told, "budgetGoneAfterSeconds": _seconds(row.gone)}


def _cost(found: Cost) -> dict[str, Any]:
    sources = [{"selector": s.selector, "samplesPerSeriesHour": _number(s.samples)} for s in found.sources]
    return {
        "recordedSeries": found.series,
        "rules": found.rules,
        "evaluationsPerHour": _number(found.evaluations),
        "samplesPerHour": _number(found.samples),
        "sources": sources,
    }


def _seconds(duration: Duration | None) -> int | float | None:
    return None if duration is None else _number(duration.fraction)


def _number(value: Fraction) -> int | float:
    """Whole where it is; else the float nearest to its shortest decimal."""
    return int(value) if value.denominator == 1 else float(decimal_text(value))
