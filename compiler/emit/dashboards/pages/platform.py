"""What every workload runs on: the API server, etcd, nodes, quotas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import names
from compiler.emit.dashboards import sources
from compiler.emit.dashboards.grafana import Page
from compiler.emit.dashboards.pages.shared import cluster, others
from compiler.emit.dashboards.panels.control_plane import api_server, etcd
from compiler.emit.dashboards.panels.nodes import nodes, quotas, wrong
from compiler.emit.dashboards.panels.plots import stacked, tallies
from compiler.emit.dashboards.variables import chosen
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog

_ABOUT = "What is wrong now; what is not scraped is left out."


def platform(catalog: Catalog) -> Page:
    """The cluster itself."""
    view = View.of(catalog)
    sections = (api_server(view), etcd(view), nodes(view), quotas(view))
    return Page(
        uid=names.PLATFORM_UID,
        title="SLO platform",
        description="What every workload runs on: the API server, etcd, nodes, and the quotas of namespaces.",
        since="now-3h",
        variables=list(_variables(view, catalog)),
        panels=[tallies(view, 1, "The platform now", _ABOUT, wrong(view)), *stacked(sections, view.metrics, 4)],
        links=list(others(view, names.PLATFORM_UID)),
    )


def _variables(view: View, catalog: Catalog) -> Iterator[dict[str, Any]]:
    label = view.labels.label("namespace")
    active = view.exporters.series("kube_namespace_status_phase", phase="Active")
    yield from cluster(view)
    yield chosen("namespace", "Namespace", f"label_values({active}, {label})", view.metrics, many=True)
    yield sources.metrics(catalog)
