"""A measured figure against its bound, and the tables of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was asked for, as a number that may not be exceeded, and what was measured."""

    what: str
    limit: float
    measured: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether it holds; NaN does not."""
        return self.measured <= self.limit

    @property
    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        return self.what, self._shown(self.limit), self._shown(self.measured), "met" if self.met else "**missed**"

    def _shown(self, number: float) -> str:
        return percent(number) if self.unit == "%" else f"{number:.4g}{self.unit and ' ' + self.unit}"

    def __str__(self) -> str:
        what, limit, measured, met = self.cells
        return f"{met.strip('*').upper():<6} {what}: {measured}, at most {limit}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the page."""

    text: str
    verdicts: tuple[Verdict, ...]

    @property
    def block(self) -> str:
        """The tables, then what was asked for."""
        asked = table(("asked for", "at most", "measured", ""), [verdict.cells for verdict in self.verdicts])
        return f"{self.text}\n{asked}" if self.verdicts else self.text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def percent(ratio: float, digits: int = 2) -> str:
    """A ratio with so many significant digits."""
    if math.isnan(ratio):
        return "none"
    return f"{100 * ratio:.{digits}g} %" if abs(ratio) < 1 else f"{100 * ratio:.0f} %"


def seconds(number: float) -> str:
    """Whole seconds; ``never`` where it did not happen."""
    return "never" if math.isnan(number) else f"{number:.0f}"
