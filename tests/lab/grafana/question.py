"""A target in its place, and what came back for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.lab.grafana import times
from tests.lab.grafana.formats import Subject
from tests.lab.grafana.interpolate import Scope
from tests.lab.grafana.sources import Source
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.wire import Answer

POINTS = 1_000
"""How many points a panel asks for where it does not say: about its width in pixels."""
Scoped = Callable[[Mapping[str, Subject]], Scope]
"""The page's scope with some names before it."""


@dataclass(frozen=True)
class Question:
    """A target in its place."""

    source: Source
    target: Mapping[str, Any]
    range: TimeRange
    scoped: Scoped
    points: int = POINTS
    least: str = ""
    """The panel's own minimum interval."""

    @property
    def interval(self) -> int:
        """What ``$__interval`` is for the panel, in ms: its range by its points, not below the least that is set."""
        least = self.least or (scraped(self.source) if self.source.type == "prometheus" else "")
        return times.step(self.range, self.points, times.interval(least) if least else 1)

    def said(self, key: str) -> str:
        """A key of the target as text."""
        value = self.target.get(key)
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Reply:
    """What was asked for one target, and what came back."""

    type: str
    asked: str
    """The query with its variables replaced."""
    answer: Answer
    range: TimeRange
    step: int = 0
    """Between points, in ms; 0 where there are none."""
    exemplars: Answer | None = None
    ref: str = ""
    """The target's ``refId``; of a target that is asked both ways, the second one ends with ``-Instant``."""
    target: Mapping[str, Any] = field(default_factory=dict)

    @property
    def error(self) -> str:
        """What went wrong; empty where nothing did."""
        return self.answer.error or (self.exemplars.error if self.exemplars else "")

    @property
    def empty(self) -> bool:
        """Whether the server answered, with nothing."""
        if self.error:
            return False
        data = (self.answer.body or {}).get("data")
        return not (data.get("result") if isinstance(data, dict) else data)


def scraped(source: Source) -> str:
    """How often a Prometheus scrapes, as its data source says."""
    return str(source.settings.get("timeInterval") or "15s")
