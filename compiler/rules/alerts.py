"""The alerting rules of one SLO, without their texts."""

from __future__ import annotations

from collections.abc import Iterable

from compiler import names
from compiler.burn.policy import at_risk_window
from compiler.burn.timing import GUARD_Z
from compiler.model.catalog import Tier
from compiler.model.slo import MinEvents
from compiler.names import AT_RISK, BLIND, BURN, NO_DATA, SPENT, TILE, TOO_MANY
from compiler.rules.period import again, budget_events, budget_level
from compiler.rules.rule import FAST, PERIOD, SLOW, Alert, Context
from compiler.rules.windows import events_in, share, tile
from compiler.units import Duration

KEEP_PAGE = Duration.of("5m")
KEEP_BUDGET = Duration.of("1h")
HOLD_DOWN = Duration.of("3m")
HOLD_VANISHED = Duration.of("10m")
HOLD_MISSING = Duration.of("1h")
HOLD_AT_RISK = Duration.of("1h")
HOLD_TOO_MANY = Duration.of("15m")
DUE = 10
"""Events of which more must have been due within HOLD_VANISHED before their absence is a page."""


def alerts(context: Context) -> tuple[Alert, ...]:
    """Every alert of an SLO, each in its group."""
    found = [*_burn(context, "page", FAST), *_burn(context, "ticket", SLOW)]
    return (*found, *_no_data(context), *_blind(context), *_groups(context), *_budget(context))


def _burn(context: Context, alert: str, speed: str) -> Iterable[Alert]:
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert]
    if not tiers:
        return
    reaction = context.reaction(alert)
    labels = context.labels(reaction, alert) | (dict(tiers[0].labels) if len(tiers) == 1 else {})
    holds = {tier.hold for tier in tiers}
    for hold in sorted(holds):
        chosen = [tier for tier in tiers if tier.hold == hold]
        yield Alert(
            name=context.alert_name(BURN, alert),
            kind=BURN,
            tier=alert,
            state="",
            reaction=reaction,
            speed=speed,
            expr="\nor\n".join(condition(tier, context) for tier in chosen),
            labels=labels if len(holds) == 1 else labels | {"window": str(chosen[0].long)},
            hold=hold,
            keep=KEEP_PAGE if alert == "page" else Duration(0),
            groups=context.grouped_by,
        )


def condition(tier: Tier, context: Context) -> str:
    """What is true while a tier fires."""
    level = f"{tier.factor} * {budget_level(context)}"
    if tier.short == tier.long:
        return f"(\n  {_long(tier, level, context)}\n)"
    short = f"{share(tier.short, context.frame)} > {level}"
    return f"(\n  {short}\n  and\n  {_long(tier, level, context)}\n)"


def _long(tier: Tier, level: str, context: Context) -> str:
    errors, low = events_in(tier.long, "errors", context.frame), context.objective.alerting.low_traffic
    if low == "guard":
        total = events_in(tier.long, "total", context.frame)
        bound = f"({errors} - {GUARD_Z} * sqrt({errors}))"
        return f"{bound} / {total if '*' not in total else f'({total})'} > {level}"
    plain = f"{share(tier.long, context.frame)} > {level}"
    return f"{plain}\n  and\n  {errors} >= {low.min_events}" if isinstance(low, MinEvents) else plain


def _no_data(context: Context) -> Iterable[Alert]:
    wanted, frame, targets = context.objective.alerting.no_data, context.frame, context.targets
    total, day = frame.rate("total"), "1d"
    came = f"avg_over_time({tile('total', frame)}[{day}])"
    down = f"max({targets}) == 0{_maintained(context)}"
    asleep = _scaled_to_zero(context) + _maintained(context)
    unless_down = f"\nunless on ()\n(max({targets}) == 0)" if targets else ""
    within = HOLD_VANISHED.milliseconds / TILE.milliseconds
    vanished = f"({came} * {within:g} > {due(context)} unless {total}){unless_down}{asleep}"
    gone = f"({came} > 0 unless {total})"
    missing = f"({gone} or absent_over_time({total}[{day}])){asleep}"
    states = (
        ("down", wanted.target_down, FAST, down if targets else "", HOLD_DOWN),
        ("vanished", wanted.vanished, SLOW, vanished, HOLD_VANISHED),
        ("missing", wanted.missing, SLOW, missing, HOLD_MISSING),
    )
    for state, wish, speed, expr, hold in states:
        if wish == "ignore" or not expr:
            continue
        reaction = context.reaction(wish)
        labels = context.labels(reaction, "nodata", state)
        keep = KEEP_PAGE if wish == "page" else Duration(0)
        name = context.alert_name(NO_DATA)
        groups = context.grouped_by if state != "down" else ()
        yield Alert(name, NO_DATA, "nodata", state, reaction, speed, expr, labels, hold, keep, groups=groups)


def due(context: Context) -> int:
    """More events than this must have been due before their absence is a page: of slices, half of all."""
    slices = context.objective.slices
    return DUE if not slices else HOLD_VANISHED.milliseconds // slices.slices.milliseconds // 2


def _scaled_to_zero(context: Context) -> str:
    """A workload scaled to nothing on purpose is no outage."""
    return f"\nunless on ()\n(max({context.replicas}) == 0)" if context.replicas else ""


def _maintained(context: Context) -> str:
    """Silence that is planned is no outage."""
    if not context.service.maintenance:
        return ""
    return f"\nunless on ()\n({context.frame.named(names.MAINTENANCE)} == 1)"


def _blind(context: Context) -> Iterable[Alert]:
    ways = context.kind.blindness(context.objective.indicator.spec, context.frame)
    if not ways:
        return
    reaction = context.reaction("ticket")
    expr = ways[0].expr if len(ways) == 1 else "\nor\n".join(f"({way.expr})" for way in ways)
    name, labels = context.alert_name(BLIND), context.labels(reaction, "nodata")
    hold, groups = max(way.hold for way in ways), context.grouped_by
    yield Alert(name, BLIND, "nodata", "", reaction, SLOW, expr, labels, hold, groups=groups)


def _groups(context: Context) -> Iterable[Alert]:
    """More groups than are expected; a limit of Prometheus' own would clear every alert of the rule."""
    if not context.objective.group_by:
        return
    expr = f"count({context.frame.rate('total')}) > {context.objective.group_by.limit}"
    name, reaction = context.alert_name(TOO_MANY), context.reaction("ticket")
    labels = context.labels(reaction, "nodata")
    yield Alert(name, TOO_MANY, "nodata", "", reaction, SLOW, expr, labels, HOLD_TOO_MANY)


def _budget(context: Context) -> Iterable[Alert]:
    if not context.objective.alerting.budget.enabled:
        return
    frame, recent = context.frame, at_risk_window(context.objective.window)
    remaining, reaction = frame.named(names.REMAINING), context.reaction("ticket")
    labels = context.labels(reaction, "budget")
    # Wait for a day of history before the last tenth: a first error after deployment is no pace.
    history = f"count_over_time({tile('total', frame)}[1d] offset {recent}) > 0"
    at_risk = f"{remaining} > 0\nand\n{remaining} <= {again(context)} / ({budget_events(context)})\nand\n{history}"
    for kind, expr, hold in ((SPENT, f"{remaining} <= 0", Duration(0)), (AT_RISK, at_risk, HOLD_AT_RISK)):
        name = context.alert_name(kind)
        groups = context.grouped_by
        yield Alert(name, kind, "budget", "", reaction, PERIOD, expr, labels, hold, KEEP_BUDGET, groups=groups)
