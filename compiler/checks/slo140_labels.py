"""SLO140 and SLO141: labels that the rules themselves set, or that the cluster sets."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.checks.check import Check
from compiler.diagnostics import Report, Span
from compiler.model.catalog import Catalog

RESERVED = (
    "service", "slo", "slo_tier", "state", "severity", "alertname", "team", "objective", "catalog", "window",
    "namespace", "cluster",
)  # fmt: skip
INFO = (
    "indicator", "page_above", "workload", "workload_kind", "autoscaler", "log_selector", "log_errors",
    "trace_service", "trace_tag", "selector_total", "selector_errors", "split_by", "latency_bucket", "unit",
)  # fmt: skip
"""Labels of slo:info; a service's own labels stand beside them."""


def run(catalog: Catalog, report: Report) -> None:
    """Labels of services, SLOs and tiers."""
    for service in catalog.services:
        _reserved(service.labels, service.span, (*RESERVED, *INFO), report)
        for objective in service.objectives:
            _reserved(objective.alerting.labels, objective.alerting.at("labels"), RESERVED, report)
            for tier in objective.tiers:
                _reserved(tier.labels, objective.alerting.at("policy"), RESERVED, report)


def _reserved(labels: Mapping[str, str], span: Span, names: tuple[str, ...], report: Report) -> None:
    for name in labels:
        if name in names:
            report.error("SLO140", f"the label {name!r} is reserved", span, f"give it another name, like my_{name}")
        elif name.startswith("__"):
            report.error("SLO140", f"the label {name!r} is Prometheus' own", span, name.strip("_"))


CHECK = Check(("SLO140",), "Labels do not clash with those of the rules.", run)
