"""An SLO's numbers in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compiler.burn.timing import detection, least_errors, reset, threshold
from compiler.model.catalog import Objective, Tier
from compiler.model.slo import MinEvents
from compiler.units import Duration, decimal_text

SHARES = (Fraction(1), Fraction(1, 10), Fraction(1, 100))
"""Error ratios whose detection is told."""
LEGEND = (
    "Under 100%, 10% and 1%: how long such a share of errors lasts until the alert, and in brackets how long after",
    "their end it resets. Scrapes and rules add up to two minutes, keep_firing_for five to the reset of a page.",
    "Under errors: the least number of bad events in the long window that fires, at one event a second.",
)
"""How the columns of the tiers are read."""
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class TierRow:
    """One tier."""

    name: str
    alert: str
    windows: str
    burn: str
    """The factor, as a multiple of the budget."""
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
    return Explanation(sentence(objective, events), rows, _remarks(objective, events))


def budget_time(objective: Objective) -> Duration:
    """How long a full outage spends the whole budget, at constant traffic."""
    return Duration.seconds_of(objective.window.fraction * Fraction(objective.budget.value))


def sentence(objective: Objective, events: str) -> str:
    """The objective in one sentence without jargon.

    Args:
        objective: the SLO.
        events: what is counted: ``requests``.
    """
    text = (
        f"{objective.objective.as_percent} over {objective.window.words}: {_outage(budget_time(objective))} of full "
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
        return f"1 {_singular(events)} in {budget.denominator:,}"
    whole = 1
    while (budget * whole).denominator > 1:
        whole *= 10
    return f"{int(budget * whole):,} {events} in {whole:,}"


def _singular(events: str) -> str:
    return events.removesuffix("ies") + "y" if events.endswith("ies") else events.removesuffix("s")


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


def _row(objective: Objective, tier: Tier) -> TierRow:
    above = decimal_text(threshold(objective.objective, tier) * 100) + "%"
    times = tuple(_times(objective, tier, share) for share in SHARES)
    windows = f"{tier.long} and {tier.short}"
    return TierRow(tier.name, tier.alert, windows, f"{tier.factor}x", above, times, _least(objective, tier))


def _times(objective: Objective, tier: Tier, share: Fraction) -> str:
    found = detection(objective.objective, tier, share)
    if found is None:
        return "never"
    return f"{_short(found)} ({_short(reset(objective.objective, tier, share, max(found, tier.long)))})"


def _short(duration: Duration) -> str:
    """``52s``, ``8m38s``, ``3h36m``, ``2d``: two units, rounded."""
    seconds = round(duration.fraction)
    for size, unit, below, small in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s")):
        if seconds >= size:
            whole, rest = divmod(round(Fraction(seconds, below)) * below, size)
            return f"{whole}{unit}{rest // below}{small}" if rest else f"{whole}{unit}"
    return f"{seconds}s"


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
    mode = {
        "page": "Mode page: pages wake people, tickets wait.",
        "ticket": "Mode ticket: what would page raises a ticket.",
        "observe": "Mode observe: alerts are recorded and shown, and call nobody.",
    }[objective.alerting.mode]
    return (guard, mode)
