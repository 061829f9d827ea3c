"""The rules that dashboards are held to: those of the public dashboard linter, and what makes them readable.

A rule takes a page as Grafana reads it and says what is wrong with it. Not held, and why:

- **job and instance**, as variables and as conditions of every query: they are for pages about the targets of one
  exporter. These pages ask recorded series, which have no such labels, by ``service`` and ``slo``; a job stands in
  the selectors that ``slo:info`` hands to a page.
- **Variables that reload with the time range**: what ``slo:info`` says is the same at every time, and each reload
  would cost a query of the page's 25. Those whose query holds the range do reload.
- **``$__rate_interval`` in an answer of one moment**: a table or a cause says what was counted within a fixed time,
  as its heading or the alert has it. A graph is held to the rule.

The linter itself, run on these pages, objects to three things more that it cannot know: a unit of a page's own, a
query of Jaeger's, which it reads as PromQL, and variables that hold part of a query, for which it puts their names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import promql_parser
from grafana_foundation_sdk.models import units

from compiler import promql
from tests.unit import logql_grammar
from tests.unit.dashboards import FACTS, panels, resolved

Board = Mapping[str, Any]
Rule = Callable[[Board], Iterator[str]]
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
MAGIC = 7919
"""Milliseconds that nobody writes: where they stand in a query, ``$__rate_interval`` stood."""
UNITS = frozenset(value for name, value in vars(units).items() if not name.startswith("_") and isinstance(value, str))
OWN_UNITS = ("suffix:", "prefix:", "time:", "count:", "currency:", "si:", "bool:")
"""Units that a page may make up, as Grafana's formats have them."""
GRAPHS = (
    "timeseries", "heatmap", "stat", "bargauge", "gauge", "state-timeline", "status-history", "barchart", "histogram",
)  # fmt: skip
"""Types of panels that draw numbers."""
ICONS = ("external link", "dashboard", "question", "info", "bolt", "doc", "cloud")
"""Those that Grafana has for links in a dashboard's head."""
WORDS = 15
"""So many letters fit into the cell of a number."""
COUNTING = ("rate", "irate", "increase")
PRESENCE = ("count", "group", "absent")
"""What asks whether there are series, and not for their values."""


