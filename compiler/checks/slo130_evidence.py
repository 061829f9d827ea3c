"""SLO130 to SLO133: what is not declared, and so is missing on the page at night."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Service
from compiler.model.service import WORKLOAD_KINDS
from compiler.shapes.record import camel


def run(catalog: Catalog, report: Report) -> None:
    """Workload, logs, traces and owner of each service; addresses of the stack; dependencies by name."""
    _stack(catalog, report)
    for service in catalog.services:
        _service(service, catalog, report)
        if service.workload:
            _workload(service, report)
        for index, name in enumerate(service.depends_on):
            if name not in catalog.by_name:
                text = f"{service.name} depends on {name!r}, which no ServiceLevel of {catalog.stack.name} names"
                report.warning("SLO133", text, service.at(f"depends_on.{index}"), "its state will read: not checked")


def _stack(catalog: Catalog, report: Report) -> None:
    urls, stack = catalog.stack.spec.urls, catalog.stack
    losses = {
        "runbooks": "alerts carry no runbook_url",
        "grafana": "alerts carry no links to dashboards, logs and traces",
        "alertmanager": "alerts carry no link to silence them",
    }
    for name, loss in losses.items():
        if not getattr(urls, name):
            hint = f"urls: {{{name}: https://{name}.example.com}}"
            report.warning("SLO131", f"{stack.name} has no urls.{name}: {loss}", stack.span, hint)


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
        report.warning(
            "SLO130", text, service.span, f"declare what there is; where there is nothing, say so: {names[0]}: none"
        )
    if not service.owner.team:
        report.warning(
            "SLO130",
            f"{service.name} has no owner.team",
            service.span,
            "no route can find its alerts by team: owner: {team: payments}",
        )


def _workload(service: Service, report: Report) -> None:
    workload = service.workload
    assert workload is not None
    named = [kind for kind in WORKLOAD_KINDS if getattr(workload, kind)]
    if len(named) > 1:
        text = f"a workload is run by one thing, this names {' and '.join(camel(kind) for kind in named)}"
        report.error("SLO132", text, workload.at(named[-1]), "keep one")


CHECK = Check(("SLO130", "SLO131", "SLO132", "SLO133"), "What the page at night will miss.", run)
