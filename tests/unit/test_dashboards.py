"""Dashboards: what Grafana needs of their JSON, what a page may cost, and links that lead where they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import logql, names
from compiler.emit.dashboards import EMITTER
from compiler.emit.dashboards.grafana import Source
from compiler.emit.dashboards.links import explore
from compiler.emit.dashboards.panels.causes import LOOKS
from compiler.model.service import Traces
from compiler.rules.texts.diagnosis import causes
from compiler.rules.texts.links import LOGS_PANEL, TRACES_PANEL
from tests.unit.dashboards import FACTS, ROOT, STACKS, catalog, page, pages, panels, resolved, texts

GOLDEN = ROOT / "tests" / "cases" / "dashboards" / "panels.txt"
SCREEN = 16
"""Rows of Grafana's grid, 38 pixels each, that fit into 1366 x 768 below a head of 144, where it takes two lines."""
MOST = 25
UIDS = (names.OVERVIEW_UID, names.SERVICE_UID, names.WORKLOAD_UID, names.PLATFORM_UID, names.STACK_UID)
PAGED = (names.SERVICE_UID, names.WORKLOAD_UID)
"""The pages about one SLO."""
TRACES = {
    field.name: st.from_regex(field.metadata["shape"].pattern, fullmatch=True).filter(str.isprintable)
    for field in fields(Traces)
    if "shape" in field.metadata
}
"""What the language takes for each key of ``traces``."""


def every(stack: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each panel of all pages, with its page."""
    return ((board, panel) for board in pages(stack) for panel in panels(board))


def test_as_many_pages_whatever_the_services() -> None:
    """Their number does not grow with the services, and they stand where other outputs look for them."""
    assert list(texts()) == [f"platform/dashboards/{uid}.json" for uid in UIDS]


def test_uids_and_schema() -> None:
    """Stable uids of at most 40 characters, no id, a schema that file provisioning takes."""
    for uid in UIDS:
        board = page(uid)
        assert (uid, None, "1m", "utc") == (board["uid"], board["id"], board["refresh"], board["timezone"])
        assert len(uid) <= 40
        assert 39 <= board["schemaVersion"] <= 42
        assert "__inputs" not in board


@pytest.mark.parametrize("stack", STACKS)
def test_panel_ids_are_unique(stack: str) -> None:
    """No two panels or rows of a page share an id."""
    for board in pages(stack):
        ids = [panel["id"] for panel in board["panels"]]
        ids += [inner["id"] for panel in board["panels"] for inner in panel.get("panels", [])]
        assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("stack", STACKS)
def test_panels_do_not_overlap(stack: str) -> None:
    """Within 24 columns, and no cell of the grid is taken twice."""
    for board in pages(stack):
        for group in (list(board["panels"]), *(p["panels"] for p in board["panels"] if p["type"] == "row")):
            cells = [cell for panel in group for cell in _cells(panel["gridPos"])]
            assert all(0 <= x < 24 for x, _ in cells)
            assert len(set(cells)) == len(cells)


def _cells(place: dict[str, int]) -> list[tuple[int, int]]:
    columns = range(place["x"], place["x"] + place["w"])
    return [(x, y) for x in columns for y in range(place["y"], place["y"] + place["h"])]


@pytest.mark.parametrize("stack", STACKS)
def test_every_panel_says_what_it_is(stack: str) -> None:
    """Each has a title, a description and a unit, none is HTML, none leaves an empty answer to Grafana's words."""
    for _, panel in every(stack):
        assert panel["title"] and panel["description"]
        assert panel["options"].get("mode", "markdown") == "markdown"
        if panel["type"] not in ("text", "traces"):
            assert panel["fieldConfig"]["defaults"]["noValue"]
        if panel["type"] not in ("text", "traces", "logs"):
            assert panel["fieldConfig"]["defaults"]["unit"]


@pytest.mark.parametrize("stack", STACKS)
def test_data_sources_are_variables(stack: str) -> None:
    """Whatever is asked is asked of the data source that is chosen; none is asked for that the stack has not."""
    has = {"bare": ("prometheus",)}.get(stack, tuple(DATA_SOURCES))
    for board in pages(stack):
        found = {(ref["type"], ref["uid"]) for ref in _refs(board)}
        assert found and found <= {(kind, DATA_SOURCES[kind]) for kind in has}
        chosen = [v for v in board["templating"]["list"] if v["type"] == "datasource"]
        assert {uid for _, uid in found} <= {f"${{{v['name']}}}" for v in chosen}
        # Until somebody chooses, it is the stack's own.
        assert {v["query"]: v["current"]["value"] for v in chosen}.items() <= {k: k for k in DATA_SOURCES}.items()


DATA_SOURCES = {kind: f"${{{kind}_datasource}}" for kind in ("prometheus", "loki", "jaeger")}


def _refs(value: Any) -> Iterator[dict[str, str]]:
    """Every data source that is named."""
    if isinstance(value, dict):
        yield from ([value["datasource"]] if value.get("datasource") else [])
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _refs(inner)


@pytest.mark.parametrize("stack", STACKS)
def test_opening_a_page_costs_few_queries(stack: str) -> None:
    """At most 25, variables and annotations counted; folded rows ask when they are opened."""
    for board in pages(stack):
        asked = [v for v in board["templating"]["list"] if v["type"] == "query"]
        asked += board["annotations"]["list"]
        asked += [target for panel in panels(board, folded=False) for target in panel.get("targets", [])]
        assert len(asked) <= MOST, (board["uid"], len(asked))


def test_raw_series_are_asked_over_few_hours() -> None:
    """The pages open on at most six hours; what looks back further asks recorded series."""
    for board in pages():
        assert board["time"]["from"] in ("now-3h", "now-6h")
        for panel in (p for p in panels(board) if p.get("timeFrom")):
            assert all(re.findall(r"[a-z_:]+(?=\{)", t["expr"])[0].startswith("slo:") for t in panel["targets"])


def test_the_first_screen_of_a_workload() -> None:
    """It answers why: requests by status, replicas, the autoscaler, probes, pods; all on one time axis."""
    board = page(names.WORKLOAD_UID)
    first = [p for p in panels(board, folded=False) if p["gridPos"]["y"] < SCREEN]
    assert [p["id"] for p in first] == [11, 21, 31, 32, 33, 41, 42, 43]
    assert max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in first) == SCREEN
    assert board["graphTooltip"] == 1
    assert [p["id"] for p in panels(board) if p.get("timeFrom")] == []


