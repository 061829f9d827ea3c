"""``mode: overlay``: what merges into the values that a cluster has. No list is set: a list would replace theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import charts
from compiler.artifact import Artifact
from compiler.emit.provisioning.escape import provisioned
from compiler.emit.provisioning.sources import added, exemplars
from compiler.emit.values import buckets
from compiler.emit.values.document import Section, document, least_retention
from compiler.emit.values.histograms import WHY, histograms
from compiler.emit.values.loki import RECEIVER, receiver
from compiler.emit.values.rules import rules
from compiler.model.catalog import Catalog, Stack
from compiler.yaml_text import to_yaml

_ABOUT = """\
Goes before the values that the cluster has, so that what they say wins:
helm upgrade {release} prometheus-community/{name} --version {chart} -n {namespace} -f THIS -f YOURS
Nothing here is a list, for a list would replace yours. What a list or a setting of yours must hold, add by hand:"""
_RULES = """\
- Rules carry the label release: {release}. If your ruleSelector asks for another, state that under objects.labels."""
_RETENTION = "- prometheus.prometheusSpec.retention: at least {least}, the longest window and a day."
_SCRAPES = "- prometheus.prometheusSpec.scrapeInterval: at most {interval}, as the stack file says."
_FEATURES = (
    "- prometheus.prometheusSpec.enableFeatures: exemplar-storage, to get from a histogram to a trace. With it:"
)
_FOLDER = """\
- The folder {folder!r}: grafana.sidecar.dashboards.folderAnnotation: grafana_folder and
  provider.foldersFromFilesStructure: true. Without them dashboards lie where your provider puts them."""
_SOURCES = """\
- Data sources come in platform/manifests/data-sources.yaml, but for those whose uid the stack file states: they are
  yours. Before that file is applied, state the uids that your Grafana has already."""
_NO_MANIFESTS = """\
- Dashboards, data sources and routing come as objects: `manifests` is not among the outputs of the stack, so none is
  written."""
_ROUTING = """\
- Receivers, routes and inhibit rules come in platform/manifests/alertmanagerconfig.yaml. Your
  alertmanagerConfigSelector must take it. Your own routes get every alert as before."""
_OBSERVED = """\
- SLOs are observed only: their alerts carry severity: none, and a route of yours must send those to nobody."""
_BUCKETS = "- {monitor}.serviceMonitor.metricRelabelings: drop no bucket {bounds}. The chart's own without them:"
_PROMETHEUS = """\
The label tells clusters apart where several share an Alertmanager."""
_KEPT = "Retention is what the stack file states."
_STRATEGY = """\
Lets the AlertmanagerConfig in the namespace of Alertmanager see alerts of every namespace: each carries that of its
workload. Another AlertmanagerConfig in that namespace sees them too, then; those elsewhere stay as they are."""


def overlay(catalog: Catalog) -> Artifact:
    """The values that merge into others."""
    prometheus = catalog.stack.spec.prometheus
    where = {"release": prometheus.release, "chart": prometheus.chart, "namespace": prometheus.namespace}
    about = _ABOUT.format(name=charts.STACK, **where)
    return document(catalog, "\n".join([about, *_by_hand(catalog)]), _sections(catalog))


def routed(stack: Stack) -> bool:
    """Whether there is routing to be done by an AlertmanagerConfig."""
    return bool(stack.spec.alertmanager.receivers or stack.spec.alertmanager.heartbeat)


def _sections(catalog: Catalog) -> Iterator[Section]:
    stack = catalog.stack.spec
    made: dict[str, Any] = {"externalLabels": {"cluster": stack.cluster}}
    if stack.prometheus.retention:
        made["retention"] = str(stack.prometheus.retention)
    why = f"{_PROMETHEUS} {_KEPT}" if stack.prometheus.retention else _PROMETHEUS
    scraped = histograms(catalog)
    why, made = (f"{why}\n{WHY}", made | scraped) if scraped else (why, made)
    written = receiver(catalog)
    why, made = (f"{why}\n{RECEIVER}", made | written) if written else (why, made)
    yield Section(why, {"prometheus": {"prometheusSpec": made}})
    if routed(catalog.stack) and "manifests" in stack.outputs:
        strategy = {"type": "OnNamespaceExceptForAlertmanagerNamespace"}
        yield Section(
            _STRATEGY, {"alertmanager": {"alertmanagerSpec": {"alertmanagerConfigMatcherStrategy": strategy}}}
        )
    yield from rules(catalog)


def _by_hand(catalog: Catalog) -> Iterator[str]:
    stack = catalog.stack.spec
    yield _RULES.format(release=stack.prometheus.release)
    if not stack.prometheus.retention:
        yield _RETENTION.format(least=least_retention(catalog))
    yield _SCRAPES.format(interval=stack.prometheus.scrape_interval)
    yield from _links(catalog.stack)
    yield from _objects(catalog)
    if any(slo.alerting.mode == "observe" for service in catalog.services for slo in service.objectives):
        yield _OBSERVED
    for drop, needed in buckets.missed(catalog):
        bounds = ", ".join(f"le={bound}" for bound in sorted(needed, key=float))
        yield _BUCKETS.format(monitor=drop.monitor, bounds=bounds)
        yield _example(drop.without(needed))


def _links(stack: Stack) -> Iterator[str]:
    lead = exemplars(stack)
    if lead:
        yield _FEATURES
        settings = {"extraJsonData": {"exemplarTraceIdDestinations": provisioned(lead)}}
        yield _example({"grafana": {"sidecar": {"datasources": settings}}})


def _objects(catalog: Catalog) -> Iterator[str]:
    stack = catalog.stack
    if "manifests" not in stack.spec.outputs:
        yield _NO_MANIFESTS
        return
    if "dashboards" in stack.spec.outputs:
        yield _FOLDER.format(folder=stack.spec.grafana.folder)
    if added(catalog):
        yield _SOURCES
    if routed(stack):
        yield _ROUTING


def _example(values: dict[str, Any]) -> str:
    return "".join(f"    {line}\n" for line in to_yaml(values).splitlines()).rstrip("\n")
