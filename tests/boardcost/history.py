"""The history in a Prometheus' own storage, written by the player, which needs no rule for that."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.replay.player import Player
from tests.boardcost.series import CLASSES, SCRAPE, Form, Series

_VALUE = "V"


@dataclass(frozen=True, slots=True)
class Batch:
    """Series that have the same value at the same time: one text for all of them."""

    form: Form
    number: int
    text: str

    def due(self, at: int, end: int) -> bool:
        """Whether it has a sample at an instant."""
        return at % self.form.every == 0 and at >= end - self.form.reach

    def samples(self, seconds: float) -> str:
        """Its samples so long after the beginning."""
        return self.text.replace(_VALUE, repr(self.form.at(seconds, self.number)))


def write(folder: Path, player: Player, series: Iterable[Series], end: int) -> int:
    """Blocks and the log of the last hours, until a time; how many series they hold.

    Raises:
        RuntimeError: the player failed.
    """
    wanted = list(series)
    command = [str(player.path), "-data", str(folder), "-keep"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stdin is not None
        with process.stdin as pipe:
            pipe.writelines(lines(wanted, end))
    if process.returncode:
        raise RuntimeError(f"the history was not written: {process.returncode}")
    return len(wanted)


def lines(series: list[Series], end: int) -> Iterator[str]:
    """What the player reads."""
    yield from (f"S {each.metric}\n" for each in series)
    found = batches(series)
    begin = end - max(batch.form.reach for batch in found)
    for at in range(begin - begin % SCRAPE, end + 1, SCRAPE):
        due = [batch for batch in found if batch.due(at, end)]
        if due:
            yield f"T {at}000\n"
            yield from (batch.samples(at - begin) for batch in due)


def batches(series: list[Series]) -> list[Batch]:
    """Series by how they move."""
    texts: dict[tuple[Form, int], list[str]] = {}
    for place, each in enumerate(series):
        texts.setdefault((each.form, place % CLASSES), []).append(f"{place} {_VALUE}\n")
    return [Batch(form, number, "".join(text)) for (form, number), text in texts.items()]
