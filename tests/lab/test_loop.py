"""From the page to the cause in three clicks: alert, service, drill-down, and there the line and its trace."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.lab.asking import Asking, until
from tests.lab.conftest import Paged
from tests.lab.grafana import ask, data_links, frames, span_links
from tests.lab.grafana.destinations import Dashboard, Explore
from tests.lab.grafana.links import Link
from tests.lab.grafana.question import Reply
from tests.lab.pages import Pages
from tests.lab.walk import Screen, trace_of

CAUSES, SERVICE_LINES, SERVICE_TRACES, HEATMAP, ONE_TRACE = 14, 21, 22, 41, 61
NOT_READY, LINES, TRACES = 42, 62, 63


@pytest.fixture(scope="session")
def service(pages: Pages, rollout: Paged, asking: Asking) -> Screen:
    """The first click: the address in the alert. Lines and traces of the failing pod have come by then."""
    until(
        "a line of the failing pod",
        lambda: asking.lines('{service_name="checkout"} | json | route="/ready" | level="error"'),
        30,
    )
    return Screen.from_alert(pages, rollout.alert["annotations"]["dashboard_url"])


@pytest.fixture(scope="session")
def workload(service: Screen) -> Screen:
    """The second click: the cause that says that pods are not ready."""
    return service.click(CAUSES, field="readiness")


def test_the_first_click_opens_the_service_at_the_time_of_the_alert(service: Screen, rollout: Paged) -> None:
    """The service and the SLO of the alert, from an hour before it until now."""
    assert service.page.words("$service/$slo") == "checkout/availability"
    begin, end = service.page.range.start / 1_000, service.page.range.end / 1_000
    assert begin <= rollout.switched - 3_000
    assert end >= rollout.switched + rollout.took


def test_the_page_says_what_the_alert_says(service: Screen) -> None:
    """The causes on the page are those of the alert's diagnosis: a rollout under way, pods that are not ready."""
    body = service.found.panels[CAUSES][0].answer.body
    causes = {series["metric"]["cause"]: float(series["value"][1]) for series in body["data"]["result"]}
    assert causes["rollout"] >= 2
    assert causes["readiness"] >= 1
    assert (causes["restarts"], causes["node"], causes["quota"]) == (0, 0, 0)


def test_the_second_click_opens_the_workload_in_the_same_time(service: Screen, workload: Screen) -> None:
    """Service, SLO and time range are carried, and the panel is the one about pods that are not ready."""
    assert workload.page.board.uid == "slo-workload"
    assert workload.page.words("$service/$slo") == "checkout/availability"
    assert workload.page.range.start == service.page.range.start


def test_the_drill_down_names_the_pods_that_are_not_ready(workload: Screen, rollout: Paged) -> None:
    """Those that the alert names."""
    body = workload.found.panels[NOT_READY][0].answer.body
    shown = {series["metric"]["pod"] for series in body["data"]["result"]}
    assert any(pod in rollout.alert["annotations"]["diagnosis"] for pod in shown)


def test_the_third_click_leads_from_the_line_to_its_trace(
    pages: Pages, workload: Screen, asking: Asking, rollout: Paged
) -> None:
    """A line of a pod that fails its probe, as the drill-down shows it; its link; the trace with the same id."""
    found = [(text, led) for text, led in workload.lines(LINES) if '"/ready"' in text]
    assert found
    text, led = found[0]
    assert json.loads(text)["pod"] in {span["pod"] for span in _spans(asking, trace_of(text))}
    assert led
    for link in led:
        assert isinstance(link.to, Explore)
        (reply,) = ask.of_explore(link.to, pages.sources, workload.page.range.end)
        assert reply.error == ""
        assert [trace["traceID"] for trace in reply.answer.body["data"]] == [trace_of(text)]


