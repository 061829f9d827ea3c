"""Links from a span of a trace to its log lines and its numbers.

Source: ``createSpanLink.tsx`` of Grafana.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.lab.grafana import times
from tests.lab.grafana.destinations import Explore
from tests.lab.grafana.formats import Subject
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.links import Link
from tests.lab.grafana.macros import Fixed
from tests.lab.grafana.places import keys
from tests.lab.grafana.sources import Source
from tests.lab.grafana.unread import UnreadError

Span = Mapping[str, Any]


def of_span(source: Source, trace: Mapping[str, Any], span: Span) -> Iterator[Link]:
    """From a span of a Jaeger to its lines and its numbers, over its own time; none where a variable is missing."""
    logs, metrics = source.settings.get("tracesToLogsV2") or {}, source.settings.get("tracesToMetrics") or {}
    names = _names(trace, span)
    if logs:
        if not logs.get("customQuery"):
            raise UnreadError("tracesToLogsV2 without a query of its own")
        yield from _from_span(logs, logs["query"], "expr", "Logs", names | _tags(logs, trace, span), span)
    for query in metrics.get("queries") or []:
        expr = query["query"].replace("$__tags", _labels(metrics, trace, span))
        yield from _from_span(metrics, expr, "expr", query.get("name") or "", names, span)


def _from_span(
    to: Mapping[str, Any], written: str, key: str, title: str, names: Mapping[str, Subject], span: Span
) -> Iterator[Link]:
    left: list[str] = []
    query = interpolate(written, names.get, left=left)
    if not left:
        ends = _around(to, span)
        yield Link(title, "", Explore(to["datasourceUid"], ({key: query},), ends), field=span["spanID"])


def _around(to: Mapping[str, Any], span: Span) -> tuple[str, str]:
    """From before a span's start until after its end, in ms."""
    start, end = span["startTime"] // 1_000, (span["startTime"] + span["duration"]) // 1_000
    from_ = start + _shift(to.get("spanStartTimeShift"))
    until = end + _shift(to.get("spanEndTimeShift"))
    return str(from_), str(max(until, from_ + 1))


def _shift(text: str | None) -> int:
    return times.interval((text or "0s").lstrip("-")) * (-1 if (text or "").startswith("-") else 1)


def _all_tags(trace: Mapping[str, Any], span: Span) -> dict[str, str]:
    process = trace["processes"].get(span["processID"], {})
    return {tag["key"]: str(tag["value"]) for tag in (*(process.get("tags") or []), *(span.get("tags") or []))}


def _labels(to: Mapping[str, Any], trace: Mapping[str, Any], span: Span) -> str:
    """Tags of a span as labels of a selector, by the names that they are given."""
    known = {"service.name": str(trace["processes"].get(span["processID"], {}).get("serviceName", ""))}
    known |= _all_tags(trace, span)
    wanted = [(tag["key"], tag.get("value") or tag["key"]) for tag in to.get("tags") or []]
    return ", ".join(f'{name}="{known[key]}"' for key, name in wanted if known.get(key))


def _tags(to: Mapping[str, Any], trace: Mapping[str, Any], span: Span) -> dict[str, Subject]:
    labels = _labels(to, trace, span)
    return {"__tags": Fixed("__tags", labels)} if labels else {}


class _Object:
    """A name with parts: ``${__span.tags["http.route"]}``."""

    many = False

    def __init__(self, name: str, parts: Mapping[str, Any]) -> None:
        self.name, self._parts = name, parts

    def value(self, path: str) -> str:
        """A part; empty where there is none."""
        found: Any = self._parts
        for step in keys(path):
            found = found.get(step, "") if isinstance(found, Mapping) else ""
        return str(found)

    def text(self, path: str) -> str:
        """The same."""
        return self.value(path)

    def query(self) -> str | None:
        """No address of its own."""
        return None


def _names(trace: Mapping[str, Any], span: Span) -> dict[str, Subject]:
    root = min(trace["spans"], key=lambda each: each["startTime"])
    whole = {"traceId": trace["traceID"], "name": root["operationName"], "duration": root["duration"]}
    own = {"spanId": span["spanID"], "traceId": span["traceID"], "name": span["operationName"]}
    parts = own | {"duration": span["duration"], "tags": _all_tags(trace, span)}
    return {"__trace": _Object("__trace", whole), "__span": _Object("__span", parts)}
