"""Variables of a page: their options, which is chosen, and in which order they are resolved."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.grafana import options, variables
from tests.lab.grafana.options import Option
from tests.lab.grafana.sources import Source
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.unread import UnreadError
from tests.lab.grafana.variables import CircleError, Resolver, Variables
from tests.unit.grafana import SOURCES, answering, constant, custom, last, vector

DATA = {"type": "prometheus", "uid": "prometheus"}


def query(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "query", "name": name, "datasource": DATA, "query": {"query": text, "refId": "v"}, **more}


class Names:
    """A data source that answers from a table and keeps what it is asked."""

    def __init__(self, **found: list[str]) -> None:
        self.found = found
        self.asked: list[str] = []

    def __call__(self, source: Source, range_: TimeRange, text: str) -> list[str]:
        self.asked.append(text)
        return next((names for key, names in self.found.items() if key in text), [])


def resolved(*definitions: dict[str, Any], names: Names | None = None, **chosen: list[str]) -> Variables:
    return Resolver(SOURCES, last(), chosen, names or Names()).all(definitions)


@pytest.mark.parametrize(
    ("names", "regex", "sort", "expected"),
    [
        (["b", "a", "b"], "", 0, [("b", "b"), ("a", "a")]),
        (["val2", "val1", "x"], "/^val/", 1, [("val1", "val1"), ("val2", "val2")]),
        (["val"], "va", 0, []),
        (['m{job="a"} 1 2', 'm{job="b"} 1 2'], '/job="(.*?)"/', 2, [("b", "b"), ("a", "a")]),
        (["a-1,b-2"], r"/(\w)-\d/g", 0, [("a", "a"), ("b", "b")]),
        (["one=1"], "/(?<text>.+)=(?<value>.+)/", 0, [("1", "one")]),
        (["one="], "/(?<text>.+)=(?<value>.*)/", 0, [("one", "one")]),
        (["Item 10", "Item 2", "x"], "", 3, [("x", "x"), ("Item 2", "Item 2"), ("Item 10", "Item 10")]),
        (["b", "A", "c"], "", 5, [("A", "A"), ("b", "b"), ("c", "c")]),
        (["pod-10", "pod-9"], "", 7, [("pod-9", "pod-9"), ("pod-10", "pod-10")]),
        (["pod-10", "pod-9"], "", 8, [("pod-10", "pod-10"), ("pod-9", "pod-9")]),
    ],
)
def test_options(names: list[str], regex: str, sort: int, expected: list[tuple[str, str]]) -> None:
    """Names are cut by the regular expression, without doubles, in the order that is asked for."""
    assert [(o.value, o.text) for o in options.found(names, regex, sort)] == expected


def test_a_broken_regular_expression() -> None:
    """It is an error, as in Grafana."""
    with pytest.raises(ValueError, match="not a valid regular expression"):
        options.pattern("/a/q")


def test_listed_options() -> None:
    """Options of a custom variable: separated by commas, with a text before a colon between spaces."""
    assert options.listed("a, b b ,text : value,with\\, comma,x:y") == [
        Option("a", "a"),
        Option("b b", "b b"),
        Option("value", "text"),
        Option("with, comma", "with, comma"),
        Option("x:y", "x:y"),
    ]


def test_order_of_dependence() -> None:
    """A variable waits for those that its query, its data source or its regular expression refers to."""
    names = Names(first=["x"], second=["y"])
    found = resolved(
        query("third", "third($second)", regex="/${first:regex}/"),
        query("second", "second(${first})", datasource={"uid": "${source}"}),
        query("first", "first()"),
        {"type": "datasource", "name": "source", "query": "prometheus", "current": {}},
        names=names,
    )
    assert names.asked == ["first()", "second(x)", "third(y)"]
    assert [variable.name for variable in found] == ["third", "second", "first", "source"]
    with pytest.raises(CircleError, match="a, b"):
        resolved(query("a", "q($b)"), query("b", "q($a)"))


@pytest.mark.parametrize(
    ("current", "chosen", "expected"),
    [
        ({}, [], ("a", "a")),
        ({"value": "b", "text": "b"}, [], ("b", "b")),
        ({"value": "gone", "text": "gone"}, [], ("a", "a")),
        ({"value": "b", "text": "b"}, ["c"], ("c", "c")),
        ({}, ["gone"], ("gone", "gone")),
    ],
)
def test_which_is_chosen(current: dict[str, Any], chosen: list[str], expected: tuple[str, str]) -> None:
    """The address comes first, then what was saved if it is an option, else the first option."""
    address = {"v": chosen} if chosen else {}
    found = resolved(custom("v", "a,b,c", current=current), **address)["v"]
    assert (found.chosen, found.words) == expected


def test_an_address_names_a_value_or_its_text() -> None:
    """Of an option with a text of its own, either may stand in an address."""
    for word in ("1", "one"):
        found = resolved(custom("v", "zero : 0,one : 1"), v=[word])["v"]
        assert (found.chosen, found.words) == ("1", "one")


def test_variables_that_no_address_carries() -> None:
    """``skipUrlSync`` keeps an address from choosing, and the variable out of addresses."""
    found = resolved(custom("v", "a,b", skipUrlSync=True), v=["b"])["v"]
    assert (found.chosen, found.query()) == ("a", "")


@pytest.mark.parametrize(
    ("chosen", "value"),
    [
        (["All"], ["$__all"]),
        (["$__all"], ["$__all"]),
        (["a", "$__all"], ["$__all"]),
        (["$__all", "a"], ["a"]),
        (["a", "b"], ["a", "b"]),
        (["a", "gone"], ["a", "gone"]),
    ],
)
def test_several_and_all(chosen: list[str], value: list[str]) -> None:
    """Several values of an address stay; *All* replaces others, or gives way to those after it."""
    assert resolved(custom("v", "a,b", multi=True, includeAll=True), v=chosen)["v"].chosen == value


def test_several_that_were_saved() -> None:
    """Of several saved values those stay that are options."""
    saved = {"current": {"value": ["a", "gone"], "text": ["a", "gone"]}}
    assert resolved(custom("v", "a,b", multi=True, **saved))["v"].chosen == ["a"]


def test_all_by_its_own_text() -> None:
    """An address that holds the text for *All* means *All*."""
    found = resolved(custom("v", "a,b", includeAll=True, allValue=".*"), v=[".*"])["v"]
    assert (found.all, found.words) == (True, "All")


def test_no_options() -> None:
    """Without options a variable is *All* where it may be, else empty."""
    found = resolved(query("one", "q"), query("many", "q", multi=True), query("all", "q", includeAll=True))
    assert [variable.chosen for variable in found] == ["", [], "$__all"]


def test_free_text() -> None:
    """A text box has what the address says, else what was saved, else its default; a constant never changes."""
    box = {"type": "textbox", "name": "v", "query": "default"}
    assert resolved(box)["v"].chosen == "default"
    assert resolved(box | {"current": {"value": "saved"}})["v"].chosen == "saved"
    assert resolved(box, v=["asked"])["v"].chosen == "asked"
    assert resolved(constant("v", "fixed"), v=["asked"])["v"].chosen == "fixed"


def test_intervals() -> None:
    """An interval is the first, the saved or the asked one; ``auto`` is the range by a count."""
    interval = {"type": "interval", "name": "v", "query": "1m,10m,'1 h'"}
    assert resolved(interval)["v"].chosen == "1m"
    assert resolved(interval, v=["10m"])["v"].chosen == "10m"
    auto = interval | {"current": {"value": "$__auto_interval_v"}, "auto": True, "auto_count": 30, "auto_min": "10s"}
    assert resolved(auto)["v"].chosen == "5m"


def test_data_sources() -> None:
    """Options are the data sources of a type whose names fit; the value is the uid."""
    definition = {"type": "datasource", "name": "v", "query": "loki", "regex": "/^L/"}
    assert (resolved(definition)["v"].chosen, resolved(definition)["v"].words) == ("loki", "Loki")
    assert resolved(definition | {"regex": "/^x/"})["v"].chosen == ""


def test_unknown_kinds() -> None:
    """A kind that is not read is named."""
    with pytest.raises(UnreadError, match="type adhoc"):
        resolved({"type": "adhoc", "name": "v"})


def test_escapes_and_ranges_in_a_query() -> None:
    """A query of a variable is PromQL: many become a regular expression, and it knows the page's range."""
    names = Names()
    resolved(
        custom("many", "a.b,c", multi=True, current={"value": ["a.b", "c"]}),
        query("v", 'label_values(m{x=~"$many"}[$__range:$__interval], l)'),
        names=names,
    )
    assert names.asked == ['label_values(m{x=~"(a\\\\.b|c)"}[10800s:30s], l)']