def _spans(asking: Asking, trace: str) -> list[dict[str, Any]]:
    """The spans of a trace, each with the pod that made it."""
    spans = until(f"trace {trace}", lambda: asking.trace(trace), 20)
    return [span | {"pod": span["resource"]["k8s.pod.name"]} for span in spans]


def test_who_may_not_open_explore_reads_the_trace_on_the_page(service: Screen) -> None:
    """A failed trace of the table, opened in the panel for one trace."""
    opened = service.click(SERVICE_TRACES, row=0)
    (trace,) = opened.traces(ONE_TRACE)
    assert trace in service.traces(SERVICE_TRACES)


def test_a_request_that_failed_is_one_trace_through_the_shop(service: Screen, asking: Asking) -> None:
    """A line of a refused request leads to a trace that begins in the frontend, and carries the status."""
    found = [led for text, led in service.lines(SERVICE_LINES) if text.endswith("(/checkout)")]
    assert found
    (link,) = found[-1]
    assert isinstance(link.to, Explore)
    trace = link.to.queries[0]["query"]
    spans = until("the frontend's span", lambda: _through(asking, trace), 20)
    codes = {tag["value"] for span in spans for tag in span["tags"] if tag["key"] == "http.response.status_code"}
    assert 503 in codes


def _through(asking: Asking, trace: str) -> list[dict[str, Any]]:
    """The spans of a trace once frontend and checkout have both told."""
    spans = asking.trace(trace)
    return spans if {span["service"] for span in spans} >= {"frontend", "checkout"} else []


def test_an_exemplar_leads_to_its_trace(pages: Pages, rollout: Paged) -> None:
    """A dot on the heatmap of the latency SLO, opened on the page."""
    screen = Screen.at(pages, Dashboard("slo-service", {"service": ("checkout",), "slo": ("latency",)}))
    led = screen.exemplars(HEATMAP)
    assert led
    opened = Screen.at(pages, led[-1].to)
    assert set(opened.traces(ONE_TRACE)) == {opened.page.words("$trace")}


def test_a_span_leads_to_its_lines_and_its_numbers(pages: Pages, service: Screen) -> None:
    """Each link that Jaeger's data source makes of a span is answered: lines of its trace, calls of its operation."""
    opened = service.click(SERVICE_TRACES, row=0)
    (reply,) = opened.found.panels[ONE_TRACE]
    (trace,) = reply.answer.body["data"]
    answered: dict[str, list[bool]] = {}
    for span in trace["spans"]:
        for link in span_links.of_span(pages.sources.get("jaeger"), trace, span):
            assert isinstance(link.to, Explore)
            for found in ask.of_explore(link.to, pages.sources, service.page.range.end):
                assert found.error == "", link
                answered.setdefault(found.type, []).append(not found.empty)
    assert all(answered["loki"])
    assert any(answered["prometheus"])


def test_a_line_and_a_span_lead_to_each_other_in_explore(pages: Pages, workload: Screen) -> None:
    """The correlations of both data sources, at a line of the drill-down and at the spans of its trace."""
    frame = frames.of_panel(workload.page.panel(LINES), workload.found.panels[LINES])[0]
    to_trace = list(data_links.correlated(pages.sources.get("loki"), frame, 0))
    assert to_trace
    trace = _followed(pages, to_trace[0], workload)
    spans = frames.of_panel(workload.page.panel(TRACES), [trace])[0]
    back = [
        link for row in range(len(spans)) for link in data_links.correlated(pages.sources.get("jaeger"), spans, row)
    ]
    assert {link.to.source for link in back if isinstance(link.to, Explore)} == {"loki", "prometheus"}
    for link in back:
        assert _followed(pages, link, workload).error == ""


def _followed(pages: Pages, link: Link, screen: Screen) -> Reply:
    """What Explore gets for a link, over the range of the page that it is on."""
    assert isinstance(link.to, Explore)
    carried = replace(link.to, range=(str(screen.page.range.start), str(screen.page.range.end)))
    return ask.of_explore(carried, pages.sources, screen.page.range.end)[0]
