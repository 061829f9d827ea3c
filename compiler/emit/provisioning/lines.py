"""Log lines: how one leads to its trace, and by which label the lines of a service are found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from compiler.emit.provisioning.links import TRACE_LABEL, VIEW, correlation
from compiler.model.catalog import Catalog, Stack

OTLP_SERVICE = "service_name"
"""The label that a service's log lines carry where they come by OTLP."""
_TEXT = r'"?trace_?[iI][dD]"?[=:]\s*"?(\w+)'
"""A trace's id in the text of a line: ``trace_id=…``, ``"traceId": "…"``."""


def loki(stack: Stack) -> dict[str, Any]:
    """Settings of Loki's data source: a line's trace, by the label beside it or by its text."""
    if not stack.spec.traces:
        return {}
    lead = {
        "datasourceUid": stack.spec.grafana.data_sources.traces,
        "url": "${__value.raw}",
        "urlDisplayLabel": VIEW,
    }
    return {
        "derivedFields": [
            {"name": "TraceID", "matcherType": "label", "matcherRegex": TRACE_LABEL, **lead},
            {"name": "TraceIDText", "matcherType": "regex", "matcherRegex": _TEXT, **lead},
        ]
    }


def correlations(stack: Stack) -> list[dict[str, Any]]:
    """From a line, in Explore, to the trace whose id stands in its text."""
    if not stack.spec.traces:
        return []
    found = {"type": "regex", "field": "Line", "expression": _TEXT, "mapValue": "traceID"}
    target = {"query": "${traceID}"}
    about = "The trace whose id stands in the text of the line."
    traces = stack.spec.grafana.data_sources.traces
    return [correlation(traces, "Trace of the line", about, "Line", target, found)]


def service_label(catalog: Catalog) -> str:
    """The label of log lines that holds what traces call the service: the one that most services name so."""
    seen = Counter(
        label
        for service in catalog.services
        if service.logs and service.traces
        for label, value in service.logs.selector.items()
        if value == service.traces.service
    )
    return min(seen, key=lambda label: (-seen[label], label)) if seen else OTLP_SERVICE


def of_trace(label: str, service: str, trace: str) -> str:
    """The lines of a trace. By OTLP its id stands beside the line, otherwise in the text.

    Args:
        label: that holds the service.
        service: the rest of its condition, like ``=~".+"``.
        trace: the variable that holds the id.
    """
    beside = f'| {TRACE_LABEL}="{trace}"' if label == OTLP_SERVICE else f'|= "{trace}"'
    return f"{{{label}{service}}} {beside}"
