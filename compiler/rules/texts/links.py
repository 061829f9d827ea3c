"""Where an alert leads: each address with the service and, where it matters, the time range."""

from __future__ import annotations

from urllib.parse import quote

from compiler import names
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.template import labelled, query

LOGS_PANEL = "panel-21"
TRACES_PANEL = "panel-22"


def links(alert: Alert, context: Context) -> dict[str, str]:
    """The addresses that this stack has; none is made up."""
    urls, service = context.catalog.stack.spec.urls, context.service
    found: dict[str, str] = {}
    if urls.runbooks:
        found["runbook_url"] = runbook(urls.runbooks, alert, context)
    if urls.grafana:
        page = _page(context) + _range()
        found["dashboard_url"] = page
        if service.logs and context.catalog.stack.spec.logs:
            found["logs_url"] = f"{page}&viewPanel={LOGS_PANEL}"
        if service.traces and context.catalog.stack.spec.traces:
            found["traces_url"] = f"{page}&viewPanel={TRACES_PANEL}"
    if urls.alertmanager:
        matchers = ",".join(f'{name}="{value}"' for name, value in context.identity)
        address = urls.alertmanager.rstrip("/")
        found["silence_url"] = f"{address}/#/silences/new?filter={quote('{' + matchers + '}', safe='')}"
    return found


def runbook(site: str, alert: Alert, context: Context) -> str:
    """The page of an alert on the site, which serves the stack's folder."""
    return f"{site.rstrip('/')}/{names.runbook_path(context.service.name, alert.name)}"


def _page(context: Context) -> str:
    chosen = {"service": context.service.name, "slo": context.objective.name}
    cluster = {"cluster": context.catalog.stack.spec.cluster} if context.catalog.stack.is_global else {}
    return names.dashboard_link(context.catalog.stack.spec.urls.grafana, names.SERVICE_UID, **chosen, **cluster)


def _range() -> str:
    """An hour before to an hour after, in absolute time: a template knows no start time, but can ask for now."""
    bounds = labelled([("from", "vector(1000 * (time() - 3600))"), ("to", "vector(1000 * (time() + 3600))")])
    return f'{{{{ range {query(bounds)} }}}}&{{{{ .Labels.fact }}}}={{{{ printf "%.0f" .Value }}}}{{{{ end }}}}'