@pytest.mark.parametrize(
    ("text", "path", "parameters", "expected"),
    [
        ("label_values(slo:info, service)", "label/service/values", {"match[]": "slo:info"}, ["a", "b"]),
        ("label_values(service)", "label/service/values", {}, ["a", "b"]),
        ("label_values({}, service)", "label/service/values", {}, ["a", "b"]),
        ("metrics(slo:.*)", "label/__name__/values", {"match[]": '{__name__=~"slo:.*"}'}, ["slo:a", "slo:b"]),
        ("label_names()", "labels", {}, ["job"]),
        ("label_names(up)", "labels", {"match[]": '{__name__=~".*up.*"}'}, ["job"]),
        ("up{job='a'}", "series", {"match[]": "up{job='a'}"}, ['up{job="a"}']),
        ("query_result(up)", "query", {"query": "up"}, ['up{job="a"} 1.5 1700000000000', "{} 2 1700000000000"]),
    ],
)
def test_queries(text: str, path: str, parameters: dict[str, str], expected: list[str]) -> None:
    """Each query asks Prometheus' API as its data source does."""
    answers = {
        "/api/v1/label/service/values": {"data": ["a", "b"]},
        "/api/v1/label/__name__/values": {"data": ["slo:a", "slo:b"]},
        "/api/v1/labels": {"data": ["__name__", "job"]},
        "/api/v1/series": {"data": [{"__name__": "up", "job": "a"}]},
        "/api/v1/query": vector(({"__name__": "up", "job": "a"}, 1.5), ({}, 2)),
    }
    ends = {"start": "1699989200", "end": "1700000000"}
    with answering(answers) as server:
        assert variables.asked(server.sources().get("prometheus"), last(), text) == expected
    ((_, asked, got),) = server.asked
    assert asked == f"/api/v1/{path}"
    assert got == parameters | ({"time": "1700000000"} if path == "query" else ends)


def test_a_server_that_fails() -> None:
    """A variable keeps what it had, and what the server said; the others are resolved."""
    with answering({"/api/v1/query": (422, '{"status":"error","error":"bad PromQL"}')}) as server:
        found = Resolver(server.sources(), last(), {}).all([query("v", "query_result(x)"), custom("w", "a")])
    assert (found.errors, found["w"].chosen) == ({"v": "422: bad PromQL"}, "a")
    unknown = resolved(query("v", "x", datasource={"uid": "tempo"}))
    assert "no data source 'tempo'" in unknown.errors["v"]
