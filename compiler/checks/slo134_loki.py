"""SLO134: log lines that an SLO is made of are counted by somebody."""

from __future__ import annotations

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog

_HINT = "logs: {url: http://loki-gateway.monitoring.svc}"


def run(catalog: Catalog, report: Report) -> None:
    """A stack with such an SLO has Loki, and its rules are written."""
    stack = catalog.stack
    for _, objective in objectives(catalog):
        if objective.indicator.kind != "logs":
            continue
        span = objective.indicator.span
        if stack.spec.logs is None:
            report.error("SLO134", f"lines are counted by Loki, and the stack {stack.name} has no logs", span, _HINT)
        elif "loki" not in stack.spec.outputs:
            text = f"Loki's rules are not among the outputs of {stack.name}: nobody would count these lines"
            report.error("SLO134", text, span, "add loki to outputs")


CHECK = Check(("SLO134",), "Log lines are counted by somebody.", run)
