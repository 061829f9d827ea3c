"""What a tier's windows and factor come to: above which share of errors it fires, after how long, on how few."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compiler.burn.timing import detection, least_errors, reset, threshold
from compiler.burn.traffic import Traffic
from compiler.model.catalog import Objective, Tier
from compiler.model.slo import MinEvents
from compiler.units import Duration

SHARES = (Fraction(1), Fraction(1, 10), Fraction(1, 100))
"""Error ratios whose detection is told."""
ONE = Traffic(Fraction(1), "s")
"""What the least number of errors is told for where the traffic is not known."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """How a tier answers to a share of errors that lasts."""

    errors: Fraction
    fires: Duration | None
    """From the incident's start, without scrape and rule delays; None where it never does."""
    resets: Duration | None
    """From the end of an incident that lasted as long as the long window, or until it fired if that is longer."""


@dataclass(frozen=True, slots=True)
class TierFigures:
    """One tier."""

    tier: Tier
    above: Fraction
    """The share of errors that it fires above."""
    alarms: tuple[Alarm, ...]
    """For each of SHARES."""
    least: int
    """The least number of errors in the long window that fires."""


def figures(objective: Objective, tier: Tier, traffic: Traffic | None) -> TierFigures:
    """A tier in numbers.

    Args:
        objective: the SLO.
        tier: one of its tiers.
        traffic: how many events come; ``least`` is told for one a second where it is not known.
    """
    alarms = tuple(_alarm(objective, tier, share, traffic) for share in SHARES)
    level = threshold(objective.objective, tier)
    return TierFigures(tier, level, alarms, _least(objective, tier, traffic or ONE))


def low_traffic(objective: Objective) -> str | int:
    """``guard``, ``off``, or the least number of errors."""
    low = objective.alerting.low_traffic
    return low.min_events if isinstance(low, MinEvents) else low


def fires(objective: Objective, tier: Tier, errors: Fraction, traffic: Traffic | None) -> Duration | None:
    """Time from the start of an incident to the alert, without scrape and rule delays.

    Args:
        objective: the SLO.
        tier: one of its tiers.
        errors: share of events that fail, from a clean past; 0 < errors <= 1.
        traffic: constant; the guard or the least number of errors then counts. None: so much that it does not.
    """
    found = detection(objective.objective, tier, errors)
    if found is None or traffic is None:
        return found
    needed = Duration.seconds_of(_least(objective, tier, traffic) / (errors * traffic.per_second))
    return max(found, needed + tier.hold) if needed <= tier.long else None


def _least(objective: Objective, tier: Tier, traffic: Traffic) -> int:
    return least_errors(objective.objective, tier, traffic.events(tier.long), low_traffic(objective))


def _alarm(objective: Objective, tier: Tier, errors: Fraction, traffic: Traffic | None) -> Alarm:
    found = fires(objective, tier, errors, traffic)
    if found is None:
        return Alarm(errors, None, None)
    return Alarm(errors, found, reset(objective.objective, tier, errors, max(found, tier.long)))
