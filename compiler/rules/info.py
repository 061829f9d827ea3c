"""The labels of slo:info."""

from __future__ import annotations

from compiler import names
from compiler.burn.timing import threshold
from compiler.logql import unescaped_stream
from compiler.model.catalog import Tier
from compiler.rules.rule import Context
from compiler.units import decimal_text


def info(context: Context) -> dict[str, str]:
    """The labels of slo:info: all that dashboards need to know of an SLO; empty ones are left out."""
    service, objective = context.service, context.objective
    tiers = paging(context)
    pages = [threshold(objective.objective, tier) for tier in tiers]
    labels = dict(service.labels) | {
        "team": service.owner.team,
        "objective": objective.objective.as_percent,
        "window": objective.window_name,
        "time_zone": objective.period.zone if objective.period else "",
        "group_by": ", ".join(context.grouped_by),
        "catalog": context.catalog.stack.spec.catalog,
        "indicator": objective.indicator.declared_kind or context.kind.kind,
        "page_above": decimal_text(min(pages)) if pages else "",
        "page_tiers": f";{';'.join(tier_name(tier) for tier in tiers)};" if tiers else "",
        "depends_on": ";".join(service.depends_on),
        "source_file": service.span.file,
        "runbook": names.runbook_path(service.name, context.alert_name(names.BURN, "page")),
        **_workload(context),
        **_evidence(context),
        **context.kind.facts(objective.indicator.spec, context.frame),
    }
    return dict(context.identity) | {name: text for name, text in labels.items() if text}


def paging(context: Context) -> tuple[Tier, ...]:
    """The tiers by which it pages; none where its mode does not."""
    if context.reaction("page") != "page":
        return ()
    return tuple(tier for tier in context.objective.tiers if tier.alert == "page")


def tier_name(tier: Tier) -> str:
    """``14.4 (1h, 5m)``: the factor and both windows."""
    return f"{tier.factor} ({tier.long}, {tier.short})"


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
        found |= {"log_selector": unescaped_stream(service.logs.selector), "log_errors": service.logs.errors}
    if service.traces and stack.traces:
        found |= {"trace_service": service.traces.service, "trace_tag": service.traces.failed_tag}
    return found
