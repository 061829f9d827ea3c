"""Chapter: when a page comes after an incident began, when it goes; and how many come for nothing."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from statistics import fmean

from compiler.replay.played import Event, Played
from compiler.replay.player import Player, play
from tests.accuracy import peers
from tests.accuracy.subject import compiled
from tests.accuracy.traffic import DAY, HOUR, T0, Incident, Shape, Traffic
from tests.accuracy.verdict import Chapter, Verdict, seconds, table

OURS = "ours"
WHO = (OURS, peers.SLOTH, peers.PYRRA)
FACTOR, LONG = 14.4, 3_600
STAGED = ((1.0, 600), (0.3, 1_800), (0.1, 3_600), (0.05, 7_200), (0.02, 14_400))
"""Ratio and length of each incident, ten hours apart."""
SEEDS = (1, 2, 3, 4, 5, 6)
"""An incident of 2 % is found about 80 s earlier or later, as the errors fall."""
SHIFT = 1_810
"""Seconds by which the incidents of each seed begin later: a third of 30 s more after the rules have run."""
PAGED, RESET = {1.0: 100, 0.1: 600, 0.05: 1_200, 0.02: 2_750}, 2_220
"""Seconds that are allowed."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One incident as one of the three saw it; seconds, NaN where it never paged."""

    who: str
    ratio: float
    paged: float
    reset: float


@dataclass(frozen=True, slots=True)
class Detected:
    """All incidents of one simulation, and pages outside of them."""

    seed: int
    found: tuple[Detection, ...]
    false: tuple[tuple[str, int], ...]


def detect(seed: int, player: Player, staged: Sequence[tuple[float, float]] = STAGED) -> Detected:
    """Incidents of several sizes in constant traffic."""
    starts = (12 * HOUR + SHIFT * seed + 10 * HOUR * n for n in count())
    incidents = tuple(Incident(start, length, ratio) for start, (ratio, length) in zip(starts, staged, strict=False))
    days = (incidents[-1].start + 6 * HOUR) / DAY
    shape = Shape(seed=seed, days=days, peak=20, night=1, errors=0.0001, incidents=incidents)
    played = _played(shape, player)
    found = tuple(_detection(who, incident, played) for who in WHO for incident in incidents)
    return Detected(seed, found, tuple((who, _outside(who, incidents, played)) for who in WHO))


def tasks(player: Player) -> list[Callable[[], Detected]]:
    """The simulations."""
    return [partial(detect, seed, player) for seed in SEEDS]


def tell(found: Sequence[Detected]) -> Chapter:
    """The table: for each incident what the seeds gave."""
    rows = [
        (who, f"{ratio:.0%}, {length / 60:.0f} min", seconds(ideal(ratio)), *_seen(found, who, ratio))
        for ratio, length in STAGED
        for who in WHO
    ]
    ours = [one for each in found for one in each.found if one.who == OURS]
    verdicts = [
        Verdict(f"page after {ratio:.0%} errors began, mean", limit, _mean(ours, ratio), "s")
        for ratio, limit in PAGED.items()
    ]
    verdicts.append(Verdict("reset after the end, worst", RESET, max(one.reset for one in ours), "s"))
    outside = sum(number for each in found for who, number in each.false if who == OURS)
    verdicts.append(Verdict("pages outside of incidents", 0, outside))
    head = ("", "errors", "ideal, s", "page after, s", "reset after the end, s")
    return Chapter(table(head, rows), tuple(verdicts))


def _mean(found: Sequence[Detection], ratio: float) -> float:
    return fmean(one.paged for one in found if one.ratio == ratio)


def _seen(found: Sequence[Detected], who: str, ratio: float) -> tuple[str, str]:
    same = [one for each in found for one in each.found if (one.who, one.ratio) == (who, ratio)]
    return ", ".join(seconds(one.paged) for one in same), ", ".join(seconds(one.reset) for one in same)


def ideal(ratio: float) -> float:
    """Seconds until the fast tier can know, with no delay of any kind."""
    return FACTOR * 0.001 * LONG / ratio


def quiet(seed: int, player: Player, days: float = 30, hourly: float = 72) -> dict[str, int]:
    """Pages in healthy days with few requests, at half of what the budget allows."""
    shape = Shape(seed=seed, days=days, peak=hourly / HOUR, night=1, errors=0.0005, incidents=(), pods=2)
    played = _played(shape, player)
    return {who: len(_pages(who, played, played.fired())) for who in WHO}


def _played(shape: Shape, player: Player) -> Played:
    with tempfile.TemporaryDirectory() as name:
        groups = [*peers.sloth("a", "checkout", pages_only=True), *peers.pyrra("a", "checkout", pages_only=True)]
        rules = [*compiled(Path(name)), peers.write(Path(name) / "peers.json", groups)]
        played = play(Player(player.path, seconds=7_200), rules, Traffic(shape).scenario)
    assert not played.failures, played.failures
    return played


def _pages(who: str, played: Played, events: tuple[Event, ...]) -> list[float]:
    """When pages of one of them began or ended; ours are all that is critical, no data included."""
    return [event.at for event in events if _pager(event) == who]


def _pager(event: Event) -> str:
    return event.labels.get("peer") or (OURS if event.labels.get("severity") == "critical" else "")


def _detection(who: str, incident: Incident, played: Played) -> Detection:
    start = _start(incident)
    begun = [at - start for at in _pages(who, played, played.fired()) if 0 <= at - start <= incident.length]
    ended = [at - start - incident.length for at in _pages(who, played, played.resolved()) if at >= start]
    after = [at for at in ended if at > 0 or begun]
    last = max((at for at in after if at < 2 * HOUR), default=math.nan)
    return Detection(who, incident.ratio, min(begun, default=math.nan), last)


def _outside(who: str, incidents: tuple[Incident, ...], played: Played) -> int:
    spans = [(_start(i), _start(i) + i.length + HOUR) for i in incidents]
    return sum(not any(a <= at <= b for a, b in spans) for at in _pages(who, played, played.fired()))


def _start(incident: Incident) -> float:
    return T0 + incident.start
