"""Chapter: pages for nothing in a service with few requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from compiler.replay.player import Player
from tests.accuracy.pages import OURS, WHO, quiet
from tests.accuracy.verdict import Chapter, Verdict, table

SEEDS = (21, 22, 23)


def tasks(player: Player) -> list[Callable[[], dict[str, int]]]:
    """The simulations."""
    return [partial(quiet, seed, player) for seed in SEEDS]


def tell(found: Sequence[Mapping[str, int]]) -> Chapter:
    """The table."""
    rows = [(str(seed), *(str(one[who]) for who in WHO)) for seed, one in zip(SEEDS, found, strict=True)]
    verdicts = (Verdict("false pages, worst seed", 0, max(one[OURS] for one in found)),)
    return Chapter(table(("seed", *WHO), rows), verdicts)
