"""Targets as the plugins of their data sources send them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.grafana import ask, boards, jaeger, wire
from tests.lab.grafana.question import Reply
from tests.lab.grafana.unread import UnreadError
from tests.unit.grafana import HOUR, NOW, answering, constant, custom, last, matrix, vector

START, END = (NOW - 3 * HOUR) // 1000, NOW // 1000
EMPTY = {"status": "success", "data": {"result": []}}


def sent(answers: dict[str, Any], target: dict[str, Any], source: str = "prometheus", **panel: Any) -> Any:
    """What a panel with one target asks, and the replies."""
    variables = panel.pop("variables", [])
    written = {
        "id": 1,
        "type": "timeseries",
        "datasource": {"uid": source},
        "targets": [{"refId": "A", **target}],
        **panel,
    }
    board = boards.Board({"uid": "p", "title": "P", "panels": [written], "templating": {"list": variables}})
    with answering(answers) as server:
        page = boards.opened(board, server.sources(), last(), {})
        replies = ask.of_panel(page.panel(1))
    return server.asked, replies


PROMETHEUS = {f"/api/v1/{path}": EMPTY for path in ("query", "query_range", "query_exemplars")}


def test_instant() -> None:
    """At the end of the range, by POST, which is how Grafana asks where the data source does not say."""
    asked, (reply,) = sent(PROMETHEUS, {"expr": "up", "instant": True, "range": False})
    assert asked == [("POST", "/api/v1/query", {"query": "up", "time": str(END)})]
    assert (reply.type, reply.asked, reply.empty, reply.error) == ("prometheus", "up", True, "")


def test_how_long_an_answer_took() -> None:
    """What was answered says how long it took, what was refused nothing."""
    _, (reply,) = sent(PROMETHEUS, {"expr": "up", "instant": True, "range": False})
    assert 0 < reply.answer.seconds < wire.TIMEOUT
    _, (refused,) = sent({"/api/v1/query": (503, "no")}, {"expr": "up", "instant": True, "range": False})
    assert (refused.answer.seconds, bool(refused.error)) == (0, True)


def test_range() -> None:
    """Over the range, whose ends are multiples of the step."""
    asked, _ = sent(PROMETHEUS, {"expr": "up", "range": True, "instant": False})
    expected = {"query": "up", "start": str(START // 30 * 30), "end": str(END // 30 * 30), "step": "30"}
    assert asked == [("POST", "/api/v1/query_range", expected)]


def test_neither_is_a_range() -> None:
    """A target that says nothing is asked over the range; one that says both is asked twice."""
    assert [path for _, path, _ in sent(PROMETHEUS, {"expr": "up"})[0]] == ["/api/v1/query_range"]
    asked, replies = sent(PROMETHEUS, {"expr": "up", "range": True, "instant": True})
    assert [path for _, path, _ in asked] == ["/api/v1/query_range", "/api/v1/query"]
    assert [reply.ref for reply in replies] == ["A", "A-Instant"]


@pytest.mark.parametrize(
    ("panel", "target", "step", "rate"),
    [
        ({}, {}, "30s", "2m0s"),
        ({"maxDataPoints": 100}, {}, "2m", "2m30s"),
        ({"interval": "1m"}, {}, "1m", "2m0s"),
        ({"interval": "5m"}, {}, "5m", "5m30s"),
        ({}, {"interval": "1m"}, "1m", "4m0s"),
        ({}, {"interval": "$__rate_interval"}, "2m", "2m0s"),
        ({}, {"intervalFactor": 2}, "1m", "2m0s"),
    ],
)
def test_intervals(panel: dict[str, Any], target: dict[str, Any], step: str, rate: str) -> None:
    """The step and the interval of rates by panel, target and how often the data source says that it scrapes."""
    expr = "rate(m[$__rate_interval])/rate(m[${__interval}])+$__interval_ms+$__range_s"
    _, (reply,) = sent(PROMETHEUS, {"expr": expr, **target}, **panel)
    ms = {"30s": 30_000, "1m": 60_000, "2m": 120_000, "5m": 300_000}[step]
    assert reply.asked == f"rate(m[{rate}])/rate(m[{step}])+{ms}+10800"
    assert reply.step == ms


def test_variables_of_a_target() -> None:
    """Many become a regular expression, ``raw`` does not, and what is not known stays."""
    pods = custom("pod", "a.b,c", multi=True, current={"value": ["a.b", "c"]})
    _, (reply,) = sent(PROMETHEUS, {"expr": 'm{pod=~"$pod",x="${pod:raw}",y="$other"}'}, variables=[pods])
    assert reply.asked == 'm{pod=~"(a\\\\.b|c)",x="a.b,c",y="$other"}'


def test_intervals_in_the_value_of_a_variable() -> None:
    """The plugin's server part replaces them wherever they stand, also where a variable brought them."""
    one = custom("one", "rate(m[$__interval])", current={"value": "rate(m[$__rate_interval])"})
    address = {"variables": [one | {"type": "textbox", "query": "rate(m[$__rate_interval])"}]}
    _, (reply,) = sent(PROMETHEUS, {"expr": "${one:raw} + ${__interval:raw}"}, **address)
    assert reply.asked == "rate(m[2m0s]) + 30s"


