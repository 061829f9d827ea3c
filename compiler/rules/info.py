"""The labels of slo:info."""

from __future__ import annotations

from compiler import names
from compiler.burn.timing import threshold
from compiler.logql import stream
from compiler.rules.rule import Context
from compiler.units import decimal_text


def info(context: Context) -> dict[str, str]:
    """The labels of slo:info: all that dashboards need to know of an SLO; empty ones are left out."""
    service, objective = context.service, context.objective
    paging = [t for t in objective.tiers if t.alert == "page" and context.reaction("page") == "page"]
    pages = [threshold(objective.objective, tier) for tier in paging]
    labels = dict(service.labels) | {
        "team": service.owner.team,
        "objective": objective.objective.as_percent,
        "window": objective.window_name,
        "time_zone": objective.period.zone if objective.period else "",
        "group_by": ", ".join(context.grouped_by),
        "catalog": context.catalog.stack.spec.catalog,
        "indicator": context.kind.kind,
        "page_above": decimal_text(min(pages)) if pages else "",
        "source_file": service.span.file,
        "runbook": names.runbook_path(service.name, context.alert_name(names.BURN, "page")),
        **_workload(context),
        **_evidence(context),
        **context.kind.facts(objective.indicator.spec, context.frame),
    }
    return dict(context.identity) | {name: text for name, text in labels.items() if text}


def _workload(context: Context) -> dict[str, str]:
    workload = context.service.workload
    if not workload:
        return {}
    return {
        "namespace": workload.namespace,
        "workload_kind": workload.kind,
        "workload": workload.name,
        "autoscaler": workload.autoscaler,
    }


def _evidence(context: Context) -> dict[str, str]:
    service, stack = context.service, context.catalog.stack.spec
    found: dict[str, str] = {}
    if service.logs and stack.logs:
        found |= {"log_selector": stream(service.logs.selector), "log_errors": service.logs.errors}
    if service.traces and stack.traces:
        found |= {"trace_service": service.traces.service, "trace_tag": service.traces.failed_tag}
    return found
