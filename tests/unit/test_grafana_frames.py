"""Frames of answers, and what transformations and overrides make of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.grafana import fields, frames, tables
from tests.lab.grafana.boards import Panel
from tests.lab.grafana.fields import Configured
from tests.lab.grafana.frames import Field, Frame
from tests.lab.grafana.question import Reply
from tests.lab.grafana.unread import UnreadError
from tests.lab.grafana.wire import Answer
from tests.unit.grafana import NOW, last, matrix, page, vector


def panel(**written: Any) -> Panel:
    return page({"id": 1, "type": "table", "title": "", **written}).panel(1)


def reply(body: Any, kind: str = "prometheus", ref: str = "A", **target: Any) -> Reply:
    return Reply(kind, "", Answer("", body), last(), 60_000, ref=ref, target=target)


def columns(frame: Frame) -> dict[str, tuple[Any, ...]]:
    """Columns by the name that people read."""
    return {field.title: field.values for field in frame.fields}


TABLES = [
    reply(vector(({"slo": "b", "service": "a"}, 1), ({"slo": "c", "service": "a"}, 2)), format="table"),
    reply(vector(({"slo": "c", "service": "a", "alert": "x"}, 3)), ref="B", format="table"),
    reply(vector(), ref="C", format="table"),
]


def test_one_table() -> None:
    """Time, the labels by name, and the value; ``le`` is a number."""
    (frame,) = frames.of_panel(panel(), [reply(vector(({"le": "+Inf", "a": "x"}, 2.5)), format="table")])
    assert columns(frame) == {"Time": (float(NOW),), "a": ("x",), "le": (float("inf"),), "Value": (2.5,)}


def test_several_tables() -> None:
    """Values are told apart by the query; one without samples has no rows but its columns."""
    found = [columns(frame) for frame in frames.of_panel(panel(), TABLES)]
    assert [list(each) for each in found] == [
        ["Time", "service", "slo", "Value #A"],
        ["Time", "alert", "service", "slo", "Value #B"],
        ["Time", "Value #C"],
    ]


def test_merge() -> None:
    """Rows that contradict each other in no column are one; what a row lacks stays empty."""
    merging = panel(transformations=[{"id": "merge", "options": {}}])
    (frame,) = tables.transformed(merging, frames.of_panel(merging, TABLES))
    assert columns(frame) == {
        "Time": (float(NOW), float(NOW)),
        "service": ("a", "a"),
        "slo": ("b", "c"),
        "Value #A": (1.0, 2.0),
        "alert": (None, "x"),
        "Value #B": (None, 3.0),
        "Value #C": (None, None),
    }


def test_organize() -> None:
    """Columns are left out, put in order and renamed by what people read; the field keeps its own name."""
    by = {"excludeByName": {"Time": True}, "indexByName": {"slo": 0, "service": 1}, "renameByName": {"slo": "SLO"}}
    organized = panel(transformations=[{"id": "organize", "options": by}])
    frame = tables.transformed(organized, frames.of_panel(organized, TABLES[:1]))[0]
    assert [(field.name, field.title) for field in frame.fields] == [
        ("slo", "SLO"),
        ("service", "service"),
        ("Value", "Value"),
    ]


def test_types_order_and_limit() -> None:
    """A column turned into numbers, sorted downwards with the empty ones last, the first two."""
    samples = [({"n": text}, 0) for text in ("9", "10", "x")]
    steps = [
        {"id": "convertFieldType", "options": {"conversions": [{"targetField": "n", "destinationType": "number"}]}},
        {"id": "sortBy", "options": {"sort": [{"field": "n", "desc": True}]}},
        {"id": "limit", "options": {"limitField": 2}},
    ]
    shaped = panel(transformations=steps)
    (frame,) = tables.transformed(shaped, frames.of_panel(shaped, [reply(vector(*samples), format="table")]))
    assert columns(frame)["n"] == (10.0, 9.0)


def test_unknown_transformations() -> None:
    """One that is not read is named; one that is switched off is passed over."""
    with pytest.raises(UnreadError, match="joinByField"):
        tables.transformed(panel(transformations=[{"id": "joinByField"}]), [])
    assert tables.transformed(panel(transformations=[{"id": "joinByField", "disabled": True}]), []) == []


def test_series() -> None:
    """One frame a series, named by its legend, else by its labels."""
    body = matrix(({"__name__": "up", "job": "a"}, [1, 0]))
    for form, name in (("{{job}} of {{ x }}", "a of "), ("", 'up{job="a"}'), ("__auto", 'up{job="a"}')):
        (frame,) = frames.of_panel(panel(), [reply(body, legendFormat=form)])
        assert (frame.name, frame.fields[1].title, frame.fields[1].values) == (name, name, (1.0, 0.0))
    scalar = {"data": {"resultType": "scalar", "result": [NOW / 1000, "3"]}}
    (frame,) = frames.of_panel(panel(), [reply(scalar)])
    assert columns(frame)["Value"] == (3.0,)


def test_lines() -> None:
    """Lines with their labels, structured metadata among them; counted lines are series."""
    entry = [f"{NOW}000000", "oops", {"structuredMetadata": {"trace_id": "abc"}}]
    body = {"data": {"resultType": "streams", "result": [{"stream": {"app": "x"}, "values": [entry]}]}}
    (frame,) = frames.of_panel(panel(), [reply(body, "loki")])
    assert columns(frame)["labels"] == ({"app": "x", "trace_id": "abc"},)
    assert (columns(frame)["Time"], columns(frame)["Line"]) == ((NOW,), ("oops",))
    (counted,) = frames.of_panel(panel(), [reply(matrix(({"app": "x"}, [1])), "loki")])
    assert counted.name == '{app="x"}'


def trace(id_: str, start: int) -> dict[str, Any]:
    span = {
        "traceID": id_,
        "spanID": "2",
        "processID": "p1",
        "operationName": "GET /",
        "startTime": start,
        "duration": 5,
    }
    late = span | {"spanID": "3", "operationName": "db", "startTime": start + 1, "processID": "p2"}
    return {
        "traceID": id_,
        "spans": [late, span],
        "processes": {"p1": {"serviceName": "shop"}, "p2": {"serviceName": "db"}},
    }


def test_search_for_traces() -> None:
    """One row a trace, the newest first, named by its first span; the id leads to the trace."""
    found = panel(datasource={"uid": "jaeger"})
    body = {"data": [trace("a", 1_000), trace("b", 2_000)]}
    (frame,) = frames.of_panel(found, [reply(body, "jaeger", queryType="search")])
    assert [field.name for field in frame.fields] == ["traceID", "traceName", "startTime", "duration"]
    assert columns(frame) == {
        "Trace ID": ("b", "a"),
        "Trace name": ("shop: GET /", "shop: GET /"),
        "Start time": (2, 1),
        "Duration": (5, 5),
    }
    assert frame.fields[0].config["links"][0]["internal"]["datasourceUid"] == "jaeger"


def test_one_trace_and_who_calls_whom() -> None:
    """A trace has a row a span; calls are edges between nodes."""
    (spans,) = frames.of_panel(panel(), [reply({"data": [trace("a", 1_000)]}, "jaeger")])
    assert columns(spans)["serviceName"] == ("db", "shop")
    assert frames.of_panel(panel(), [reply({"data": []}, "jaeger")]) == []
    calls = {"data": [{"parent": "shop", "child": "db", "callCount": 3}]}
    nodes, edges = frames.of_panel(panel(), [reply(calls, "jaeger", queryType="dependencyGraph")])
    assert columns(nodes)["id"] == ("db", "shop")
    assert columns(edges)["Call count"] == (3,)


def test_failed_questions_have_no_frames() -> None:
    """The others' frames are there."""
    failed = Reply("prometheus", "", Answer("", error="down"), last(), target={"format": "table"})
    assert len(frames.of_panel(panel(), [failed, TABLES[0]])) == 1


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        ({"id": "byName", "options": "slo"}, True),
        ({"id": "byName", "options": "SLO"}, True),
        ({"id": "byNames", "options": {"mode": "include", "names": ["SLO", "x"]}}, True),
        ({"id": "byNames", "options": {"mode": "exclude", "names": ["SLO"]}}, False),
        ({"id": "byRegexp", "options": "/^S/"}, True),
        ({"id": "byRegexp", "options": "S"}, False),
        ({"id": "byType", "options": "string"}, True),
        ({"id": "byFrameRefID", "options": "B"}, False),
    ],
)
def test_matchers(matcher: dict[str, Any], expected: bool) -> None:
    """An override speaks of a field by its name, by what people read, by type or by query."""
    field = Field("slo", (), display="SLO")
    assert fields.matches(matcher, field, Frame((field,), ref="A")) is expected


