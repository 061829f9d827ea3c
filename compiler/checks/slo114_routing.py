"""SLO114 and SLO115: routes to nobody, and pages that nobody gets."""

from __future__ import annotations

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report, nearest
from compiler.model.catalog import Catalog


def run(catalog: Catalog, report: Report) -> None:
    """Every route names a receiver that exists; every page of every team reaches one."""
    routing = catalog.stack.spec.alertmanager
    known = [receiver.name for receiver in routing.receivers]
    for route in routing.routes:
        if route.receiver not in known:
            text = f"there is no receiver {route.receiver!r}"
            report.error("SLO114", text, route.at("receiver"), nearest(route.receiver, known))
    for name in sorted({name for name in known if known.count(name) > 1}):
        report.error("SLO114", f"there are two receivers {name!r}", routing.at("receivers"))
    for team in sorted(_unrouted(catalog)):
        whose = f"of team {team!r}" if team else "of services without a team"
        text = f"pages {whose} reach no receiver in {catalog.stack.name}"
        report.warning("SLO115", text, catalog.stack.span, "add a receiver and a route under alertmanager")


def _unrouted(catalog: Catalog) -> set[str]:
    routes = catalog.stack.spec.alertmanager.routes
    severity = catalog.stack.spec.severities.labels("page").get("severity", "")
    teams = {s.owner.team for s, o in objectives(catalog) if o.alerting.mode == "page"}
    return {
        team
        for team in teams
        if not any(route.team in ("", team) and route.severity in ("", severity) for route in routes)
    }


CHECK = Check(("SLO114", "SLO115"), "Routes lead somewhere.", run)
