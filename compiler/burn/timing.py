"""How long an alert takes to fire and to reset, and how few errors suffice."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from compiler.model.catalog import Tier
from compiler.units import Duration, Ratio

GUARD_Z = 1.28
"""One-sided 90 % point of the normal distribution: E - 1.28 sqrt(E) bounds a Poisson count from below."""


def threshold(objective: Ratio, tier: Tier) -> Fraction:
    """Error ratio above which a tier fires.

    Args:
        objective: dimensionless, 0 < objective < 1.
        tier: its factor is a multiple of the budget, > 0; 14.4 spends 2 % of 30 d in 1 h.
    Returns:
        factor * (1 - objective), dimensionless; 1 or more can never be exceeded.
    Source: Google SRE Workbook, chapter 5, table 5-8.
    """
    return tier.factor.value * Fraction(objective.complement.value)


def detection(objective: Ratio, tier: Tier, errors: Fraction) -> Duration | None:
    """Time from the start of an incident to the alert, without scrape and rule delays.

    Args:
        objective: of the SLO.
        tier: the tier.
        errors: share of events that fail, from a clean past, at constant traffic; 0 < errors <= 1.
    Returns:
        The long window's filling time, at least the short one's, and the tier's hold; None where the
        tier does not fire.
    Source: Google SRE Workbook, chapter 5: (threshold / error ratio) * window.
    """
    level = threshold(objective, tier)
    if errors <= level:
        return None
    share = level / errors
    return Duration.seconds_of(share * max(tier.long, tier.short).fraction) + tier.hold


def reset(objective: Ratio, tier: Tier, errors: Fraction, lasted: Duration) -> Duration:
    """Time from the incident's end until one of the windows is at or below the threshold again.

    Args:
        objective: of the SLO.
        tier: the tier.
        errors: share of events that failed, above the threshold.
        lasted: how long they did.
    Returns:
        The shorter window's emptying time, without ``keep_firing_for``.
    """
    share = threshold(objective, tier) / errors
    times = [_emptying(window.fraction, share, lasted.fraction) for window in (tier.short, tier.long)]
    return Duration.seconds_of(min(times))


def _emptying(window: Fraction, share: Fraction, lasted: Fraction) -> Fraction:
    """Seconds until so much of a window of errors is left as the share allows."""
    return window * (1 - share) if lasted >= window * share else Fraction(0)


def least_errors(objective: Ratio, tier: Tier, events: Fraction, low_traffic: str | int) -> int:
    """The least number of errors in the long window that fires, given its events.

    Args:
        objective: of the SLO.
        tier: the tier.
        events: in the long window, > 0.
        low_traffic: ``guard``, ``off``, or the least number of errors.
    """
    level = float(threshold(objective, tier) * events)
    if isinstance(low_traffic, int):
        return max(low_traffic, int(level) + 1)
    if low_traffic == "off":
        return int(level) + 1
    # E - z sqrt(E) > level  <=>  sqrt(E) > (z + sqrt(z^2 + 4 level)) / 2
    root = (GUARD_Z + sqrt(GUARD_Z**2 + 4 * level)) / 2
    return int(root**2) + 1
