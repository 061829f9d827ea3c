"""SLO113: windows longer than Prometheus keeps samples."""

from __future__ import annotations

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Objective
from compiler.units import Duration


def run(catalog: Catalog, report: Report) -> None:
    """Where retention is stated, every window fits; where it is not, what the longest one needs is said once."""
    stated = catalog.stack.spec.prometheus.retention
    found = [objective for _, objective in objectives(catalog)]
    if not found:
        return
    longest = max(objective.history for objective in found)
    if stated is None:
        need = longest + Duration.of("1d")
        text = f"retention is not stated; the longest window needs {need} (the chart's default is 10d)"
        report.note("SLO113", text, catalog.stack.span, f"prometheus: {{retention: {need}}}")
        return
    for objective in found:
        if objective.history > stated:
            text = f"the window {_said(objective)} is longer than the retention {stated} of {catalog.stack.name}"
            span = objective.places.get("window", objective.span)
            report.error("SLO113", text, span, f"stated at {catalog.stack.spec.prometheus.at('retention')}")


def _said(objective: Objective) -> str:
    return f"of {objective.over} ({objective.history})" if objective.period else str(objective.window)


CHECK = Check(("SLO113",), "Retention covers every window.", run)
