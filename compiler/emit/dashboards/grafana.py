"""The thin layer over grafanalib: what it lacks of today's dashboard JSON, and records that say what a page holds.

grafanalib 0.7.1 knows no exemplars, data links, traces or log queries, and writes keys that Grafana dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grafanalib import core

from compiler.artifact import to_json

SCHEMA_VERSION = 39
"""What every Grafana from 10 on reads and brings up to date by itself; the chart's own dashboards say the same."""
_DROPPED = ("__inputs", "gnetId", "hideControls", "rows", "sharedCrosshair", "style", "timepicker")
_ROW = ("collapsed", "gridPos", "id", "panels", "title", "type")
_LEGACY = ("cacheTimeout", "editable", "error", "height", "hideTimeOverride", "minSpan", "repeatDirection", "span")


@dataclass(frozen=True, slots=True)
class Source:
    """A data source."""

    type: str
    uid: str

    @property
    def ref(self) -> dict[str, str]:
        """As panels and queries name it."""
        return {"type": self.type, "uid": self.uid}


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel; ``fields`` are those of its data source."""

    source: Source
    fields: Mapping[str, Any]

    def to_json_data(self) -> dict[str, Any]:
        """As Grafana reads it."""
        return {"datasource": self.source.ref, **self.fields}


def instant(source: Source, expr: str, ref: str = "A", **fields: Any) -> Query:
    """The value of a PromQL expression at the end of the range."""
    shape = {"refId": ref, "expr": expr, "instant": True, "range": False, "editorMode": "code"}
    return Query(source, shape | {"format": "table"} | fields)


def ranged(source: Source, expr: str, legend: str, ref: str = "A", **fields: Any) -> Query:
    """A PromQL expression over the range."""
    shape = {"refId": ref, "expr": expr, "instant": False, "range": True, "editorMode": "code"}
    return Query(source, shape | {"format": "time_series", "legendFormat": legend} | fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What a panel shows; its place is x, y, width and height in the grid of 24 columns."""

    id: int
    title: str
    description: str
    place: tuple[int, int, int, int]
    type: str = "timeseries"
    queries: Sequence[Query] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    overrides: Sequence[Mapping[str, Any]] = ()
    links: Sequence[Mapping[str, Any]] = ()
    transformations: Sequence[Mapping[str, Any]] = ()
    period: str | None = None
    """A time range of its own, back from now, like ``7d``."""
    every: str | None = None
    """The least time from point to point, like ``1m``; else that between scrapes."""

    def built(self) -> core.Panel:
        """As a panel of grafanalib."""
        x, y, width, height = self.place
        field_config = {"defaults": _defaults(self.defaults), "overrides": list(self.overrides)}
        return _Drawn(
            id=self.id,
            title=self.title,
            description=self.description,
            gridPos=core.GridPos(h=height, w=width, x=x, y=y),
            dataSource=self.queries[0].source.ref if self.queries else None,
            targets=list(self.queries),
            links=list(self.links),
            transformations=list(self.transformations),
            timeFrom=self.period,
            interval=self.every,
            maxDataPoints=None,
            extraJson={"type": self.type, "options": dict(self.options), "fieldConfig": field_config},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A folded row: Grafana asks nothing for its panels until it is opened."""

    id: int
    title: str
    y: int
    panels: tuple[Panel, ...]

    def built(self) -> core.RowPanel:
        """As a row of grafanalib."""
        place = core.GridPos(h=1, w=24, x=0, y=self.y)
        inner = [panel.built() for panel in self.panels]
        return core.RowPanel(id=self.id, title=self.title, gridPos=place, collapsed=True, panels=inner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A row that is open: a line above the panels that follow it."""

    id: int
    title: str
    y: int

    def built(self) -> core.RowPanel:
        """As a row of grafanalib."""
        place = core.GridPos(h=1, w=24, x=0, y=self.y)
        return core.RowPanel(id=self.id, title=self.title, gridPos=place, collapsed=False, panels=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A dashboard."""

    uid: str
    title: str
    description: str
    since: str
    """The start of its time range, like ``now-3h``."""
    variables: Sequence[Mapping[str, Any]]
    panels: Sequence[Panel | Row | Heading]
    annotations: Sequence[Mapping[str, Any]] = ()
    links: Sequence[Mapping[str, Any]] = ()
    tags: Sequence[str] = field(default=("slo",))


class _Drawn(core.Panel):  # type: ignore[misc]
    """A panel of any type: all that grafanalib has no word for stands in ``extraJson``."""

    def to_json_data(self) -> dict[str, Any]:
        """As Grafana reads it."""
        made: dict[str, Any] = self.panel_json({})
        return made


def _defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """Field defaults; thresholds of one colour where none are given, for Grafana's own turn red at 80."""
    return {"thresholds": steps(("text", None)), **given}


_LEGEND: Mapping[str, Any] = {
    "displayMode": "table",
    "showLegend": True,
    "calcs": ["lastNotNull", "max"],
    "sortBy": "Last *",
    "sortDesc": True,
}
LISTED: Mapping[str, Any] = {
    "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}
}
"""A legend of names alone."""
WORST = 4
"""As many lines as a graph shows of what there may be hundreds of, and as the palette has colours before red."""
LINES: dict[str, Any] = {"lineWidth": 2, "fillOpacity": 0, "showPoints": "never"}


def graph(panel: Panel, defaults: Mapping[str, Any], legend: str = "right") -> Panel:
    """A panel as lines with a legend.

    Args:
        panel: all but its look.
        defaults: unit and the like.
        legend: ``right`` or ``bottom`` for a table of last and highest values there; ``list`` for names below alone,
            where there is little room.
    """
    shape = LISTED if legend == "list" else {"legend": {**_LEGEND, "placement": legend}}
    return replace(panel, options=shape, defaults={"custom": LINES, **defaults})


def fixed(colour: str) -> dict[str, Any]:
    """One colour for a series, whatever its place in the palette."""
    return {"color": {"mode": "fixed", "fixedColor": colour}}


def reaching(least: float) -> dict[str, Any]:
    """Lines whose axis goes at least so far: that of a line at 0 would go to 100."""
    return {"custom": LINES | {"axisSoftMax": least}}


def shaded(colour: str) -> dict[str, Any]:
    """Shades of one colour for the series, however many there are."""
    return {"color": {"mode": "shades", "fixedColor": colour}}


def steps(*colours: tuple[str, float | None]) -> dict[str, Any]:
    """Thresholds: pairs of a colour and the value from which it holds; the first holds from the bottom."""
    return {"mode": "absolute", "steps": [{"color": colour, "value": value} for colour, value in colours]}


def named(name: str, properties: Mapping[str, Any], matcher: str = "byName") -> dict[str, Any]:
    """An override for a field: of this name, or by another matcher."""
    listed = [{"id": key, "value": value} for key, value in properties.items()]
    return {"matcher": {"id": matcher, "options": name}, "properties": listed}


def encode(page: Page) -> str:
    """Classic dashboard JSON, unwrapped, with stable uid and panel ids, and ``id: null``."""
    board = core.Dashboard(
        uid=page.uid,
        title=page.title,
        description=page.description,
        tags=list(page.tags),
        schemaVersion=SCHEMA_VERSION,
        timezone="utc",
        refresh="1m",
        editable=False,
        graphTooltip=core.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        time=core.Time(page.since, "now"),
        templating=core.Templating(list=list(page.variables)),
        annotations=core.Annotations(list=list(page.annotations)),
        links=list(page.links),
        panels=[panel.built() for panel in page.panels],
        version=1,
    )
    return to_json({name: value for name, value in _plain(board).items() if name not in _DROPPED})


def _plain(value: Any) -> Any:
    """Objects of grafanalib as dicts, by their own account; its encoder takes ten times as long."""
    if hasattr(value, "to_json_data"):
        value = value.to_json_data()
        if "gridPos" in value:
            value = {k: v for k, v in value.items() if v is not None and k not in _LEGACY}
            value = {k: v for k, v in value.items() if k in _ROW} if value["type"] == "row" else value
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value
