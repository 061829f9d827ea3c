"""Variables that the pages about one SLO share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from compiler import names
from compiler.emit.dashboards import links
from compiler.emit.dashboards.sources import variable_of
from compiler.emit.dashboards.variables import UNLABELLED, chosen, constant, fact
from compiler.emit.dashboards.view import View


def cluster(view: View) -> Iterator[dict[str, Any]]:
    """The cluster, on a central server."""
    if view.is_global and view.fixed:
        yield constant("cluster", view.fixed["cluster"])
    elif view.is_global:
        # Its values speak for themselves, and there is little room.
        yield chosen("cluster", "Cluster", f"label_values({names.INFO}, cluster)", view.metrics) | UNLABELLED


def which(view: View) -> Iterator[dict[str, Any]]:
    """The cluster on a central server, the service and the SLO: what the reader chooses."""
    held = '{cluster="$cluster"}' if view.is_global else ""
    yield from cluster(view)
    if view.fixed:
        yield constant("service", view.fixed["service"])
    else:
        yield chosen("service", "Service", f"label_values({names.INFO}{held}, service)", view.metrics)
    yield chosen("slo", "SLO", f"label_values({view.service.info}, slo)", view.metrics)


def runs_on(view: View) -> Iterator[dict[str, Any]]:
    """The workload and its autoscaler, and the file that says so."""
    yield fact("workload", view.slo, view.metrics, ("workload", "none"), ("namespace", "none"))
    yield fact("autoscaler", view.slo, view.metrics, ("autoscaler", "none"), ("source_file", "slo/"))


def evidence(view: View) -> Iterator[dict[str, Any]]:
    """Where its log lines and traces are."""
    if view.logs:
        yield fact("logs", view.slo, view.metrics, ("log_selector", '{declared="no"}'), ("log_errors", "|= ``"))
    if view.traces:
        yield fact("traces", view.slo, view.metrics, ("trace_service", "none-declared"), ("trace_tag", "declared=no"))


_PAGES = {
    names.OVERVIEW_UID: ("All SLOs", "dashboard"),
    names.PLATFORM_UID: ("Platform", "cloud"),
    names.STACK_UID: ("Stack", "info"),
}


def others(view: View, own: str, led: Sequence[str] = tuple(_PAGES)) -> Iterator[dict[str, Any]]:
    """Links to the pages that are about no single SLO, for a page's head; ``led`` are those that it has room for."""
    for uid in led:
        title, icon = _PAGES[uid]
        # The overview may show several clusters, the others one.
        cluster = view.cluster if names.OVERVIEW_UID not in (uid, own) else ()
        carried = (*cluster, variable_of(view.metrics))
        if uid != own:
            yield links.in_head(title, links.head(uid, carried), icon, new_tab=False)
