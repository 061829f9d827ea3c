"""The health of what watches: Prometheus, Alertmanager, Loki, Jaeger and the collector."""

from __future__ import annotations

from compiler import names
from compiler.emit.dashboards import sources
from compiler.emit.dashboards.grafana import Page
from compiler.emit.dashboards.pages.shared import cluster, others
from compiler.emit.dashboards.panels import pipeline
from compiler.emit.dashboards.panels.plots import stacked, tallies
from compiler.emit.dashboards.panels.prometheus import prometheus
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog

_ABOUT = "What is wrong now; what is not scraped is left out."


def stack(catalog: Catalog) -> Page:
    """Whether the numbers of the other pages can be believed; what the stack has not is left out."""
    view = View.of(catalog)
    sections = [
        prometheus(view),
        pipeline.alertmanager(view),
        *([pipeline.loki(view)] if view.logs else []),
        *([pipeline.jaeger(view)] if view.traces else []),
        pipeline.collector(view),
    ]
    return Page(
        uid=names.STACK_UID,
        title="SLO stack",
        description="The health of what watches: Prometheus, Alertmanager, Loki, Jaeger and the collector.",
        since="now-3h",
        variables=[*cluster(view), sources.metrics(catalog)],
        panels=[tallies(view, 1, "The stack now", _ABOUT, pipeline.wrong(view)), *stacked(sections, view.metrics, 4)],
        links=list(others(view, names.STACK_UID)),
    )
