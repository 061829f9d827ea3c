"""How near the window's error ratio and the budget that is left come to the truth."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from compiler.replay.played import Answer, Played
from compiler.replay.player import Player, play
from compiler.replay.scenario import Query
from compiler.units import Duration
from tests.accuracy import peers
from tests.accuracy.subject import IDENTITY, compiled
from tests.accuracy.traffic import DAY, Shape, Traffic, Truth

BUDGET = 0.001
ASKED = 12
"""How often the window is asked for, spread over the last day."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one way of counting: mean relative error of the ratio, and mean error of the budget left, in budgets."""

    ratio: float
    budget: float
    bias: float
    """The mean of the relative errors with their sign."""


@dataclass(frozen=True, slots=True)
class Window:
    """One simulation."""

    label: str
    seed: int
    ours: Errors
    sloth: Errors
    pyrra: Errors
    failures: int
    """Rules that failed."""
    holes: int
    """Evaluations of the window since the first traffic that gave nothing, or NaN."""
    events: int
    """Errors within the window, the last time it was asked for."""


def measure(label: str, shape: Shape, player: Player, days: int = 7, phase: float | None = None) -> Window:
    """Play a simulation through the compiled rules, and ask all three."""
    traffic = Traffic(shape)
    times = [(shape.days - 1 + (n + 0.5) / ASKED) * DAY for n in range(ASKED)]
    queries = [Query(expr, shape.start + at) for at in times for expr in _expressions(f"{days}d")]
    queries += [Query(f"{expr}[{round(shape.days) + 1}d]", shape.start + shape.days * DAY) for expr in _series(days)]
    fixed = None if phase is None else Duration(round(phase * 1000))
    with tempfile.TemporaryDirectory() as name:
        rules = compiled(Path(name), f"{days}d")
        labels = {"sloth_id": "a", "sloth_service": "checkout", "sloth_slo": "a"}
        sloth = peers.write(Path(name) / "sloth.json", [("sloth", 30, [peers.sloth_ratio("checkout", "5m", labels)])])
        played = play(Player(player.path, fixed, 3_600), [*rules, sloth], traffic.scenario, queries)
    return _judged(label, shape, played, traffic.truth(), (days * DAY, times))


def _expressions(window: str) -> tuple[str, ...]:
    """The ratio as each says it, and our budget."""
    ours = f"slo:errors:increase{window}{IDENTITY} / slo:total:increase{window}{IDENTITY}"
    sloth = peers.sloth_window('sloth_id="a"', window)
    return ours, sloth, peers.pyrra_window("checkout", window), f"slo:budget_remaining:ratio{IDENTITY}"


def _series(days: int) -> tuple[str, ...]:
    return f"slo:errors:increase{days}d{IDENTITY}", f"slo:budget_remaining:ratio{IDENTITY}"


def _judged(label: str, shape: Shape, played: Played, truth: Truth, asked: tuple[int, list[float]]) -> Window:
    length, times = asked
    found = [tuple(map(_value, played.answers[4 * n : 4 * n + 4])) for n in range(len(times))]
    true = [truth.ratio(at - length, at) for at in times]
    rows = [(ours, sloth, pyrra, left, ratio) for (ours, sloth, pyrra, left), ratio in zip(found, true, strict=True)]
    return Window(
        label,
        shape.seed,
        _errors((ours, 1 - left, ratio) for ours, _, _, left, ratio in rows),
        _errors((sloth, sloth / BUDGET, ratio) for _, sloth, _, _, ratio in rows),
        _errors((pyrra, pyrra / BUDGET, ratio) for _, _, pyrra, _, ratio in rows),
        len(played.failures),
        sum(holes(answer, shape) for answer in played.answers[4 * len(times) :]),
        truth.within(times[-1] - length, times[-1])[1],
    )


def _errors(rows: Iterable[tuple[float, float, float]]) -> Errors:
    """Of rows with the ratio found, the share of the budget that is said to be spent, and the true ratio."""
    rows = list(rows)
    off = [found / true - 1 for found, _, true in rows]
    budget = [abs(spent - true / BUDGET) for _, spent, true in rows]
    return Errors(fmean(map(abs, off)), fmean(budget), fmean(off))


def _value(answer: Answer) -> float:
    found = answer.value
    return math.nan if found is None else found


def holes(answer: Answer, shape: Shape) -> int:
    """Evaluations of a recorded window, every four minutes from the second on, that are missing or NaN.

    Those are not counted that a gap of rules or of Prometheus makes impossible.
    """
    if not answer.series:
        return round(shape.days * DAY / 240)
    points = answer.series[0].points
    bad = sum(math.isnan(value) for _, value in points)
    begin = shape.start + max(shape.deployed or 0, 0)
    times = [begin + 300, *(at for at, _ in points), shape.start + shape.days * DAY]
    for before, after in pairwise(times):
        lost = any(shape.start + g.start <= after and before <= shape.start + g.end for g in shape.gaps)
        bad += 0 if lost else max(0, round((after - before) / 240) - 1)
    return bad