def targets(board: Board, source: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each query of a data source's type, with its panel."""
    for panel in panels(board):
        for target in panel.get("targets", []):
            if target["datasource"]["type"] == source:
                yield panel, target


def filled(board: Board, text: str) -> str:
    """A query with variables resolved; one that the tests know no value of stands for a word."""
    words = {variable["name"]: ("value", "value") for variable in board["templating"]["list"]}
    times = {"__rate_interval": f"{MAGIC}ms", "__range": "10800s", "__interval": "60s", "__auto": "60s"}
    return resolved(text, {**words, **FACTS, **{name: (value, value) for name, value in times.items()}})


def expressions(board: Board) -> Iterator[tuple[str, str]]:
    """Every PromQL expression of a page with where it stands: panels, annotations, variables."""
    for panel, target in targets(board, "prometheus"):
        yield f"panel {panel['id']} {target['refId']}", target["expr"]
    for annotation in board["annotations"]["list"]:
        if annotation["datasource"]["type"] == "prometheus":
            yield f"annotation {annotation['name']}", annotation["expr"]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            found = re.fullmatch(r"query_result\((.*)\)|label_values\((?:(.*), )?\w+\)", variable["query"]["query"])
            yield f"variable {variable['name']}", (found[1] or found[2] or "up") if found else "no query of variables"


def nodes(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Each part of an expression with those that it stands in, the outermost first."""
    yield tree, above
    below = [getattr(tree, name, None) for name in ("lhs", "rhs", "param", "expr", "vector_selector")]
    for child in (*below, *(getattr(tree, "args", None) or ())):
        if isinstance(child, promql_parser.Expr):
            yield from nodes(child, (*above, tree))


def parsed(board: Board, text: str) -> Any:
    """The syntax tree of an expression, variables resolved; nothing where it is none, which another rule says."""
    try:
        return promql.parse(filled(board, text))
    except promql.PromqlError:
        return None


def titles_and_descriptions(board: Board) -> Iterator[str]:
    """panel-title-description-rule, for every type of panel."""
    for panel in panels(board):
        if not panel.get("title") or not panel.get("description"):
            yield f"panel {panel['id']} has no title, or no description"


def queries(board: Board) -> Iterator[str]:
    """panel-no-targets-rule, for every panel but a text; and no query that asks nothing."""
    for panel in panels(board):
        asked = [t.get("expr") or t.get("query") or t.get("queryType") for t in panel.get("targets", [])]
        if panel["type"] != "text" and (not asked or not all(asked)):
            yield f"panel {panel['id']} has no query, or one that is empty"


def known_units(board: Board) -> Iterator[str]:
    """panel-units-rule: a panel that draws numbers has a unit that Grafana knows, or words in its place."""
    for panel in panels(board):
        settings = [panel["fieldConfig"]["defaults"]]
        for override in panel["fieldConfig"]["overrides"]:
            settings.append({found["id"]: found["value"] for found in override["properties"]})
        said = [found["unit"] for found in settings if found.get("unit")]
        yield from (f"panel {panel['id']}: no unit is called {unit!r}" for unit in said if not _is_unit(unit))
        if panel["type"] in GRAPHS and not said and not any(found.get("mappings") for found in settings):
            yield f"panel {panel['id']} has no unit"


def _is_unit(unit: str) -> bool:
    return unit in UNITS or unit.startswith(OWN_UNITS)


def units_of_columns(board: Board) -> Iterator[str]:
    """panel-units-rule, for tables: each column of numbers that is shown has a unit, or words in its place."""
    for panel in (panel for panel in panels(board) if panel["type"] == "table"):
        asked = [t for t in panel["targets"] if t["datasource"]["type"] == "prometheus"]
        numbers = ["Value"] if len(asked) == 1 else [f"Value #{target['refId']}" for target in asked]
        for name in (name for name in numbers if not _hidden(panel, name)):
            found = {k for o in panel["fieldConfig"]["overrides"] if _meant(o, name) for k in o["properties_by_id"]}
            if not {"unit", "mappings"} & found and "unit" not in panel["fieldConfig"]["defaults"]:
                yield f"panel {panel['id']}: the column {name} has no unit"


def _hidden(panel: Mapping[str, Any], name: str) -> bool:
    return any(name in step["options"].get("excludeByName", {}) for step in panel.get("transformations", []))


def _meant(override: dict[str, Any], name: str) -> bool:
    override["properties_by_id"] = [found["id"] for found in override["properties"]]
    return bool(override["matcher"]["id"] == "byName" and override["matcher"]["options"] == name)


def valid_promql(board: Board) -> Iterator[str]:
    """target-promql-rule, template-label-promql-rule: variables resolved, Prometheus takes every expression."""
    for place, expr in expressions(board):
        try:
            promql.parse(filled(board, expr))
        except promql.PromqlError as error:
            yield f"{place}: {error}"


def valid_logql(board: Board) -> Iterator[str]:
    """target-logql-rule: Loki takes every query; a panel of log lines asks for lines, any other for numbers."""
    for panel, target in targets(board, "loki"):
        try:
            kind = logql_grammar.parse(filled(board, target["expr"]))
        except ValueError as error:
            yield f"panel {panel['id']} {target['refId']}: {error}"
        else:
            if kind != ("lines" if panel["type"] in ("logs", "table") else "numbers"):
                yield f"panel {panel['id']} {target['refId']} asks for {kind}"


def ranges_of_logs(board: Board) -> Iterator[str]:
    """target-logql-auto-rule: lines are counted within ``$__auto``; at one moment, within the chosen range."""
    for panel, target in targets(board, "loki"):
        for found in re.findall(r"\[([^\[\]]*)\]", _STRING.sub('""', target["expr"])):
            if found != ("$__range" if target.get("queryType") == "instant" else "$__auto"):
                yield f"panel {panel['id']} {target['refId']} counts within {found}"


def rate_intervals(board: Board) -> Iterator[str]:
    """target-rate-interval-rule: a graph's rate of raw counters is taken over ``$__rate_interval``."""
    for panel, target in targets(board, "prometheus"):
        for node, above in nodes(parsed(board, target["expr"])) if target.get("range") else ():
            if isinstance(node, promql_parser.MatrixSelector) and ":" not in (node.vector_selector.name or ""):
                over = getattr(above[-1], "func", None) if above else None
                if over and over.name in ("rate", "irate") and node.range.total_seconds() * 1000 != MAGIC:
                    yield f"panel {panel['id']} {target['refId']}: the rate of {node.vector_selector.name}"


def counters(board: Board) -> Iterator[str]:
    """target-counter-agg-rule: what ends in ``_total`` is read by rate or increase, or its series are counted."""
    for place, expr in expressions(board):
        for node, above in nodes(parsed(board, expr)):
            if isinstance(node, promql_parser.VectorSelector) and (node.name or "").endswith("_total"):
                inner, outer = [None, None, *above][-1], [None, None, *above][-2]
                is_increase = isinstance(inner, promql_parser.MatrixSelector) and _name(outer) in COUNTING
                if not is_increase and _name(inner) not in PRESENCE:
                    yield f"{place}: {node.name} is a counter"


def _name(node: Any) -> str:
    """The name of a function or an aggregation; empty of anything else."""
    return node.func.name if hasattr(node, "func") else str(getattr(node, "op", ""))


def legends(board: Board) -> Iterator[str]:
    """A line of a graph is told by a legend, whose labels are among those that its expression speaks of."""
    for panel, target in targets(board, "prometheus"):
        if target.get("format") == "table" or panel["type"] == "table":
            continue
        if not target.get("legendFormat"):
            yield f"panel {panel['id']} {target['refId']} has no legend"
        spoken = set(re.findall(r"\w+", filled(board, target["expr"])))
        for label in re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", "")):
            if label not in spoken:
                yield f"panel {panel['id']} {target['refId']}: no label {label} is asked for"


def reloads(board: Board) -> Iterator[str]:
    """template-on-time-change-reload-rule, where a variable's query holds the range; others load with the page."""
    for variable in (found for found in board["templating"]["list"] if found["type"] == "query"):
        moves = re.search(r"\$(__range|__from|__to)|\$\{(__from|__to)", json.dumps(variable["query"]))
        if variable["refresh"] not in ((2,) if moves else (1, 2)):
            yield f"variable {variable['name']} does not load when it should"


def uneditable(board: Board) -> Iterator[str]:
    """uneditable-dashboard: what is changed by hand is lost at the next build."""
    if board["editable"] is not False:
        yield "the page may be edited"


def icons(board: Board) -> Iterator[str]:
    """A link in the head has one of the icons that Grafana draws; of another name it draws none."""
    for link in board["links"]:
        if link["icon"] not in ICONS:
            yield f"the link {link['title']} has an icon that is not drawn: {link['icon']}"


def scales(board: Board) -> Iterator[str]:
    """No logarithmic axis that begins at 0: the labels of its last steps lie on each other, some below 0."""
    for panel, settings in _settings(board):
        custom = settings.get("custom", {}) | {k.removeprefix("custom."): v for k, v in settings.items()}
        kind = custom.get("scaleDistribution", {}).get("type", "linear")
        if kind != "linear" and panel["fieldConfig"]["defaults"].get("min") == 0:
            yield f"panel {panel['id']}: a {kind} axis from 0"


def digits(board: Board) -> Iterator[str]:
    """Shares in a column of a table have as many decimals each: of 3.12% and 0.0400% the longer looks the greater."""
    for panel, settings in _settings(board):
        if panel["type"] == "table" and settings.get("unit") == "percentunit" and "decimals" not in settings:
            yield f"panel {panel['id']}: a column of shares without fixed decimals"


def cells(board: Board) -> Iterator[str]:
    """The words of an empty table are too long for a cell: a column of numbers has words of its own."""
    for panel, settings in _settings(board):
        said = settings.get("noValue", panel["fieldConfig"]["defaults"].get("noValue", ""))
        if panel["type"] == "table" and settings.get("unit") in ("percentunit", "suffix:x") and len(said) > WORDS:
            yield f"panel {panel['id']}: {settings['unit']} without words that fit into a cell"


def _settings(board: Board) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The settings of all fields of a panel, and those of each override, with the panel."""
    for panel in panels(board):
        yield panel, panel["fieldConfig"]["defaults"]
        for override in panel["fieldConfig"]["overrides"]:
            yield panel, {found["id"]: found["value"] for found in override["properties"]}


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        titles_and_descriptions, queries, known_units, units_of_columns, valid_promql, valid_logql, ranges_of_logs,
        rate_intervals, counters, legends, reloads, uneditable, icons,
        scales, digits, cells,
    )
}  # fmt: skip
