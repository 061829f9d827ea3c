"""Grafana's data sources, and how one leads to the other: metric to trace, log line to trace, span to both.

The keys are Grafana's own, spelt as its provisioning reads them. Texts are as Grafana should have them: whoever
writes them into a file escapes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import names
from compiler.emit import addresses
from compiler.emit.provisioning import lines, traces
from compiler.emit.provisioning.links import TRACE_LABEL, VIEW
from compiler.model.catalog import Catalog, Stack
from compiler.rules.texts.links import TRACE_PANEL


def data_sources(catalog: Catalog) -> list[dict[str, Any]]:
    """All of a Grafana that has none: Prometheus, Loki, Jaeger and Alertmanager."""
    return _linked([_prometheus(catalog.stack), *_signals(catalog), _alertmanager(catalog.stack)])


def added(catalog: Catalog) -> list[dict[str, Any]]:
    """Loki and Jaeger for a Grafana that has its own data sources, Prometheus among them.

    One whose uid the stack file states is there already and left out, and names are told apart by the catalogue:
    Grafana finds a data source by its name and overwrites it.
    """
    stated = catalog.stack.spec.grafana.data_sources.places
    names = {"loki": "loki", "jaeger": "traces"}
    found = [source for source in _signals(catalog) if names[source["type"]] not in stated]
    return _linked([{**source, "name": f"{source['name']} ({catalog.stack.spec.catalog})"} for source in found])


def exemplars(stack: Stack) -> list[dict[str, str]]:
    """Where an exemplar of Prometheus leads: to its trace on the service page; nothing where there are no traces.

    Not by ``datasourceUid``: Grafana then asks in Tempo's language, to which Jaeger's data source gives no answer.
    """
    if not stack.spec.traces:
        return []
    page = f"/d/{names.SERVICE_UID}?var-trace=${{__value.raw}}&viewPanel={TRACE_PANEL}"
    url = stack.spec.urls.grafana.rstrip("/") + page
    return [{"name": TRACE_LABEL, "url": url, "urlDisplayLabel": VIEW}]


def _linked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without correlations to what is not among them: one whose target is missing keeps Grafana from starting."""
    uids = {source["uid"] for source in found}
    made = []
    for source in found:
        kept = [link for link in source.pop("correlations", []) if link["targetUID"] in uids]
        made.append(source | ({"correlations": kept} if kept else {}))
    return made


def _signals(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Loki and Jaeger, where the stack has them."""
    stack, uids = catalog.stack, catalog.stack.spec.grafana.data_sources
    if stack.spec.logs:
        found = _source(stack, "Loki", uids.loki, stack.spec.logs.url)
        yield found | {"jsonData": lines.loki(stack), "correlations": lines.correlations(stack)}
    if stack.spec.traces:
        found = _source(stack, "Jaeger", uids.traces, stack.spec.traces.url)
        yield found | {"jsonData": traces.jaeger(catalog), "correlations": traces.correlations(catalog)}


def _prometheus(stack: Stack) -> dict[str, Any]:
    """Prometheus; what a central server is made of is not known, so that its kind is left to be found out."""
    lead = exemplars(stack)
    settings = {
        "httpMethod": "POST",
        "timeInterval": str(stack.spec.prometheus.scrape_interval),
        **({} if stack.is_global else {"prometheusType": "Prometheus"}),
        "manageAlerts": True,
        "alertmanagerUid": stack.spec.grafana.data_sources.alertmanager,
        **({"exemplarTraceIdDestinations": lead} if lead else {}),
    }
    uid = stack.spec.grafana.data_sources.prometheus
    made = _source(stack, "Prometheus", uid, addresses.prometheus(stack))
    return made | {"isDefault": True, "jsonData": settings}


def _alertmanager(stack: Stack) -> dict[str, Any]:
    uid = stack.spec.grafana.data_sources.alertmanager
    settings = {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
    return _source(stack, "Alertmanager", uid, addresses.alertmanager(stack)) | {"jsonData": settings}


def _source(stack: Stack, name: str, uid: str, url: str) -> dict[str, Any]:
    organisation = {"orgId": stack.spec.grafana.org_id} if stack.spec.grafana.org_id != 1 else {}
    about = {"name": name, "uid": uid, "type": name.lower(), "access": "proxy", "isDefault": False, "url": url}
    return about | organisation
