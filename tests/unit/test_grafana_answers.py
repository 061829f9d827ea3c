"""Everything that a page asks: the document that is drawn, and what came of each question."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.lab.grafana import answers, boards, events, frames, links
from tests.lab.grafana.__main__ import main
from tests.lab.grafana.destinations import Broken, Dashboard, Explore
from tests.lab.grafana.question import Reply
from tests.lab.grafana.wire import Answer
from tests.unit import dashboards
from tests.unit.grafana import HOUR, NOW, answering, last, matrix, vector

SERIES = matrix(({"alertname": "Burns"}, [1, 1, 0, 1]))
BOARD: dict[str, Any] = {
    "uid": "page",
    "title": "A page",
    "time": {"from": "now-3h", "to": "now"},
    "templating": {
        "list": [
            {
                "type": "query",
                "name": "service",
                "query": {"query": "label_values(slo:info, service)"},
                "datasource": {"uid": "prometheus"},
            }
        ]
    },
    "annotations": {
        "list": [
            {"name": "Alerts", "builtIn": 1, "datasource": {"uid": "-- Grafana --"}},
            {"name": "Off", "enable": False, "datasource": {"uid": "prometheus"}},
            {
                "name": "Pages",
                "iconColor": "red",
                "datasource": {"uid": "prometheus"},
                "titleFormat": "{{alertname}} fires",
                "target": {"expr": "ALERTS", "interval": "60s", "range": True},
            },
        ]
    },
    "panels": [
        {
            "id": 1,
            "type": "timeseries",
            "title": "Of $service",
            "datasource": {"uid": "prometheus"},
            "timeFrom": "1h",
            "targets": [{"refId": "A", "expr": 'm{service="$service"}', "range": True, "exemplar": True}],
        },
        {"id": 2, "type": "text", "title": "Words"},
        {
            "id": 3,
            "type": "row",
            "title": "Folded",
            "panels": [
                {
                    "id": 4,
                    "type": "logs",
                    "title": "Lines",
                    "datasource": {"uid": "loki"},
                    "targets": [{"refId": "A", "expr": "{}"}],
                },
                {
                    "id": 5,
                    "type": "table",
                    "title": "Mixed",
                    "datasource": {"uid": "-- Mixed --"},
                    "targets": [{"refId": "B", "expr": "x", "instant": True, "datasource": {"uid": "prometheus"}}],
                },
            ],
        },
    ],
}
ANSWERS: dict[str, Any] = {
    "/api/v1/label/service/values": {"data": ["checkout"]},
    "/api/v1/query_range": SERIES,
    "/api/v1/query_exemplars": {"status": "success", "data": []},
    "/api/v1/query": vector(),
    "/loki/api/v1/query_range": (400, "no matcher"),
}


def asked(folded: bool = True) -> answers.Answers:
    board = boards.Board(BOARD)
    with answering(ANSWERS) as server:
        return answers.of(boards.opened(board, server.sources(), board.range(NOW), {}), folded)


def test_document() -> None:
    """Raw answers by panel and query, a panel's own range, errors as errors, variables, marks."""
    found = asked().document()
    assert found["range"] == {"from": NOW - 3 * HOUR, "to": NOW}
    assert (found["timezone"], found["step"]) == ("utc", 10)
    assert found["variables"] == {"service": {"text": "checkout", "value": "checkout"}}
    assert found["panels"] == {
        "1": {
            "A": {
                "type": "prometheus",
                "asked": 'm{service="checkout"}',
                "body": SERIES,
                "step": 30.0,
                "exemplars": {"status": "success", "data": []},
                "range": {"from": NOW - HOUR, "to": NOW},
            }
        },
        "4": {"A": {"type": "loki", "asked": "{}", "error": "400: no matcher", "step": 10.0}},
        "5": {"B": {"type": "prometheus", "asked": "x", "body": vector()}},
    }
    (mark,) = found["annotations"]
    assert (mark["name"], mark["color"], mark["asked"]) == ("Pages", "red", "ALERTS")
    assert [(each["time"], each["end"], each["title"]) for each in mark["events"]] == [
        (NOW, NOW + 60_000, "Burns fires"),
        (NOW + 180_000, NOW + 180_000, "Burns fires"),
    ]


def test_report() -> None:
    """What came of each question: an answer, none, or what went wrong."""
    found = asked().report()
    assert [(outcome.where, outcome.title, outcome.state) for outcome in found] == [
        ("variable service", "checkout", "ok"),
        ("panel 1 A", "Of checkout", "ok"),
        ("panel 4 A", "Lines", "error"),
        ("panel 5 B", "Mixed", "empty"),
        ("annotation", "Pages", "ok"),
    ]
    assert str(found[2]) == "error  panel 4 A  Lines: 400: no matcher\n       {}"


