"""Links of a page, expanded where they are clicked, and where they lead."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.lab.grafana import destinations, links
from tests.lab.grafana.boards import Page
from tests.lab.grafana.destinations import Broken, BrokenLinkError, Dashboard, Explore, External, destination
from tests.lab.grafana.frames import Field, Frame
from tests.lab.grafana.links import Link
from tests.lab.grafana.places import Place, keys
from tests.unit.grafana import NOW, SOURCES, board, constant, custom, page

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)
FRAME = Frame(
    (
        Field("Time", (NOW,), "time"),
        Field("service", ("a/b",)),
        Field("trace id", ("abc",), display="Trace"),
        Field("Value", (0.5,), "number", {"pod": "p-1", "job": "j"}, "pods"),
    ),
    "a frame",
    "A",
)


def clicked(url: str, frame: Frame = FRAME, kind: str = "table", **more: Any) -> Link:
    """A link of the last column of a frame, clicked."""
    written = {
        "id": 1,
        "type": kind,
        "title": "",
        "fieldConfig": _on(frame.fields[-1].title, {"title": "", "url": url}),
    }
    (link,) = links.of_data(page(written, **more).panel(1), [frame])
    return link


def _on(name: str, link: dict[str, Any]) -> dict[str, Any]:
    rule = {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "links", "value": [link]}]}
    return {"defaults": {}, "overrides": [rule]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${__data.fields.service}", "a/b"),
        ("${__data.fields.service:percentencode}", "a%2Fb"),
        ('${__data.fields["trace id"]}', "abc"),
        ("${__data.fields.Trace}", "abc"),
        ("${__data.fields[1]}", "a/b"),
        ("${__data.fields.nowhere}", ""),
        ("${__data.fields.Value.numeric}", "0.5"),
        ("${__data.name}", "a%20frame"),
        ("${__data.refId}", "A"),
        ("${__field.labels.pod}", "p-1"),
        ("${__field.labels.nowhere}", ""),
        ("${__field.name}", "Value"),
        ("${__field.displayName}", "pods"),
        ("${__value.raw}", "0.5"),
        ("${__value.numeric}", "0.5"),
        ("${__value.time}", str(NOW)),
        ("${__series.name}", "a%20frame"),
        ("${__from}", str(NOW - 3 * 3_600_000)),
        ("${__to:date:seconds}", str(NOW // 1000)),
        ("$__url_time_range", "from=now-3h&to=now&timezone=utc"),
        ("$__all_variables", "var-one=a%20b&var-many=x&var-many=y"),
        ("${many:queryparam}", "var-many=x&var-many=y"),
        ("${one}", "a%20b"),
        ("${__dashboard}/${__dashboard.uid}", "A%20page/page"),
        ("$unknown", "$unknown"),
    ],
)
def test_what_a_link_knows(text: str, expected: str) -> None:
    """The row, the field, the value, the series, the page and its variables, URI-encoded where no format is named."""
    variables = [
        custom("one", "a b"),
        custom("many", "x,y", multi=True, current={"value": ["x", "y"]}),
        custom("own", "z", skipUrlSync=True),
        {"type": "textbox", "name": "empty", "query": ""},
    ]
    assert clicked(f"https://x.example/{text}", variables=variables).url == f"https://x.example/{expected}"


def test_a_calculated_value_has_no_row() -> None:
    """A stat's link knows its value and its field; what needs a row is left, and the link is broken."""
    assert clicked("/d/x?var-a=${__value.raw}&var-b=${__field.labels.pod}", kind="stat").to == Dashboard(
        "x", {"a": ("0.5",), "b": ("p-1",)}
    )
    assert clicked("/d/x?var-a=${__value.time}", kind="stat").to == Dashboard("x", {"a": ("",)})
    assert isinstance(clicked("/d/x?var-a=${__data.fields.service}", kind="stat").to, Broken)


def test_a_number_with_a_unit_is_not_guessed() -> None:
    """A link with the text of such a number is broken, and says what to use."""
    to = clicked("/d/x?var-a=${__value.text}").to
    assert isinstance(to, Broken)
    assert "numeric value" in to.why


