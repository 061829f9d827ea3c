"""Where an alert leads: each address with the service and, where it matters, the time range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from compiler import names
from compiler.prose.parts import Part, Plain, Told
from compiler.prose.template import query
from compiler.rules.rule import Alert, Context

LOGS_PANEL = "panel-21"
TRACES_PANEL = "panel-22"
TRACE_PANEL = "panel-61"
"""One trace, by its id."""
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Range:
    """From an hour before, in absolute time, to whenever the page is opened.

    A template knows no start time, but can ask for now. The end is no fixed time in the future: Grafana asks for
    tables at the end of the range, and in the future there is nothing yet.
    """

    def template(self) -> str:
        """The bounds, the first in milliseconds."""
        start = query(f"vector(1000 * (time() - {_HOUR}))")
        return f'{{{{ range {start} }}}}&from={{{{ printf "%.0f" .Value }}}}{{{{ end }}}}&to=now'

    def read(self, told: Told) -> str:
        """The bounds, an hour before the number ``time``, in seconds."""
        return f"&from={1000 * (told.values['time'] - _HOUR):.0f}&to=now"


def links(alert: Alert, context: Context) -> dict[str, Sequence[Part]]:
    """The addresses that this stack has; none is made up."""
    urls, service = context.catalog.stack.spec.urls, context.service
    found: dict[str, Sequence[Part]] = {}
    if urls.runbooks:
        found["runbook_url"] = (Plain(runbook(urls.runbooks, alert, context)),)
    if urls.grafana:
        page = (Plain(_page(context)), Range())
        found["dashboard_url"] = page
        if service.logs and context.catalog.stack.spec.logs:
            found["logs_url"] = (*page, Plain(f"&viewPanel={LOGS_PANEL}"))
        if service.traces and context.catalog.stack.spec.traces:
            found["traces_url"] = (*page, Plain(f"&viewPanel={TRACES_PANEL}"))
    if urls.alertmanager:
        found["silence_url"] = (Plain(silence(urls.alertmanager, context)),)
    return found


def runbook(site: str, alert: Alert, context: Context) -> str:
    """The page of an alert on the site, which serves the stack's folder."""
    return f"{site.rstrip('/')}/{names.runbook_path(context.service.name, alert.name)}"


def silence(alertmanager: str, context: Context) -> str:
    """Alertmanager's form for a silence of this SLO."""
    matchers = ",".join(f'{name}="{value}"' for name, value in context.identity)
    return f"{alertmanager.rstrip('/')}/#/silences/new?filter={quote('{' + matchers + '}', safe='')}"


def _page(context: Context) -> str:
    chosen = {"service": context.service.name, "slo": context.objective.name}
    cluster = {"cluster": context.catalog.stack.spec.cluster} if context.catalog.stack.is_global else {}
    return names.dashboard_link(context.catalog.stack.spec.urls.grafana, page_uid(context), **chosen, **cluster)


def page_uid(context: Context) -> str:
    """The dashboard that is about the service: its own where one is written, else the one that serves all."""
    stack = context.catalog.stack.spec
    written = "dashboards" in stack.outputs and stack.role != "services"
    return names.own_page(context.service.name) if context.service.own_page and written else names.SERVICE_UID
