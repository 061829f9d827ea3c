"""Links that data sources make, and what Explore asks where they lead."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.grafana import ask, data_links, span_links
from tests.lab.grafana.destinations import Explore, External
from tests.lab.grafana.frames import Field, Frame
from tests.lab.grafana.sources import Source
from tests.lab.grafana.unread import UnreadError
from tests.unit.grafana import HOUR, NOW, answering

SPAN = {
    "traceID": "abc",
    "spanID": "7",
    "processID": "p1",
    "operationName": "GET /pay",
    "startTime": NOW * 1_000,
    "duration": 2_000_000,
    "tags": [{"key": "http.route", "value": "/pay"}],
}
TRACE = {
    "traceID": "abc",
    "spans": [SPAN],
    "processes": {"p1": {"serviceName": "payment", "tags": [{"key": "pod", "value": "p-1"}]}},
}
LINES = Frame(
    (
        Field("labels", ({"trace_id": "abc"}, {"app": "x"}), "other"),
        Field("Time", (1, 2), "time"),
        Field("Line", ("ok", "failed traceID=def")),
    )
)


def source(type_: str, *correlations: Any, **settings: Any) -> Source:
    return Source(type_, type_, type_, "", settings=settings, correlations=correlations)


def test_exemplars() -> None:
    """Each exemplar with the label leads on; Grafana says ``traceql`` whichever data source it leads to."""
    body = {"data": [{"exemplars": [{"labels": {"trace_id": "abc"}}, {"labels": {"other": "x"}}]}]}
    to = [
        {"name": "trace_id", "datasourceUid": "jaeger", "urlDisplayLabel": "View"},
        {"name": "trace_id", "url": "https://traces.example/${__value.raw}"},
    ]
    found = list(data_links.of_exemplars(source("prometheus", exemplarTraceIdDestinations=to), body))
    assert [link.to for link in found] == [
        Explore("jaeger", ({"query": "abc", "queryType": "traceql"},)),
        External("https://traces.example/abc"),
    ]
    assert found[0].title == "View"


def test_lines() -> None:
    """A line leads to its trace by a label, or by what its text holds."""
    derived = [
        {
            "name": "a",
            "matcherType": "label",
            "matcherRegex": "trace_id",
            "datasourceUid": "jaeger",
            "url": "${__value.raw}",
        },
        {"name": "b", "matcherRegex": r"traceID=(\w+)", "datasourceUid": "jaeger", "url": "${__value.raw}"},
    ]
    found = data_links.of_lines(source("loki", derivedFields=derived), LINES)
    assert [(link.row, link.field, link.to) for link in found] == [
        (0, "a", Explore("jaeger", ({"query": "abc"},))),
        (1, "b", Explore("jaeger", ({"query": "def"},))),
    ]
    assert list(data_links.of_lines(source("loki", derivedFields=derived), Frame((Field("Value", (1,)),)))) == []


def test_span_to_lines() -> None:
    """The span's tags as labels, the trace's id, and its time with the shifts."""
    logs = {
        "datasourceUid": "loki",
        "customQuery": True,
        "spanStartTimeShift": "-5m",
        "spanEndTimeShift": "5m",
        "tags": [{"key": "service.name", "value": "service_name"}, {"key": "pod"}, {"key": "nowhere"}],
        "query": '{${__tags}} | t="${__trace.traceId}" |= "${__span.tags["http.route"]}" |= "${__span.spanId}"',
    }
    (link,) = span_links.of_span(source("jaeger", tracesToLogsV2=logs), TRACE, SPAN)
    expr = '{service_name="payment", pod="p-1"} | t="abc" |= "/pay" |= "7"'
    assert link.to == Explore("loki", ({"expr": expr},), (str(NOW - 300_000), str(NOW + 302_000)))


def test_span_without_its_tags_has_no_link() -> None:
    """A query that needs tags which the span lacks is not offered."""
    logs = {"datasourceUid": "loki", "customQuery": True, "query": "{${__tags}}", "tags": [{"key": "nowhere"}]}
    assert list(span_links.of_span(source("jaeger", tracesToLogsV2=logs), TRACE, SPAN)) == []
    with pytest.raises(UnreadError):
        list(span_links.of_span(source("jaeger", tracesToLogsV2={"datasourceUid": "loki"}), TRACE, SPAN))


def test_span_to_numbers() -> None:
    """Each query, with the span's tags and name."""
    query = {"name": "Rate", "query": 'rate(calls{$__tags,span_name="${__span.name}"}[5m])'}
    metrics = {
        "datasourceUid": "prometheus",
        "tags": [{"key": "service.name", "value": "service"}],
        "queries": [query],
    }
    (link,) = span_links.of_span(source("jaeger", tracesToMetrics=metrics), TRACE, SPAN)
    expr = 'rate(calls{service="payment",span_name="GET /pay"}[5m])'
    assert (link.title, link.to) == ("Rate", Explore("prometheus", ({"expr": expr},), (str(NOW), str(NOW + 2_000))))


def test_correlations() -> None:
    """At the field that it names, with the row's fields and what is cut out of them; else it is not offered."""
    cut = {"type": "regex", "field": "Line", "expression": r"traceid=(\w+)", "mapValue": "traceID"}
    to_trace = {
        "field": "Line",
        "target": {"query": "${traceID}", "limit": 1},
        "transformations": [cut],
        "type": "query",
    }
    fixed = {"field": "Time", "target": {"url": "https://x.example/${__value.raw}"}, "type": "external"}
    found = source(
        "loki",
        {"targetUID": "jaeger", "label": "Trace", "config": to_trace},
        {"label": "Out", "config": fixed},
        {"targetUID": "jaeger", "label": "Elsewhere", "config": to_trace | {"field": "nowhere"}},
    )
    assert [(link.title, link.to) for link in data_links.correlated(found, LINES, 1)] == [
        ("Trace", Explore("jaeger", ({"query": "def", "limit": 1},))),
        ("Out", External("https://x.example/2")),
    ]
    assert [link.title for link in data_links.correlated(found, LINES, 0)] == ["Out"]


def test_correlations_by_logfmt_and_named_groups() -> None:
    """A whole line in logfmt gives a variable a key; a named group gives one of its name."""
    frame = Frame((Field("Line", ("level=error trace=abc",)),))
    for step in ({"type": "logfmt"}, {"type": "regex", "expression": r"trace=(?<trace>\w+)"}):
        config = {"field": "Line", "target": {"query": "${trace}"}, "transformations": [step]}
        (link,) = data_links.correlated(source("loki", {"targetUID": "jaeger", "config": config}), frame, 0)
        assert link.to == Explore("jaeger", ({"query": "abc"},))


def test_what_explore_asks() -> None:
    """The pane's queries over its range, or over the last hour."""
    answers = {"/api/traces/abc": {"data": [TRACE]}, "/loki/api/v1/query_range": {"data": {"result": []}}}
    with answering(answers) as server:
        (reply,) = ask.of_explore(Explore("jaeger", ({"query": "abc"},)), server.sources(), NOW)
        lines = Explore("loki", ({"expr": "{a=`$b`}", "queryType": "range"},), (str(NOW - HOUR), str(NOW)))
        (other,) = ask.of_explore(lines, server.sources(), NOW)
    assert (reply.empty, reply.error, reply.range.length) == (False, "", HOUR)
    assert (other.asked, other.range.raw) == ("{a=`$b`}", (str(NOW - HOUR), str(NOW)))
