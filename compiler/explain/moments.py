"""How long after an incident began somebody is told, and how long the budget lasts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from compiler.burn.explain import budget_time
from compiler.burn.figures import fires
from compiler.burn.timing import threshold
from compiler.burn.traffic import Traffic
from compiler.model.catalog import Objective, Tier
from compiler.rules.rule import Context
from compiler.units import Duration

PAGE, TICKET, NONE = "page", "ticket", "none"
_FEW = 9
_TENTHS = (Fraction(1), Fraction(1, 2), Fraction(1, 5))


@dataclass(frozen=True, slots=True)
class Moments:
    """What happens while a share of errors lasts."""

    errors: Fraction
    told: tuple[tuple[str, Duration], ...]
    """The first of each reaction (page, ticket or none) and when, in order of time."""
    gone: Duration
    """When the whole budget is spent, from a full one."""


def moments(context: Context, traffic: Traffic | None) -> tuple[Moments, ...]:
    """From a full outage down to the smallest of some round shares that any tier answers to.

    Args:
        context: the SLO.
        traffic: how many events come, if known.
    """
    tiers = raising(context)
    floor = min((threshold(context.objective.objective, tier) for tier in tiers), default=Fraction(1))
    return tuple(
        Moments(share, _told(context, tiers, share, traffic), _gone(context.objective, share, traffic))
        for share in _shares(floor)
    )


def raising(context: Context) -> tuple[Tier, ...]:
    """The tiers that become rules."""
    ticket = context.objective.alerting.ticket.enabled
    return tuple(tier for tier in context.objective.tiers if tier.alert == "page" or ticket)


def _told(
    context: Context, tiers: tuple[Tier, ...], share: Fraction, traffic: Traffic | None
) -> tuple[tuple[str, Duration], ...]:
    found: dict[str, Duration] = {}
    for tier in tiers:
        when = fires(context.objective, tier, share, traffic)
        reaction = context.reaction(tier.alert)
        if when and (reaction not in found or when < found[reaction]):
            found[reaction] = when
    return tuple(sorted(found.items(), key=lambda item: item[1]))


def _gone(objective: Objective, share: Fraction, traffic: Traffic | None) -> Duration:
    """When as many errors have come as the budget allows; of little traffic whole ones."""
    spent = budget_time(objective).fraction / share
    if traffic:
        allowed = traffic.events(objective.window) * Fraction(objective.budget.value)
        spent = max(spent, ceil(allowed) / (share * traffic.per_second))
    return Duration.seconds_of(spent)


def _shares(floor: Fraction) -> list[Fraction]:
    """100%, 50%, 20%, 10% … above the floor; whole powers of ten where those were too many."""
    found, size = [], Fraction(1)
    while size > floor / 10:
        found += [size * part for part in _TENTHS if size * part > floor]
        size /= 10
    if len(found) <= _FEW:
        return found or [Fraction(1)]
    powers = [share for share in found if share.numerator == 1 and _is_power(share.denominator)]
    return powers if powers[-1] == found[-1] else [*powers, found[-1]]


def _is_power(number: int) -> bool:
    while number % 10 == 0:
        number //= 10
    return number == 1
