"""Every dashboard holds the linter's rules and our own, and each rule finds what it is there for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from compiler import names
from tests.unit.dashboard_rules import RULES
from tests.unit.dashboards import STACKS, page, pages, panels

Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("rule", RULES)
def test_every_page_holds(rule: str, stack: str) -> None:
    """No page of any stack has anything to say against, whichever pages there are."""
    found = [f"{board['uid']}: {problem}" for board in pages(stack) for problem in RULES[rule](board)]
    assert found == []


def first(board: dict[str, Any], kind: str, source: str = "prometheus") -> dict[str, Any]:
    """The first panel of a type that asks a type of data source."""
    return next(
        panel
        for panel in panels(board)
        if panel["type"] == kind and any(t["datasource"]["type"] == source for t in panel.get("targets", []))
    )


def graph(**target: str) -> Change:
    """A change of the first graph's query."""
    return lambda board: first(board, "timeseries")["targets"][0].update(target)


def table(**target: str) -> Change:
    """A change of the first table's query."""
    return lambda board: first(board, "table")["targets"][0].update(target)


def lines(**target: str) -> Change:
    """A change of the query for lines."""
    return lambda board: first(board, "logs", "loki")["targets"][0].update(target)


def drawn(**settings: Any) -> Change:
    """A change of what the first graph draws: all of its settings."""
    return lambda board: first(board, "timeseries").update(fieldConfig={"defaults": settings, "overrides": []})


def column(**settings: Any) -> Change:
    """A change of the first table: one column with these settings more, and long words where the table is empty."""

    def change(board: dict[str, Any]) -> None:
        config = first(board, "table")["fieldConfig"]
        config["defaults"]["noValue"] = "no SLO of this service is recorded"
        properties = [{"id": name, "value": value} for name, value in settings.items()]
        config["overrides"].append({"matcher": {"id": "byName", "options": "x"}, "properties": properties})

    return change


def without_units(board: dict[str, Any]) -> None:
    """The first table with one column of numbers, as plain as it comes."""
    shown = first(board, "table")
    plain = {"fieldConfig": {"defaults": {}, "overrides": []}, "transformations": [], "targets": shown["targets"][:1]}
    shown.update(plain)


def variable(**settings: Any) -> Change:
    """A change of the first variable that asks Prometheus."""
    return lambda board: next(v for v in board["templating"]["list"] if v["type"] == "query").update(settings)


def asking(query: str, **settings: Any) -> Change:
    """A change of what that variable asks."""
    return variable(query={"query": query, "refId": "x"}, **settings)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("titles_and_descriptions", lambda board: first(board, "timeseries").update(title="")),
        ("titles_and_descriptions", lambda board: first(board, "table").pop("description")),
        ("queries", lambda board: first(board, "timeseries").update(targets=[])),
        ("queries", graph(expr="")),
        ("known_units", drawn()),
        ("known_units", drawn(unit="percentage")),
        ("units_of_columns", without_units),
        ("valid_promql", graph(expr="sum(up")),
        ("valid_promql", graph(expr="rate(up{job=~'$unheard_of'})")),
        ("valid_promql", lambda board: board["annotations"]["list"][0].update(expr="up == ")),
        ("valid_promql", asking("label_values(up{, service)")),
        ("valid_promql", asking("values_of_labels(up, service)")),
        ("valid_logql", lines(expr='{app="checkout"} | json | level=error')),
        ("valid_logql", lines(expr="${logs:raw} | ${logs:text}")),
        ("valid_logql", lines(expr="rate(${logs:raw} [$__auto])")),
        ("ranges_of_logs", lines(expr='count_over_time({app="checkout"} |~ "[5m]" [5m])')),
        ("ranges_of_logs", lines(expr='count_over_time({app="checkout"} [$__auto])', queryType="instant")),
        ("rate_intervals", graph(expr='sum(rate(http_requests_total{service="$service"}[5m]))')),
        ("rate_intervals", graph(expr="sum(irate(http_requests_total[$__range]))")),
        ("counters", graph(expr="sum by (service) (http_requests_total)")),
        ("counters", graph(expr="deriv(http_requests_total[5m])")),
        ("counters", table(expr="max(http_requests_total) - count(http_requests_total)")),
        ("legends", graph(legendFormat="")),
        ("legends", graph(expr="sum by (service) (up)", legendFormat="{{pod}}")),
        ("reloads", variable(refresh=0)),
        ("reloads", asking("label_values(up offset $__range, service)", refresh=1)),
        ("uneditable", lambda board: board.update(editable=True)),
        ("icons", lambda board: board["links"][0].update(icon="bell")),
        ("scales", drawn(min=0, custom={"scaleDistribution": {"type": "symlog", "log": 10}})),
        ("digits", column(unit="percentunit", noValue="none")),
        ("cells", column(unit="percentunit", decimals=2)),
    ],
)
def test_a_rule_finds_what_is_wrong(rule: str, change: Change) -> None:
    """One thing changed on the page of a service is found by the rule about it, and by that place alone."""
    board = page(names.SERVICE_UID)
    change(board)
    assert len(list(RULES[rule](board))) == 1


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("rate_intervals", graph(expr="sum(rate(http_requests_total[$__rate_interval]))")),
        ("rate_intervals", graph(expr="sum(rate(slo:total:rate5m[5m]))")),
        ("counters", graph(expr="sum(increase(http_requests_total[1h])) / count(http_requests_total)")),
        ("ranges_of_logs", lines(expr='count_over_time({app="checkout"} |~ "[a-z]" [$__auto])')),
        ("known_units", drawn(mappings=[{"type": "value", "options": {"0": {"text": "ok"}}}])),
        ("known_units", drawn(unit="suffix: pods")),
        ("scales", drawn(custom={"scaleDistribution": {"type": "log", "log": 10}})),
        ("digits", column(unit="percentunit", decimals=2, noValue="not measured")),
        ("cells", column(unit="percentunit", decimals=2, noValue="not measured")),
    ],
)
def test_a_rule_lets_pass_what_is_right(rule: str, change: Change) -> None:
    """What the rule asks for, in the place where it looks."""
    board = page(names.SERVICE_UID)
    change(board)
    assert list(RULES[rule](board)) == []
