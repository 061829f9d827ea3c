"""Data frames: what Grafana makes of a server's answer, with the fields' names as links and overrides use them.

Source: ``result_transformer.ts`` of @grafana/prometheus, ``pkg/tsdb/jaeger/utils`` and the Loki data source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.lab.grafana.boards import Panel
from tests.lab.grafana.question import Reply

Cell = Any
_LEGEND = re.compile(r"\{\{\s*(.+?)\s*\}\}")


@dataclass(frozen=True)
class Field:
    """A column."""

    name: str
    values: tuple[Cell, ...]
    kind: str = "string"
    """``string``, ``number``, ``time`` or ``other``."""
    labels: Mapping[str, str] = field(default_factory=dict)
    display: str = ""
    """Its name for people; empty where it is the name."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """What its data source says of it: ``links``, ``unit``."""

    @property
    def title(self) -> str:
        """The name that a person reads, and that overrides match."""
        return self.display or self.name


@dataclass(frozen=True)
class Frame:
    """A table of columns."""

    fields: tuple[Field, ...]
    name: str = ""
    ref: str = ""

    def __len__(self) -> int:
        return len(self.fields[0].values) if self.fields else 0

    def field(self, name: str) -> Field | None:
        """A column by name, by title, or by its number."""
        by_name = [each for each in self.fields if each.name == name]
        by_number = [self.fields[int(name)]] if name.isdigit() and int(name) < len(self.fields) else []
        by_title = [each for each in self.fields if each.display == name]
        return next(iter(by_name + by_number + by_title), None)


def of_panel(panel: Panel, replies: Sequence[Reply]) -> list[Frame]:
    """Frames of a panel's answers, before its transformations; none of a question that failed."""
    good = [reply for reply in replies if not reply.answer.error]
    tables = [reply for reply in good if reply.type == "prometheus" and reply.target.get("format") == "table"]
    found: list[Frame] = []
    for reply in good:
        if reply not in tables:
            found += _KINDS[reply.type](panel, reply)
    return found + [_table(reply, len(tables)) for reply in tables]


def legend(form: str, labels: Mapping[str, str]) -> str:
    """``{{label}}`` replaced; a label that is missing is empty."""
    return _LEGEND.sub(lambda match: labels.get(match[1], ""), form)


def selector(labels: Mapping[str, str]) -> str:
    """A series' name from its labels."""
    rest = ", ".join(f'{key}="{labels[key]}"' for key in sorted(labels) if key != "__name__")
    name = labels.get("__name__", "")
    return f"{name}{{{rest}}}" if rest else name or "Value"


def number(text: str) -> float:
    """A sample's value."""
    return float(text.replace("Inf", "inf"))


def samples(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, str], list[tuple[float, str]]]]:
    """Series of a result of Prometheus or Loki: labels, and points of ms and text."""
    if data["resultType"] in ("scalar", "string"):
        yield {}, [(data["result"][0] * 1000, data["result"][1])]
        return
    for series in data["result"]:
        points = series.get("values") or [series["value"]]
        yield series["metric"], [(at * 1000, value) for at, value in points]


def _table(reply: Reply, tables: int) -> Frame:
    """One frame with a row a sample: time, the labels in the order in which series bring them, the value."""
    rows = [(labels, at, value) for labels, points in samples(reply.answer.body["data"]) for at, value in points]
    names = list(dict.fromkeys(name for labels, _, _ in rows for name in sorted(labels)))
    columns = [Field("Time", tuple(at for _, at, _ in rows), "time")]
    for name in names:
        cells = [labels.get(name, "") for labels, _, _ in rows]
        numeric = name == "le"
        columns.append(
            Field(name, tuple(number(c) if numeric else c for c in cells), "number" if numeric else "string")
        )
    title = f"Value #{reply.ref}" if tables > 1 else "Value"
    columns.append(Field(title, tuple(number(value) for _, _, value in rows), "number"))
    return Frame(tuple(columns), ref=reply.ref)


def _series(panel: Panel, reply: Reply) -> list[Frame]:
    """One frame a series, named by its legend."""
    form = panel.page.words(str(reply.target.get("legendFormat") or ""))
    found = []
    for labels, points in samples(reply.answer.body["data"]):
        name = legend(form, labels) if form not in ("", "__auto") else ""
        name = name or selector(labels)
        value = Field("Value", tuple(number(text) for _, text in points), "number", labels, name)
        found.append(Frame((Field("Time", tuple(at for at, _ in points), "time"), value), name, reply.ref))
    return found


