"""The services that this one calls: how their SLOs stand."""

from __future__ import annotations

from compiler import names
from compiler.emit.dashboards import asks, links
from compiler.emit.dashboards.grafana import Panel, Row, instant
from compiler.emit.dashboards.tables import LEFT, SHARE, column, merged, state
from compiler.emit.dashboards.view import View

MOST = 8
"""So many dependencies are read from one label."""


def dependencies(view: View, y: int) -> Row:
    """One row for each SLO of a service that is called; the worst first, each a link to its page."""
    scope, called = view.everything, _called(view)
    key = scope.key
    asked = (
        f"max by ({key}, objective) ({scope.info})",
        asks.state(scope),
        asks.measured(asks.failing_hour(scope), scope),
        asks.measured(asks.remaining(scope), scope),
    )
    carried = [name for name in view.carried if name not in ("service", "slo")]
    opened = {"links": [links.link("Open the service", links.of_row(names.SERVICE_UID, ["service", "slo"], carried))]}
    panel = Panel(
        id=81,
        type="table",
        title="What $service depends on",
        description=f"The SLOs of the services that its file names under dependsOn, of the first {MOST} of them.",
        place=(0, y + 1, 24, 7),
        queries=[
            instant(view.metrics, f"({expr}) and on (service) {called}", ref)
            for ref, expr in zip("ABCD", asked, strict=True)
        ],
        options={"showHeader": True, "cellHeight": "sm", "sortBy": [{"displayName": "State", "desc": True}]},
        defaults={
            "unit": "none",
            "noValue": "no dependency with an SLO is declared, or its SLOs are not recorded",
            "custom": {"align": "left"},
        },
        overrides=[
            column("Value #B", "State", 130, state() | opened),
            column("service", "Service", 0, opened),
            column("slo", "SLO", 0, opened),
            column("Value #C", "Failing, 1h", 130, SHARE),
            column("Value #D", "Budget left", 130, LEFT),
            column("objective", "Objective", 110),
        ],
        transformations=merged(
            ("Value #B", "service", "slo", "Value #C", "Value #D", "objective"), hidden=["Value #A", "cluster"]
        ),
    )
    return Row(id=80, title="Dependencies", y=y, panels=(panel,))


def _called(view: View) -> str:
    """One series for each service that is called, by the label ``service``: slo:info has all names in one label."""
    found = []
    for before in range(MOST):
        skipped = "[^;]+;" * before
        known = view.service.within(depends_on=f"~{skipped}.+").info
        found.append(f'label_replace({known}, "service", "$1", "depends_on", "{skipped}([^;]+).*")')
    return f"max by (service) ({' or '.join(found)})"
