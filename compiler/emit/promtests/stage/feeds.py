"""Source series of every form, from the events that came at each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiler.emit.promtests.stage.case import constant, number, spikes, steps
from compiler.sli.kind import COUNT, COUNTER, HISTOGRAM, LEVEL, RATE, Feed

Events = tuple[float, float]
"""Good and bad ones."""
NONE: Events = (0, 0)


@dataclass(frozen=True, slots=True)
class Base:
    """The base window in steps, and a step in seconds."""

    steps: int
    seconds: int


def fed(feed: Feed, came: Mapping[int, Events], length: int, base: Base) -> str:
    """The series where so many events came at each of these positions, and none at the others."""
    grown = {at: feed.good * good + feed.bad * bad for at, (good, bad) in came.items()}
    grown = {at: amount for at, amount in grown.items() if amount}
    if feed.form == COUNTER:
        return steps(grown, length)
    if feed.form == LEVEL:
        bad = {at: bad for at, (_, bad) in came.items() if bad}
        return spikes({at: feed.good + (feed.bad - feed.good) * n for at, n in bad.items()}, length, rest=feed.good)
    if feed.form == HISTOGRAM:
        return _histograms(feed, came, length)
    if feed.form == COUNT:
        return spikes(grown, length)
    return _rates(grown, length, base)


def _rates(grown: Mapping[int, float], length: int, base: Base) -> str:
    """Events per second over the base window: each shows for as long."""
    values: dict[int, float] = {}
    for at, amount in grown.items():
        for place in range(at, min(at + base.steps, length)):
            values[place] = values.get(place, 0) + amount / (base.steps * base.seconds)
    return spikes(values, length)


def _histograms(feed: Feed, came: Mapping[int, Events], length: int) -> str:
    good = bad = 0.0
    at, runs = 0, []
    for place, (more_good, more_bad) in sorted(came.items()):
        runs.append(_held(feed, good, bad, place - at))
        at, good, bad = place, good + feed.good * more_good, bad + feed.bad * more_bad
    runs.append(_held(feed, good, bad, length - at))
    return " ".join(run for run in runs if run)


def _held(feed: Feed, good: float, bad: float, count: int) -> str:
    """The same native histogram so many times."""
    if count < 1:
        return ""
    first, last = feed.bounds
    buckets = [number(good), *["0"] * (last - first - 1), number(bad)]
    one = f"{{{{schema:0 count:{number(good + bad)} offset:{first} buckets:[{' '.join(buckets)}]}}}}"
    return one if count == 1 else f"{one}x{count - 1}"


def line(feed: Feed, start: Events, each: Events, more: int) -> str:
    """A counter's or histogram's first value, and so many more of which each is further by as many events."""
    first, growth = value(feed, start), value(feed, each)
    return f"{first}+{growth}x{more}"


def value(feed: Feed, events: Events) -> str:
    """A counter's or histogram's value once so many events have come."""
    good, bad = events
    if feed.form == HISTOGRAM:
        return _held(feed, feed.good * good, feed.bad * bad, 1)
    return number(feed.good * good + feed.bad * bad)


def running(feed: Feed, good: float, bad: float, length: int) -> str:
    """The series where so many events come at every step."""
    if feed.form == LEVEL:
        return constant(feed.bad if bad else feed.good, length)
    if feed.form in (RATE, COUNT):
        return constant(feed.good * good + feed.bad * bad, length)
    return line(feed, NONE, (good, bad), length - 1)


def with_gaps(feed: Feed, runs: Sequence[tuple[Events, int]]) -> str:
    """A counter that is there at first until a position, and then at single positions alone, with these values."""
    (first, until), *later = runs
    parts, at = [line(feed, first, NONE, until)], until
    for held, position in later:
        parts += [f"_x{position - at - 1}", value(feed, held)]
        at = position
    return " ".join(parts)
