"""An SLO's numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compiler.burn.figures import TierFigures, figures, low_traffic
from compiler.burn.traffic import Traffic
from compiler.burn.words import singular
from compiler.model.catalog import Objective, Tier
from compiler.units import Duration

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an SLO means."""

    sentence: str
    tiers: tuple[TierFigures, ...]
    remarks: tuple[str, ...]


def explain_objective(objective: Objective, events: str, traffic: Traffic | None = None) -> Explanation:
    """What the objective promises and when its alerts fire.

    Args:
        objective: the SLO.
        events: what is counted: ``requests``.
        traffic: how many come; where it is not known, times are those of much traffic.
    """
    rows = tuple(figures(objective, tier, traffic) for tier in objective.tiers)
    return Explanation(sentence(objective, events), rows, _remarks(objective, events))


def budget_time(objective: Objective) -> Duration:
    """How long a full outage spends the whole budget, at constant traffic."""
    return Duration.seconds_of(objective.window.fraction * Fraction(objective.budget.value))


def over(objective: Objective) -> str:
    """Behind *over*: ``30 days``, ``a calendar month``."""
    return objective.over if objective.period else objective.window.words


def sentence(objective: Objective, events: str) -> str:
    """The objective in one sentence without jargon.

    Args:
        objective: the SLO.
        events: what is counted: ``requests``.
    """
    about = "about " if objective.period else ""
    text = (
        f"{objective.objective.as_percent} over {over(objective)}: {about}{_outage(budget_time(objective))} of full "
        f"outage, or {_events(objective, events)}"
    )
    word, tiers = _calls(objective)
    if not tiers:
        return f"{text}; alerts call nobody."
    spans = sorted(_until_spent(objective, tier) for tier in tiers)
    return f"{text}; {word} when that would be used up within about {_between(spans[0], spans[-1])}."


def _calls(objective: Objective) -> tuple[str, list[Tier]]:
    """What the alerts do to people, and the tiers that do it."""
    alerting = objective.alerting
    pages = [tier for tier in objective.tiers if tier.alert == "page"]
    if alerting.mode == "observe":
        return "", []
    if alerting.mode == "page" and pages:
        return "pages", pages
    return "raises a ticket", list(objective.tiers)


def _outage(duration: Duration) -> str:
    """Without the smaller unit, where ten of the larger one make it needless; rounded down."""
    for name, size in _UNITS:
        number = duration.seconds // size
        if number >= 10:
            return f"{number} {name}s"
        if number:
            break
    return duration.words


def _events(objective: Objective, events: str) -> str:
    """``1 request in 1,000``; ``3 requests in 100`` where one in so many would not be exact."""
    budget = Fraction(objective.budget.value)
    if budget.numerator == 1:
        return f"1 {singular(events)} in {budget.denominator:,}"
    whole = 1
    while (budget * whole).denominator > 1:
        whole *= 10
    return f"{int(budget * whole):,} {events} in {whole:,}"


def _until_spent(objective: Objective, tier: Tier) -> Duration:
    """How long the whole budget lasts at the tier's pace."""
    return Duration.seconds_of(objective.window.fraction / tier.factor.value)


def _between(least: Duration, most: Duration) -> str:
    """``2 to 5 days``; ``12 hours to 3 days``; ``2 days``."""
    first, last = _rounded(least), _rounded(most)
    if first == last:
        return first
    return f"{first.split()[0]} to {last}" if first.split()[1] == last.split()[1] else f"{first} to {last}"


def _rounded(duration: Duration) -> str:
    """In the largest unit of which there are about two."""
    for name, size in _UNITS:
        number = round(duration.fraction / size)
        if duration.fraction >= size * Fraction(7, 4):
            return f"{number} {name}s"
    return duration.words


def _remarks(objective: Objective, events: str) -> tuple[str, ...]:
    low = low_traffic(objective)
    guard = {
        "guard": f"Low traffic: chance alone does not fire; at least 2 bad {events} are needed in any window.",
        "off": f"Low traffic: no guard; a single bad one of few {events} may fire.",
    }.get(str(low), f"Low traffic: at least {low} bad {events} in the long window.")
    mode = {
        "page": "Mode page: pages wake people, tickets wait.",
        "ticket": "Mode ticket: what would page raises a ticket.",
        "observe": "Mode observe: alerts are recorded and shown, and call nobody.",
    }[objective.alerting.mode]
    return (guard, mode)
