"""SLO140 and SLO141: labels that the rules themselves set, or that the cluster sets."""

from __future__ import annotations

from compiler.checks.check import RESERVED, Check
from compiler.diagnostics import Report, Span
from compiler.model.catalog import Catalog

INFO = (
    "indicator", "page_above", "workload", "workload_kind", "autoscaler", "log_selector", "log_errors",
    "trace_service", "trace_tag", "selector_total", "selector_errors", "selector_good", "split_by", "latency_bucket",
    "bad_events", "value_series", "unit", "source_file", "runbook", "group_by", "time_zone",
)  # fmt: skip
"""Labels of slo:info; a service's own labels stand beside them."""


EXTERNAL = ("prometheus", "prometheus_replica")
"""External labels that the operator sets on every Prometheus; where they clash, an alert's own label wins."""


def run(catalog: Catalog, report: Report) -> None:
    """Labels of services, SLOs and tiers."""
    for service in catalog.services:
        for name in service.labels:
            _label(name, service.at(f"labels.{name}"), (*RESERVED, *INFO), report)
        for objective in service.objectives:
            alerting = objective.alerting
            for said in (alerting, alerting.page, alerting.ticket, alerting.budget):
                for name in said.labels:
                    _label(name, said.at(f"labels.{name}"), RESERVED, report)
            for tier in objective.tiers:
                for name in tier.labels:
                    _label(name, objective.alerting.at("policy"), RESERVED, report, f" of the tier {tier.name!r}")


def _label(name: str, span: Span, reserved: tuple[str, ...], report: Report, whose: str = "") -> None:
    if name in reserved:
        text = f"the label {name!r}{whose} is reserved: the rules set it themselves"
        report.error("SLO140", text, span, f"give it another name, like my_{name}")
    elif name.startswith("__"):
        hint = f"write {name.strip('_')}" if name.strip("_") else ""
        report.error("SLO140", f"the label {name!r}{whose} is Prometheus' own", span, hint)
    elif name in EXTERNAL:
        text = f"the label {name!r}{whose} clashes with an external label of the cluster's Prometheus"
        report.warning("SLO141", text, span, f"give it another name, like my_{name}")


CHECK = Check(("SLO140", "SLO141"), "Labels do not clash with those of the rules and of the cluster.", run)
