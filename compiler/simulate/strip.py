"""Values along a line of time, for a terminal: a row of blocks each, readable without colour and through a pipe."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiler.burn.words import short
from compiler.simulate.outcome import Line, Spell
from compiler.units import Duration

BLOCKS, PLAIN = " ▁▂▃▄▅▆▇█", " .:-=+*#@"
"""From nothing to all, where the terminal has blocks and where it has not."""
_TICKS = tuple(map(Duration.of, ("1m", "5m", "10m", "30m", "1h", "2h", "6h", "12h", "1d", "2d", "7d")))
_APART = 10
"""Columns from tick to tick, at the least."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns of time, in seconds since the incident began."""

    since: float
    until: float
    columns: int

    def column(self, time: float) -> int:
        """The column of a time, which may lie outside."""
        return math.floor((time - self.since) / (self.until - self.since) * self.columns)

    def ticks(self) -> str:
        """Names of round times, each beginning in its column; 0 is when errors begin."""
        step = tick_step((self.until - self.since) / self.columns * _APART)
        text = ""
        for at in range(0, int(self.until) + 1, step):
            text = text.ljust(self.column(at)) + (short(Duration(at * 1000)) if at else "0")
        return text


def tick_step(least: float) -> int:
    """Seconds from tick to tick: round, and no fewer than these where there is so much."""
    return next((tick for tick in _TICKS if tick.fraction >= least), _TICKS[-1]).seconds


def blocks(line: Line, axis: Axis, ramp: str) -> tuple[str, float]:
    """A row in which the highest value of each column is a part of the highest of all; and that one."""
    tops = list(_tops(line, axis))
    most = max((top for top in tops if top is not None), default=0.0)
    return "".join(_block(top, most, ramp) for top in tops), most


def _tops(line: Line, axis: Axis) -> Iterator[float | None]:
    """The highest value in each column; one without any has that before it."""
    cells: list[list[float]] = [[] for _ in range(axis.columns)]
    for at, value in line:
        if 0 <= axis.column(at) < axis.columns:
            cells[axis.column(at)].append(value)
    last: float | None = None
    for cell in cells:
        last = max(cell, default=last)
        yield last


def _block(value: float | None, most: float, ramp: str) -> str:
    """What is not nothing shows."""
    if value is None or value <= 0 or most <= 0:
        return ramp[0]
    return ramp[max(1, round(value / most * (len(ramp) - 1)))]


def spells(found: Iterable[Spell], axis: Axis, ramp: str) -> str:
    """A row that is full while any of these alerts fires, and dotted while one waits."""
    cells = [ramp[0]] * axis.columns
    for spell in found:
        last = axis.until if spell.resolved is None else spell.resolved
        _fill(cells, axis.column(spell.pending), axis.column(spell.fired), ".")
        _fill(cells, axis.column(spell.fired), axis.column(last) + 1, ramp[-1])
    return "".join(cells)


def _fill(cells: list[str], first: int, end: int, mark: str) -> None:
    for place in range(max(first, 0), min(end, len(cells))):
        cells[place] = mark


def ramp_of(encoding: str | None) -> str:
    """Blocks where an output's encoding has them."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def rows(named: Sequence[tuple[str, str, str]], ticks: str) -> list[str]:
    """Rows with their names before and their words behind, under the scale."""
    left = max(len(name) for name, _, _ in named)
    lines = [f"{name:<{left}}  {row}  {words}".rstrip() for name, row, words in named]
    return [f"{'':<{left}}  {ticks}", *lines]