def test_exemplars() -> None:
    """They are asked for beside the series."""
    body = {"status": "success", "data": [{"seriesLabels": {}, "exemplars": []}]}
    asked, (reply,) = sent(PROMETHEUS | {"/api/v1/query_exemplars": body}, {"expr": "m", "exemplar": True})
    assert [path for _, path, _ in asked] == ["/api/v1/query_range", "/api/v1/query_exemplars"]
    assert reply.exemplars is not None and reply.exemplars.body == body


def test_own_range_of_a_panel() -> None:
    """``timeFrom`` moves the question, and a hidden target is not asked."""
    asked, (reply,) = sent(PROMETHEUS, {"expr": "m", "range": True}, timeFrom="1h")
    assert reply.range.length == HOUR
    assert int(asked[0][2]["end"]) - int(asked[0][2]["start"]) == 3600
    assert sent(PROMETHEUS, {"expr": "m", "hide": True}) == ([], [])


def test_lines() -> None:
    """Loki's lines: by the target's limit, the newest first, times in nanoseconds."""
    logs = constant("logs", '{app="x"}')
    target = {"expr": "${logs:raw} |= `$logs` [$__auto]", "queryType": "range", "maxLines": 100}
    asked, (reply,) = sent({"/loki/api/v1/query_range": EMPTY}, target, "loki", variables=[logs])
    expected = {
        "query": '{app="x"} |= `{app="x"}` [10s]',
        "direction": "backward",
        "limit": "100",
        "start": str((NOW - 3 * HOUR) * 1_000_000),
        "end": str(NOW * 1_000_000),
        "step": "10000ms",
    }
    assert asked == [("GET", "/loki/api/v1/query_range", expected)]
    assert (reply.type, reply.empty) == ("loki", True)


def test_numbers_from_lines() -> None:
    """An instant question has one time, and the data source's limit where the target has none."""
    target = {"expr": "sum(rate({a=`b`}[$__auto]))", "queryType": "instant", "direction": "forward"}
    asked, _ = sent({"/loki/api/v1/query": EMPTY}, target, "loki")
    expected = {
        "query": "sum(rate({a=`b`}[10800s]))",
        "direction": "forward",
        "limit": "1000",
        "time": f"{NOW}000000",
    }
    assert asked == [("GET", "/loki/api/v1/query", expected)]


def test_search_for_traces() -> None:
    """Tags in logfmt go as JSON, times in microseconds."""
    tags = 'http.response.status_code=503 error=true msg="a \\"b\\" c" bare'
    target = {"queryType": "search", "service": "$service", "tags": tags, "limit": 20, "operation": "GET /"}
    answers = {"/api/traces": {"data": []}}
    asked, (reply,) = sent(answers, target, "jaeger", variables=[constant("service", "a b")])
    expected = {
        "service": "a b",
        "operation": "GET /",
        "tags": '{"http.response.status_code":"503","error":"true","msg":"a \\"b\\" c","bare":""}',
        "limit": "20",
        "start": str((NOW - 3 * HOUR) * 1_000),
        "end": str(NOW * 1_000),
    }
    assert asked == [("GET", "/api/traces", expected)]
    assert reply.empty


