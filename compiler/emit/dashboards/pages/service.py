"""The page of one service: what a person on call needs within one screen, and more in folded rows below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from compiler import names
from compiler.emit.dashboards import links, sources
from compiler.emit.dashboards.grafana import Page, Panel, Row
from compiler.emit.dashboards.pages.shared import evidence, others, runs_on, which
from compiler.emit.dashboards.panels import charts, latency
from compiler.emit.dashboards.panels.alerts import alerts
from compiler.emit.dashboards.panels.breakdown import PODS, ROUTES, errors_by
from compiler.emit.dashboards.panels.budget import budget
from compiler.emit.dashboards.panels.dependencies import dependencies
from compiler.emit.dashboards.panels.marks import marks
from compiler.emit.dashboards.panels.standing import standing
from compiler.emit.dashboards.panels.trace import one_trace
from compiler.emit.dashboards.variables import failed, grouping, text_box
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog, Service

_BELOW = 16
"""Where the first screen ends: rows of the grid that fit into 1366 x 768, below a head of two lines."""


def service(catalog: Catalog, own: Service | None = None) -> Page:
    """One service, chosen by a variable, or the one whose own page it is."""
    view, services = View.of(catalog, own), (own,) if own else catalog.services
    unit = latency.unit(catalog, services)
    return Page(
        uid=view.page,
        title=f"SLO service: {own.name}" if own else "SLO service",
        description="One service: what fails, since when, where and why. The overview and every alert lead here.",
        since="now-3h",
        variables=list(_variables(view, catalog, unit)),
        panels=[*_first_screen(view, catalog, services), *_rows(view, catalog, unit)],
        annotations=marks(view),
        links=list(_head(view, catalog)),
    )


def _variables(view: View, catalog: Catalog, unit: str) -> Iterator[dict[str, Any]]:
    ask, slo = view.metrics, view.slo
    yield from which(view)
    yield grouping(slo, ask)
    yield sources.metrics(catalog, shown=False)
    yield from sources.evidence(catalog)
    yield from runs_on(view)
    yield failed(slo, ask)
    yield latency.bucket(view, unit)
    yield from evidence(view)
    if view.traces:
        yield text_box("trace", "Trace")


def _first_screen(view: View, catalog: Catalog, services: Sequence[Service]) -> Iterator[Panel]:
    yield standing(view, catalog.stack.spec.urls.runbooks)
    yield _about()
    yield charts.shares(view, catalog, services)
    yield errors_by(view, 11, "${failed:text}", ("${failed:text}",), 8)
    yield errors_by(view, 12, "route", ROUTES, 12)
    yield errors_by(view, 13, "pod", PODS, 16)
    yield charts.likely_causes(view)
    split = 13 if view.traces else 24
    if view.logs:
        yield charts.log_lines(view, view.logs, 0, split)
    if view.traces:
        x = split if view.logs else 0
        yield charts.failed_traces(view, view.traces, 22, (x, 11, 24 - x, 5))


def _rows(view: View, catalog: Catalog, unit: str) -> Iterator[Row]:
    site = catalog.stack.spec.urls.runbooks
    y = _BELOW
    yield latency.latency(view, y, unit)
    for row in (dependencies, budget):
        y += 1
        yield row(view, y)
    y += 1
    if view.traces:
        yield one_trace(view.traces, y)
        y += 1
    yield alerts(view, site, y)


def _about() -> Panel:
    text = (
        "From `${autoscaler:text}`: change an SLO there, run `slo build`, commit; change nothing here. "
        "Recorded by the rules of `$service`; `slo show $service` explains each value."
    )
    return Panel(
        id=1,
        type="text",
        title="Where the numbers come from",
        description="The file that these SLOs are written in, and how to change them.",
        place=(18, 0, 6, 5),
        options={"mode": "markdown", "content": text},
    )


def _head(view: View, catalog: Catalog) -> Iterator[dict[str, Any]]:
    urls = catalog.stack.spec.urls
    yield links.in_head("Workload", links.head(names.WORKLOAD_UID, view.carried), "bolt", new_tab=False)
    yield from others(view, view.page, (names.OVERVIEW_UID,))
    if urls.alertmanager:
        yield links.in_head("Silence", links.silence(urls.alertmanager, (*view.cluster, "service", "slo")))
