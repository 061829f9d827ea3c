"""Variables that the pages about one SLO share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import names
from compiler.emit.dashboards.variables import chosen, fact
from compiler.emit.dashboards.view import View


def which(view: View) -> Iterator[dict[str, Any]]:
    """The cluster on a central server, the service and the SLO: what the reader chooses."""
    held = ""
    if view.is_global:
        yield chosen("cluster", "Cluster", f"label_values({names.INFO}, cluster)", view.metrics)
        held = '{cluster="$cluster"}'
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
