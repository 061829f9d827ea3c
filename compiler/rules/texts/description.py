"""The description of an alert: the numbers behind it, in at most five lines and 650 characters."""

from __future__ import annotations

from compiler import names, promql
from compiler.burn.policy import at_risk_window
from compiler.burn.timing import threshold
from compiler.model.catalog import Tier
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.summary import level
from compiler.rules.texts.template import CLOCK, assign, labelled, number, query, variables
from compiler.rules.windows import events_in, share
from compiler.units import Duration, decimal_text


def description(alert: Alert, context: Context) -> str:
    """What was counted, since when, and what it costs."""
    makers = {
        names.BURN: _burn,
        names.NO_DATA: _no_data,
        names.BLIND: _blind,
        names.SPENT: _budget,
        names.AT_RISK: _budget,
    }
    return makers[alert.kind](alert, context)


def promise(context: Context) -> str:
    """The objective in one clause."""
    objective = context.objective
    return f"Objective: {objective.objective.as_percent} over {objective.window}."


def _burn(alert: Alert, context: Context) -> str:
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert.tier]
    now = min(tier.short for tier in tiers)
    longs = {f"long{n}": tier for n, tier in enumerate(tiers)}
    facts = [("now", f"(100 * {share(now, context)} >= 0)")]
    facts += [(name, _firing(tier, context)) for name, tier in longs.items()]
    facts += [("since", _since(alert)), ("left", _left(context)), ("gone", _gone(tiers[0], context))]
    cases = {"now": f'printf "%.3g%% in {now}" .Value'}
    cases |= {name: f'printf ", %.3g%% in {tier.long}" .Value' for name, tier in longs.items()}
    cases |= {"since": CLOCK, "left": 'printf "%.0f%%" .Value', "gone": "humanizeDuration .Value"}
    chosen = "".join(f"{{{{ {'else ' if n else ''}if ${name} }}}}{{{{ ${name} }}}}" for n, name in enumerate(longs))
    words = context.words
    return (
        variables(*cases)
        + assign(labelled(facts), cases)
        + f"{words.events.capitalize()} that {words.verb}: {{{{ if $now }}}}{{{{ $now }}}}"
        + f"{{{{ else }}}}none came in {now}{{{{ end }}}}{chosen}{{{{ end }}}}"
        + f" ({alert.tier}s above {level(alert.tier, context)}). Since {{{{ $since }}}} UTC.\n"
        + _budget_line(context)
        + f"\n{promise(context)}"
    )


def _firing(tier: Tier, context: Context) -> str:
    least = decimal_text(threshold(context.objective.objective, tier) * 100)
    return f"(100 * {share(tier.long, context)} > {least})"


def _since(alert: Alert) -> str:
    """When the alert began; now, where it begins in this very evaluation."""
    labels = {
        "alertname": alert.name,
        **{name: alert.labels[name] for name in ("service", "slo", "slo_tier")},
    }
    return f"(min({promql.series('ALERTS_FOR_STATE', labels)}) or vector(time()))"


def _left(context: Context) -> str:
    return f"(100 * clamp_min({context.frame.named(names.REMAINING)}, 0))"


def _gone(tier: Tier, context: Context) -> str:
    """Seconds until the budget is gone at the pace of the tier's long window.

    The budget in events follows from what is recorded: errors of the window / (1 - remaining).
    """
    remaining, window = context.frame.named(names.REMAINING), context.objective.window
    budget = f"{context.frame.increase('errors', window)} / (1 - {remaining} > 0)"
    pace = f"({events_in(tier.long, 'errors', context)} / {tier.long.seconds} > 0)"
    return f"(({remaining} > 0) * ({budget}) / {pace})"


def _budget_line(context: Context) -> str:
    window = context.objective.window
    return (
        f"{{{{ if $left }}}}{{{{ $left }}}} of the {window} budget left{{{{ else }}}}"
        f"How much of the {window} budget is left is not known yet{{{{ end }}}}"
        "{{ if $gone }}, gone in {{ $gone }} at this pace{{ end }}."
    )


def _no_data(alert: Alert, context: Context) -> str:
    total = context.kind.total(context.objective.indicator.spec)
    targets = context.kind.targets(context.objective.indicator.spec, context.frame)
    events = context.words.events
    if alert.state == "down":
        count = number(f"count({targets})", "%.0f", "no")
        return (
            f"None of the targets {targets} answers ({count} known). Since {_clock(alert)} UTC.\n"
            f"Until one does, {events} and errors are not counted, and the budget stands still.\n{promise(context)}"
        )
    if alert.state == "vanished":
        return (
            f"No series of {total} has come for 10 minutes. {_up(targets)}\n"
            f"By the traffic of the last day more than 10 {events} were due in that time.\n{promise(context)}"
        )
    return (
        f"No series of {total} has come for an hour. {_up(targets)}\n"
        f"It is not measured, which is not the same as 100%.\n{promise(context)}"
    )


def _clock(alert: Alert) -> str:
    """When the alert began, in UTC."""
    return f"{{{{ with {query(_since(alert))} }}}}{{{{ with first . }}}}{{{{ {CLOCK} }}}}{{{{ end }}}}{{{{ end }}}}"


def _up(targets: str) -> str:
    """How many targets could have been asked; nothing where none is named."""
    if not targets:
        return ""
    return f"Targets {targets} that answer: " + number(f"count({targets} == 1)", "%.0f", "none") + "."


def _blind(alert: Alert, context: Context) -> str:
    ways = context.kind.blindness(context.objective.indicator.spec, context.frame)
    meaning = "; or ".join(way.meaning for way in ways)
    either = "Either " if len(ways) > 1 else ""
    text = f"{either}{meaning}.\nUntil this is mended, an outage may pass unseen. {promise(context)}"
    return text[0].upper() + text[1:]


def _budget(alert: Alert, context: Context) -> str:
    recent = at_risk_window(context.objective.window)
    facts = [
        ("used", f"(100 * (1 - {context.frame.named(names.REMAINING)}))"),
        ("recent", _share_of(recent, context)),
    ]
    cases = {"used": 'printf "%.0f%%" .Value', "recent": 'printf "%.3g%%" .Value'}
    words = context.words
    return (
        variables(*cases)
        + assign(labelled(facts), cases)
        + f"Used of the {context.objective.window} budget: {{{{ if $used }}}}{{{{ $used }}}}{{{{ else }}}}not known"
        + "{{ end }}.{{ if $recent }} "
        + f"In the last {recent} {{{{ $recent }}}} of {words.events} {words.verb}.{{{{ end }}}}\n"
        + promise(context)
    )


def _share_of(length: Duration, context: Context) -> str:
    return f"(100 * {share(length, context)} >= 0)"
