"""What a page costs: its queries by their times over several rounds, and the table of all pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.accuracy.verdict import Chapter, Verdict, table
from tests.boardcost.asked import Asked

MOST = 25
"""Queries that opening a page may cost."""
SLOWEST = 0.5
"""Seconds that one may take."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Query:
    """One query in all rounds; the first one found the server cold."""

    page: str
    rounds: Sequence[Asked]

    @property
    def cold(self) -> float:
        """Seconds in the first round after the start."""
        return self.rounds[0].seconds

    @property
    def warm(self) -> float:
        """The best of the later rounds: what it takes where nothing else runs."""
        return min((each.seconds for each in self.rounds[1:]), default=self.cold)

    @property
    def usual(self) -> float:
        """The median of the later rounds, whatever else ran."""
        times = sorted(each.seconds for each in self.rounds[1:]) or [self.cold]
        return times[len(times) // 2]

    @property
    def of(self) -> Asked:
        """Any round's, for what they have in common."""
        return self.rounds[0]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a page."""

    page: str
    queries: Sequence[Query]

    @property
    def opening(self) -> int:
        """How many queries opening it costs."""
        return sum(not query.of.folded for query in self.queries)

    @property
    def timed(self) -> list[Query]:
        """Those that were sent to Prometheus."""
        return [query for query in self.queries if query.of.timed]

    @property
    def slowest(self) -> Query:
        """By the best of its warm rounds."""
        return max(self.timed, key=lambda query: query.warm)

    @property
    def failed(self) -> list[Query]:
        """Those that Prometheus refused, in any round."""
        return [query for query in self.timed if any(each.error for each in query.rounds)]


def costs(rounds: Sequence[Mapping[str, Sequence[Asked]]]) -> list[Cost]:
    """Of every page, from what was asked in each round.

    Raises:
        ValueError: a page did not ask the same in every round.
    """
    found = []
    for page, first in rounds[0].items():
        each = [asked[page] for asked in rounds]
        if any([one.where for one in asked] != [one.where for one in first] for asked in each):
            raise ValueError(f"{page} did not ask the same each time")
        found.append(Cost(page, [Query(page, of) for of in zip(*each, strict=True)]))
    return found


def tell(found: Sequence[Cost], holds: str, loads: Sequence[float]) -> Chapter:
    """The tables: pages, then the slowest queries of all; and whether the bounds are met.

    Args:
        found: the cost of each page.
        holds: what the server held, in a sentence.
        loads: the machine's load average, before each round and at the end.
    """
    head = ("page", "opens with", "folded", "slowest", "p95", "slowest, cold", "one after another", "the slowest")
    pages = table(head, [_row(cost) for cost in found])
    queries = sorted((query for cost in found for query in cost.timed), key=lambda query: -query.warm)[:SHOWN]
    slow = table(("page", "query", "best", "median", "cold"), [_slow(query) for query in queries])
    load = f"Load average while it was measured, on the same machine: {min(loads):.1f} to {max(loads):.1f}."
    return Chapter(f"{holds} {load}\n\n{pages}\nThe slowest {len(queries)}:\n\n{slow}", tuple(verdicts(found)))


def verdicts(found: Sequence[Cost]) -> Iterator[Verdict]:
    """The bounds."""
    yield Verdict("queries on opening a page", MOST, max(cost.opening for cost in found))
    yield Verdict("the slowest query", 1_000 * SLOWEST, 1_000 * max(cost.slowest.warm for cost in found), "ms")
    yield Verdict("queries that failed", 0, sum(len(cost.failed) for cost in found))


def _row(cost: Cost) -> tuple[str, ...]:
    times = [query.warm for query in cost.timed]
    opening = sum(query.warm for query in cost.timed if not query.of.folded)
    return (
        cost.page, str(cost.opening), str(len(cost.queries) - cost.opening), _ms(max(times)),
        _ms(percentile(times, 0.95)), _ms(max(query.cold for query in cost.timed)), _ms(opening),
        cost.slowest.of.where,
    )  # fmt: skip


def _slow(query: Query) -> tuple[str, ...]:
    return query.page, query.of.where, _ms(query.warm), _ms(query.usual), _ms(query.cold)


def percentile(times: Sequence[float], share: float) -> float:
    """The least of the values below or at which there is this share of them."""
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]


def _ms(seconds: float) -> str:
    return f"{1_000 * seconds:.0f} ms"
