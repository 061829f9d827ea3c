"""Annotations: what marks on the time axis the answer to their query becomes.

Source: ``annotations.ts`` of @grafana/prometheus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from tests.lab.grafana.frames import legend, number, samples
from tests.lab.grafana.question import Reply


@dataclass(frozen=True)
class Event:
    """A mark, from when to when in ms."""

    time: int
    end: int
    title: str
    text: str
    tags: tuple[str, ...] = ()


def of(annotation: Mapping[str, Any], reply: Reply) -> list[Event]:
    """The marks of one answer; those of a series that are not further apart than its step are one."""
    if reply.error:
        return []
    if reply.type == "loki":
        return _lines(annotation, reply)
    found: list[Event] = []
    for labels, points in samples(reply.answer.body["data"]):
        times = [_at(annotation, at, value) for at, value in points]
        found += _regions(annotation, labels, [at for at in times if at is not None], reply.step)
    return found


def _at(annotation: Mapping[str, Any], at: float, value: str) -> int | None:
    """When a point marks, or None where it marks nothing."""
    if annotation.get("useValueForTime"):
        return floor(number(value))
    return floor(at) if number(value) > 0 else None


def _regions(annotation: Mapping[str, Any], labels: Mapping[str, str], times: list[int], step: int) -> list[Event]:
    found: list[list[int]] = []
    for at in times:
        if found and found[-1][1] + step >= at:
            found[-1][1] = at
        else:
            found.append([at, at])
    title, text = (legend(annotation.get(key) or "", labels) for key in ("titleFormat", "textFormat"))
    return [Event(first, last, title, text, _tags(annotation, labels)) for first, last in found]


def _tags(annotation: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[str, ...]:
    wanted = (annotation.get("tagKeys") or "").split(",")
    return tuple(value for key, value in labels.items() if key in wanted)


def _lines(annotation: Mapping[str, Any], reply: Reply) -> list[Event]:
    found = []
    for stream in reply.answer.body["data"]["result"]:
        labels = stream["stream"]
        title = legend(annotation.get("titleFormat") or "", labels)
        for at, line, *_ in stream["values"]:
            when = int(at) // 1_000_000
            text = legend(annotation.get("textFormat") or "", labels) or line
            found.append(Event(when, when, title, text, _tags(annotation, labels)))
    return found
