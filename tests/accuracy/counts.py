"""Chapter: how near the window's error ratio and the budget come to the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean

from compiler.replay.player import Player
from tests.accuracy.traffic import DAY, HOUR, USUAL, Crashes, Incident, Shape
from tests.accuracy.verdict import Chapter, Verdict, percent, table
from tests.accuracy.windows import Window, measure

SEEDS = (11, 12, 13)
LIMITS = {40: 0.0003, 2: 0.0006, 0.05: 0.0025}
"""Requests a second at the peak, and the error of the ratio that is allowed."""
DAYS, LONG = 7, 30


@dataclass(frozen=True, slots=True)
class Case:
    """One simulation, and the error that is allowed, if any is named."""

    label: str
    shape: Shape
    days: int = DAYS
    phase: float | None = None
    limit: float | None = None


def cases() -> Iterator[Case]:
    """Every simulation of the chapter."""
    for rate, limit in LIMITS.items():
        for seed in SEEDS:
            yield Case(f"{rate:g} requests/s", _shape(rate, seed), limit=limit)
    for phase in (0, 15, 29.9):
        label = f"2 requests/s, rules {phase:g} s after scrapes"
        yield Case(label, _shape(2, offset=0), phase=phase, limit=LIMITS[2])
    for rate, scrape in ((2, 15), (2, 60), (40, 60), (0.05, 60)):
        label = f"{rate:g} requests/s, scraped every {scrape} s"
        yield Case(label, _shape(rate, scrape=scrape), limit=LIMITS[rate])
    yield Case("2 requests/s, 2 % of scrapes fail", _shape(2, failing=0.02))
    crashes = Crashes(70 * HOUR, 2 * HOUR, 90, 0.5)
    yield Case("2 requests/s, a pod restarts every 90 s for 2 h", _shape(2, crashes=crashes))
    month = Shape(SEEDS[0], LONG + 1, 2, incidents=_month())
    yield Case("2 requests/s, window of 30 d", month, LONG, limit=LIMITS[2])


def tasks(player: Player) -> list[Callable[[], Window]]:
    """The simulations."""
    return [partial(measure, case.label, case.shape, player, case.days, case.phase) for case in cases()]


def tell(found: Sequence[Window]) -> Chapter:
    """The tables."""
    rows = [
        (
            w.label, str(w.seed), str(w.events),
            *(percent(who.ratio) for who in (w.ours, w.sloth, w.pyrra)),
            *(percent(who.budget) for who in (w.ours, w.sloth, w.pyrra)),
        )
        for w in found
    ]  # fmt: skip
    head = ("traffic", "seed", "errors", *("ratio: ours", "sloth", "pyrra"), *("budget: ours", "sloth", "pyrra"))
    return Chapter(table(head, rows), tuple(_verdicts(found)))


def _verdicts(found: Sequence[Window]) -> Iterator[Verdict]:
    by_label: dict[str, list[Window]] = {}
    for window in found:
        by_label.setdefault(window.label, []).append(window)
    limits = {case.label: case.limit for case in cases()}
    for label, same in by_label.items():
        limit = limits[label]
        if limit is not None:
            seeds = f", mean of {len(same)} seeds" if len(same) > 1 else ""
            yield Verdict(f"error of the ratio, {label}{seeds}", limit, fmean(w.ours.ratio for w in same), "%")
    yield Verdict(
        "evaluations without a window, or with NaN, after the first traffic", 0, sum(w.holes for w in found)
    )
    yield Verdict("rules that failed", 0, sum(w.failures for w in found))


def _shape(rate: float, seed: int = SEEDS[0], **other: object) -> Shape:
    return Shape(seed=seed, days=DAYS + 1, peak=rate, **other)  # type: ignore[arg-type]


def _month() -> tuple[Incident, ...]:
    later = tuple(Incident(i.start + 14 * DAY, i.length / 2, i.ratio) for i in USUAL)
    return (*USUAL, *later)
