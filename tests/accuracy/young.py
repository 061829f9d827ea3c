"""Chapter: what the windows say in the first hours after rules were deployed into a running service."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from compiler.replay.player import Player, play
from compiler.replay.scenario import Query
from compiler.units import Duration
from tests.accuracy.subject import IDENTITY, compiled
from tests.accuracy.traffic import DAY, HOUR, Shape, Traffic
from tests.accuracy.verdict import Chapter, Verdict, table

DEPLOYED = 2 * HOUR
MINUTES = (2, 5.5, 10, 31, 61)
PEAKS, SEED = (20, 0.05), 1
TOLERANCE = 1e-6
"""Events; sums of rates are no whole numbers."""
REACH = 330
"""Seconds: the base window reaches 5 min back at its first evaluation, from samples up to a scrape old."""


@dataclass(frozen=True, slots=True)
class Young:
    """One window at one time: what it says and what could have been counted."""

    window: str
    minutes: float
    total: float
    errors: float
    true_total: int
    true_errors: int

    @property
    def invented(self) -> float:
        """Events that did not happen, errors among them."""
        return max(self.total - self.true_total, self.errors - self.true_errors, 0.0)


def young(seed: int, player: Player, peak: float) -> tuple[Young, ...]:
    """Every window of the total and of the errors, at several times after deployment."""
    shape = Shape(seed=seed, days=4 * HOUR / DAY, peak=peak, night=1, errors=0.01, incidents=(), deployed=DEPLOYED)
    traffic = Traffic(shape)
    with tempfile.TemporaryDirectory() as name:
        rules = compiled(Path(name))
        lengths = windows(rules)
        queries = [
            Query(f"slo:{events}:increase{length}{IDENTITY}", shape.start + DEPLOYED + 60 * minutes)
            for length in lengths
            for minutes in MINUTES
            for events in ("total", "errors")
        ]
        played = play(player, rules, traffic.scenario, queries)
    values = iter([answer.value or 0.0 for answer in played.answers])
    truth = traffic.truth()
    found = []
    for length in lengths:
        for minutes in MINUTES:
            now = DEPLOYED + 60 * minutes
            true = truth.within(max(DEPLOYED, now - Duration.of(length).seconds) - REACH, now)
            found.append(Young(length, minutes, next(values), next(values), *true))
    return tuple(found)


def windows(rules: Iterable[Path]) -> list[str]:
    """The lengths that the rules record, tiles apart."""
    text = "".join(path.read_text("utf-8") for path in rules)
    return sorted(set(re.findall(r"record: slo:total:increase(\d+[smhd])\n", text)) - {"4m"})


def tasks(player: Player) -> list[Callable[[], tuple[Young, ...]]]:
    """The simulations."""
    return [partial(young, SEED, player, peak) for peak in PEAKS]


def tell(found: Sequence[tuple[Young, ...]]) -> Chapter:
    """The table of the windows of the page, and of the longest."""
    rows = [
        (f"{peak:g}/s", y.window, f"{y.minutes:g} min", f"{y.total:,.0f}", f"{y.true_total:,}", f"{y.errors:,.1f}",
         f"{y.true_errors:,}")
        for peak, one in zip(PEAKS, found, strict=True)
        for y in one
        if y.window in ("1h", "30d")
    ]  # fmt: skip
    head = ("traffic", "window", "after", "total", "could be counted", "errors", "could be counted")
    worst = max(y.invented for one in found for y in one)
    verdicts = (Verdict("events that a window invents in the first hour", TOLERANCE, worst),)
    return Chapter(table(head, rows), verdicts)
