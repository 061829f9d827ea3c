"""Incidents at the edge of an alert: a little more, and it fires; a little less, and it does not.

An incident is a few bursts of events, each at an age before the moment of asking. What a window holds is then a plain
sum, so that the test's numbers are its own arithmetic and not the rule's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan, nextafter, sqrt

from compiler.burn.timing import GUARD_Z

EDGE = 0.02
"""How far from a threshold an incident lies, so that a factor changed by more turns a test red."""
_CLEAR = 0.005
"""How far every condition of every tier must lie from its threshold for a verdict to be trusted."""
FEW = 24.0
"""Errors of which the guard holds back so many that its factor, changed by a tenth, shows at EDGE."""
SIZES = (64.0, 400.0, 2_500.0, 10_000.0, 1_000_000.0)
"""Numbers of errors to build an incident from: few, where the guard shows, to many, where it does not."""

CONDITIONS = (("short", True), ("short", False), ("long", True), ("long", False))
"""Each condition of a tier, above its threshold and below."""

Low = str | int
"""``guard``, ``off``, or the least number of errors."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One tier as the arithmetic needs it: both windows in seconds, and the error share above which it fires."""

    short: float
    long: float
    level: float


@dataclass(frozen=True, slots=True)
class Burst:
    """Events that came so many seconds before the moment of asking."""

    age: float
    errors: float
    total: float


@dataclass(frozen=True, slots=True)
class Ages:
    """Where bursts may lie for one tier: in both windows, in the long one alone, and behind the long one."""

    near: float
    far: float | None
    behind: float | None


@dataclass(frozen=True, slots=True)
class Incident:
    """Bursts, and the steady events a second that come besides, as with a probe."""

    bursts: tuple[Burst, ...]
    steady: float = 0.0

    def errors(self, window: float) -> float:
        """Errors within a window of so many seconds."""
        return sum(burst.errors for burst in self.bursts if burst.age < window)

    def total(self, window: float) -> float:
        """Events within a window."""
        return sum(burst.total for burst in self.bursts if burst.age < window) + self.steady * window

    def share(self, window: float) -> float:
        """Errors over events; NaN without events."""
        total = self.total(window)
        return self.errors(window) / total if total else nan


def bound(errors: float, low: Low) -> float:
    """The number of errors that counts: a Poisson lower bound with the guard, else the number itself.

    Source: E - 1.28 sqrt(E), the one-sided 90 % bound by the normal approximation.
    """
    return errors - GUARD_Z * sqrt(errors) if low == "guard" else errors


def needed(bounded: float, low: Low) -> float:
    """The errors whose bound is this."""
    if low != "guard":
        return bounded
    return ((GUARD_Z + sqrt(GUARD_Z**2 + 4 * bounded)) / 2) ** 2


def conditions(edge: Edge, incident: Incident, low: Low, longer: Incident | None = None) -> tuple[float, ...]:
    """Each condition of a tier as a multiple of its threshold: above 1 it holds.

    ``longer`` is what the long window holds, where that is fed and not counted.
    """
    behind = longer or incident
    errors, total = behind.errors(edge.long), behind.total(edge.long)
    long = bound(errors, low) / total if total else nan
    found = (incident.share(edge.short) / edge.level, long / edge.level)
    return (*found, (errors + 0.5) / low) if isinstance(low, int) else found


def fires(edge: Edge, incident: Incident, low: Low, longer: Incident | None = None) -> bool:
    """Whether a tier fires."""
    return all(value > 1 for value in conditions(edge, incident, low, longer))


def clear(edges: tuple[Edge, ...], incident: Incident, low: Low) -> bool:
    """Whether no condition that decides lies at its threshold: a silent tier needs one that is clearly not met."""
    for edge in edges:
        found = conditions(edge, incident, low)
        if fires(edge, incident, low):
            if min(found) < 1 + _CLEAR:
                return False
        elif all(value > 1 - _CLEAR for value in found):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Search:
    """For an incident in which one tier of an alert is at its edge.

    ``edges`` are the tiers, ``index`` tells which one; ``ages`` says where bursts may lie, ``low`` how few errors are
    dealt with; ``steady`` are events a second that come whatever happens, 0 where events are bursts.
    """

    edges: tuple[Edge, ...]
    index: int
    ages: Ages
    low: Low
    steady: float

    @property
    def edge(self) -> Edge:
        """The tier."""
        return self.edges[self.index]


