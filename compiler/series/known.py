"""What each recorded series says: one row a name and group, in the order in which they are recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from compiler import names
from compiler.rules.rule import FAST, PERIOD, SLICES, SLOW, Context
from compiler.rules.windows import windows

_WRITTEN = {"<W>": r"\d+[hms]", "<window>": r"\d+[dhms]", "<period>": "(week|month|quarter)", "<slice>": r"\d+[hms]"}
"""What stands for a part of a name that differs between SLOs, and what it stands for."""


@dataclass(frozen=True, slots=True)
class When:
    """Which SLOs record a series: in words, and as a question to one."""

    words: str
    holds: Callable[[Context], bool]


def _records(speed: str) -> Callable[[Context], bool]:
    return lambda context: any(w.speed == speed for w in windows(context.objective, context.frame.base))


ALWAYS = When("always", lambda _: True)
MAINTAINED = When("`maintenance`", lambda context: bool(context.service.maintenance))
THRESHOLD = When("`threshold`", lambda context: context.kind.kind == "threshold")
SLICED = When("`budgeting: {slices: …}`", lambda context: bool(context.sliced))
EARLY = When("the policy has such a window", _records(FAST))
LATE = When("the policy or `BudgetAtRisk` has such a window", _records(SLOW))
ROLLING = When("a rolling window", lambda context: not context.objective.period)
CALENDAR = When("a calendar window", lambda context: bool(context.objective.period))

IDENTITY, GROUPED, DATED = "S", "S, g", "S, g, `<period>`"
"""The labels: S is service and slo, g the labels of groupBy."""


@dataclass(frozen=True)
class Series:
    """A row of the page."""

    name: str
    """With ``<W>``, ``<window>`` or ``<period>`` where SLOs differ."""
    meaning: str
    unit: str
    labels: str
    speed: str
    """The group that records it."""
    when: When

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        text = re.escape(self.name)
        for written, pattern in _WRITTEN.items():
            text = text.replace(re.escape(written), pattern)
        return re.compile(text)

    def is_(self, name: str) -> bool:
        """Whether a recorded name is this one."""
        return bool(self._pattern.fullmatch(name))


def _pair(name: str, meaning: str, unit: str, labels: str, speed: str, when: When) -> tuple[Series, Series]:
    """A series of the total, and the same of errors."""
    total = Series(
        name.replace("<events>", "total"), meaning.replace("<events>", "events"), unit, labels, speed, when
    )
    errors = Series(
        name.replace("<events>", "errors"), meaning.replace("<events>", "bad events"), unit, labels, speed, when
    )
    return total, errors


def _free(events: str, words: str) -> Series:
    """What is recorded of a whole expression."""
    name = names.measured(events)
    when = When(
        f"`ratio` with a whole expression of {words}"
        + (", or such of another metric" if events == "good" else ", `composite`"),
        lambda context: name in dict(context.kind.records(context.objective.indicator.spec, context.frame)),
    )
    said = f"the rate of {words} now, by its expression or counter" + (
        "" if events == "good" else "; the weighted sum of a journey"
    )
    return Series(name, said, "per second", GROUPED, FAST, when)


_SLICES = (
    *_pair(
        "slo:<events>:slicerate<slice>", "<events> a second over the slice", "per second", GROUPED, SLICES, SLICED
    ),
    Series(names.SLICE_BAD, "whether too many of the slice's events were bad", "0 or 1", GROUPED, SLICES, SLICED),
)

_FAST = (
    Series(
        names.MAINTENANCE,
        "1 during planned maintenance, and for W and a scrape behind it; else 0",
        "0 or 1",
        IDENTITY,
        FAST,
        MAINTAINED,
    ),
    Series(names.SLICE_VALUE, "the worst value of the expression now", "that of the value", GROUPED, FAST, THRESHOLD),
    Series(names.SLICE_BAD, "whether that value is out of bounds", "0 or 1", GROUPED, FAST, THRESHOLD),
    _free("total", "total"),
    _free("errors", "errors"),
    _free("good", "good events"),
    *_pair(
        "slo:<events>:rate<W>",
        "<events> a second over the base window, the last W",
        "per second",
        GROUPED,
        FAST,
        ALWAYS,
    ),
    *_pair(
        "slo:<events>:increase<window>",
        "<events> within a window of a page, up to 3h long",
        "events",
        GROUPED,
        FAST,
        EARLY,
    ),
)
_SLOW = _pair("slo:<events>:increase<window>", "<events> within another window", "events", GROUPED, SLOW, LATE)
_PERIOD = (
    *_pair(
        names.increase("<events>", names.TILE),
        "a tile: <events> of the 4m that ended one interval ago",
        "events",
        GROUPED,
        PERIOD,
        ALWAYS,
    ),
    Series(names.TIMEZONE, "the zone's offset now, positive east of UTC", "seconds", IDENTITY, PERIOD, CALENDAR),
    Series(
        names.calendar("<period>"),
        "1; the present period is the label: `202603`, `20261` of a quarter, a week counted from 1970",
        "1",
        "S, `<period>`",
        PERIOD,
        CALENDAR,
    ),
    Series(names.ELAPSED, "how much of the period is over", "seconds", IDENTITY, PERIOD, CALENDAR),
    Series(names.LEFT, "how much of the period is left", "seconds", IDENTITY, PERIOD, CALENDAR),
    *_pair(
        names.tagged("<events>", "<period>"),
        "a tile's <events>, the period in which the tile began as a label",
        "events",
        DATED,
        PERIOD,
        CALENDAR,
    ),
    *_pair(
        names.increase("<events>", "<period>"), "<events> so far in the period", "events", GROUPED, PERIOD, CALENDAR
    ),
    Series(names.EXPECTED, "events that the whole period is expected to have", "events", GROUPED, PERIOD, CALENDAR),
    *_pair(
        "slo:<events>:increase<window>", "<events> within the SLO's own window", "events", GROUPED, PERIOD, ROLLING
    ),
    Series(
        names.BUDGET,
        "1 less the objective, exact; with `groupBy.objectives` one for each group",
        "share of events",
        "S; g with `groupBy.objectives`",
        PERIOD,
        ALWAYS,
    ),
    Series(names.INFO, "1; what is known of the SLO are its labels, below", "1", "S and those below", PERIOD, ALWAYS),
    Series(
        names.COVERAGE,
        "how much of the window has tiles: 1 where all of it was measured",
        "share of time",
        GROUPED,
        PERIOD,
        ALWAYS,
    ),
    Series(
        names.REMAINING,
        "what is left of the error budget: 1 all of it, 0 nothing, less where it is overspent",
        "share of the budget",
        GROUPED,
        PERIOD,
        ALWAYS,
    ),
)
KNOWN = (*_SLICES, *_FAST, *_SLOW, *_PERIOD)
