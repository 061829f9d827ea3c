"""The panels of the service page's first screen that draw: error shares, where errors come from, causes, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from compiler import names
from compiler.emit.dashboards import asks, links
from compiler.emit.dashboards.asks import Scope, tagged
from compiler.emit.dashboards.grafana import LISTED, Panel, Query, Source, fixed, instant, named, ranged, steps
from compiler.emit.dashboards.panels import causes
from compiler.emit.dashboards.panels.lines import OPTIONS, lines
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog, Service, Tier
from compiler.promql import regex_quote
from compiler.rules.info import paging, tier_name
from compiler.rules.rule import contexts


def shares(view: View, catalog: Catalog, services: Sequence[Service]) -> Panel:
    """Error share in W and in an hour, with the levels at which pages fire."""
    scope = view.slo
    lines = [
        tagged(scope.each(asks.failing_now(scope)), "line", f"failing, {scope.base}"),
        tagged(scope.each(asks.failing_hour(scope)), "line", "failing, 1h"),
        *page_levels(scope, catalog, services),
    ]
    return Panel(
        id=3,
        type="timeseries",
        title="Error share of $slo",
        description=(
            "Where both windows that a dashed line names are above it, the page fires. Vertical marks: rollouts; "
            "shaded: a page was firing."
        ),
        place=(0, 5, 8, 6),
        queries=[ranged(view.metrics, " or ".join(lines), "{{line}}")],
        options=LISTED,
        defaults={
            "unit": "percentunit",
            "min": 0,
            "noValue": "not measured in this range",
            "custom": {"lineWidth": 2, "fillOpacity": 10, "showPoints": "never"},
            "links": view.explorations(),
        },
        overrides=[
            named(f"failing, {scope.base}", fixed("blue")),
            named("failing, 1h", fixed("purple")),
            named("/^pages/", _DASHED, "byRegexp"),
        ],
    )


_DASHED: dict[str, Any] = {
    **fixed("red"),
    "custom.lineWidth": 1,
    "custom.fillOpacity": 0,
    "custom.lineStyle": {"fill": "dash", "dash": [8, 6]},
}


def page_levels(scope: Scope, catalog: Catalog, services: Sequence[Service]) -> Iterable[str]:
    """A line for each page tier of these services, drawn for the SLOs that have that tier."""
    found = {t for s in services for context in contexts(catalog, s) for t in map(_Line.of, paging(context))}
    for line in sorted(found):
        fitting = scope.within(page_tiers=f"~.*;{regex_quote(line.tier)};.*").info
        level = f"{line.factor} * {scope.each(scope.series('slo:budget:ratio'))} and on ({scope.key}) {fitting}"
        yield tagged(f"({level})", "line", f"pages above ({line.windows})")


@dataclass(frozen=True, order=True)
class _Line:
    """A tier as it is drawn."""

    factor: str
    windows: str
    tier: str

    @classmethod
    def of(cls, tier: Tier) -> _Line:
        return cls(str(tier.factor), f"{tier.long}, {tier.short}", tier_name(tier))


def likely_causes(view: View) -> Panel:
    """Each cause as the alert's diagnosis has it: ok, found, or not checked."""
    readings = causes.readings()
    for reading, look in zip(readings, causes.LOOKS.values(), strict=True):
        shown = links.link("Show", links.to(names.WORKLOAD_UID, view.carried, look.panel))
        reading["properties"].append({"id": "links", "value": [shown]})
    return Panel(
        id=14,
        type="stat",
        title="Likely causes",
        description="As the alert asks them: ok, what was found, or not checked where no metric tells.",
        place=(20, 5, 4, 6),
        queries=[
            instant(
                view.metrics, causes.asked(view.slo, view.exporters), format="time_series", legendFormat="{{cause}}"
            )
        ],
        options={
            "graphMode": "none",
            "colorMode": "value",
            "textMode": "value_and_name",
            "orientation": "horizontal",
            "text": {"titleSize": 13, "valueSize": 14},
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        defaults={"unit": "none", "noValue": "not checked", "thresholds": steps(("orange", None))},
        overrides=readings,
    )


def log_lines(view: View, logs: Source, x: int, width: int) -> Panel:
    """Error lines of the service, the newest first."""
    return Panel(
        id=21,
        type="logs",
        title="Error lines of $service",
        description="What the service's file calls errors, the newest first. A line's details lead to its trace.",
        place=(x, 11, width, 5),
        queries=lines(logs, "${logs:raw} ${logs:text}"),
        options=OPTIONS,
        defaults={
            "unit": "none",
            "noValue": "no error lines in this range, or no logs are declared for this service",
        },
        links=[links.link("All lines in Explore", view.explore_logs(logs), new_tab=True)],
    )


def failed_traces(view: View, traces: Source, panel: int, place: tuple[int, int, int, int]) -> Panel:
    """Traces with the tag of failed requests."""
    fields = {"refId": "A", "queryType": "search", "service": "${traces:raw}", "tags": "${traces:text}", "limit": 20}
    page = links.to(view.page, view.carried, 61, "&var-trace=${__value.raw}")
    linked = {"links": [links.link("Show the trace", page)]}
    return Panel(
        id=panel,
        type="table",
        title="Failed traces of $service",
        description="Traces with the tag that the service's file gives for failed requests (${traces:text}).",
        place=place,
        queries=[Query(traces, fields)],
        options={"showHeader": True, "cellHeight": "sm", "sortBy": [{"displayName": "Start", "desc": True}]},
        defaults={
            "unit": "none",
            "noValue": "no failed traces in this range, or no traces are declared for this service",
        },
        overrides=[
            named("startTime", {"displayName": "Start", "unit": "time:HH:mm:ss", "custom.width": 90}),
            named("traceName", {"displayName": "Trace"}),
            named("duration", {"displayName": "Took", "custom.width": 100}),
            named("traceID", {"displayName": "ID", "custom.width": 100, "mappings": [_BEGINNING]} | linked),
        ],
        transformations=[{"id": "organize", "options": {"indexByName": _ORDER}}],
        links=[links.link("Search in Explore", view.explore_traces(traces), new_tab=True)],
    )


_NO_TRACES = "no failed traces in this range, or no traces are declared for this service"
_ORDER = {"Start time": 0, "Trace name": 1, "Duration": 2, "Trace ID": 3}
"""By the headings that the data source gives, which overrides change only afterwards."""
_BEGINNING = {"type": "regex", "options": {"pattern": "^(.{8}).*$", "result": {"text": "$1"}}}
"""An ID is told by its first digits."""
