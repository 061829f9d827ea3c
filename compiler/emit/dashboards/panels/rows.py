"""The folded rows of the service page; Grafana asks for them only when they are opened."""

from __future__ import annotations

from typing import Any

from compiler import names
from compiler.emit.dashboards import asks
from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import Panel, Query, Row, Source, fixed, graph, instant, named, ranged
from compiler.emit.dashboards.panels.pods import STACKED
from compiler.emit.dashboards.tables import BURN, column, merged, runbook
from compiler.emit.dashboards.view import View

BUDGET_PERIOD = "30d"


def budget(view: View, y: int) -> Row:
    """Burn rates, the budget over its window, and the events behind them."""
    scope = view.slo
    rates = (("total", "all"), ("errors", "bad"))
    counted = {word: scope.series(names.rate(which, scope.base)) for which, word in rates}
    events = [tagged(f"sum by ({scope.key}) ({series})", "events", word) for word, series in counted.items()]
    burns = graph(
        Panel(
            id=31,
            title="Burn rate by window",
            description="How many times faster than allowed the budget was spent. At 1 it lasts exactly its window.",
            place=(0, y + 1, 9, 8),
            queries=[ranged(view.metrics, asks.burn_by_window(scope), "{{window}}")],
            overrides=[named(str(scope.base), fixed("blue")), named("1h", fixed("purple"))],
        ),
        {
            "unit": BURN["unit"],
            "min": 0,
            "color": {"mode": "shades", "fixedColor": "green"},
            "noValue": "not measured in this range",
        },
    )
    left = graph(
        Panel(
            id=32,
            title="Budget left",
            description=f"The last {BUDGET_PERIOD}, whatever range is chosen above; by the traffic of a full window.",
            place=(9, y + 1, 9, 8),
            queries=[ranged(view.metrics, asks.remaining(scope), "budget left")],
            period=BUDGET_PERIOD,
        ),
        {"unit": "percentunit", "max": 1, "noValue": "no budget has been measured yet"},
    )
    behind = graph(
        Panel(
            id=33,
            title="Events behind the numbers",
            description="All events and the bad ones, per second, as the rules count them. Few make shares jump.",
            place=(0, y + 9, 24, 7),
            queries=[ranged(view.metrics, " or ".join(events), "{{events}}")],
            overrides=[named("all", fixed("blue")), named("bad", fixed("orange"))],
        ),
        {"unit": "cps", "min": 0, "noValue": "not measured in this range"},
    )
    return Row(id=30, title="Budget and burn rates", y=y, panels=(burns, left, _gone(view, y), behind))


def _gone(view: View, y: int) -> Panel:
    """When the budget is used up, if nothing changes."""
    lasts = view.slo.least(asks.gone_in(view.slo))
    asked = (tagged(f"({lasts})", "what", "in"), tagged(f"(1000 * (time() + ({lasts} > 0)))", "what", "at"))
    spent = {"mappings": [{"type": "value", "options": {"0": {"text": "spent", "color": "orange"}}}]}
    return Panel(
        id=34,
        type="stat",
        title="Budget gone",
        description="When the budget is used up at the pace of the last hour.",
        place=(18, y + 1, 6, 8),
        queries=[instant(view.metrics, " or ".join(asked), format="time_series", legendFormat="{{what}}")],
        options={
            "graphMode": "none",
            "colorMode": "value",
            "textMode": "value_and_name",
            "orientation": "horizontal",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        defaults={"unit": "s", "decimals": 1, "noValue": "it bears the pace of the last hour", **fixed("text")},
        overrides=[named("in", spent), named("at", {"unit": "time:MMM D HH:mm", "decimals": 0})],
    )


_HEATMAP: dict[str, Any] = {
    "calculate": False,
    "cellGap": 1,
    "color": {"mode": "scheme", "scheme": "Blues", "exponent": 0.5, "steps": 64, "reverse": False},
    "exemplars": {"color": "orange"},
    "filterValues": {"le": 1e-9},
    "legend": {"show": True},
    "rowsFrame": {"layout": "auto"},
    "showValue": "never",
    "tooltip": {"mode": "single", "yHistogram": True},
    "yAxis": {"axisPlacement": "left", "unit": "none"},
}


def latency(view: View, y: int) -> Row:
    """The histogram, from the raw buckets: recorded series carry no exemplars."""
    buckets = "sum by (le) (increase(${bucket:raw}[$__rate_interval]))"
    heatmap = Panel(
        id=41,
        type="heatmap",
        title="Latency, in ${bucket:text}",
        description="Requests by how long they took; each dot is an exemplar and leads to its trace.",
        place=(0, y + 1, 24, 9),
        queries=[ranged(view.metrics, buckets, "{{le}}", format="heatmap", exemplar=True)],
        options=_HEATMAP,
        defaults={"unit": "short", "noValue": "this SLO has no histogram, or it is empty in this range"},
    )
    return Row(id=40, title="Latency", y=y, panels=(heatmap,))


def one_trace(traces: Source, y: int) -> Row:
    """The trace that was chosen in the list of failed ones."""
    trace = Panel(
        id=61,
        type="traces",
        title="Trace ${trace}",
        description="Chosen by its ID in the table of failed traces, for those who may not open Explore.",
        place=(0, y + 1, 24, 12),
        queries=[Query(traces, {"refId": "A", "query": "${trace}"})],
    )
    return Row(id=60, title="One trace", y=y, panels=(trace,))


def alerts(view: View, runbooks: str, y: int) -> Row:
    """When alerts fired, and the runbooks."""
    fired = f"max by (alertname, slo_tier, state) ({view.slo.series('ALERTS', alertstate='firing')})"
    history = graph(
        Panel(
            id=71,
            title="Alerts of $slo",
            description="When each alert of this SLO was firing.",
            place=(0, y + 1, 14, 7),
            queries=[ranged(view.metrics, fired, "{{slo_tier}} {{state}} {{alertname}}")],
            overrides=[
                named("/^(page|nodata)/", fixed("red"), "byRegexp"),
                named("/^(ticket|budget)|missing|^nodata  /", fixed("orange"), "byRegexp"),
            ],
        ),
        {"unit": "none", "min": 0, "decimals": 0, "noValue": "no alert fired in this range", "custom": STACKED},
        "list",
    )
    return Row(
        id=70,
        title="Alert history and runbooks",
        y=y,
        panels=(history, _runbooks(view, runbooks, y)),
    )


def _runbooks(view: View, site: str, y: int) -> Panel:
    about = "slo, objective, window, runbook"
    return Panel(
        id=72,
        type="table",
        title="Runbooks of $service",
        description="The page of each SLO's burn alert: what it means, what to look at, what to do.",
        place=(14, y + 1, 10, 7),
        queries=[instant(view.metrics, f"max by ({about}) ({view.service.info})")],
        options={"showHeader": True, "cellHeight": "sm"},
        defaults={"unit": "none", "noValue": "none"},
        overrides=[
            column("slo", "SLO", 0),
            column("objective", "Objective", 100),
            column("window", "Window", 90),
            column("runbook", "Runbook", 0, runbook(site)),
        ],
        transformations=merged(about.split(", "), hidden=["Value"]),
    )
