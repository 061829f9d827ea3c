"""A month of history: what was scraped, and what each rule set has recorded and reads again."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from compiler.replay.player import Player
from tests.rulecost.metrics import SCRAPE, Counter, counters
from tests.rulecost.rules import Slo, slos

DAYS = 30
DAY = 86_400
TILE = 240
VARIANTS = 7
"""How many different values a recorded series takes in turn."""
RATIO = 0.0006
"""The largest error ratio: a service in good health, so that no alert is active."""
TILE_LARGEST, FAST_LARGEST = (60_000.0, 60_000 * RATIO), (250.0, 250 * RATIO)
"""The largest total and errors of a tile, and of a second."""


def write(folder: Path, player: Player, number: int, end: int) -> None:
    """Blocks that end at a time, for so many SLOs.

    Raises:
        RuntimeError: the player failed.
    """
    command = [str(player.path), "-data", str(folder), "-keep"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stdin is not None
        with process.stdin as pipe:
            pipe.writelines(_lines(number, end))
    if process.returncode:
        raise RuntimeError(f"the history was not written: {process.returncode}")


def _lines(number: int, end: int) -> Iterator[str]:
    raw, wanted = list(counters()), slos(number)
    tiles, fast, ratios = (list(map(series, wanted)) for series in (_tiles, _fast, _ratios))
    names = [*map(str, raw), *(f'up{{job="{job}",instance="{pod}"}}' for job, pod in _targets(raw))]
    recorded = [metric for kind in (tiles, fast, ratios) for pair in kind for metric in pair]
    yield from (f"S {metric}\n" for metric in (*names, *recorded))
    first = len(names)
    texts = []
    for kind, largest in ((tiles, TILE_LARGEST), (fast, FAST_LARGEST), (ratios, (RATIO,))):
        size = sum(map(len, kind))
        texts.append(_variants(first, size, largest))
        first += size
    up = "".join(f"{place} 1\n" for place in range(len(raw), len(names)))
    begin = end - DAYS * DAY
    for step, at in enumerate(range(begin, end + 1, SCRAPE)):
        yield f"T {at}000\n"
        yield "".join(f"{place} {counter.at(at - begin)}\n" for place, counter in enumerate(raw))
        yield up
        if at % TILE < SCRAPE:
            yield texts[0][step // (TILE // SCRAPE) % VARIANTS]
        if at > end - 1.5 * DAY:
            yield texts[1][step % VARIANTS]
        yield texts[2][step % VARIANTS]


def _targets(raw: list[Counter]) -> list[tuple[str, str]]:
    return sorted({(counter.job, counter.pod) for counter in raw})


def _variants(first: int, size: int, largest: tuple[float, ...]) -> list[str]:
    """Samples of series that follow each other, between half of their largest value and all of it."""
    chance = random.Random(first)
    return [
        "".join(
            f"{first + place} {chance.uniform(0.5, 1) * largest[place % len(largest)]!r}\n" for place in range(size)
        )
        for _ in range(VARIANTS)
    ]


def _tiles(slo: Slo) -> tuple[str, str]:
    """Ours: tiles of four minutes over the whole window."""
    return tuple(f"slo:{events}:increase4m{_ours(slo)}" for events in ("total", "errors"))  # type: ignore[return-value]


def _fast(slo: Slo) -> tuple[str, str]:
    """Ours: the rates of the last day and a half."""
    return tuple(f"slo:{events}:rate5m{_ours(slo)}" for events in ("total", "errors"))  # type: ignore[return-value]


def _ratios(slo: Slo) -> tuple[str]:
    """Sloth's: the ratio of five minutes over the whole window."""
    name = slo.name
    labels = f'sloth_id="{name}",sloth_service="checkout",sloth_slo="{name}",sloth_window="5m"'
    return (f"slo:sli_error:ratio_rate5m{{{labels}}}",)


def _ours(slo: Slo) -> str:
    return f'{{service="{slo.name}",slo="availability"}}'
