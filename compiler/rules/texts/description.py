"""The description of an alert: the numbers behind it, in at most five lines and 650 characters."""

from __future__ import annotations

from collections.abc import Sequence

from compiler import names, promql
from compiler.burn.policy import at_risk_window
from compiler.burn.timing import threshold
from compiler.model.catalog import Tier
from compiler.prose.forms import CLOCK, COUNT, DURATION, PERCENT, WHOLE_PERCENT
from compiler.prose.parts import Asked, Facts, If, Number, Part, Plain, Shown
from compiler.prose.template import alert_label
from compiler.rules.alerts import due
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.summary import by_objective, group_count, level
from compiler.rules.windows import events_in, of_window, share, windows
from compiler.units import decimal_text


def description(alert: Alert, context: Context) -> Sequence[Part]:
    """What was counted, since when, and what it costs."""
    makers = {
        names.BURN: _burn,
        names.NO_DATA: _no_data,
        names.BLIND: _blind,
        names.SPENT: _budget,
        names.AT_RISK: _budget,
        names.TOO_MANY: _too_many,
    }
    return makers[alert.kind](alert, context)


def promise(context: Context) -> Part:
    """The objective in one clause."""
    over = context.objective.over
    return by_objective(context, lambda objective: f"Objective: {objective.as_percent} over {over}.")


def _burn(alert: Alert, context: Context) -> Sequence[Part]:
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert.tier]
    shortest = min(tier.short for tier in tiers)
    now = Number("now", f"100 * {share(shortest, context.here)} >= 0", PERCENT)
    longs = [Number(f"long{n}", _firing(tier, context), PERCENT) for n, tier in enumerate(tiers)]
    since = Number("since", _since(alert), CLOCK)
    left = Number("left", f"100 * clamp_min({context.here.named(names.REMAINING)}, 0)", WHOLE_PERCENT)
    gone = Number("gone", _gone(tiers[0], context), DURATION)
    words = context.words
    return (
        Facts((now, *longs, since, left, gone)),
        Plain(f"{words.events.capitalize()} that {words.verb}: "),
        If(now, (Shown(now), Plain(f" in {shortest}")), (Plain(f"none came in {shortest}"),)),
        *_first_of([(number, f" in {tier.long}") for number, tier in zip(longs, tiers, strict=True)]),
        Plain(f" ({alert.tier}s above "),
        level(alert.tier, context),
        Plain("). Alert since "),
        Shown(since),
        Plain(" UTC.\n"),
        *_budget_line(left, gone, tiers[0], context),
        Plain("\n"),
        promise(context),
    )


def _first_of(longs: Sequence[tuple[Number, str]]) -> Sequence[Part]:
    """The first of the long windows that is above its threshold."""
    if not longs:
        return ()
    (number, ending), *rest = longs
    return (If(number, (Plain(", "), Shown(number), Plain(ending)), _first_of(rest)),)


def _firing(tier: Tier, context: Context) -> str:
    group_by = context.objective.group_by
    least = decimal_text(threshold(context.objective.objective, tier) * 100)
    if group_by and group_by.objectives:
        least = f"{decimal_text(tier.factor.value * 100)} * {context.here.named(names.BUDGET)}"
    return f"100 * {share(tier.long, context.here)} > {least}"


def _since(alert: Alert) -> str:
    """When the alert began; now, where it begins in this very evaluation."""
    labels = {
        "alertname": alert.name,
        **{name: alert.labels[name] for name in ("service", "slo", "slo_tier")},
        **{name: alert_label(name) for name in alert.groups},
    }
    return f"min({promql.series('ALERTS_FOR_STATE', labels)}) or vector(time())"


def _gone(tier: Tier, context: Context) -> str:
    """Seconds until the budget is gone at the pace of the tier's long window.

    The budget in events follows from what is recorded: errors of the window / (1 - remaining).
    """
    remaining = context.here.named(names.REMAINING)
    budget = f"{of_window('errors', context.objective, context.here)} / (1 - {remaining} > 0)"
    pace = f"({events_in(tier.long, 'errors', context.here)} / {tier.long.seconds} > 0)"
    return f"({remaining} > 0) * ({budget}) / {pace}"


