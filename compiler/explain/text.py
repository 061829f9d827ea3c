"""An SLO's numbers as a page for the terminal: what it means first, how it alerts next, what it costs last."""

from __future__ import annotations

import textwrap
from fractions import Fraction

from compiler.burn.explain import budget_time, explain_objective, over
from compiler.burn.figures import ONE, SHARES, Alarm, TierFigures
from compiler.burn.traffic import Traffic
from compiler.burn.words import count, number, percent, short
from compiler.explain.chart import chart
from compiler.explain.cost import Cost, cost
from compiler.explain.moments import moments, raising
from compiler.explain.pace import pace
from compiler.explain.table import table
from compiler.rules.rule import Context

_LEGEND = (
    "P a page, T a ticket, A an alert that calls nobody, X the whole budget is gone. The dashes are the time left to "
    "act. Times count from the incident's start, with a full budget; scrapes and rules add up to two minutes. Resets "
    "count from the incident's end; what keeps a page firing adds five minutes. The words: docs/glossary.md."
)
_SHARES = tuple(percent(share) for share in SHARES)


def text(context: Context, traffic: Traffic | None, width: int, wrapped: bool) -> str:
    """All that is to be said of an SLO in one stack.

    Args:
        context: the SLO.
        traffic: how many events come, if known and not told by the indicator.
        width: columns of the terminal.
        wrapped: whether sentences are broken to the width.
    """
    traffic = pace(context, traffic)
    said = explain_objective(context.objective, context.words.events, traffic)
    sentences = [said.sentence, *_budget(context, traffic), *said.remarks, *_grouped(context), *_planned(context)]
    found = cost(context)
    parts = (
        _lines(sentences, width, wrapped),
        [*_lines([_asked(context)], width, wrapped), *chart(moments(context, traffic), width)],
        _tiers(context, said.tiers, traffic),
        [*_lines([_costs(context, found)], width, wrapped), *_sources(found)],
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def legend(width: int) -> str:
    """How the chart and the tables are read, once for all SLOs, broken to the width."""
    return textwrap.fill(_LEGEND, width)


def _budget(context: Context, traffic: Traffic | None) -> list[str]:
    objective, events = context.objective, context.words.events
    lines = [f"Budget: {budget_time(objective).words} of full outage, {objective.budget.as_percent} of {events}."]
    if traffic:
        share, day = Fraction(objective.budget.value), traffic.per_second * 86_400
        bad, whole = traffic.events(objective.window) * share, traffic.events(objective.window)
        lines.append(
            f"{_at(context, traffic)}the budget is {number(bad)} of {count(whole, events)} in {over(objective)}, "
            f"{number(day * share)} a day."
        )
    return lines


def _at(context: Context, traffic: Traffic) -> str:
    """How many there are of what comes by itself needs no saying."""
    return "Slices: " if context.sliced else f"Traffic: at {traffic.words(context.words.events)}, "


def _grouped(context: Context) -> list[str]:
    group_by = context.objective.group_by
    if not group_by:
        return []
    own = [f"{value} has {ratio.as_percent}" for value, ratio in sorted(group_by.objectives.items())]
    more = f"; {', '.join(own)}" if own else ""
    return [f"Grouped by {', '.join(context.grouped_by)}: each group has this budget, and alerts of its own{more}."]


def _planned(context: Context) -> list[str]:
    number = len(context.service.maintenance)
    words = "one planned window" if number == 1 else f"{number} planned windows"
    return [f"Maintenance: nothing counts and nothing pages in {words}."] if number else []


def _lines(sentences: list[str], width: int, wrapped: bool) -> list[str]:
    return [line for each in sentences for line in (textwrap.wrap(each, width) if wrapped else [each])]


def _asked(context: Context) -> str:
    """The heading of the chart."""
    words = context.words
    return (
        f"How soon somebody is told, and when the budget is gone, while so many of the {words.events} {words.verb}:"
    )


def _tiers(context: Context, rows: tuple[TierFigures, ...], traffic: Traffic | None) -> list[str]:
    used = raising(context)
    kept = [row for row in rows if row.tier in used]
    events = context.words.events
    fewest = f"fewest bad {events}" if context.sliced else f"fewest errors at {(traffic or ONE).words(events)}"
    facts = [("tier", "raises", "long", "short", "burn", "above", fewest)]
    facts += [
        (
            row.tier.name,
            context.reaction(row.tier.alert),
            short(row.tier.long),
            short(row.tier.short),
            f"{row.tier.factor}x",
            percent(row.above),
            f"{row.least:,} in {short(row.tier.long)}",
        )
        for row in kept
    ]
    return [*table(facts), "", *_times(kept)]


def _times(rows: list[TierFigures]) -> list[str]:
    """When each tier fires and resets, for each of SHARES."""
    first, *others = _SHARES
    head = ("", f"fires at {first}", *others, f"resets at {first}", *others)
    body = [
        (row.tier.name, *(_fires(alarm) for alarm in row.alarms), *(_resets(alarm) for alarm in row.alarms))
        for row in rows
    ]
    return table([head, *body])


def _fires(alarm: Alarm) -> str:
    return short(alarm.fires) if alarm.fires else "never"


def _resets(alarm: Alarm) -> str:
    return short(alarm.resets) if alarm.resets else "-"


def _costs(context: Context, found: Cost) -> str:
    each = " for each group" if context.grouped_by else ""
    return (
        f"Cost in Prometheus: {found.series} recorded series{each}, and {found.rules} rules that are evaluated "
        f"{round(found.evaluations):,} times an hour in all. In an hour they read {round(found.samples):,} samples "
        f"of the recorded series{each}, and of each series that one of these finds:"
    )


def _sources(found: Cost) -> list[str]:
    return (
        table([(f"  {round(s.samples):,}", s.selector) for s in found.sources], right=(0,)) if found.sources else []
    )
