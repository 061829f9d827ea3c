"""Data sources are chosen by variables: template-datasource-rule and panel-datasource-rule of the public linter.

A page that names a data source itself shows nothing in a Grafana that calls it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from tests.unit.dashboards import STACKS, pages

Board = Mapping[str, Any]


def chosen(board: Board) -> dict[str, str]:
    """The variables that choose a data source, and its type."""
    return {found["name"]: found["query"] for found in board["templating"]["list"] if found["type"] == "datasource"}


def named(board: Board) -> Iterator[str]:
    """Variables are called after the type of what they choose; one that is alone may go without it."""
    found = [variable for variable in board["templating"]["list"] if variable["type"] == "datasource"]
    if not found:
        yield "no variable chooses a data source"
    for variable in found:
        kind = variable["query"]
        names, labels = [f"{kind}_datasource"], [f"{kind.title()} data source"]
        names, labels = ([*names, "datasource"], [*labels, "Data source"]) if len(found) == 1 else (names, labels)
        if variable["name"] not in names:
            yield f"the variable {variable['name']} is to be called {' or '.join(names)}"
        if variable["label"] not in labels:
            yield f"the label of {variable['name']} is to be {' or '.join(labels)}"


def references(value: Any) -> Iterator[tuple[str, str]]:
    """The type and the uid of every data source that a page names, links to Explore included."""
    if isinstance(value, dict):
        source = value.get("datasource")
        if isinstance(source, dict):
            yield source["type"], source["uid"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, str) and value.startswith("/explore?"):
        yield from re.findall(r'"datasource":\{"type":"(\w+)","uid":"([^"]+)"\}', unquote(value))


def by_variable(board: Board) -> Iterator[str]:
    """Every data source of a panel, a query, a variable, an annotation or a link is a variable of that type."""
    known = chosen(board)
    for kind, uid in sorted(set(references(board))):
        found = re.fullmatch(r"\$\{(\w+)\}", uid)
        if not found or known.get(found[1]) != kind:
            yield f"a data source of the type {kind} is named {uid}"


@pytest.mark.parametrize("stack", STACKS)
def test_variables_are_named_as_the_linter_has_it(stack: str) -> None:
    """Name and label say what is chosen, and the same name carries the choice from page to page."""
    assert [f"{board['uid']}: {problem}" for board in pages(stack) for problem in named(board)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_no_page_names_a_data_source_itself(stack: str) -> None:
    """Each is one that a variable of the page chooses, and of the type that is asked."""
    assert [f"{board['uid']}: {problem}" for board in pages(stack) for problem in by_variable(board)] == []


PROMETHEUS = {"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus"}
LOKI = {"type": "datasource", "name": "loki_datasource", "label": "Loki data source", "query": "loki"}
WHOLE = PROMETHEUS | {"name": "prometheus_datasource", "label": "Prometheus data source"}


@pytest.mark.parametrize(
    ("variables", "wrong"),
    [
        ([PROMETHEUS], 0),
        ([WHOLE, LOKI], 0),
        ([], 1),
        ([PROMETHEUS, LOKI], 2),
        ([WHOLE | {"name": "metrics"}], 1),
        ([WHOLE, LOKI | {"label": "Logs"}], 1),
    ],
)
def test_names(variables: list[dict[str, str]], wrong: int) -> None:
    """Alone it may be short; beside another it says its type, in name and label."""
    assert len(list(named({"templating": {"list": variables}}))) == wrong


@pytest.mark.parametrize(
    ("uid", "wrong"),
    [("${datasource}", 0), ("prometheus", 1), ("${loki_datasource}", 1), ("${elsewhere}", 1), ("", 1)],
)
def test_references(uid: str, wrong: int) -> None:
    """A uid, a variable that is not declared, and one that chooses another type are found wherever they stand."""
    source = {"type": "prometheus", "uid": uid}
    link = f"/explore?panes=%7B%22datasource%22%3A%7B%22type%22%3A%22prometheus%22%2C%22uid%22%3A%22{uid}%22%7D%7D"
    places: list[dict[str, Any]] = [
        {"panels": [{"targets": [{"datasource": source}]}]},
        {"annotations": {"list": [{"datasource": source}]}},
        {"panels": [{"links": [{"url": link}]}] if uid else [{"datasource": source}]},
    ]
    for place in places:
        board = {"templating": {"list": [PROMETHEUS, LOKI]}, **place}
        assert len(list(by_variable(board))) == wrong
