"""The overview: every SLO in one table, the worst first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler import names
from compiler.emit.dashboards import asks, links, sources
from compiler.emit.dashboards.asks import Scope
from compiler.emit.dashboards.grafana import WORST, Page, Panel, Source, instant, named, ranged, steps
from compiler.emit.dashboards.pages.shared import others
from compiler.emit.dashboards.sources import METRICS, variable_of
from compiler.emit.dashboards.tables import BURN, LEFT, SHARE, column, merged, state
from compiler.emit.dashboards.variables import chosen, every
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog

PERIOD = "7d"
CANDIDATES = 5 * WORST
"""SLOs that may be among the worst at the last point of the graph, which is earlier than the end of the range."""


def overview(catalog: Catalog) -> Page:
    """All SLOs of this Prometheus, filtered by team, tier and catalogue."""
    shown = _Shown.of(catalog)
    filters = [
        chosen(label, label.title(), f"label_values({names.INFO}, {label})", shown.source, many=True)
        for label in shown.filters
    ]
    return Page(
        uid=names.OVERVIEW_UID,
        title="SLO overview",
        description="Every SLO, the worst first; a row leads to its service.",
        since="now-6h",
        variables=[*filters, _candidates(shown), sources.metrics(catalog)],
        links=list(others(View.of(catalog), names.OVERVIEW_UID)),
        panels=(_counts(shown), _about(), _table(shown), _budgets(shown)),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is asked, of whom, and which filters hold it."""

    scope: Scope
    source: Source
    filters: tuple[str, ...]
    told: tuple[str, ...]
    """Labels that say whose it is and how much it matters."""

    @classmethod
    def of(cls, catalog: Catalog) -> _Shown:
        # A label of the services' own, which dashboards know by this name alone.
        tiered = any("tier" in service.labels for service in catalog.services)
        told = ("team", "tier") if tiered else ("team",)
        cluster = ("cluster",) if catalog.stack.is_global else ()
        return cls(Scope.of(catalog), METRICS, (*cluster, *told, "catalog"), told)

    @property
    def info(self) -> str:
        return self.scope.within(**{label: f"~${label}" for label in self.filters}).info

    @property
    def to_service(self) -> str:
        """From a row to its service."""
        return links.of_row(names.SERVICE_UID, self.scope.key.split(", "), [variable_of(self.source)])

    def held(self, expr: str) -> str:
        """An expression of all SLOs, held to those that the filters leave."""
        return f"({expr}) and on ({self.scope.key}) {self.info}"


def _candidates(shown: _Shown) -> dict[str, Any]:
    """``$worst``: services of the SLOs with least budget, so that a week is read of these and not of all."""
    least = shown.held(asks.remaining(shown.scope))
    return every("worst", f"bottomk({CANDIDATES}, {least})", shown.source, r'/service="([^"]*)"/')


