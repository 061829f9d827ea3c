"""SLO110 to SLO112: tiers that can never fire, windows that cannot be evaluated, objectives that page at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from compiler.burn.timing import least_errors, threshold
from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report, Span
from compiler.model.catalog import Catalog, Objective, Stack, Tier
from compiler.names import TILE
from compiler.rules.windows import TILED_FROM
from compiler.units import Duration, Ratio, decimal_text

MOST_OFFSET = Duration.of("2m")
"""A page comes later by as much; and within five minutes a series goes stale."""
FEW = 3
"""So few errors in an hour at one event a second are worth a warning."""


def run(catalog: Catalog, report: Report) -> None:
    """Every tier of every SLO."""
    _interval(catalog.stack, report)
    for _, objective in objectives(catalog):
        for tier in objective.tiers:
            _fires(objective, tier, report)
            _evaluates(objective, tier, catalog.stack, report)
        _few(objective, report)


def _interval(stack: Stack, report: Report) -> None:
    interval = stack.spec.prometheus.rule_interval
    if TILE.milliseconds % interval.milliseconds or interval > Duration.of("1m"):
        hint = "15s, 20s, 30s or 60s"
        text = f"a rule interval divides {TILE} and is at most 60s, {interval} is not"
        report.error("SLO111", text, stack.spec.prometheus.at("rule_interval"), hint)
    offset = stack.spec.prometheus.query_offset
    if offset > MOST_OFFSET or offset.milliseconds % interval.milliseconds:
        text = f"rules look back 0s to {MOST_OFFSET}, a multiple of {interval}, {offset} is not"
        report.error("SLO111", text, stack.spec.prometheus.at("query_offset"), f"{interval} is usual")


def _fires(objective: Objective, tier: Tier, report: Report) -> None:
    for promised, span in _promised(objective):
        if threshold(promised, tier) < 1:
            continue
        most = decimal_text(Fraction(int(10 / Fraction(promised.complement.value)), 10))
        text = (
            f"the tier {tier.name!r} can never fire: {tier.factor} times the budget of "
            f"{promised.as_percent} is over 100% of events"
        )
        hint = f"raise the objective, or name a BurnRatePolicy with factors below {most}"
        report.error("SLO110", text, span, hint)


def _promised(objective: Objective) -> Iterator[tuple[Ratio, Span]]:
    """The objective, and those of single groups."""
    yield objective.objective, objective.places.get("objective", objective.span)
    if objective.group_by:
        for value, own in objective.group_by.objectives.items():
            yield own, objective.group_by.at(f"objectives.{value}")


def _evaluates(objective: Objective, tier: Tier, stack: Stack, report: Report) -> None:
    span = objective.alerting.at("policy") if "policy" in objective.alerting.places else objective.span
    base, interval = stack.base_window, stack.spec.prometheus.rule_interval
    for length in (tier.short, tier.long):
        step = TILE if length >= TILED_FROM else interval
        hint = "give the policy windows that fit, or name another"
        if length < base:
            problem = f"is shorter than the base window {base}"
            hint = f"the base window is at least four scrapes ({stack.spec.prometheus.scrape_interval}) and 5m"
        elif length.milliseconds % step.milliseconds:
            problem = f"is no multiple of {step}"
        elif length > objective.window:
            problem = f"is longer than the SLO's own, {objective.window}"
        else:
            continue
        report.error("SLO111", f"the window {length} of the tier {tier.name!r} {problem}", span, hint)


def _few(objective: Objective, report: Report) -> None:
    pages = [tier for tier in objective.tiers if tier.alert == "page"]
    low = objective.alerting.low_traffic
    if not pages or objective.alerting.mode != "page" or any(threshold(objective.objective, t) >= 1 for t in pages):
        return
    tier = min(pages, key=lambda t: t.long)
    number = least_errors(
        objective.objective, tier, tier.long.fraction, low if isinstance(low, str) else low.min_events
    )
    if number <= FEW:
        text = f"at one event a second, {number} errors within {tier.long} page"
        hint = "lower the objective, or set alerting.lowTraffic: {minEvents: N}"
        report.warning("SLO112", text, objective.places.get("objective", objective.span), hint)


CHECK = Check(("SLO110", "SLO111", "SLO112"), "Every tier can fire and be evaluated.", run)