def test_folded_rows() -> None:
    """Their panels are asked only where that is wished."""
    assert list(asked(folded=False).panels) == [1, 2]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ({"useValueForTime": True}, [(5, 5), (100_000, 100_000)]),
        ({}, [(NOW, NOW), (NOW + 120_000, NOW + 120_000)]),
    ],
)
def test_marks(annotation: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    """A mark is where a series is above 0, or at the time that its value says."""
    values = [5, 100_000] if annotation else [1, 0, 2]
    body = matrix(({"alertname": "x", "team": "t"}, values))
    found = events.of({"tagKeys": "team"} | annotation, Reply("prometheus", "", Answer("", body), last(), 60_000))
    assert [(event.time, event.end) for event in found] == expected
    assert found[0].tags == ("t",)


def test_marks_of_lines() -> None:
    """Each line of Loki is a mark; a question that failed has none."""
    stream = {"stream": {"app": "x"}, "values": [[f"{NOW}000000", "started"]]}
    body = {"data": {"resultType": "streams", "result": [stream]}}
    found = events.of({"titleFormat": "{{app}}"}, Reply("loki", "", Answer("", body), last()))
    assert [(event.time, event.title, event.text) for event in found] == [(NOW, "x", "started")]
    assert events.of({}, Reply("loki", "", Answer("", error="down"), last())) == []


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command writes the document, tells what came of each question, and fails where one failed."""
    (tmp_path / "page.json").write_text(json.dumps(BOARD), "utf-8")
    listed = [{"name": t, "uid": t, "type": t, "url": "http://nowhere"} for t in ("prometheus", "loki")]
    (tmp_path / "sources.yaml").write_text(json.dumps({"apiVersion": 1, "datasources": listed}), "utf-8")
    out = tmp_path / "answers.json"
    with answering(ANSWERS) as server:
        places = [part for t in ("prometheus", "loki") for part in ("--server", f"{t}={server.url}")]
        chosen = ["--var", "service=payment", "--from", str(NOW - HOUR), "--to", str(NOW), "--now", str(NOW)]
        paths = [str(tmp_path / "page.json"), "--sources", str(tmp_path / "sources.yaml"), "--out", str(out)]
        assert main([*paths, *places, *chosen]) == 1
    assert "error  panel 4 A  Lines: 400: no matcher" in capsys.readouterr().out
    document = json.loads(out.read_text("utf-8"))
    assert document["variables"]["service"]["value"] == "payment"
    assert document["range"] == {"from": NOW - HOUR, "to": NOW}


TOLD = {
    "service": "checkout",
    "slo": "availability",
    "cluster": "prod-1",
    "runbook": "checkout.md",
    "log_selector": "{namespace=`shop`, app=`checkout`}",
    "log_errors": '| json | level="error"',
}
FOUND = {
    "traceID": "4bf92f3577b34da6a3ce929d0e0e4736",
    "spans": [{"operationName": "pay", "startTime": NOW * 1000, "duration": 5, "processID": "p"}],
    "processes": {"p": {"serviceName": "checkout"}},
}


def told(parameters: dict[str, str]) -> dict[str, Any]:
    """One sample with the labels that the query keeps, or with all that are known."""
    kept = re.match(r"max by \(([\w, ]+)\)", parameters["query"])
    labels = {name: TOLD.get(name, "x") for name in kept[1].split(", ")} if kept else TOLD
    return vector((labels, 1))


PAGES: dict[str, Any] = {
    "/api/v1/query": told,
    "/api/v1/query_range": matrix((TOLD, [1])),
    "/api/v1/query_exemplars": {"status": "success", "data": []},
    "/api/traces": {"data": [FOUND]},
    "/loki/api/v1/query_range": {"status": "success", "data": {"resultType": "streams", "result": []}},
}


def values(board: boards.Board) -> dict[str, Any]:
    """An option for each variable that asks for a label's values."""
    asked = [variable.get("definition", "") for variable in board.json["templating"]["list"]]
    names = [match[1] for text in asked if (match := re.fullmatch(r"label_values\(.*?(\w+)\)", text))]
    return {f"/api/v1/label/{name}/values": {"data": [TOLD.get(name, "x")]} for name in names}


@pytest.mark.parametrize("stack", dashboards.STACKS)
def test_links_of_our_pages_land(stack: str) -> None:
    """With answers to everything, each link of our pages leads to one of them, to Explore or out of Grafana.

    It carries the service where it has one, a time range, and a whole trace id.
    """
    every = [boards.Board(written) for written in dashboards.pages(stack)]
    found = []
    for board in every:
        with answering(PAGES | values(board)) as server:
            page = boards.opened(board, server.sources(), board.range(NOW), {})
            replies = answers.of(page).panels
        assert page.variables.errors == {}
        for panel in page.panels():
            found += [*links.of_panel(panel), *links.of_data(panel, frames.of_panel(panel, replies[panel.id]))]
        found += links.of_head(page, every)
    assert [link.to for link in found if isinstance(link.to, Broken)] == []
    inside = [link.to for link in found if isinstance(link.to, Dashboard)]
    with answering(PAGES | {path: answer for board in every for path, answer in values(board).items()}) as server:
        for to in {repr(to): to for to in inside}.values():
            assert links.followed(to, every, server.sources(), NOW).variables.errors == {}
    assert {to.variables.get("service", ("checkout",)) for to in inside} == {("checkout",)}
    assert all(all(to.range) for to in inside)
    traces = {to.variables["trace"] for to in inside if "trace" in to.variables}
    assert traces == (set() if stack == "bare" else {(FOUND["traceID"],)})
    lines = {to.queries[0]["expr"] for link in found if isinstance(to := link.to, Explore) and to.source == "loki"}
    assert lines == (set() if stack == "bare" else {TOLD["log_selector"]})
