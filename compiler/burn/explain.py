"""An SLO's numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compiler.burn.timing import detection, least_errors, reset, threshold
from compiler.model.catalog import Objective, Tier
from compiler.model.service import MinEvents
from compiler.units import Duration, decimal_text

SHARES = (Fraction(1), Fraction(1, 10), Fraction(1, 100))
"""Error ratios whose detection is told."""


@dataclass(frozen=True, slots=True)
class TierRow:
    """One tier."""

    name: str
    alert: str
    windows: str
    above: str
    detection: tuple[str, ...]
    """Time to fire, and in brackets to reset after an incident that lasted as long, for each of SHARES."""
    least: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an SLO means."""

    sentence: str
    tiers: tuple[TierRow, ...]
    remarks: tuple[str, ...]


def explain_objective(objective: Objective, events: str) -> Explanation:
    """What the objective promises and when its alerts fire.

    Args:
        objective: the SLO.
        events: what is counted: ``requests``.
    """
    rows = tuple(_row(objective, tier) for tier in objective.tiers)
    return Explanation(_sentence(objective, events), rows, _remarks(objective, events))


def budget_time(objective: Objective) -> Duration:
    """How long a full outage spends the whole budget, at constant traffic."""
    return Duration.seconds_of(objective.window.fraction * Fraction(objective.budget.value))


def _sentence(objective: Objective, events: str) -> str:
    one_in = decimal_text(Fraction(round(1 / Fraction(objective.budget.value))))
    pages = [tier for tier in objective.tiers if tier.alert == "page"]
    text = (
        f"{objective.objective.as_percent} over {objective.window.words}: {budget_time(objective).words} of full "
        f"outage, or 1 in {int(one_in):,} {events}"
    )
    if not pages or objective.alerting.mode != "page":
        return f"{text}; nothing pages."
    spans = sorted(Duration.seconds_of(objective.window.fraction / tier.factor.value) for tier in pages)
    return f"{text}; pages when that would be used up within {spans[0].words} to {spans[-1].words}."


def _row(objective: Objective, tier: Tier) -> TierRow:
    above = decimal_text(threshold(objective.objective, tier) * 100) + "%"
    times = tuple(_times(objective, tier, share) for share in SHARES)
    return TierRow(tier.name, tier.alert, f"{tier.long} and {tier.short}", above, times, _least(objective, tier))


def _times(objective: Objective, tier: Tier, share: Fraction) -> str:
    found = detection(objective.objective, tier, share)
    if found is None:
        return "never"
    return f"{_short(found)} ({_short(reset(objective.objective, tier, share, max(found, tier.long)))})"


def _short(duration: Duration) -> str:
    seconds = duration.seconds
    if seconds < 120:
        return f"{seconds}s"
    return f"{seconds / 60:.0f}m" if seconds < 7200 else f"{seconds / 3600:.1f}h"


def _low(objective: Objective) -> str | int:
    low = objective.alerting.low_traffic
    return low.min_events if isinstance(low, MinEvents) else low


def _least(objective: Objective, tier: Tier) -> str:
    """At one event a second."""
    return f"{least_errors(objective.objective, tier, tier.long.fraction, _low(objective)):,}"


def _remarks(objective: Objective, events: str) -> tuple[str, ...]:
    low = _low(objective)
    guard = {
        "guard": f"Low traffic: chance alone does not fire; at least 2 bad {events} are needed in any window.",
        "off": f"Low traffic: no guard; a single bad one of few {events} may fire.",
    }.get(str(low), f"Low traffic: at least {low} bad {events} in the long window.")
    return (
        "Columns 100 %, 10 %, 1 %: time from the start of errors of that share to the alert, in brackets from their",
        "end to its reset; scrape and rule intervals add up to two minutes, keep_firing_for five.",
        f"Column errors: the least number of bad {events} in the long window that fires, at one event a second.",
        guard,
        f"Mode: {objective.alerting.mode}.",
    )