def _lines(panel: Panel, reply: Reply) -> list[Frame]:
    """One frame of all lines, or frames of series where lines are counted."""
    data = reply.answer.body["data"]
    if data["resultType"] != "streams":
        return _series(panel, reply)
    rows = [(entry, stream["stream"]) for stream in data["result"] for entry in stream["values"]]
    labels = tuple({**of, **_structured(entry)} for entry, of in rows)
    columns = (
        Field("labels", labels, "other"),
        Field("Time", tuple(int(entry[0]) // 1_000_000 for entry, _ in rows), "time"),
        Field("Line", tuple(entry[1] for entry, _ in rows)),
        Field("tsNs", tuple(entry[0] for entry, _ in rows)),
    )
    return [Frame(columns, ref=reply.ref)]


def _structured(entry: Sequence[Any]) -> Mapping[str, str]:
    """Structured metadata and parsed labels of one line, where the server sends them apart."""
    apart = entry[2] if len(entry) > 2 else {}
    return {**(apart.get("structuredMetadata") or {}), **(apart.get("parsed") or {})}


def _traces(panel: Panel, reply: Reply) -> list[Frame]:
    kind = reply.target.get("queryType") or ""
    data = reply.answer.body["data"]
    if kind == "dependencyGraph":
        return _graph(reply.ref, data)
    if kind == "search":
        return [_search(panel, reply, data)]
    return [_spans(reply.ref, data[0])] if data else []


def _search(panel: Panel, reply: Reply, traces: Sequence[Mapping[str, Any]]) -> Frame:
    """One row a trace, the newest first; its id leads to the trace."""
    roots = [(trace, min(trace["spans"], key=lambda span: span["startTime"])) for trace in traces if trace["spans"]]
    rows = sorted(roots, key=lambda row: -row[1]["startTime"])
    source = panel.source(reply.target)
    internal = {"datasourceUid": source.uid, "datasourceName": source.name, "query": {"query": "${__value.raw}"}}
    link = {"title": "Trace: ${__value.raw}", "url": "", "internal": internal}
    names = [f"{_service(trace, root)}: {root['operationName']}" for trace, root in rows]
    columns = (
        Field("traceID", tuple(t["traceID"] for t, _ in rows), display="Trace ID", config={"links": [link]}),
        Field("traceName", tuple(names), display="Trace name"),
        Field("startTime", tuple(root["startTime"] // 1_000 for _, root in rows), "time", display="Start time"),
        Field("duration", tuple(r["duration"] for _, r in rows), "number", display="Duration", config={"unit": "µs"}),
    )
    return Frame(columns, "traces", reply.ref)


def _service(trace: Mapping[str, Any], span: Mapping[str, Any]) -> str:
    return str(trace["processes"].get(span["processID"], {}).get("serviceName", ""))


def _spans(ref: str, trace: Mapping[str, Any]) -> Frame:
    """One row a span."""
    spans = trace["spans"]
    columns = (
        Field("traceID", tuple(span["traceID"] for span in spans)),
        Field("spanID", tuple(span["spanID"] for span in spans)),
        Field("operationName", tuple(span["operationName"] for span in spans)),
        Field("serviceName", tuple(_service(trace, span) for span in spans)),
        Field("startTime", tuple(span["startTime"] / 1_000 for span in spans), "number"),
        Field("duration", tuple(span["duration"] / 1_000 for span in spans), "number"),
        Field("tags", tuple(span.get("tags", []) for span in spans), "other"),
    )
    return Frame(columns, ref, ref)


def _graph(ref: str, calls: Sequence[Mapping[str, Any]]) -> list[Frame]:
    """Nodes and edges of who calls whom."""
    names = tuple(sorted({call[end] for call in calls for end in ("parent", "child")}))
    edges = (
        Field("id", tuple(f"{call['parent']}--{call['child']}" for call in calls)),
        Field("source", tuple(call["parent"] for call in calls)),
        Field("target", tuple(call["child"] for call in calls)),
        Field("mainstat", tuple(call["callCount"] for call in calls), "number", display="Call count"),
    )
    nodes = (Field("id", names), Field("title", names))
    return [Frame(nodes, f"{ref}_nodes", ref), Frame(edges, f"{ref}_edges", ref)]


_KINDS = {"prometheus": _series, "loki": _lines, "jaeger": _traces}
