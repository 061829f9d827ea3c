"""What came of it: alerts that changed, rules that failed, answers, and what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PROTOCOL = 1
PENDING, FIRING, INACTIVE = "pending", "firing", "inactive"


@dataclass(frozen=True, slots=True)
class Event:
    """An alert that changed its state, at an evaluation of its group."""

    at: float
    state: str
    """``pending``, ``firing`` or ``inactive``."""
    before: str
    """The state that it had."""
    group: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @property
    def alert(self) -> str:
        """Its alertname."""
        return self.labels["alertname"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that could not be evaluated, or whose results could not be written; told once until that changes."""

    at: float
    group: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: its labels, and times with values. Of a native histogram the value is its count."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def value(self) -> float:
        """The newest value."""
        return self.points[-1][1]


@dataclass(frozen=True, slots=True)
class Answer:
    """The series that a query found, by their labels; none, or the error, where it found none."""

    series: tuple[Series, ...]
    error: str = ""

    @property
    def value(self) -> float | None:
        """The value of the only series; None where nothing was found.

        Raises:
            ValueError: there are several, or the query failed.
        """
        if self.error or len(self.series) > 1:
            raise ValueError(self.error or f"{len(self.series)} series where one was meant")
        return self.series[0].value if self.series else None


@dataclass(frozen=True, slots=True)
class GroupCost:
    """What one group cost over the whole play."""

    evaluations: int
    rules: int
    cpu: float
    """Seconds."""
    samples: int
    """Samples that its queries read."""
    written: int
    """Samples that it recorded, ALERTS among them."""


@dataclass(frozen=True, slots=True)
class Played:
    """A play from the first step to the last."""

    events: tuple[Event, ...]
    failures: tuple[Failure, ...]
    answers: tuple[Answer, ...]
    """In the order of the queries."""
    groups: Mapping[str, GroupCost]
    cpu: float
    """CPU seconds of the whole play, storage and queries among them."""
    series: int
    """How many series were written in all."""

    def fired(self, alert: str = "", **labels: str) -> tuple[Event, ...]:
        """The events in which an alert of that name and with these labels began to fire."""
        return tuple(e for e in self.events if e.state == FIRING and _is(e, alert, labels))

    def resolved(self, alert: str = "", **labels: str) -> tuple[Event, ...]:
        """Those in which one stopped firing."""
        return tuple(e for e in self.events if e.before == FIRING and e.state == INACTIVE and _is(e, alert, labels))


def _is(event: Event, alert: str, labels: Mapping[str, str]) -> bool:
    return alert in ("", event.alert) and all(event.labels.get(name) == text for name, text in labels.items())


def read(text: Iterable[str]) -> Played | None:
    """What the player printed; None where it did not come to its end."""
    events, failures, answers, groups = [], [], [], {}
    for line in text:
        said: dict[str, Any] = json.loads(line)
        kind = said.pop("kind")
        if kind == "alert":
            events.append(Event(said.pop("at") / 1000, **said))
        elif kind == "failure":
            failures.append(Failure(said.pop("at") / 1000, **said))
        elif kind == "answer":
            answers.append(Answer(tuple(_series(each) for each in said["series"]), said["error"]))
        elif kind == "group":
            name = said.pop("name")
            groups[name] = GroupCost(**said)
        elif kind == "end" and said["protocol"] == PROTOCOL:
            return Played(tuple(events), tuple(failures), tuple(answers), groups, said["cpu"], said["series"])
    return None


def _series(said: Mapping[str, Any]) -> Series:
    return Series(said["labels"], tuple((at / 1000, float(value)) for at, value in said["points"]))
