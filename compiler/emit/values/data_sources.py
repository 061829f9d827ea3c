"""Grafana's data sources, and how one leads to the other: metric to trace, log line to trace, trace to both.

The keys are Grafana's own, spelt as its provisioning reads them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from compiler.model.catalog import Catalog, Stack

TRACE_LABEL = "trace_id"
"""What OpenTelemetry calls a trace's id, on exemplars and beside log lines."""
OTLP_SERVICE = "service_name"
"""The label that a service's log lines carry where they come by OTLP."""
_TEXT = r'"?trace_?[iI][dD]"?[=:]\s*"?(\w+)'
"""A trace's id in the text of a line: ``trace_id=…``, ``"traceId": "…"``."""


def data_sources(catalog: Catalog, added: bool = False) -> list[dict[str, Any]]:
    """Loki and Jaeger as provisioning files list them; Prometheus is the chart's own.

    Args:
        catalog: the stack and its services.
        added: to a Grafana that has its own. One whose uid the stack file states is there already and left out, and
            names are told apart by the catalogue: Grafana finds a data source by its name and overwrites it.
    """
    spec = catalog.stack.spec
    uids, suffix = spec.grafana.data_sources, f" ({spec.catalog})" if added else ""
    stated = uids.places if added else {}
    found = []
    if spec.logs and "loki" not in stated:
        made = _source(catalog.stack, f"Loki{suffix}", "loki", uids.loki, spec.logs.url)
        found.append(made | {"jsonData": _loki(catalog.stack)})
    if spec.traces and "traces" not in stated:
        made = _source(catalog.stack, f"Jaeger{suffix}", "jaeger", uids.traces, spec.traces.url)
        found.append(made | {"jsonData": _jaeger(catalog)})
    return [_provisioned(source) for source in found]


def exemplars(stack: Stack) -> dict[str, str]:
    """Where an exemplar of the chart's Prometheus data source leads; nothing where there are no traces."""
    if not stack.spec.traces:
        return {}
    return {
        "datasourceUid": stack.spec.grafana.data_sources.traces,
        "traceIdLabelName": TRACE_LABEL,
        "urlDisplayLabel": "View trace",
    }


def _source(stack: Stack, name: str, kind: str, uid: str, url: str) -> dict[str, Any]:
    organisation = {"orgId": stack.spec.grafana.org_id} if stack.spec.grafana.org_id != 1 else {}
    return {"name": name, "uid": uid, "type": kind, "access": "proxy", "isDefault": False, "url": url} | organisation


def _loki(stack: Stack) -> dict[str, Any]:
    """A line's trace, by the label beside it or by its text."""
    if not stack.spec.traces:
        return {}
    lead = {
        "datasourceUid": stack.spec.grafana.data_sources.traces,
        "url": "${__value.raw}",
        "urlDisplayLabel": "View trace",
    }
    return {
        "derivedFields": [
            {"name": "TraceID", "matcherType": "label", "matcherRegex": TRACE_LABEL, **lead},
            {"name": "TraceIDText", "matcherType": "regex", "matcherRegex": _TEXT, **lead},
        ]
    }


def _jaeger(catalog: Catalog) -> dict[str, Any]:
    uids = catalog.stack.spec.grafana.data_sources
    made: dict[str, Any] = {
        "nodeGraph": {"enabled": True},
        "traceIdTimeParams": {"enabled": True},
        "spanBar": {"type": "Tag", "tag": "http.response.status_code"},
        "tracesToMetrics": {
            "datasourceUid": uids.prometheus,
            "spanStartTimeShift": "-2m",
            "spanEndTimeShift": "2m",
            "tags": [{"key": "service.name", "value": OTLP_SERVICE}],
            "queries": [
                {"name": "Calls per second", "query": _calls("$__tags")},
                {"name": "Failed calls per second", "query": _calls('$__tags,status_code="STATUS_CODE_ERROR"')},
            ],
        },
    }
    return made | ({"tracesToLogsV2": _lines(catalog)} if catalog.stack.spec.logs else {})


def _calls(matchers: str) -> str:
    """Calls per second by the span metrics of the OpenTelemetry collector."""
    return f"sum(rate(traces_span_metrics_calls_total{{{matchers}}}[5m]))"


def _lines(catalog: Catalog) -> dict[str, Any]:
    """A span's log lines. By OTLP the trace's id stands beside the line, otherwise in its text."""
    label = _service_label(catalog)
    beside = f' | {TRACE_LABEL}="${{__trace.traceId}}"'
    return {
        "datasourceUid": catalog.stack.spec.grafana.data_sources.loki,
        "spanStartTimeShift": "-5m",
        "spanEndTimeShift": "5m",
        "filterByTraceID": False,
        "filterBySpanID": False,
        "tags": [{"key": "service.name", "value": label}],
        "customQuery": True,
        "query": "{${__tags}}" + (beside if label == OTLP_SERVICE else ' |= "${__trace.traceId}"'),
    }


def _service_label(catalog: Catalog) -> str:
    """The label of log lines that holds what traces call the service: the one that most services name so."""
    seen = Counter(
        label
        for service in catalog.services
        if service.logs and service.traces
        for label, value in service.logs.selector.items()
        if value == service.traces.service
    )
    return min(seen, key=lambda label: (-seen[label], label)) if seen else OTLP_SERVICE


def _provisioned(value: Any) -> Any:
    """``$`` doubled: a provisioning file would put the environment in its place."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _provisioned(item) for key, item in value.items()}
    return [_provisioned(item) for item in value] if isinstance(value, list) else value
