"""What pages make of what is not as they expect it: declarations left out, odd names, servers that are down.

Jaeger keeps its traces in memory, so that it is stopped last.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.conftest import Paged
from tests.lab.grafana.answers import ERROR, OK
from tests.lab.grafana.destinations import Dashboard
from tests.lab.lab import Lab
from tests.lab.pages import Pages
from tests.lab.walk import Screen

CHOSEN = {"service": ("checkout",), "slo": ("availability",)}
LINES, TRACES, BURN = 21, 22, 31


@contextmanager
def down(lab: Lab, name: str) -> Iterator[None]:
    """One server, away for a while."""
    (server,) = [part for part in lab.parts if part.name == name]
    try:
        assert server.stop()
        yield
    finally:
        server.start()
        server.wait()


@pytest.fixture(scope="module")
def trace(pages: Pages, rollout: Paged) -> str:
    """One that is there."""
    return min(Screen.at(pages, Dashboard("slo-service", CHOSEN, ("now-15m", "now"))).traces(TRACES))


def states(pages: Pages, uid: str, trace: str) -> dict[str, set[str]]:
    """What came of the questions of a page, by the type of the data source."""
    screen = Screen.at(pages, Dashboard(uid, {**CHOSEN, "trace": (trace,)}, ("now-15m", "now")))
    found: dict[str, set[str]] = {}
    for panel, replies in screen.found.panels.items():
        for reply in replies:
            found.setdefault(reply.type, set()).add(ERROR if reply.error else OK)
            assert not reply.error or "refused" in reply.error, (panel, reply.error)
    assert screen.page.variables.errors == {}
    return found


def test_a_service_without_logs_and_traces_has_a_page(pages: Pages, trace: str) -> None:
    """Its numbers are there; the panels of lines and traces fail at nothing, and say that none are declared."""
    screen = Screen.at(pages, Dashboard("slo-service", {"service": ("frontend",), "trace": (trace,)}))
    assert [str(found) for found in screen.found.report() if found.state == ERROR] == []
    assert screen.lines(LINES) == []
    assert not screen.traces(TRACES)
    for panel, kind in ((LINES, "logs"), (TRACES, "traces")):
        assert f"no {kind} are declared" in screen.page.panel(panel).json["fieldConfig"]["defaults"]["noValue"]
    numbers = [reply for replies in screen.found.panels.values() for reply in replies if reply.type == "prometheus"]
    assert any(not reply.empty for reply in numbers)


def test_a_data_source_of_another_name_is_chosen(pages: Pages, trace: str, tmp_path: Path) -> None:
    """In a Grafana whose data sources have other uids, whoever chooses them gets the same page."""
    path = pages.places.output / "platform" / "provisioning" / "datasources.yaml"
    other = tmp_path / "datasources.yaml"
    renamed = path.read_text("utf-8")
    for uid in ("prometheus", "loki", "jaeger"):
        renamed = renamed.replace(f"uid: {uid}\n", f"uid: {uid}-of-ours\n")
    other.write_text(renamed, "utf-8")
    theirs = Pages(pages.places, other)
    named = {f"{kind}_datasource": (f"{kind}-of-ours",) for kind in ("prometheus", "loki", "jaeger")}
    for chosen in ({**CHOSEN, **named}, CHOSEN):
        screen = Screen.at(theirs, Dashboard("slo-service", {**chosen, "trace": (trace,)}, ("now-15m", "now")))
        assert [str(found) for found in screen.found.report() if found.state == ERROR] == []


def test_groups_whose_names_hold_quotes_and_slashes(pages: Pages, trace: str) -> None:
    """A group with a slash can be chosen, one with a quote is in all groups alone; every question is answered."""
    grouped = {"service": ("payment",), "slo": ("providers",), "trace": (trace,)}
    options = pages.opened("slo-service", grouped).variables.all["group"].options
    assert [option.value for option in options] == ['provider="card/visa"']
    for group in ("$__all", options[0].value):
        screen = Screen.at(pages, Dashboard("slo-service", {**grouped, "group": (group,)}, ("now-15m", "now")))
        assert [str(found) for found in screen.found.report() if found.state == ERROR] == []
        assert not any(reply.empty for reply in screen.found.panels[BURN])


def test_without_loki_the_rest_of_the_pages_works(lab: Lab, pages: Pages, trace: str) -> None:
    """Numbers and traces are there; the panels of lines say that the connection is refused."""
    with down(lab, "loki"):
        for uid in ("slo-service", "slo-workload"):
            assert states(pages, uid, trace) == {"prometheus": {OK}, "jaeger": {OK}, "loki": {ERROR}}


def test_without_jaeger_the_rest_of_the_pages_works(lab: Lab, pages: Pages, trace: str) -> None:
    """Numbers and lines are there; the panels of traces say that the connection is refused."""
    with down(lab, "jaeger"):
        for uid in ("slo-service", "slo-workload"):
            assert states(pages, uid, trace) == {"prometheus": {OK}, "jaeger": {ERROR}, "loki": {OK}}
