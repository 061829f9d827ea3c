"""A series of the history: what it is called, how it moves, how often and since when it has samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from compiler.promql import Matcher, Selector

FLAT, WAVES, GROWS = "flat", "waves", "grows"
HOUR = 3_600
DAY = 24 * HOUR
RECENT = 6 * HOUR
"""How far back everything reaches; pages open on at most that."""
SCRAPE = 30
CLASSES = 7
"""So many ways a value moves, that neighbours do not have the same."""


@dataclass(frozen=True, slots=True)
class Form:
    """What many series have in common."""

    moves: str = FLAT
    value: float = 1
    """The value, the largest one, or how much it grows in a second."""
    every: int = SCRAPE
    """Seconds."""
    reach: int = RECENT
    """Seconds before the end at which it begins."""

    def at(self, seconds: float, number: int) -> float:
        """The value so long after the beginning, of the ``number``-th way to move."""
        if self.moves == FLAT:
            return self.value
        if self.moves == GROWS:
            return float(round(self.value * seconds * (1 + number / CLASSES)))
        # A chaotic, yet reproducible walk between half of the value and all of it.
        part = (seconds / self.every * 0.618_033_988_7 + number / CLASSES) % 1
        return round(self.value * (0.5 + part / 2), 6)


@dataclass(frozen=True, slots=True)
class Series:
    """One series."""

    metric: str
    """With its labels, as PromQL writes it."""
    form: Form


def named(name: str, form: Form, labels: Mapping[str, str]) -> Series:
    """A series by its name and labels, in order; labels without a value are left out, as Prometheus does."""
    matchers = tuple(Matcher(label, "=", value) for label, value in sorted(labels.items()) if value)
    return Series(str(Selector(name, matchers)), form)


def grid(name: str, form: Form, **labels: str | Sequence[str]) -> Iterator[Series]:
    """A series for every combination of the values of labels."""
    values = [[value] if isinstance(value, str) else value for value in labels.values()]
    for chosen in product(*values):
        yield named(name, form, dict(zip(labels, chosen, strict=True)))


def numbered(word: str, number: int) -> list[str]:
    """``pod-0``, ``pod-1``, …."""
    return [f"{word}-{n}" for n in range(number)]