def test_the_first_screen() -> None:
    """What a person on call needs stands within 16 rows, in the order of the questions."""
    first = list(panels(page(names.SERVICE_UID), folded=False))
    placed = sorted(first, key=lambda p: (p["gridPos"]["y"], p["gridPos"]["x"]))
    assert [panel["id"] for panel in placed] == [2, 1, 3, 11, 12, 13, 14, 21, 22]
    assert max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in first) <= SCREEN


def test_rows_are_folded() -> None:
    """All below the first screen is folded, so that it costs nothing until it is opened."""
    board = page(names.SERVICE_UID)
    below = [p for p in board["panels"] if p["gridPos"]["y"] >= SCREEN]
    assert below
    assert {("row", True)} == {(p["type"], p.get("collapsed")) for p in below}


def test_alerts_lead_to_panels_that_are_there() -> None:
    """The panel ids in the links of alerts are those of the logs and of the traces."""
    found = {
        f"panel-{p['id']}": p["targets"][0]["datasource"]["type"]
        for p in panels(page(names.SERVICE_UID))
        if p.get("targets")
    }
    assert (found[LOGS_PANEL], found[TRACES_PANEL]) == ("loki", "jaeger")


def test_red_is_for_pages() -> None:
    """Only what pages is red: the state, the count, the level, the history and the mark of a page."""
    reds = []
    for board in pages():
        reds += [a["name"] for a in board["annotations"]["list"] if a["iconColor"] == "red"]
        for panel in panels(board):
            assert '"red"' not in json.dumps(panel["fieldConfig"]["defaults"])
            reds += [o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"] if '"red"' in json.dumps(o)]
    overview, service = ["pages firing", "Value #B"], ["Pages", "alert", "/^pages/", "Value #B", "/^(page|nodata)/"]
    assert reds == [*overview, *service, "Pages"]


def test_every_cause_has_its_word() -> None:
    """Each cause of a workload is on the page, but dependencies, which differ from service to service."""
    assert {cause.name for cause in causes()} - {"dependency"} == set(LOOKS)


def test_causes_link_to_panels_that_are_there() -> None:
    """Each cause leads to the panel about it on the drill-down."""
    there = {panel["id"]: panel["title"] for panel in panels(page(names.WORKLOAD_UID))}
    (likely,) = (p for p in panels(page(names.SERVICE_UID)) if p["id"] == 14)
    found = {
        override["matcher"]["options"]: link["url"]
        for override in likely["fieldConfig"]["overrides"]
        for prop in override["properties"]
        for link in (prop["value"] if prop["id"] == "links" else [])
    }
    assert set(found) == set(LOOKS)
    for cause, url in found.items():
        assert url.startswith(f"/d/{names.WORKLOAD_UID}?")
        assert WORDS[cause] in there[int(url.rpartition("panel-")[2])]


WORDS = {
    "rollout": "Replicas",
    "readiness": "not ready",
    "restarts": "Restarts",
    "autoscaler": "Autoscaler",
    "node": "Nodes",
    "quota": "Quota",
}


@pytest.mark.parametrize("stack", STACKS)
def test_variables_that_are_used_are_declared(stack: str) -> None:
    """No text names a variable that its page has not."""
    built_in = {"__range", "__rate_interval", "__url_time_range", "__from", "__to", "__value", "__data", "__all"}
    for board in pages(stack):
        known = built_in | {variable["name"] for variable in board["templating"]["list"]}
        used = {a or b for a, b in re.findall(r"\$\{(\w+)|\$([a-z_]\w*)", json.dumps(board))}
        assert used <= known


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["url"]] if isinstance(value.get("url"), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _urls(inner)


@pytest.mark.parametrize("stack", ["prod", "global"])
def test_explore_links_decode(stack: str) -> None:
    """With variables in, each holds one pane of JSON with the service's query and the time range."""
    facts = FACTS | {"__from": ("1764000000000", ""), "__to": ("1764003600000", "")}
    links = {url for board in pages(stack) for url in _urls(board) if url.startswith("/explore")}
    found = {}
    for url in links:
        asked = parse_qs(urlsplit(resolved(url, facts)).query)
        assert (asked["schemaVersion"], asked["orgId"]) == (["1"], ["1"])
        pane = json.loads(asked["panes"][0])["a"]
        assert pane["range"] == {"from": "1764000000000", "to": "1764003600000"}
        assert pane["datasource"] == pane["queries"][0]["datasource"]["uid"]
        found[pane["datasource"]] = pane["queries"][0]
    held = {"prod": "", "global": 'cluster="prod-1",'}[stack] + 'service="checkout",slo="availability"'
    assert f"slo:errors:rate5m{{{held}}} / slo:total:rate5m{{{held}}}" == found["prometheus"]["expr"]
    assert FACTS["logs"][0] == found["loki"]["expr"]
    assert ("search", *FACTS["traces"]) == tuple(found["jaeger"][k] for k in ("queryType", "service", "tags"))


@settings(max_examples=100)
@given(st.text(max_size=60).filter(lambda text: "${" not in text))
def test_any_query_survives_the_way_to_explore(text: str) -> None:
    """Whatever a query holds, Explore reads it as it was."""
    url = explore(7, Source("loki", "logs"), {"expr": text})
    pane = json.loads(parse_qs(urlsplit(url).query)["panes"][0])["a"]
    assert pane["queries"] == [{"refId": "A", "datasource": {"type": "loki", "uid": "logs"}, "expr": text}]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\t"), min_size=1, max_size=60))
def test_a_stream_in_a_variable_survives_as_well(value: str) -> None:
    """Whatever the label of a stream holds: Explore asks for it, by itself or by a pattern that it meets."""
    stream = logql.unescaped_stream({"app": value})
    url = resolved(explore(1, Source("loki", "logs"), {"expr": "${logs:percentencode}"}), {"logs": (stream, "")})
    pane = json.loads(parse_qs(urlsplit(url).query)["panes"][0])["a"]
    (found,) = logql.matchers(pane["queries"][0]["expr"])
    assert found.admits(value)


@given(TRACES["service"], TRACES["failed_tag"])
def test_a_failed_tag_in_a_variable_survives_as_well(service: str, tag: str) -> None:
    """Every tag and service that the language takes; a variable's text goes into an address as it is."""
    asked = {"service": "${traces:percentencode}", "tags": "${traces:text}"}
    url = resolved(explore(1, Source("jaeger", "traces"), asked), {"traces": (service, tag)})
    pane = json.loads(parse_qs(urlsplit(url).query)["panes"][0])["a"]
    assert {key: pane["queries"][0][key] for key in asked} == {"service": service, "tags": tag}


@pytest.mark.parametrize("stack", ["prod", "global"])
def test_links_between_pages_carry_what_is_chosen(stack: str) -> None:
    """Each link to a page about an SLO names it, its service and the data source, and keeps the time range."""
    links = {url: "${__url_time_range}" in url for board in pages(stack) for url in _urls(board) if _paged(url)}
    links |= {
        link["url"]: link["keepTime"] for board in pages(stack) for link in board["links"] if _paged(link["url"])
    }
    assert {url.split("?")[0] for url in links} == {f"/d/{uid}" for uid in PAGED}
    for url, timed in links.items():
        written = url.replace("${__data.fields.", "${").replace("${__url_time_range}", "from=1&to=2")
        asked = parse_qs(urlsplit(resolved(written)).query)
        assert (asked["var-service"], asked["var-slo"]) == (["checkout"], ["availability"])
        assert timed
        assert ("var-cluster" in asked) == (stack == "global")
        assert asked["var-prometheus_datasource"] == ["prometheus"]


def test_heads_link_every_page_to_the_others() -> None:
    """All that are about no single SLO, with the cluster where both show one; those about one SLO fewer."""
    whole = (names.OVERVIEW_UID, names.PLATFORM_UID, names.STACK_UID)
    for board in pages("global"):
        heads = {
            re.split(r"[/?]", link["url"])[2]: link["url"] for link in board["links"] if link["url"][:3] == "/d/"
        }
        led = whole[: {names.SERVICE_UID: 1, names.WORKLOAD_UID: 2}.get(board["uid"], 3)]
        assert {uid for uid in led if uid != board["uid"]} <= set(heads)
        for uid in set(heads) & set(whole):
            assert ("cluster" in heads[uid]) == (names.OVERVIEW_UID not in (uid, board["uid"]))


def _paged(url: str) -> bool:
    return url.startswith(tuple(f"/d/{uid}" for uid in PAGED))


def test_no_address_is_made_up() -> None:
    """Without addresses in the stack, no link leads out of Grafana."""
    urls = {url for board in pages("bare") for url in _urls(board)}
    assert {True} == {url.startswith(("/d/", "/explore?")) for url in urls}


def test_the_head_names_the_file() -> None:
    """The page says which file its SLOs are written in."""
    about = next(p for p in panels(page(names.SERVICE_UID)) if p["id"] == 1)
    assert "From `slo/shop/checkout.yaml`:" in resolved(about["options"]["content"])


def test_exemplars_are_asked_of_raw_buckets() -> None:
    """Recorded series carry no exemplars."""
    targets = [t for p in panels(page(names.SERVICE_UID)) for t in p.get("targets", []) if t.get("exemplar")]
    assert [t["expr"] for t in targets] == ["sum by (le) (increase(${bucket:raw}[$__rate_interval]))"]


def test_the_same_bytes_again() -> None:
    """Built twice, in this process and in another with other hashes, the pages are the same."""
    assert EMITTER.platform
    again = {made.path: made.text for made in EMITTER.platform(catalog())}
    assert texts() == again
    code = "import sys; from tests.unit.dashboards import texts; sys.stdout.write(''.join(texts().values()))"
    env = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=True)
    assert "".join(texts().values()) == other.stdout.decode("utf-8")


def test_grafanalib_is_imported_only_for_a_page() -> None:
    """Finding the emitter costs no import of grafanalib, and no other module imports it."""
    code = "import sys, compiler.emit.dashboards; sys.exit('grafanalib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
    importing = [p for p in (ROOT / "compiler").rglob("*.py") if "from grafanalib" in p.read_text("utf-8")]
    assert [str(p.relative_to(ROOT)) for p in importing] == ["compiler/emit/dashboards/grafana.py"]


def test_the_list_of_panels(golden: Callable[[Path, str], None]) -> None:
    """The panels with their places, types and titles, as a reviewer reads them."""
    lines = []
    for board in pages():
        lines.append(f"{board['uid']}: {board['title']}")
        for panel in board["panels"]:
            lines += [_line(panel, "  "), *(_line(inner, "    ") for inner in panel.get("panels", []))]
    golden(GOLDEN, "\n".join(lines) + "\n")


def _line(panel: dict[str, Any], indent: str) -> str:
    place = "{x},{y} {w}x{h}".format(**panel["gridPos"])
    return f"{indent}{panel['id']} {panel['type']} [{place}] {panel['title']}"