def _budget_line(left: Number, gone: Number, tier: Tier, context: Context) -> Sequence[Part]:
    window = context.objective.whose
    return (
        If(
            left,
            (Shown(left), Plain(f" of the {window} budget left")),
            (Plain(f"How much of the {window} budget is left is not known yet"),),
        ),
        If(gone, (Plain(", gone in "), Shown(gone), Plain(f" at the pace of the last {tier.long}"))),
        Plain("."),
    )


def _no_data(alert: Alert, context: Context) -> Sequence[Part]:
    makers = {"down": _down, "vanished": _vanished, "missing": _missing}
    return (*makers[alert.state](alert, context), Plain("\n"), promise(context))


def _down(alert: Alert, context: Context) -> Sequence[Part]:
    targets, events = context.targets, context.words.events
    return (
        Plain(f"None of the targets {targets} answers ("),
        Asked(Number("known", f"count({targets})", COUNT), "none"),
        Plain(" known). Since "),
        Asked(Number("since", _since(alert), CLOCK)),
        Plain(f" UTC.\nUntil one does, {events} and errors are not counted, and the budget stands still."),
    )


def _vanished(alert: Alert, context: Context) -> Sequence[Part]:
    total, events = context.kind.total(context.objective.indicator.spec), context.words.events
    return (
        Plain(f"No series of {total} has come for 10 minutes."),
        *_up(context),
        Plain(f"\nBy the traffic of the last day more than {due(context)} {events} were due in that time."),
    )


def _missing(alert: Alert, context: Context) -> Sequence[Part]:
    total = context.kind.total(context.objective.indicator.spec)
    return (
        Plain(f"No series of {total} has come for an hour."),
        *_up(context),
        Plain("\nIt is not measured, which is not the same as 100%."),
    )


def _up(context: Context) -> Sequence[Part]:
    """How many targets could have been asked; nothing where none is named."""
    if not context.targets:
        return ()
    answering = Number("up", f"count({context.targets} == 1)", COUNT)
    return (Plain(f" Targets {context.targets} that answer: "), Asked(answering, "none"), Plain("."))


def _blind(alert: Alert, context: Context) -> Sequence[Part]:
    ways = context.kind.blindness(context.objective.indicator.spec, context.frame)
    meaning = "; or ".join(way.meaning for way in ways)
    either = "Either " if len(ways) > 1 else ""
    text = f"{either}{meaning}.\nUntil this is mended, an outage may pass unseen. "
    return (Plain(text[0].upper() + text[1:]), promise(context))


def _too_many(alert: Alert, context: Context) -> Sequence[Part]:
    labels = " and ".join(label for label, _ in context.objective.groups)
    each = 2 * len(windows(context.objective, context.frame.base)) + 8
    return (
        Plain(f"It is grouped by {labels}, and "),
        Asked(group_count(context), "too many"),
        Plain(f" values are seen: each has a budget, alerts and {each} series of its own.\n"),
        Plain("Group by fewer labels, hold the selector to the values that matter, or raise groupBy.limit. "),
        promise(context),
    )


def _budget(alert: Alert, context: Context) -> Sequence[Part]:
    window, lately = context.objective.whose, at_risk_window(context.objective.window)
    used = Number("used", f"100 * (1 - {context.here.named(names.REMAINING)})", WHOLE_PERCENT)
    recent = Number("recent", f"100 * {share(lately, context.here)} >= 0", PERCENT)
    words = context.words
    return (
        Facts((used, recent)),
        Plain(f"Used of the {window} budget: "),
        If(used, (Shown(used),), (Plain("not known"),)),
        Plain("."),
        If(recent, (Plain(f" In the last {lately} "), Shown(recent), Plain(f" of {words.events} {words.verb}."))),
        Plain("\n"),
        promise(context),
    )
