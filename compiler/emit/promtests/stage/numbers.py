"""The numbers that the texts of a burn alert speak of, by the test's own arithmetic."""

from __future__ import annotations

from compiler import names
from compiler.burn.timing import threshold
from compiler.emit.promtests.stage.case import constant
from compiler.emit.promtests.stage.scenario import Incident
from compiler.emit.promtests.stage.subject import Subject
from compiler.rules.rule import Alert
from compiler.rules.windows import of_window

_BUDGETS = ((0.613, 387.0), (0.37, 630.0), (0.81, 190.0))
"""Budget left, and the errors that spent the rest of a budget of 1000."""


def shares(subject: Subject, alert: Alert, incident: Incident) -> dict[str, float]:
    """Per cent of errors in the shortest window, and in each long window that is above its threshold."""
    tiers = subject.spoken(alert)
    values = {"now": 100 * incident.share(float(min(tier.short for tier in tiers).fraction))}
    for n, tier in enumerate(tiers):
        share = incident.share(float(tier.long.fraction))
        if share > threshold(subject.context.objective.objective, tier):
            values[f"long{n}"] = 100 * share
    return values


def budget(subject: Subject, alert: Alert, incident: Incident, count: int) -> tuple[dict[str, str], dict[str, float]]:
    """What the period group would say of the budget, as series of so many samples, and the numbers it makes."""
    frame = subject.frame
    long = float(subject.spoken(alert)[0].long.fraction)
    left, spent, gone = 0.0, 0.0, 0.0
    for left, spent in _BUDGETS:
        gone = left * (spent / (1 - left)) / (incident.errors(long) / long)
        if 0.1 < gone % 1 < 0.9:  # far enough from a whole second to be cut the same everywhere
            break
    series = {
        frame.named(names.REMAINING): constant(left, count),
        of_window("errors", subject.context.objective, frame): constant(spent, count),
    }
    return series, {"left": 100 * left, "gone": gone}