def test_overrides() -> None:
    """An override's links replace those of the panel, which come after the data source's own."""
    own, all_, other = ({"title": title, "url": "/"} for title in ("own", "all", "other"))
    frame = Frame((Field("a", (), config={"links": [own]}), Field("b", ())))
    written = {
        "defaults": {"links": [all_], "unit": "s"},
        "overrides": [
            {
                "matcher": {"id": "byName", "options": "b"},
                "properties": [{"id": "links", "value": [other]}, {"id": "displayName", "value": "B"}],
            }
        ],
    }
    first, second = fields.configured(panel(fieldConfig=written), [frame])[0].fields
    assert (first.config["links"], first.config["unit"]) == ([own, all_], "s")
    assert (second.config["links"], second.title) == ([other], "B")
    with pytest.raises(UnreadError, match="byValue"):
        fields.matches({"id": "byValue"}, first, frame)


def test_words_of_a_cell() -> None:
    """Texts, times and whole numbers read as they do in Grafana; what has a unit is not guessed."""
    assert Configured(Field("a", ()), {}).words("x") == "x"
    assert Configured(Field("a", (), "time"), {}).words(NOW) == "2023-11-14 22:13:20"
    assert Configured(Field("a", (), "number"), {}).words(3.0) == "3"
    assert Configured(Field("a", ()), {}).words(None) == ""
    for config, cell in (({"unit": "s"}, 3.0), ({}, 0.5)):
        with pytest.raises(UnreadError):
            Configured(Field("a", (), "number"), config).words(cell)


