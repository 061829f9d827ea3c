"""Moments on a line of time, for a terminal: plain characters, readable without colour and through a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from compiler.burn.words import percent, short
from compiler.explain.moments import NONE, PAGE, TICKET, Moments
from compiler.units import Duration

LEAST, MOST = 16, 64
"""Columns of the line itself."""
_MARKS = {PAGE: "P", TICKET: "T", NONE: "A"}
_SAID = {PAGE: "page", TICKET: "ticket", NONE: "alert"}
_TICKS = tuple(map(Duration.of, ("1s", "10s", "1m", "10m", "1h", "6h", "1d", "3d", "10d", "30d", "90d", "365d")))
_NEVER = "nobody is told"


def chart(rows: Sequence[Moments], width: int) -> list[str]:
    """A line for each share of errors, under a scale of time that grows by factors.

    Args:
        rows: what happens at each share.
        width: columns there are; each line has fewer where they suffice for the words beside the line.
    """
    labels = [percent(row.errors) for row in rows]
    words = [_words(row) for row in rows]
    left = max(map(len, [*labels, "errors"])) + 2
    columns = min(max(width - left - 2 - max(map(len, words)), LEAST), MOST)
    scale = _Scale(rows, columns)
    lines = [f"{'errors':>{left - 2}}  {scale.ticks()}".rstrip()]
    for label, row, said in zip(labels, rows, words, strict=True):
        lines.append(f"{label:>{left - 2}}  {_line(row, scale)}  {said}")
    return lines


class _Scale:
    """Where a moment stands on the line: logarithmic, from a second or so to when the last budget is gone."""

    def __init__(self, rows: Sequence[Moments], columns: int) -> None:
        times = [when for row in rows for _, when in row.told] + [row.gone for row in rows]
        first, last = min(times), max(times)
        self.columns = columns
        self._first = max((t for t in _TICKS[:-1] if t <= first), default=_TICKS[0])
        self._last = min((t for t in _TICKS if t >= last and t > self._first), default=last)

    def at(self, moment: Duration) -> int:
        """The column, from 0."""
        low, high = log(self._first.milliseconds), log(self._last.milliseconds)
        part = (log(max(moment.milliseconds, self._first.milliseconds)) - low) / (high - low)
        return min(round(part * (self.columns - 1)), self.columns - 1)

    def ticks(self) -> str:
        """The scale's names, each beginning at its place; one without room is left out."""
        text = ""
        for tick in _TICKS:
            place = self.at(tick)
            if self._first <= tick <= self._last and (not text or place > len(text)):
                text = text.ljust(place) + str(tick)
        return text


def _line(row: Moments, scale: _Scale) -> str:
    """Dots until somebody is told, then a line for the time that is left, to the X where the budget is gone."""
    end = scale.at(row.gone)
    told = [(scale.at(when), _MARKS[reaction]) for reaction, when in row.told]
    begins = min((place for place, _ in told), default=scale.columns)
    cells = ["-" if begins <= n < end else "." if n < end else " " for n in range(scale.columns)]
    cells[end] = "X"
    for place, mark in told:
        free = next((n for n in range(place, scale.columns) if cells[n] in ".- "), None)
        if free is not None:
            cells[free] = mark
    return "".join(cells)


def _words(row: Moments) -> str:
    told = [f"{_SAID[reaction]} {short(when)}" for reaction, when in row.told]
    return ", ".join([*(told or [_NEVER]), f"gone {short(row.gone)}"])
