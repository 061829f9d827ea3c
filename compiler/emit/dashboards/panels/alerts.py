"""When alerts fired, and what to do about them."""

from __future__ import annotations

from typing import Any

from compiler import names
from compiler.emit.dashboards.grafana import Panel, Row, instant, named, ranged
from compiler.emit.dashboards.tables import column, merged, runbook
from compiler.emit.dashboards.view import View


def alerts(view: View, runbooks: str, y: int) -> Row:
    """When alerts fired, and the runbooks."""
    history = _history(view, (0, y + 1, 14, 7))
    return Row(
        id=70,
        title="Alert history and runbooks",
        y=y,
        panels=(history, _runbooks(view, runbooks, y)),
    )


def _history(view: View, place: tuple[int, int, int, int]) -> Panel:
    """One line an alert, coloured while it fires."""
    fired = f"max by (alertname, slo_tier, state) ({view.slo.series('ALERTS', alertstate='firing')})"
    kind = rf'label_replace({fired}, "kind", "$1$2", "alertname", ".*?({"|".join(names.ALERT_KINDS)})|(.+)")'
    return Panel(
        id=71,
        type="state-timeline",
        title="Alerts of $slo",
        description="When each alert of this SLO was firing, a line an alert; red is what pages.",
        place=place,
        queries=[ranged(view.metrics, kind, "{{slo_tier}} {{state}} {{kind}}")],
        options={
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False, "calcs": []},
            "mergeValues": True,
            "rowHeight": 0.7,
            "showValue": "auto",
        },
        defaults={
            "unit": "none",
            "noValue": "no alert fired in this range",
            "custom": {"fillOpacity": 80, "lineWidth": 0},
        },
        overrides=[
            named("/^(page|nodata)/", _fires("red"), "byRegexp"),
            named("/^(ticket|budget)|missing|^nodata  /", _fires("orange"), "byRegexp"),
        ],
    )


def _fires(colour: str) -> dict[str, Any]:
    """The one value that an alert has while it fires."""
    return {"mappings": [{"type": "value", "options": {"1": {"text": "fires", "color": colour}}}]}


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