@pytest.mark.parametrize(
    ("mapping", "cell", "expected"),
    [
        ({"type": "value", "options": {"1": {"text": "up"}}}, 1.0, "up"),
        ({"type": "value", "options": {"a": {"color": "red"}}}, "a", "a"),
        ({"type": "range", "options": {"from": 0, "to": None, "result": {"text": "some"}}}, 7.0, "some"),
        ({"type": "range", "options": {"from": 0, "to": 1, "result": {"text": "some"}}}, 7.0, "7"),
        ({"type": "regex", "options": {"pattern": "^(.{3}).*$", "result": {"text": "$1…"}}}, "abcdef", "abc…"),
        ({"type": "regex", "options": {"pattern": "/x/", "result": {"text": "y"}}}, "abc", "abc"),
        ({"type": "special", "options": {"match": "null", "result": {"text": "none"}}}, None, "none"),
        ({"type": "special", "options": {"match": "empty", "result": {"text": "nothing"}}}, "", "nothing"),
        ({"type": "special", "options": {"match": "nan", "result": {"text": "NaN"}}}, float("nan"), "NaN"),
    ],
)
def test_value_mappings(mapping: dict[str, Any], cell: Any, expected: str) -> None:
    """A cell reads as its mapping says, groups of a regular expression filled in; without a text, as without one."""
    field = Field("a", (), "number" if isinstance(cell, float) else "string")
    assert Configured(field, {"mappings": [mapping]}).words(cell) == expected
