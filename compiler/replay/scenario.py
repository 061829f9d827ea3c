"""What is played: series, their samples, times without rules, and what to ask afterwards.

Every time is in seconds since 1970, as a float that holds whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

STALE = None
"""In place of a value: the series is gone."""
Value = float | str | None
"""A float; STALE; or a native histogram as promtool writes it, ``{{schema:0 count:2 sum:3 buckets:[1 1]}}``."""


@dataclass(frozen=True, slots=True)
class Step:
    """Samples of one instant, by the number of their series. Without any, time passes."""

    at: float
    values: Mapping[int, Value]


@dataclass(frozen=True, slots=True)
class Gap:
    """From ``start`` until before ``end`` no rule is evaluated; with ``scrapes`` nothing is scraped either.

    ``group`` names the one group that this is about; all of them where it is empty.
    """

    start: float
    end: float
    scrapes: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question about what was recorded: at one instant, or from ``since`` every ``step`` seconds until then.

    A range such as ``slo:errors:rate5m[1h]`` at an instant gives the samples as they were written.
    """

    expr: str
    at: float
    since: float | None = None
    step: float = 60


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a Prometheus sees.

    ``series`` are metrics as they are exposed, ``up{job="checkout"}``; steps name them by their place, from 0.
    ``steps`` are in order of time and are read once. Groups run from the first step, or from ``deployed``, until the
    last step; one that is due at the instant of a step sees its samples.
    """

    series: tuple[str, ...]
    steps: Iterable[Step]
    gaps: tuple[Gap, ...] = ()
    deployed: float | None = None


def lines(scenario: Scenario, queries: Iterable[Query] = ()) -> Iterator[str]:
    """The text that the player reads, by lines."""
    yield from (f"S {metric}\n" for metric in scenario.series)
    if scenario.deployed is not None:
        yield f"D {_ms(scenario.deployed)}\n"
    for gap in scenario.gaps:
        yield f"G {_ms(gap.start)} {_ms(gap.end)} {'all' if gap.scrapes else 'rules'} {gap.group}".rstrip() + "\n"
    yield from (_question(query) for query in queries)
    for step in scenario.steps:
        samples = "".join(f"{number} {_text(value)}\n" for number, value in step.values.items())
        yield f"T {_ms(step.at)}\n{samples}"


def _question(query: Query) -> str:
    expr = " ".join(query.expr.splitlines())
    if query.since is None:
        return f"Q {_ms(query.at)} {expr}\n"
    return f"R {_ms(query.since)} {_ms(query.at)} {_ms(query.step)} {expr}\n"


def _text(value: Value) -> str:
    return "stale" if value is None else value if isinstance(value, str) else repr(value)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