def test_one_trace() -> None:
    """By its id, with the range in ms where the data source asks for it; without an id it is an error."""
    asked, (reply,) = sent({"/api/traces/abc": {"data": [{"traceID": "abc"}]}}, {"query": "abc"}, "jaeger")
    assert asked == [("GET", "/api/traces/abc", {"start": str(NOW - 3 * HOUR), "end": str(NOW)})]
    assert not reply.empty
    asked, (reply,) = sent({}, {"query": ""}, "jaeger")
    assert (asked, reply.error) == ([], "traceID is empty")


def test_who_calls_whom() -> None:
    """The dependency graph and the names of services."""
    answers = {"/api/dependencies": {"data": []}, "/api/services": {"data": ["a"]}}
    asked, _ = sent(answers, {"queryType": "dependencyGraph"}, "jaeger")
    assert asked == [("GET", "/api/dependencies", {"endTs": str(NOW), "lookback": str(3 * HOUR)})]
    with answering(answers) as server:
        assert jaeger.services(server.url).body == {"data": ["a"]}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, '{"status":"error","errorType":"bad_data","error":"parse error"}'), "400: parse error"),
        ((400, "queries require at least one matcher"), "400: queries require at least one matcher"),
        ((404, '{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}'), "404: trace not found"),
        ((500, '{"code":500,"message":"too many"}'), "500: too many"),
        ((502, ""), "502: Bad Gateway"),
        ((200, '{"data":[],"errors":[{"code":1,"msg":"half"}]}'), "half"),
        ((200, '{"status":"error","error":"late"}'), "late"),
        ((200, "<html>"), "no JSON: "),
    ],
)
def test_errors(answer: tuple[int, str], error: str) -> None:
    """What a server says is kept, whichever server it is and however it says so."""
    _, (reply,) = sent({"/api/v1/query": answer}, {"expr": "up", "instant": True})
    assert reply.error.startswith(error)
    assert not reply.empty


def test_a_server_that_is_down() -> None:
    """It is an error that says so."""
    with answering({}) as server:
        url = server.url
    assert wire.get(url).error.startswith("no answer: ")


def test_a_data_source_that_is_not_there() -> None:
    """Its target is an error that names it; the panel's others are asked."""
    panel = {
        "id": 1,
        "type": "timeseries",
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "targets": [
            {"refId": "A", "expr": "up", "datasource": {"type": "loki", "uid": "other"}},
            {"refId": "B", "expr": "up"},
        ],
    }
    with answering(PROMETHEUS) as server:
        page = boards.opened(
            boards.Board({"uid": "p", "title": "P", "panels": [panel]}), server.sources(), last(), {}
        )
        first, second = ask.of_panel(page.panel(1))
        (mark,) = ask.of_annotation(page, {"name": "a", "expr": "up", "datasource": {"uid": "other"}})
    assert (first.ref, first.type, second.error) == ("A", "loki", "")
    for reply in (first, mark):
        assert reply.error == "there is no data source 'other'; there are jaeger, loki, prometheus"


def test_unknown_questions() -> None:
    """A query of Loki that is not read is named; one that Jaeger's plugin does not know stays without an answer."""
    with pytest.raises(UnreadError, match="stream"):
        sent({}, {"queryType": "stream"}, "loki")
    asked, (reply,) = sent({}, {"queryType": "traceql", "query": "abc"}, "jaeger")
    assert (asked, reply.error) == ([], "Jaeger's data source does not answer queries of the type traceql")


@pytest.mark.parametrize(
    "annotation",
    [
        {"target": {"expr": "up", "interval": "60s", "range": True, "instant": False}},
        {"expr": "up", "step": "60s"},
    ],
)
def test_annotations(annotation: dict[str, Any]) -> None:
    """An annotation is asked over the page's range by its own step, in the new form and in the old one."""
    with answering({"/api/v1/query_range": matrix(({}, [1]))}) as server:
        board = boards.Board({"uid": "p", "title": "P", "panels": []})
        page = boards.opened(board, server.sources(), last(), {})
        (reply,) = ask.of_annotation(page, {"name": "a", "datasource": {"uid": "prometheus"}, **annotation})
    assert (reply.asked, reply.step, reply.empty) == ("up", 60_000, False)


def test_emptiness() -> None:
    """A vector with a sample is not empty, also one of 0."""
    found = [
        Reply("prometheus", "", wire.Answer("", body), last()) for body in (vector(({}, 0)), vector(), {"data": []})
    ]
    assert [reply.empty for reply in found] == [False, True, True]
