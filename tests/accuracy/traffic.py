"""Traffic as services have it, with every event counted: pods that come, go, restart and crash, nights, incidents.

Events fall into ticks of five seconds. A scrape sees what happened in the ticks that are over. What a pod counted
since its last scrape is lost with the pod, as in life; the truth holds it all the same.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate

from compiler.replay.scenario import STALE, Gap, Scenario, Step, Value

TICK = 5
HOUR, DAY = 3_600, 86_400
T0 = 1_700_006_400
"""When each simulation begins, midnight UTC."""
UP, GOOD, BAD = range(3)
METRICS = (
    'up{{job="checkout",instance="{pod}"}}',
    'http_requests_total{{job="checkout",instance="{pod}",code="200"}}',
    'http_requests_total{{job="checkout",instance="{pod}",code="500"}}',
)


@dataclass(frozen=True, slots=True)
class Incident:
    """A share of errors for a time, in seconds from the beginning."""

    start: float
    length: float
    ratio: float


USUAL = (
    Incident(33.6 * HOUR, 600, 1.0),
    Incident(60 * HOUR, 3_600, 0.1),
    Incident(82.8 * HOUR, 14_400, 0.02),
    Incident(127.2 * HOUR, 1_800, 0.3),
)


@dataclass(frozen=True, slots=True)
class Crashes:
    """One pod that restarts every so many seconds for a time, and fails so many of its requests."""

    start: float
    length: float
    every: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Shape:
    """What a simulation is like; times in seconds, rates per second."""

    seed: int
    days: float
    peak: float
    night: float = 0.01
    """The share of the peak that is left at night; 1 is the same traffic all day."""
    errors: float = 0.0002
    incidents: tuple[Incident, ...] = USUAL
    pods: int = 4
    scrape: float = 30
    offset: float | None = None
    """When every target is scraped within the interval; where None, each at its own time."""
    churn: float = 17 * HOUR
    restarts: float = 31 * HOUR
    failing: float = 0
    """The share of scrapes that fail."""
    crashes: Crashes | None = None
    target_down: tuple[tuple[float, float], ...] = ()
    gaps: tuple[Gap, ...] = ()
    """Times without rules or without Prometheus, in seconds from the beginning."""
    deployed: float | None = None
    start: int = T0


@dataclass(slots=True)
class Pod:
    """One pod: its counters, and its next scrape in seconds from the beginning."""

    number: int
    next: float
    counts: list[int] = field(default_factory=lambda: [0, 0])
    seen: list[int] = field(default_factory=lambda: [0, 0])
    """The counters as they were scraped last."""
    dead: bool = False
    exposed: set[int] = field(default_factory=set)

    def end(self) -> tuple[int, int]:
        """Good and bad events that nobody scraped; its counters begin anew."""
        good, bad = (count - seen for count, seen in zip(self.counts, self.seen, strict=True))
        self.counts, self.seen = [0, 0], [0, 0]
        return good, bad


class Traffic:
    """One simulation: first played, then asked for the truth."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._random = random.Random(shape.seed)
        self._total: list[int] = []
        self._errors: list[int] = []
        self._lost: list[tuple[int, int, int]] = []
        self._pods: list[Pod] = []
        self._born = 0

    @property
    def scenario(self) -> Scenario:
        """What Prometheus sees of it."""
        shape = self.shape
        replaced = math.ceil(shape.days * DAY / shape.churn) if shape.churn else 0
        names = [f"pod-{n}" for n in range(shape.pods + replaced)]
        gaps = tuple(replace(gap, start=shape.start + gap.start, end=shape.start + gap.end) for gap in shape.gaps)
        deployed = None if shape.deployed is None else shape.start + shape.deployed
        return Scenario(tuple(m.format(pod=n) for n in names for m in METRICS), self._steps(), gaps, deployed)

    def truth(self) -> Truth:
        """What really happened, when all has been played."""
        return Truth((0, *accumulate(self._total)), (0, *accumulate(self._errors)), tuple(self._lost))

    # Time

    def _steps(self) -> Iterator[Step]:
        scrapes: list[tuple[float, int, Pod]] = []
        for _ in range(self.shape.pods):
            self._bear(0, scrapes)
        for tick in range(round(self.shape.days * DAY / TICK)):
            now = tick * TICK
            self._lifecycle(now, scrapes)
            self._count(now)
            yield from self._scraped(now + 2 * TICK, scrapes)

    def _scraped(self, until: float, scrapes: list[tuple[float, int, Pod]]) -> Iterator[Step]:
        while scrapes[0][0] < until:
            at, number, pod = scrapes[0]
            yield Step(self.shape.start + at, self._scrape(pod, at))
            if pod.dead:
                heapq.heappop(scrapes)
            else:
                heapq.heapreplace(scrapes, (at + self.shape.scrape, number, pod))

    def _lifecycle(self, now: int, scrapes: list[tuple[float, int, Pod]]) -> None:
        shape = self.shape
        if now and shape.churn and now % shape.churn == 0:
            gone = self._pods.pop(0)
            gone.dead = True
            self._lose(now, gone)
            self._bear(now, scrapes)
        if now and shape.restarts and now % shape.restarts == 0:
            self._lose(now, self._pods[1])
        crashes = shape.crashes
        if crashes and 0 <= now - crashes.start < crashes.length and (now - crashes.start) % crashes.every == 0:
            self._lose(now, self._pods[0])

    def _lose(self, now: int, pod: Pod) -> None:
        good, bad = pod.end()
        self._lost.append((now, good + bad, bad))

    def _bear(self, now: int, scrapes: list[tuple[float, int, Pod]]) -> None:
        shape = self.shape
        offset = self._random.randrange(round(shape.scrape * 1000)) / 1000 if shape.offset is None else shape.offset
        first = now + TICK + (offset - now - TICK) % shape.scrape
        pod = Pod(self._born, first)
        self._born += 1
        self._pods.append(pod)
        heapq.heappush(scrapes, (first, pod.number, pod))

    # Events

    def _count(self, now: int) -> None:
        share = self._rate(now) * TICK / len(self._pods)
        usual = self._ratio(now)
        total = errors = 0
        for index, pod in enumerate(self._pods):
            events = self._draw(share)
            bad = self._bad(events, self._crashing(now) if index == 0 else usual, usual)
            pod.counts[0] += events - bad
            pod.counts[1] += bad
            total, errors = total + events, errors + bad
        self._total.append(total)
        self._errors.append(errors)

    def _rate(self, now: float) -> float:
        shape = self.shape
        sun = max(0.0, math.sin((now / HOUR - 6) / 24 * 2 * math.pi))
        return shape.peak * (shape.night + (1 - shape.night) * sun * sun)

    def _ratio(self, now: float) -> float:
        running = (i.ratio for i in self.shape.incidents if i.start <= now < i.start + i.length)
        return max(running, default=self.shape.errors)

    def _crashing(self, now: float) -> float | None:
        crashes = self.shape.crashes
        return crashes.ratio if crashes and crashes.start <= now < crashes.start + crashes.length else None

    def _bad(self, events: int, ratio: float | None, usual: float) -> int:
        ratio = usual if ratio is None else ratio
        if events > 60:
            return min(events, self._draw(events * ratio)) if ratio < 1 else events
        return sum(self._random.random() < ratio for _ in range(events))

    def _draw(self, mean: float) -> int:
        """A Poisson number; for large means rounded from the normal distribution."""
        if mean > 30:
            return max(0, round(self._random.gauss(mean, math.sqrt(mean))))
        left, number = self._random.random(), 0
        limit = math.exp(-mean)
        while left > limit:
            left *= self._random.random()
            number += 1
        return number

    # Scrapes

    def _scrape(self, pod: Pod, at: float) -> dict[int, Value]:
        down = any(start <= at < end for start, end in self.shape.target_down)
        failed = down or (self.shape.failing > 0 and self._random.random() < self.shape.failing)
        found: dict[int, Value] = {} if pod.dead else {UP: 0 if failed else 1}
        if not failed and not pod.dead:
            pod.seen = list(pod.counts)
            found |= {GOOD: pod.counts[0]} | ({BAD: pod.counts[1]} if pod.counts[1] else {})
        gone = dict.fromkeys(pod.exposed - found.keys(), STALE)
        pod.exposed = {number for number in found if number != UP} | ({UP} if found else set())
        return {3 * pod.number + number: value for number, value in sorted({**found, **gone}.items())}


@dataclass(frozen=True, slots=True)
class Truth:
    """How many events and errors there had been at the end of each tick, and those that were lost unscraped."""

    total: tuple[int, ...]
    errors: tuple[int, ...]
    lost: tuple[tuple[int, int, int], ...]
    """When, and how many events and errors of them."""

    def within(self, start: float, end: float) -> tuple[int, int]:
        """Events and errors between two times, in seconds from the beginning."""
        last = len(self.total) - 1
        first, until = (min(max(round(t / TICK), 0), last) for t in (start, end))
        return self.total[until] - self.total[first], self.errors[until] - self.errors[first]

    def unseen(self, start: float, end: float) -> tuple[int, int]:
        """Events and errors that pods took with them between two times, since their last scrape."""
        gone = [(total, errors) for at, total, errors in self.lost if start <= at < end]
        return sum(total for total, _ in gone), sum(errors for _, errors in gone)

    def ratio(self, start: float, end: float) -> float:
        """Their ratio."""
        total, errors = self.within(start, end)
        return errors / total
