"""Which bursts a window holds: the arithmetic of heads and bodies in whole steps, made once for all SLOs alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import floor


@dataclass(frozen=True, slots=True)
class Reach:
    """The windows that the fast group records; every length and age is a number of steps of its interval."""

    base: int
    windows: tuple[tuple[int, str], ...]
    """Length and form: ``base``, ``tap`` or ``head``; the base window first."""
    keep: int
    """How long a page is kept."""

    def counts(self, length: int) -> bool:
        """Whether a window is recorded here; the others are fed."""
        return any(known == length for known, _ in self.windows)

    def holds(self, length: int, age: int) -> bool | None:
        """Whether a window counts a burst of this age once or not at all; None where it counts a part of it.

        A burst shows in the base series for a base window. The newest term and the one before count it whole while
        it does; the body, which starts half a base window later, counts it step by step. A fed window holds what is
        younger than it is.
        """
        form = next((form for known, form in self.windows if known == length), "")
        base, half = self.base, (self.base + 1) // 2
        if form in ("", "base"):
            return age < length
        if age < base:
            return True if form == "head" or age < base // 2 else None
        if form == "head" and age < base + base // 2:
            return True
        settled = {"tap": base, "head": 2 * base}[form] + half
        if settled <= age < length - half:
            return True
        return False if age >= length + half else None

    def weight(self, length: int, age: int) -> float:
        """How much of a burst of this age a window counts: a part while its body takes it up or lets it go."""
        form = next((form for known, form in self.windows if known == length), "")
        base = self.base
        if form in ("", "base"):
            return float(age < length)
        heads, late = (1, base / 2) if form == "tap" else (2, base * 3 / 2)
        last = min(base - 1 - age, floor(-late))
        first = max(-age, floor(-late - (length - heads * base)) + 1)
        return float(age < heads * base) + max(0, last - first + 1) / base

    def answers(self, age: int) -> tuple[bool | None, ...]:
        """What each window makes of a burst."""
        return tuple(self.holds(length, age) for length, _ in self.windows)

    def clean(self, age: int) -> bool:
        """Whether no window counts a part of a burst."""
        return None not in self.answers(age)

    def alike(self, age: int) -> Iterator[int]:
        """The age itself, then older ones of which every window thinks the same."""
        same = self.answers(age)
        yield from (a for a in range(age, age + 4 * self.base) if self.answers(a) == same)


@lru_cache(maxsize=1024)
def places(
    reach: Reach, tier: tuple[int, int], longer: tuple[int, ...], telling: bool, over: bool
) -> tuple[int | None, int | None]:
    """Ages of a burst that is in a tier's long window alone, and of one behind it; None where there is none.

    Args:
        reach: of the group.
        tier: steps of its short and of its long window.
        longer: steps of the longer windows of other tiers, which must hold the one behind.
        telling: whether no shorter window that is recorded may hold the one in the long window alone.
        over: whether a page that it raised by itself must be over: it is kept for a while.
    """
    short, long = tier
    far = [age for age in range(long - 1, short - 1, -1) if reach.clean(age)]
    far = [age for age in far if reach.holds(long, age) and not reach.holds(short, age)]
    behind = [age for age in range(min(longer) - 1, long - 1, -1) if reach.clean(age)] if longer else []
    behind = [a for a in behind if not reach.holds(long, a) and all(reach.holds(other, a) for other in longer)]
    late = [age for age in far if age > short + (reach.base + 1) // 2 + reach.keep] or ([] if over else far)
    shorter = [length for length, _ in reach.windows if length < long and telling]
    told = [age for age in late if not any(reach.holds(other, age) for other in shorter)] or late
    return told[-1 if reach.counts(long) else 0] if told else None, behind[0] if behind else None
