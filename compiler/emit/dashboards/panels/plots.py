"""Graphs that differ only in what they ask: said in a few words, and laid out in rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import (
    WORST,
    Heading,
    Panel,
    Source,
    graph,
    instant,
    named,
    ranged,
    reaching,
    shaded,
    steps,
)
from compiler.emit.dashboards.panels.pods import STACKED
from compiler.emit.dashboards.panels.quiet import WELL, quiet
from compiler.emit.dashboards.panels.replicas import limited
from compiler.emit.dashboards.view import View
from compiler.promql import Matcher, Selector

RANGE = "[$__rate_interval]"
EVENTS = "suffix:/s"
"""So many a second, of what are no requests."""
_COLUMNS = 24
_WIDE = 12
"""From this width on there is room for a table of values beside a graph."""
_AT_LEAST = {"none": 1, "percentunit": 0.01, "reqps": 1, "cpm": 1}
"""How far an axis goes at least: that of a line at 0 would go to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One graph."""

    title: str
    about: str
    """What is drawn, by which metric, and what exposes it where that is no default."""
    expr: str
    legend: str
    unit: str
    nothing: str
    """What an empty graph means."""
    limit: float | None = None
    """Where a dashed line is drawn."""
    counts: bool = False
    """Whether it shows how many of something bad there are: stacked."""
    bad: str = ""
    """Names of lines, as a regular expression, that are orange."""
    known: str = ""
    """Series that are there whenever what is drawn, which is bad and orange, could be told: else a line at 0."""
    every: str = "1m"
    """The least time from point to point: what costs by the thousand series is not asked at every scrape."""

    def panel(self, number: int, place: tuple[int, int, int, int], source: Source) -> Panel:
        """As a panel."""
        shape: dict[str, Any] = {"unit": self.unit, "min": 0, "noValue": self.nothing}
        if self.known:
            shape |= shaded("orange")
        if self.counts:
            shape |= {"custom": STACKED, "decimals": 0}
        if self.limit is not None:
            shape |= limited(self.limit)
        elif self.unit in _AT_LEAST and not self.counts:
            shape |= reaching(_AT_LEAST[self.unit])
        expr, overrides = self.expr, [named(self.bad, shaded("orange"), "byRegexp")] if self.bad else []
        if self.known:
            expr, overrides = quiet(expr, self.known, _first_label(self.legend)), [WELL]
        panel = Panel(
            id=number,
            title=self.title,
            description=self.about,
            place=place,
            queries=[ranged(source, expr, self.legend)],
            overrides=overrides,
            every=self.every,
        )
        # Of what comes and goes a table would hold the last value as if it were today's.
        return graph(panel, shape, "right" if place[2] >= _WIDE and not self.known else "list")


def _first_label(legend: str) -> str:
    """The label that a legend begins with."""
    found = re.match(r"\{\{(\w+)\}\}", legend)
    assert found
    return found[1]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the graphs below it; their ids follow on the heading's."""

    id: int
    title: str
    plots: Sequence[Plot]
    columns: int = 3
    height: int = 8

    def laid(self, source: Source, y: int) -> Iterator[Heading | Panel]:
        """From y on, so many graphs side by side, the last ones as wide as there is room."""
        yield Heading(id=self.id, title=self.title, y=y)
        for first in range(0, len(self.plots), self.columns):
            row = self.plots[first : first + self.columns]
            width = _COLUMNS // len(row)
            top = y + 1 + first // self.columns * self.height
            for place, plot in enumerate(row):
                at = (place * width, top, width, self.height)
                yield plot.panel(self.id + 1 + first + place, at, source)

    @property
    def rows(self) -> int:
        """How many rows of Grafana's grid it takes."""
        return 1 + -(-len(self.plots) // self.columns) * self.height


def stacked(sections: Sequence[Section], source: Source, y: int) -> Iterator[Heading | Panel]:
    """Sections one below the other."""
    for section in sections:
        yield from section.laid(source, y)
        y += section.rows


def series(view: View, metric: str, **labels: str) -> str:
    """A selector whose labels are called the same everywhere; a value may begin with ``=~``, ``!=`` or ``!~``."""
    matchers = []
    for name, value in labels.items():
        op = next((op for op in ("=~", "!=", "!~") if value.startswith(op)), "")
        matchers.append(Matcher(name, op or "=", value.removeprefix(op)))
    return str(Selector(metric, (*matchers, *view.added)))


def either(view: View, metric: str, **labels: str) -> str:
    """The same of a counter of the collector, whose name ends in ``_total`` or not, as its reader is set."""
    return series(view, "", __name__=f"=~{metric}(_total)?", **labels)


def worst(drawn: Callable[[str], str]) -> str:
    """The greatest few by how they end: chosen at each step, the lines would change from one to the next.

    Args:
        drawn: makes the expression, given what stands behind each selector.
    """
    return f"{drawn('')} and topk({WORST}, {drawn(' @ end()')})"


def counted(counters: dict[str, str], by: str) -> str:
    """The increase of several counters, those that moved, each with its word as the label ``what``."""
    # Held to those that moved first: of thousands that stand still, nothing is left to be named and put together.
    moved = (
        tagged(f"sum by ({by}) (increase({counter}{RANGE})) > 0", "what", word) for word, counter in counters.items()
    )
    return f"({' or '.join(moved)})"


def rates(good: dict[str, str], bad: dict[str, str], by: str) -> str:
    """The rates of several counters, each with its word as the label ``what``; bad ones where there are any."""
    of = {word: f"sum by ({by}) (rate({counter}{RANGE}))" for word, counter in {**good, **bad}.items()}
    return " or ".join(tagged(f"({expr} > 0)" if word in bad else expr, "what", word) for word, expr in of.items())


def tallies(view: View, number: int, title: str, about: str, counts: dict[str, str]) -> Panel:
    """Counts of what is wrong, one beside the other; what is not scraped is left out, for 0 would be a claim.

    Args:
        view: where to ask.
        number: the panel's id.
        title: its heading.
        about: its description.
        counts: an expression for each word.
    """
    asked = " or ".join(tagged(f"({expr})", "what", word) for word, expr in counts.items())
    return Panel(
        id=number,
        type="stat",
        title=title,
        description=about,
        place=(0, 0, _COLUMNS, 4),
        queries=[instant(view.metrics, asked, format="time_series", legendFormat="{{what}}")],
        options={
            "graphMode": "none",
            "colorMode": "value",
            "textMode": "value_and_name",
            "wideLayout": False,
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        defaults={
            "unit": "none",
            "decimals": 0,
            "noValue": "nothing of this is scraped",
            "thresholds": steps(("green", None), ("orange", 1)),
        },
    )