@lru_cache(maxsize=4096)
def at_edge(search: Search, condition: str, above: bool) -> Incident | None:
    """An incident in which one condition of the tier is a little above or below its threshold.

    Args:
        search: which tier of which alert.
        condition: ``short`` or ``long``; the other one is clearly met.
        above: whether it is above, and the alert fires by this tier alone; below, no tier fires.
    Returns:
        None where the tiers allow none: one cannot fire without another.
    """
    if condition == "short" and search.ages.far is None:
        return None
    for near, far in (_long if condition == "long" else _short)(search, above):
        incident = _incident(search, near, far)
        verdict = [fires(edge, incident, search.low) for edge in search.edges]
        wanted = [above and n == search.index for n in range(len(search.edges))]
        if verdict == wanted and _possible(incident) and clear(search.edges, incident, search.low):
            return incident
    return None


Part = tuple[float, float]
"""Errors and events of a burst."""


def _incident(search: Search, near: Part, far: Part) -> Incident:
    ages = search.ages
    if ages.far is None:
        near, far = (near[0] + far[0], near[1] + far[1]), (0, 0)
    bursts = [Burst(ages.near, *near)]
    if ages.far is not None and (far[0] or far[1]):
        bursts.append(Burst(ages.far, *far))
    longer = [edge for edge in search.edges if edge.long > search.edge.long]
    if longer and ages.behind is not None and not search.steady:
        clean = 4 * (near[0] + far[0]) / min(edge.level for edge in longer)
        bursts.append(Burst(ages.behind, 0, round(clean)))
    return Incident(tuple(bursts), search.steady)


def _possible(incident: Incident) -> bool:
    """No burst has more errors than events, nor fewer than none."""
    if incident.steady:
        return all(burst.errors >= 0 for burst in incident.bursts)
    return all(0 <= burst.errors <= burst.total for burst in incident.bursts)


def _beyond(level: float, above: bool) -> Iterator[float]:
    """Multiples of a threshold just above or below it that are shares, thus at most 1."""
    if not above:
        yield 1 - EDGE
    else:
        yield from (value for value in (1 + EDGE, (1 + 1 / level) / 2) if value * level < 1)


def _long(search: Search, above: bool) -> Iterator[tuple[Part, Part]]:
    level, low, steady = search.edge.level, search.low, search.steady
    for times in _beyond(level, above):
        for part in (0.5, 0.3, 0.7, 0.9, 0.15):
            if steady:
                errors = needed(times * level * steady * search.edge.long, low)
                yield (part * errors, 0), ((1 - part) * errors, 0)
                continue
            for errors in (FEW, *_sizes(low)) if low == "guard" else _sizes(low):
                total = round(bound(errors, low) / (times * level))
                for ratio in (1.5, 1.2, 1.05, 1.02):
                    near = round(part * errors / min(ratio * level, 1))
                    yield (part * errors, near), ((1 - part) * errors, total - near)


def _short(search: Search, above: bool) -> Iterator[tuple[Part, Part]]:
    edge, low, steady = search.edge, search.low, search.steady
    for times in _beyond(edge.level, above):
        for plenty in (1.2, 2, 4, 1.05):
            if steady:
                near = times * edge.level * steady * edge.short
                yield (near, 0), (needed(plenty * edge.level * steady * edge.long, low) - near, 0)
                continue
            for errors in _sizes(low):
                ratio = min(3 * edge.level, 1)
                yield (errors, round(errors / (times * edge.level))), (10 * errors, round(10 * errors / ratio))


def _sizes(low: Low) -> tuple[float, ...]:
    return tuple(size for size in SIZES if not isinstance(low, int) or size > 2 * low)


def exactly(edge: Edge, low: Low, scale: float = 1.0) -> tuple[float, float] | None:
    """Errors and events of one burst whose bound over events is the very level, in doubles; None if none was found.

    The rule compares with ``>``: there it must be silent. A window that is ``scale`` times a sum is fed a part of
    each number, and what becomes of it is reckoned here as Prometheus does.
    """
    for errors in (64.0, 400.0, 2_500.0, 10_000.0):
        held = scale * (errors / scale)
        total = bound(held, low) / edge.level
        for _ in range(64):
            got = bound(held, low) / (scale * (total / scale))
            if got == edge.level:
                return errors, total
            total = nextafter(total, inf if got > edge.level else -inf)
    return None
