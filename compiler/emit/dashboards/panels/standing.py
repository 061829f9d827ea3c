"""The first thing on the service page: one row an SLO, how it stands now."""

from __future__ import annotations

from typing import Any

from compiler.emit.dashboards import asks, links
from compiler.emit.dashboards.asks import Scope
from compiler.emit.dashboards.grafana import Panel, instant
from compiler.emit.dashboards.tables import LEFT, SHARE, column, merged, runbook
from compiler.emit.dashboards.view import View

_ORDER = (
    *("slo", "Value #C", "Value #D", "page_above", "Value #E", "Value #F"),
    *("alert", "Value #B", "objective", "runbook"),
)
"""As a person on call reads: what fails, how bad that is, since when."""


def standing(view: View, site: str) -> Panel:
    """The table; ``site`` is where runbooks are served, empty where nowhere."""
    scope = view.service
    asked = (
        _since(scope),
        asks.measured(asks.failing_now(scope), scope),
        asks.measured(asks.failing_hour(scope), scope),
        asks.measured(asks.remaining(scope), scope),
        asks.gone_in(scope),
    )
    hidden = ["service", "cluster", *([] if site else ["runbook"])]
    return Panel(
        id=2,
        type="table",
        title="SLOs of $service",
        description=(
            "One row an SLO; click one to see it below. Gone in: when the budget is used up at the pace of the last "
            "hour, empty where the budget bears that pace."
        ),
        place=(0, 0, 18, 5),
        queries=[instant(view.metrics, expr, ref) for ref, expr in zip("BCDEF", asked, strict=True)],
        options={"showHeader": True, "cellHeight": "sm", "sortBy": []},
        defaults={"unit": "none", "noValue": "no SLO of this service is recorded", "custom": {"align": "left"}},
        overrides=_columns(view, site),
        transformations=merged(_ORDER, hidden, numbers=["page_above"]),
    )


def _since(scope: Scope) -> str:
    """When the worst alert of each SLO began, beside what is known of the SLO.

    For a moment an SLO may be known in two ways, of which one is taken: a join with both would empty the table.
    """
    about = f"topk by ({scope.key}) (1, max by ({scope.key}, objective, page_above, runbook) ({scope.info}))"
    return f"{asks.since(scope)} * on ({scope.key}) group_left (objective, page_above, runbook) {about}"


def _columns(view: View, site: str) -> list[dict[str, Any]]:
    page = links.of_row(view.page, ["slo"], [name for name in view.carried if name != "slo"])
    chosen = {"links": [links.link("Show this SLO", page)]}
    fired = _words(page=("PAGE", "red"), ticket=("ticket", "orange"))
    alert = {"mappings": [fired], "custom.cellOptions": {"type": "color-text"}}
    gone = {"unit": "s", "decimals": 1, "noValue": "-", "mappings": [_words(**{"0": ("spent", "orange")})]}
    since = {"unit": "time:MMM D HH:mm", "mappings": [_words(**{"0": ("-", "text")})]}
    return [
        column("slo", "SLO", 140, chosen),
        column("Value #C", f"Failing, {view.service.base}", 108, SHARE),
        column("Value #D", "Failing, 1h", 108, SHARE),
        column("page_above", "Pages above", 100, {"unit": "percentunit", "decimals": 2, "noValue": "never"}),
        column("Value #E", "Budget left", 108, LEFT),
        column("Value #F", "Gone in", 85, gone),
        column("alert", "Alert", 65, alert),
        column("Value #B", "Since", 110, since),
        column("objective", "Objective", 82),
        column("runbook", "Runbook", 78, runbook(site)),
    ]


def _words(**values: tuple[str, str]) -> dict[str, Any]:
    """A mapping of values to a word and its colour."""
    options = {value: {"text": text, "color": colour} for value, (text, colour) in values.items()}
    return {"type": "value", "options": options}
