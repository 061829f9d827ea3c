"""SLO130 to SLO133: what is not declared, and so is missing on the page at night."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Service


def run(catalog: Catalog, report: Report) -> None:
    """Workload, logs, traces and owner of each service; addresses of the stack; dependencies by name."""
    _stack(catalog, report)
    for service in catalog.services:
        _service(service, catalog, report)
        if service.workload:
            _workload(service, report)
        for name in service.depends_on:
            if name not in catalog.by_name:
                text = f"{service.name} depends on {name!r}, which no ServiceLevel of {catalog.stack.name} names"
                report.warning("SLO133", text, service.span, "its state will read: not checked")


def _stack(catalog: Catalog, report: Report) -> None:
    urls, stack = catalog.stack.spec.urls, catalog.stack
    losses = {
        "runbooks": "alerts carry no runbook_url",
        "grafana": "alerts carry no links to dashboards, logs and traces",
        "alertmanager": "alerts carry no link to silence them",
    }
    for name, loss in losses.items():
        if not getattr(urls, name):
            report.warning("SLO131", f"{stack.name} has no urls.{name}: {loss}", stack.span)


def _service(service: Service, catalog: Catalog, report: Report) -> None:
    stack = catalog.stack.spec
    missing = {
        "workload": not service.workload,
        "logs": bool(stack.logs and not service.logs),
        "traces": bool(stack.traces and not service.traces),
    }
    names = [name for name, is_missing in missing.items() if is_missing and name not in service.declined]
    if names:
        text = f"{service.name} declares no {', '.join(names)}"
        report.warning("SLO130", text, service.span, "declare them, or say none: traces: none")
    if not service.owner.team:
        report.warning("SLO130", f"{service.name} has no owner.team", service.span, "its alerts are routed by none")


def _workload(service: Service, report: Report) -> None:
    workload = service.workload
    assert workload is not None
    named = [kind for kind in ("deployment", "stateful_set", "daemon_set", "rollout") if getattr(workload, kind)]
    if len(named) > 1:
        report.error("SLO132", "a workload is run by one thing, this names several", workload.span, "keep one")


CHECK = Check(("SLO130", "SLO131", "SLO132", "SLO133"), "What the page at night will miss.", run)
