"""The incident of which a page's texts are told, and when it began to page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.scenario import Burst, Incident, fires
from compiler.rules.rule import Alert

_MANY = 1_000_000


def told(live: Live, alert: Alert) -> Incident:
    """An incident that fires at the moment; shares differ by window, where it need not be held."""
    subject = live.subject
    edges = subject.edges(alert)
    seconds, hold = float(live.seconds), live.steps(alert.hold)
    if hold:
        return Incident(tuple(Burst(n * seconds, _MANY, _MANY) for n in range(hold + 1)))
    if not subject.exact:
        return Incident((Burst(seconds, _MANY, _MANY),))
    far = live.ages(edges, 0, telling=False).far
    firing = (
        incident
        for incident in _incidents(seconds, far, live.base, live.steady)
        if any(fires(edge, incident, subject.low) for edge in edges)
    )
    first = next(firing, None)
    if not live.steady:
        return first or Incident((Burst(seconds, _MANY, _MANY),))
    if not first:
        return _whole(live, alert)
    if _clear(live, alert, first):
        return first
    return next((other for other in firing if _clear(live, alert, other)), first)


def _clear(live: Live, alert: Alert, incident: Incident) -> bool:
    """Whether the minute since which it fires would be the same a step before: a probe's bursts are spread."""
    return since(live.after(incident), alert, live.spread(incident), incident) % 60 >= live.seconds


def _whole(live: Live, alert: Alert) -> Incident:
    """Nothing but failures for longer than any window."""
    for steps in range(live.longest + live.base, live.longest + live.base + 4):
        incident = Incident(tuple(Burst(n * live.seconds, 1, 0) for n in range(steps)), live.steady)
        if _clear(live, alert, incident):
            break
    return incident


def since(live: Live, alert: Alert, incident: Incident, fed: Incident) -> int:
    """When the conditions began to hold, in seconds from the test's start."""
    first, keep = 0, live.steps(alert.keep)
    for before in range(1, live.moment + 1):
        if holds(live, alert, incident, -before, fed):
            first = before
        elif before - first > keep:  # an alert that is kept is the same when its conditions hold again
            break
    return live.seen(live.moment - first).seconds


@dataclass(frozen=True, slots=True)
class _Counted(Incident):
    """An incident as the windows of the fast group count it, burst by burst."""

    live: Live | None = None

    def errors(self, window: float) -> float:
        return sum(burst.errors * self._weight(window, burst) for burst in self.bursts)

    def total(self, window: float) -> float:
        return sum(burst.total * self._weight(window, burst) for burst in self.bursts) + self.steady * window

    def _weight(self, window: float, burst: Burst) -> float:
        assert self.live
        return self.live.reach.weight(self.live.steps(window), self.live.steps(burst.age))


def holds(live: Live, alert: Alert, incident: Incident, later: int, fed: Incident) -> bool:
    """Whether an alert's conditions hold so many steps after the moment.

    Args:
        live: when.
        alert: whose.
        incident: what the sources say.
        later: steps, below 0 before the moment.
        fed: what the windows of other groups hold.
    """
    seconds = later * live.seconds
    bursts = tuple(replace(b, age=b.age + seconds) for b in incident.bursts if b.age + seconds >= 0)
    then = _Counted(bursts, incident.steady, live)
    for edge, tier in zip(live.subject.edges(alert), live.subject.tiers(alert), strict=True):
        short, long = (then if window in live.forms else fed for window in (tier.short, tier.long))
        if fires(edge, short, live.subject.low, long):
            return True
    return False


def _incidents(seconds: float, far: float | None, base: int, steady: float) -> Iterator[Incident]:
    """Incidents to choose from, the telling ones first."""
    if steady:
        for near, later in ((0.8 * base, 0), (base - 1, 0), (0.8 * base, seconds), (base - 1, seconds)):
            for more in (0, 2, 5, 12, 40):
                before = (Burst(far + later, more, 0),) if far and more else ()
                yield Incident((Burst(seconds, near, 0), *before), steady)
        yield Incident(tuple(Burst(n * seconds, 1, 0) for n in range(1, base + base // 2)), steady)
        return
    for clean in (1000, 300, 0):
        yield Incident((Burst(seconds, 800, 1000), *((Burst(far, 0, clean),) if far and clean else ())))