def test_rows_of_panels() -> None:
    """Each row of a table, the last point of a series, one of a calculated value."""
    two = Frame((Field("Time", (1, 2), "time"), Field("Value", (1.0, 2.0), "number")))
    written = {"id": 1, "title": "", "fieldConfig": _on("Value", {"title": "t", "url": "/d/x"})}
    rows = {
        kind: [link.row for link in links.of_data(page(written | {"type": kind}).panel(1), [two])]
        for kind in ("table", "timeseries", "stat")
    }
    assert rows == {"table": [0, 1], "timeseries": [1], "stat": [None]}


def test_links_of_the_head() -> None:
    """Time and variables are carried where the link says so; tags lead to every page that has them all."""
    written = [
        {"type": "link", "title": "All", "url": "/d/overview", "keepTime": True, "includeVars": True},
        {"type": "link", "title": "of $v", "url": "https://x.example/?q=${v:percentencode}"},
        {"type": "dashboards", "tags": ["slo"], "keepTime": True},
    ]
    opened = page(links=written, variables=[custom("v", "a&b")])
    boards = [board(uid="one", title="One", tags=["slo", "x"]), board(uid="two", title="Two", tags=["x"])]
    range_ = ("now-3h", "now")
    assert [(link.title, link.to) for link in links.of_head(opened, boards)] == [
        ("All", Dashboard("overview", {"v": ("a&b",)}, range_)),
        ("of a&b", External("https://x.example/?q=a%26b")),
        ("One", Dashboard("one", {}, range_)),
    ]


def test_links_of_a_panel_and_of_its_text() -> None:
    """The links beside a panel's title, and those that stand in a text."""
    content = "See [the page](/d/x?var-v=${v:percentencode}) or [us](https://x.example/)."
    text = {
        "id": 1,
        "type": "text",
        "title": "",
        "options": {"content": content},
        "links": [{"title": "T", "url": "/d/y"}],
    }
    opened = page(text, variables=[constant("v", "a b")])
    assert [link.to for link in links.of_panel(opened.panel(1))] == [
        Dashboard("y"),
        Dashboard("x", {"v": ("a b",)}),
        External("https://x.example/"),
    ]


def test_links_of_a_data_source() -> None:
    """A trace's id opens Explore on its trace."""
    internal = {"datasourceUid": "jaeger", "query": {"query": "${__value.raw}", "limit": 2}}
    link = {"title": "Trace: ${__value.raw}", "url": "", "internal": internal}
    frame = Frame((Field("traceID", ("abc",), config={"links": [link]}),))
    (found,) = links.of_data(page({"id": 1, "type": "table", "title": ""}).panel(1), [frame])
    assert (found.title, found.to) == ("Trace: abc", Explore("jaeger", ({"query": "abc", "limit": 2},)))


def pane(**more: Any) -> str:
    """An address of Explore."""
    written = {
        "datasource": "loki",
        "queries": [{"refId": "A", "expr": "{}"}],
        "range": {"from": "1", "to": "2"},
    } | more
    return "/explore?schemaVersion=1&orgId=1&panes=" + quote(json.dumps({"a": written}))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/d/x", Dashboard("x")),
        ("/d/x/a-slug?from=now-1h&to=now", Dashboard("x", {}, ("now-1h", "now"))),
        ("/d/x?var-a=1&var-a=2&var-b=c+d", Dashboard("x", {"a": ("1", "2"), "b": ("c d",)})),
        ("/d/x?viewPanel=panel-51", Dashboard("x", panel=51)),
        ("/d/x?viewPanel=7", Dashboard("x", panel=7)),
        ("/d/x?var-a=$__all", Dashboard("x", {"a": ("$__all",)})),
        (pane(), Explore("loki", ({"refId": "A", "expr": "{}"},), ("1", "2"))),
        (pane(queries=[{"expr": "m[$__interval]"}]), Explore("loki", ({"expr": "m[$__interval]"},), ("1", "2"))),
        ("https://x.example/#/silences?a=%7B", External("https://x.example/#/silences?a=%7B")),
    ],
)
def test_destinations(url: str, expected: destinations.Destination) -> None:
    """Pages with variables, time and a panel; Explore with its data source and queries; everything else."""
    assert destination(url) == expected


