"""Annotations: what happened, as marks on every graph of a page."""

from __future__ import annotations

from typing import Any

from compiler import names
from compiler.emit.dashboards import asks
from compiler.emit.dashboards.grafana import Source
from compiler.emit.dashboards.panels.causes import NAMESPACE, WORKLOAD
from compiler.emit.dashboards.view import View

_PLANNED = "planned maintenance of {{service}}: nothing counts, nothing pages"


def marks(view: View) -> list[dict[str, Any]]:
    """Rollouts, pages and planned maintenance."""
    asked, name = view.exporters, view.labels.label("replicaset")
    created = asked.series("kube_replicaset_created", namespace=NAMESPACE)
    owner = {"owner_kind": "~Deployment|Rollout", "owner_name": WORKLOAD}
    owned = asked.series("kube_replicaset_owner", namespace=NAMESPACE, **owner)
    rollouts = f"1000 * max {asked.by('replicaset')} ({created} and {asked.on('replicaset')} {owned})"
    pages = f"max by (alertname) ({asks.pages(view.slo)})"
    return [
        _annotation("Rollouts", rollouts, "blue", view.metrics, f"rollout {{{{{name}}}}}")
        | {"useValueForTime": True},
        _annotation("Pages", pages, "red", view.metrics, "{{alertname}} fires"),
        _annotation("Maintenance", f"{view.slo.series(names.MAINTENANCE)} == 1", "purple", view.metrics, _PLANNED),
    ]


def _annotation(name: str, expr: str, colour: str, source: Source, title: str) -> dict[str, Any]:
    """Without a step of its own: a coarser one than the graphs have ends a page that still fires before they end."""
    target = {"refId": "Anno", "expr": expr, "range": True, "instant": False}
    # Drawn all the same: what is hidden is the switch in the head, where there is no room for it.
    shape = {"name": name, "datasource": source.ref, "enable": True, "hide": True, "iconColor": colour}
    # Grafana reads the query from `target`, its older releases from `expr`.
    return shape | {"target": target, "expr": expr, "titleFormat": title, "useValueForTime": False}
