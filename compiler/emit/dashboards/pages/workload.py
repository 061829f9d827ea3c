"""The drill-down from a service to what runs it: why it fails, on one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import names
from compiler.emit.dashboards import links, sources
from compiler.emit.dashboards.grafana import Page, Panel, Row
from compiler.emit.dashboards.pages.shared import evidence, others, runs_on, which
from compiler.emit.dashboards.panels import around, charts, pods, replicas
from compiler.emit.dashboards.panels.causes import NAMESPACE, PODS, TRACES
from compiler.emit.dashboards.panels.lines import events, every_line
from compiler.emit.dashboards.panels.marks import marks
from compiler.emit.dashboards.panels.requests import requests
from compiler.emit.dashboards.variables import chosen, counted
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog

_BELOW = 16


def workload(catalog: Catalog) -> Page:
    """What runs one service, chosen by the same variables as the service's own page."""
    view = View.of(catalog)
    return Page(
        uid=names.WORKLOAD_UID,
        title="SLO workload",
        description="What runs a service: requests, replicas, autoscaler, probes, events, lines and traces together.",
        since="now-3h",
        variables=list(_variables(view, catalog)),
        panels=[*_first_screen(view), *_below(view, catalog)],
        annotations=marks(view),
        links=list(_head(view)),
    )


def _variables(view: View, catalog: Catalog) -> Iterator[dict[str, Any]]:
    ask, pod = view.metrics, view.labels.label("pod")
    yield from which(view)
    pods_of_it = view.exporters.series("kube_pod_info", namespace=NAMESPACE, pod=f"~{PODS}")
    yield chosen("pod", "Pod", f"label_values({pods_of_it}, {pod})", ask, many=True, on_range=True)
    yield sources.metrics(catalog, shown=False)
    yield from sources.evidence(catalog)
    yield from runs_on(view)
    yield counted(view.slo, ask)
    yield from evidence(view)


def _first_screen(view: View) -> Iterator[Panel]:
    yield requests(view, (0, 0, 12, 6))
    yield replicas.replicas(view, (12, 0, 12, 6))
    yield replicas.scaler(view, (0, 6, 8, 5))
    yield replicas.target(view, (8, 6, 8, 5))
    yield replicas.lateness(view, (16, 6, 8, 5))
    yield pods.probes(view, (0, 11, 8, 5))
    yield pods.unready(view, (8, 11, 8, 5))
    yield pods.restarts(view, (16, 11, 8, 5))


def _below(view: View, catalog: Catalog) -> Iterator[Panel | Row]:
    y, stack = _BELOW, catalog.stack.spec
    if view.logs and stack.logs:
        yield events(view, view.logs, stack.logs.events, (0, y, 24, 6))
        y += 6
        yield every_line(view, view.logs, (0, y, 13 if view.traces else 24, 9))
    if view.traces:
        x = 13 if view.logs else 0
        yield charts.failed_traces(view, view.traces, TRACES, (x, y, 24 - x, 9))
    y += 9 if view.logs or view.traces else 0
    inside = (
        pods.throttling(view, (0, y + 1, 12, 8)),
        pods.memory(view, (12, y + 1, 12, 8)),
        around.quota(view, (0, y + 9, 12, 8)),
        around.nodes(view, (12, y + 9, 12, 8)),
    )
    yield Row(id=50, title="Limits, quota and nodes", y=y, panels=inside)


def _head(view: View) -> Iterator[dict[str, Any]]:
    yield links.in_head("Service", links.head(names.SERVICE_UID, view.carried), "dashboard", new_tab=False)
    yield from others(view, names.WORKLOAD_UID, (names.OVERVIEW_UID, names.PLATFORM_UID))