def test_whole_addresses() -> None:
    """An address of Grafana itself leads into it, as that of an alert does; another one does not."""
    root = "https://grafana.example/sub/"
    assert destination("https://grafana.example/sub/d/x?from=1&to=now", root) == Dashboard("x", {}, ("1", "now"))
    for url in ("https://grafana.example/subway/d/x", "https://other.example/d/x"):
        assert destination(url, root) == External(url)


def test_following_a_link() -> None:
    """The other page is opened with the link's variables and time; a page or panel that is not there is told."""
    boards = [board({"id": 7, "type": "text"}, uid="x", variables=[custom("v", "a,b")])]
    found = links.followed(Dashboard("x", {"v": ("b",)}, ("now-1h", "now"), 7), boards, SOURCES, NOW)
    assert (found.variables["v"].chosen, found.range.raw) == ("b", ("now-1h", "now"))
    assert links.followed(Dashboard("x"), boards, SOURCES, NOW).range.raw == ("now-6h", "now")
    for to, why in ((Dashboard("y"), "no page 'y'"), (Dashboard("x", panel=8), "no panel 8")):
        with pytest.raises(BrokenLinkError, match=why):
            links.followed(to, boards, SOURCES, NOW)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("/d/x?var-a=${service}", "a variable is left in var-a"),
        ("/d/x?var-a=100%", "not percent-encoded"),
        ("/d/x?var-a=%ff", "utf-8"),
        ("/nowhere", "no page '/nowhere'"),
        ("javascript:alert(1)", "javascript: is not opened"),
        ("https://x.example/%24%7Bservice%7D", "a variable is left"),
        ("/explore?panes={}", "schemaVersion"),
        ("/explore?schemaVersion=1", "panes is no JSON"),
        ("/explore?schemaVersion=1&panes=" + quote('{"a":{"expr":{app="x"}}}'), "panes is no JSON"),
        ("/explore?schemaVersion=1&panes={}", "one pane"),
        (pane(datasource=""), "no data source"),
        (pane(queries=[{"expr": "${service}"}]), "a variable is left in its pane"),
    ],
)
def test_broken_links(url: str, why: str) -> None:
    """What Grafana or the browser cannot read leads nowhere, and it is said why."""
    found = destination(url)
    assert isinstance(found, Broken)
    assert why in found.why


@given(VALUES, VALUES)
def test_values_arrive(cell: str, chosen: str) -> None:
    """Whatever stands in a row or a variable arrives at the other page."""
    frame = Frame((Field("service", (cell,)),))
    url = "/d/x?var-a=${__data.fields.service:percentencode}&${v:queryparam}&var-b=${v:percentencode}"
    to = clicked(url, frame, variables=[custom("v", "other")], chosen={"v": [chosen]}).to
    assume("${" not in cell + chosen)
    assert to == Dashboard("x", {"a": (cell,), "v": (chosen,), "b": (chosen,)})


def test_variables_that_nothing_stands_for() -> None:
    """A link with one leads nowhere, and says which; what only looks like one in a value does not matter."""
    to = clicked("/d/x?var-a=$nowhere&var-b=${__data.fields.service}", kind="stat").to
    assert isinstance(to, Broken)
    assert to.why == "nothing stands for $nowhere, ${__data.fields.service}"
    opened = page(links=[{"type": "link", "title": "", "url": "/d/x?var-a=$v"}], variables=[custom("v", "$x")])
    assert [link.to for link in links.of_head(opened)] == [Dashboard("x", {"a": ("$x",)})]


def test_steps_of_a_path() -> None:
    """Names by points, in quotes or by number."""
    assert keys('fields["a b"].text') == ["fields", "a b", "text"]
    assert keys("fields[0]") == ["fields", "0"]
    assert keys("labels['x.y']") == ["labels", "x.y"]


def test_no_place() -> None:
    """Outside of a row the text keeps what it cannot know."""
    names = Place(FRAME, FRAME.fields[-1]).names
    opened: Page = page()
    assert opened.scope(names)("__data") is names["__data"]
    assert names["__data"].value("fields.service") == "${__data.fields.service}"
    assert names["__series"].value("other") == "${__series.other}"
