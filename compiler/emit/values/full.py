"""``mode: full``: everything that the stack file decides, for a cluster that is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import charts
from compiler.artifact import Artifact
from compiler.emit.provisioning.escape import provisioned, templated
from compiler.emit.provisioning.sources import data_sources
from compiler.emit.values import alertmanager, buckets
from compiler.emit.values.document import Section, document, least_retention
from compiler.emit.values.histograms import WHY, histograms
from compiler.emit.values.loki import RECEIVER, receiver
from compiler.emit.values.rules import rules
from compiler.model.catalog import Catalog, Stack

_ABOUT = """\
The whole of a new cluster's values. Lists replace lists: what another values file sets of them replaces these.
helm upgrade --install {release} prometheus-community/{name} --version {chart} -n {namespace} -f THIS"""
_PROMETHEUS = """\
Rules are found by the label release, in every namespace. Retention covers the longest window and a day.
Exemplars, which lead from a histogram to a trace, are kept in memory."""
_ALERTMANAGER = """\
Secrets are mounted as files under /etc/alertmanager/secrets; none is written here. The first four inhibit rules and
the receiver 'null' are the chart's own. A budget that is spent is told every five days, not every twelve hours.
Alertmanager needs nothing of the Kubernetes API, so it gets no token."""
_MAIL = "Mail needs config.global.smtp_smarthost and smtp_from, from a values file of your own."
_GRAFANA = """\
Dashboards and data sources come as ConfigMaps by their labels, from the namespaces named here and no others.
All of Grafana's own data sources are in the list, as in platform/provisioning; $$ stands for $ there."""
_BUCKETS = "The chart drops buckets that an SLO counts by: {bounds}. This is its relabeling without them."


def full(catalog: Catalog) -> Artifact:
    """The values of a new cluster."""
    prometheus = catalog.stack.spec.prometheus
    where = {"release": prometheus.release, "chart": prometheus.chart, "namespace": prometheus.namespace}
    return document(catalog, _ABOUT.format(name=charts.STACK, **where), _sections(catalog))


def _sections(catalog: Catalog) -> Iterator[Section]:
    stack = catalog.stack
    scraped = histograms(catalog)
    why = f"{_PROMETHEUS}\n{WHY}" if scraped else _PROMETHEUS
    written = receiver(catalog)
    why = f"{why}\n{RECEIVER}" if written else why
    yield Section(why, {"prometheus": {"prometheusSpec": _prometheus(catalog) | scraped | written}})
    mail = any(receiver.email for receiver in stack.spec.alertmanager.receivers)
    yield Section(f"{_ALERTMANAGER}\n{_MAIL}" if mail else _ALERTMANAGER, {"alertmanager": _alertmanager(stack)})
    yield Section(_GRAFANA, {"grafana": _grafana(catalog)})
    for drop, needed in buckets.missed(catalog):
        bounds = ", ".join(f"le={bound}" for bound in sorted(needed, key=float))
        yield Section(_BUCKETS.format(bounds=bounds), drop.without(needed))
    yield from rules(catalog)


def _prometheus(catalog: Catalog) -> dict[str, Any]:
    stack = catalog.stack.spec
    set_here = stack.prometheus
    offset = {"ruleQueryOffset": str(set_here.query_offset)} if set_here.query_offset.milliseconds else {}
    return {
        "ruleSelector": {"matchLabels": {"release": set_here.release}},
        "ruleNamespaceSelector": {},
        "externalLabels": {"cluster": stack.cluster},
        **({"externalUrl": stack.urls.prometheus} if stack.urls.prometheus else {}),
        "scrapeInterval": str(set_here.scrape_interval),
        "evaluationInterval": str(set_here.rule_interval),
        **offset,
        "replicas": set_here.replicas,
        "retention": str(set_here.retention or least_retention(catalog)),
        "storageSpec": _volume(set_here.storage),
        "enableFeatures": ["exemplar-storage"],
        "exemplars": {"maxSize": 100_000},
    }


def _alertmanager(stack: Stack) -> dict[str, Any]:
    secrets = alertmanager.secrets(stack)
    address = stack.spec.urls.alertmanager
    return {
        "serviceAccount": {"automountServiceAccountToken": False},
        "alertmanagerSpec": {
            "automountServiceAccountToken": False,
            **({"externalUrl": address} if address else {}),
            "replicas": min(stack.spec.prometheus.replicas, 2),
            # Longer than any pause between two notices, which Alertmanager forgets with its data.
            "retention": "240h",
            "storage": _volume("1Gi"),
            **({"secrets": secrets} if secrets else {}),
        },
        "config": alertmanager.config(stack),
    }


def _volume(size: str) -> dict[str, Any]:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"volumeClaimTemplate": {"spec": claim}}


def _grafana(catalog: Catalog) -> dict[str, Any]:
    stack = catalog.stack.spec
    admin = {"existingSecret": stack.grafana.admin_secret, "userKey": "admin-user", "passwordKey": "admin-password"}
    return {
        **({"admin": admin} if stack.grafana.admin_secret else {}),
        **({"grafana.ini": {"server": {"root_url": stack.urls.grafana}}} if stack.urls.grafana else {}),
        "rbac": {"namespaced": True, "namespaces": _namespaces(catalog.stack)[1:]},
        "sidecar": {"dashboards": _dashboards(catalog.stack), "datasources": _sources(catalog.stack)},
        "additionalDataSources": templated(provisioned(data_sources(catalog))),
    }


def _namespaces(stack: Stack) -> list[str]:
    """Where dashboards are: the chart's own first."""
    return list(dict.fromkeys([stack.spec.prometheus.namespace, stack.objects_namespace]))


def _dashboards(stack: Stack) -> dict[str, Any]:
    organisation = {"orgid": stack.spec.grafana.org_id} if stack.spec.grafana.org_id != 1 else {}
    return {
        "enabled": True,
        "label": "grafana_dashboard",
        "labelValue": "1",
        "resource": "configmap",
        "searchNamespace": _namespaces(stack),
        "folderAnnotation": "grafana_folder",
        "provider": {"foldersFromFilesStructure": True, "allowUiUpdates": False, **organisation},
    }


def _sources(stack: Stack) -> dict[str, Any]:
    """Where data sources of others are looked for; the chart's own two are in the list, with all that we set."""
    return {
        "enabled": True,
        "defaultDatasourceEnabled": False,
        "label": "grafana_datasource",
        "labelValue": "1",
        "resource": "configmap",
        "uid": stack.spec.grafana.data_sources.prometheus,
        "alertmanager": {"enabled": False},
    }