def _counts(shown: _Shown) -> Panel:
    scope = shown.scope
    counted = (
        ("pages firing", scope.each(asks.pages(scope)), "red"),
        ("tickets firing", scope.each(asks.tickets(scope)), "orange"),
        ("not measured", asks.unmeasured(scope), "purple"),
        ("SLOs", scope.each(scope.info), "text"),
    )
    tallies = (asks.tagged(f"(count({shown.held(expr)}) or vector(0))", "what", name) for name, expr, _ in counted)
    return Panel(
        id=1,
        type="stat",
        title="SLOs now",
        description="SLOs of which a page or a ticket fires, or no events come; and all that the filters leave.",
        place=(0, 0, 12, 4),
        queries=[instant(shown.source, " or ".join(tallies), format="time_series", legendFormat="{{what}}")],
        options={
            "graphMode": "none",
            "colorMode": "value",
            "textMode": "value_and_name",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        defaults={"unit": "none", "noValue": "0"},
        overrides=[named(name, {"thresholds": steps(("text", None), (colour, 1))}) for name, _, colour in counted],
    )


def _about() -> Panel:
    text = (
        "Recorded by the rules of each service. To change an SLO, change its file in `slo/`, run `slo build`, commit;"
        " change nothing here. **not measured** is not 100%: no events come, or the indicator is blind. "
        "**no traffic**: nothing was asked, so nothing failed."
    )
    return Panel(
        id=2,
        type="text",
        title="Where the numbers come from",
        description="How to read this page, and how to change what it shows.",
        place=(12, 0, 12, 4),
        options={"mode": "markdown", "content": text},
    )


def _table(shown: _Shown) -> Panel:
    scope = shown.scope
    about = (*scope.key.split(", "), *shown.told, "objective", "window")
    asked = (
        f'label_join(max by ({", ".join(about)}) ({shown.info}), "objective", " in ", "objective", "window")',
        shown.held(asks.state(scope)),
        shown.held(asks.measured(asks.failing_now(scope), scope)),
        shown.held(f"{asks.burn(scope)} unless on ({scope.key}) {asks.blind(scope)}"),
        shown.held(asks.measured(asks.remaining(scope), scope)),
        shown.held(f"{asks.attained(scope)} unless on ({scope.key}) {asks.blind(scope)}"),
        shown.held(asks.open_alerts(scope)),
    )
    values = [f"Value #{ref}" for ref in "CEFHG"]
    order = ("Value #B", *scope.key.split(", "), *values, "objective", *shown.told)
    return Panel(
        id=3,
        type="table",
        title="SLOs, the worst first",
        description=(
            "Sorted by what fires, then by the burn of the last hour. A burn of 1 spends the budget exactly within "
            "the window. Attained: the share of good events within the window, of the worst group."
        ),
        place=(0, 4, 24, 13),
        queries=[instant(shown.source, expr, ref) for ref, expr in zip("ABCEFGH", asked, strict=True)],
        options={"showHeader": True, "cellHeight": "sm", "sortBy": [{"displayName": "State", "desc": True}]},
        defaults={
            "unit": "none",
            "noValue": "no SLO is recorded, or the filters leave none",
            "custom": {"align": "left"},
        },
        overrides=_columns(shown),
        transformations=merged(order, hidden=["Value #A", "window"]),
    )


def _columns(shown: _Shown) -> list[dict[str, Any]]:
    linked = {"links": [links.link("Open the service", shown.to_service)]}
    none = {"type": "value", "options": {"0": {"text": "-"}}}
    return [
        column("Value #B", "State", 115, state() | linked),
        column("cluster", "Cluster", 0, _FILTERED),
        column("service", "Service", 0, linked | _FILTERED),
        column("slo", "SLO", 0, linked | _FILTERED),
        column("Value #C", f"Failing, {shown.scope.base}", 110, SHARE),
        column("Value #E", "Burn, 1h", 110, BURN),
        column("Value #F", "Budget left", 110, LEFT),
        column("Value #H", "Alerts", 70, {"mappings": [none]}),
        column("Value #G", "Attained", 110, {**SHARE, "decimals": 3}),
        column("objective", "Objective", 115),
        *(column(label, label.title(), 120, {"noValue": "none"} | _FILTERED) for label in shown.told),
    ]


_FILTERED = {"custom.filterable": True}


def _budgets(shown: _Shown) -> Panel:
    scope = shown.scope.within(service="~$worst")
    left = scope.series(names.REMAINING)
    # Chosen by how they end: chosen at each step, the lines would change from one SLO to the next.
    worst = f"bottomk({WORST}, {scope.least(f'{left} @ end()')} and on ({scope.key}) {shown.info} @ end())"
    return Panel(
        id=4,
        type="timeseries",
        title=f"Budget left, the worst {WORST}",
        description=f"The last {PERIOD}, whatever range is chosen above. A steep fall is an incident.",
        place=(0, 17, 24, 9),
        queries=[ranged(shown.source, f"{scope.least(left)} and on ({scope.key}) {worst}", "{{service}} / {{slo}}")],
        options={
            "legend": {"displayMode": "table", "placement": "right", "showLegend": True, "calcs": ["lastNotNull"]}
        },
        defaults={
            "unit": "percentunit",
            "max": 1,
            "noValue": "no budget has been measured yet",
            # Points too: of an SLO that is new the week has one or two, which no line joins.
            "custom": {
                "lineWidth": 2,
                "fillOpacity": 0,
                "axisSoftMin": 0,
                "spanNulls": True,
                "showPoints": "always",
                "pointSize": 4,
            },
        },
        period=PERIOD,
    )
