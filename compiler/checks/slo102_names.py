"""SLO102: two names that fall together: SLOs of one service, alerts, runbook files."""

from __future__ import annotations

from collections.abc import Iterator

from compiler import names
from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report, Span
from compiler.model.catalog import Catalog, Objective, Service


def run(catalog: Catalog, report: Report) -> None:
    """Unique names of SLOs within a service, and of alerts within the catalogue."""
    seen: dict[str, Span] = {}
    bases: dict[str, tuple[str, Span]] = {}
    for service, objective in objectives(catalog):
        title = f"{service.name}/{objective.name}"
        if title in seen:
            hint = f"the first is at {seen[title]}"
            report.error("SLO102", f"there is a second SLO {title}", objective.span, hint)
            continue
        seen[title] = objective.span
        base = objective.alerting.name or names.alert_base(service.name, objective.name)
        span = objective.alerting.at("name") if objective.alerting.name else objective.span
        other = bases.setdefault(base.lower(), (title, span))
        if other[0] != title:
            text = f"the alerts of {title} and {other[0]} would share the name {base}"
            report.error("SLO102", text, span, "set alerting.name")
    _whole(catalog, report)


def _whole(catalog: Catalog, report: Report) -> None:
    """A whole alertname is no other SLO's, nor what any other alert is called."""
    made = {name: f"{service.name}/{o.name}" for service, o in objectives(catalog) for name in _made(service, o)}
    for service, objective in objectives(catalog):
        title = f"{service.name}/{objective.name}"
        for kind in (objective.alerting.page, objective.alerting.ticket):
            other = made.setdefault(kind.name.lower(), title) if kind.name else title
            if other != title:
                text = f"the alerts of {title} and {other} would share the name {kind.name}"
                report.error("SLO102", text, kind.at("name"), "give it another name")


def _made(service: Service, objective: Objective) -> Iterator[str]:
    base = objective.alerting.name or names.alert_base(service.name, objective.name)
    yield from (f"{base}{kind}".lower() for kind in (*names.ALERT_KINDS, f"{names.BURN}Ticket"))


CHECK = Check(("SLO102",), "Names of SLOs and alerts are unique.", run)
