"""What the pages of each kind of alert say beside what all say."""

from __future__ import annotations

from dataclasses import dataclass

from compiler import names
from compiler.burn.figures import Alarm
from compiler.burn.policy import at_risk_window
from compiler.burn.words import short
from compiler.emit.runbooks.page import explained
from compiler.emit.runbooks.queries import Check, Query, check, error_lines, query, what_fails
from compiler.model.catalog import Tier
from compiler.promql import Selector
from compiler.rules.period import budget_events
from compiler.rules.rule import Alert, Context
from compiler.rules.windows import of_window, share
from compiler.units import Duration, decimal_text


@dataclass(frozen=True, slots=True)
class TierLine:
    """One tier in the table of the numbers."""

    raises: str
    above: str
    windows: str
    gone: str
    times: tuple[str, ...]
    least: str


@dataclass(frozen=True, slots=True)
class Burn:
    """Errors come faster than the objective allows."""

    tiers: tuple[TierLine, ...]
    now: Check
    checks: tuple[Check, ...]
    split_label: str
    split: Query | None
    is_value: bool
    """Whether ``split`` is the value itself that is out of bounds."""
    lines: str
    keep: str


def burn(context: Context, alerts: tuple[Alert, ...]) -> Burn:
    """The tiers that are raised, fastest first, and what must fall for each."""
    reactions = {alert.tier: alert.reaction for alert in alerts}
    rows = zip(context.objective.tiers, explained(context.objective, context.words.events).tiers, strict=True)
    pairs = [(tier, row) for tier, row in rows if tier.alert in reactions]
    found = what_fails(context)
    checks = tuple(check(tier, context) for tier, _ in pairs)
    return Burn(
        tiers=tuple(
            TierLine(
                raises=reactions[tier.alert],
                above=f"{decimal_text(row.above * 100)}%",
                windows=f"{tier.long} and {tier.short}",
                gone=_gone(tier, context).words,
                times=tuple(map(_time, row.alarms)),
                least=f"{row.least:,}",
            )
            for tier, row in pairs
        ),
        now=min(checks, key=lambda c: Duration.of(c.window)),
        checks=checks,
        split_label=found[0] if found else "",
        split=found[1] if found else None,
        is_value="value_series" in context.kind.facts(context.objective.indicator.spec, context.frame),
        lines=error_lines(context),
        keep=str(max(alert.keep for alert in alerts)),
    )


def _gone(tier: Tier, context: Context) -> Duration:
    """How long a whole budget lasts at the pace that the tier stands for."""
    return Duration.seconds_of(context.objective.window.fraction / tier.factor.value)


def _time(alarm: Alarm) -> str:
    """``8m38s (4m17s)``: until it fires, and in brackets until it resets."""
    return f"{short(alarm.fires)} ({short(alarm.resets)})" if alarm.fires and alarm.resets else "never"


@dataclass(frozen=True, slots=True)
class NoData:
    """What is counted does not come."""

    total: str
    metric: str
    arrives: Query
    up: Query | None
    series: Query
    recorded: Query
    lines: str


def no_data(context: Context, _: tuple[Alert, ...]) -> NoData:
    """Where the silence begins: at the targets, at the metric's name, or at the rules."""
    spec, frame = context.objective.indicator.spec, context.frame
    total = frame.pick(context.kind.total(spec))
    return NoData(
        total=str(total),
        metric=total.metric,
        arrives=query(frame.rate("total"), context),
        up=query(context.targets, context) if context.targets else None,
        series=query(f"count({total})", context),
        recorded=query(f"count by (job) ({frame.pick(Selector(total.metric))})", context),
        lines=error_lines(context),
    )


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which the indicator may be blind."""

    meaning: str
    query: Query
    hold: str


@dataclass(frozen=True, slots=True)
class Blind:
    """Errors may happen that are not counted."""

    ways: tuple[Way, ...]
    total: Query
    errors: Query | None
    indicator: str


def blind(context: Context, _: tuple[Alert, ...]) -> Blind:
    """What is looked for and not found, and where the YAML says so."""
    spec, frame = context.objective.indicator.spec, context.frame
    errors = context.kind.errors(spec)
    found = context.kind.blindness(spec, frame)
    return Blind(
        ways=tuple(Way(way.meaning, query(way.expr, context), str(way.hold)) for way in found),
        total=query(f"topk(1, {frame.pick(context.kind.total(spec))})", context),
        errors=query(f"count({frame.pick(errors)})", context) if errors else None,
        indicator=str(context.objective.indicator.span),
    )


@dataclass(frozen=True, slots=True)
class TooMany:
    """More groups than are expected."""

    labels: str
    limit: int
    groups: Query
    largest: Query
    indicator: str


def too_many(context: Context, _: tuple[Alert, ...]) -> TooMany:
    """How many there are, and which have the most events."""
    group_by, total = context.objective.group_by, context.frame.rate("total")
    assert group_by
    return TooMany(
        labels=" and ".join(label for label, _ in group_by.pairs),
        limit=group_by.limit,
        groups=query(f"count({total})", context),
        largest=query(f"topk(20, {total})", context),
        indicator=str(group_by.span),
    )


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget is spent, or will be soon."""

    spent: bool
    recent: str
    remaining: Query
    used: Query
    allowed: Query
    pace: Query
    coverage: Query


def budget(context: Context, alerts: tuple[Alert, ...]) -> Budget:
    """What was spent, what may be, and at what pace."""
    frame = context.frame
    recent = at_risk_window(context.objective.window)
    return Budget(
        spent=alerts[0].kind == names.SPENT,
        recent=str(recent),
        remaining=query(frame.named(names.REMAINING), context),
        used=query(of_window("errors", context.objective, frame), context),
        allowed=query(budget_events(context), context),
        pace=query(share(recent, context.frame), context),
        coverage=query(frame.named(names.COVERAGE), context),
    )
