"""Chapter: what is lost where Prometheus, the rules or all targets are away for a time inside an incident."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from compiler.replay.player import Player
from compiler.replay.scenario import Gap
from tests.accuracy.counts import DAYS
from tests.accuracy.traffic import HOUR, Shape
from tests.accuracy.verdict import Chapter, Verdict, table
from tests.accuracy.windows import Window, measure

SEEDS = (11, 12)
AWAY = 60 * HOUR + 1_200, 60 * HOUR + 2_100
"""A quarter of an hour within the incident of 10 % that begins after 60 h."""
TARGETS, PROMETHEUS, RULES = "all targets, 15 min", "Prometheus, 15 min", "the rules, 10 min"
LIMITS = {TARGETS: 0.002, PROMETHEUS: 0.03}


def tasks(player: Player) -> list[Callable[[], Window]]:
    """The simulations."""
    start, end = AWAY
    gone: dict[str, dict[str, object]] = {
        TARGETS: {"target_down": (AWAY,)},
        PROMETHEUS: {"gaps": (Gap(start, end, scrapes=True),)},
        RULES: {"gaps": (Gap(start, end - 300),)},
    }
    return [
        partial(measure, label, Shape(seed=seed, days=DAYS + 1, peak=2, **more), player, DAYS)  # type: ignore[arg-type]
        for label, more in gone.items()
        for seed in SEEDS[: 1 if label == RULES else None]
    ]


def tell(found: Sequence[Window]) -> Chapter:
    """The table."""
    rows = [(w.label, str(w.seed), *(_signed(who.bias) for who in (w.ours, w.sloth, w.pyrra))) for w in found]
    verdicts = [
        Verdict(
            f"error of the ratio, away: {label}",
            limit,
            max(abs(w.ours.bias) for w in found if w.label == label),
            "%",
        )
        for label, limit in LIMITS.items()
    ]
    verdicts.append(
        Verdict("evaluations without a window, or with NaN, outside the gap", 0, sum(w.holes for w in found))
    )
    return Chapter(table(("away", "seed", "ratio: ours", "sloth", "pyrra"), rows), tuple(verdicts))


def _signed(ratio: float) -> str:
    return "none" if math.isnan(ratio) else f"{100 * ratio:+.2g} %"
