"""Traces: how a span leads to its log lines and to its numbers.

Jaeger keeps ``service.name`` apart from the tags of a process, so that ``${__tags}`` cannot name the service of a
span: the links of a span go by the trace's id and by the span's name. Correlations can, by the field ``serviceName``.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from compiler.emit.provisioning.lines import of_trace, service_label
from compiler.emit.provisioning.links import correlation
from compiler.model.catalog import Catalog
from compiler.promql import Matcher, Selector
from compiler.rules.rule import contexts

_FAILED = Matcher("status_code", "=", "STATUS_CODE_ERROR")


def jaeger(catalog: Catalog) -> dict[str, Any]:
    """Settings of Jaeger's data source.

    ``traceQuery`` is Tempo's. ``traceIdTimeParams`` is left off: Grafana sends milliseconds where Jaeger reads
    microseconds, so that a store that heeds them would look in 1970.
    """
    calls = span_metrics(catalog)
    return {
        "nodeGraph": {"enabled": True},
        "spanBar": {"type": "Tag", "tag": "http.response.status_code"},
        **({"tracesToMetrics": _numbers(catalog, calls)} if calls else {}),
        **({"tracesToLogsV2": _lines(catalog)} if catalog.stack.spec.logs else {}),
    }


def correlations(catalog: Catalog) -> list[dict[str, Any]]:
    """From a span, in Explore, to the lines of its service in its trace, and to the calls of its service."""
    uids, calls, found = catalog.stack.spec.grafana.data_sources, span_metrics(catalog), []
    if catalog.stack.spec.logs:
        expr = of_trace(service_label(catalog), '="${serviceName}"', "${traceID}")
        about = "Lines of the span's service with the id of its trace."
        found.append(
            correlation(uids.loki, "Log lines of the service in this trace", about, "traceID", {"expr": expr})
        )
    if calls:
        expr = _rate(calls, "span_kind, status_code", Matcher("service_name", "=", "${serviceName}"))
        about = "Calls per second of the span's service, by kind of span and how they ended."
        found.append(
            correlation(uids.prometheus, "Calls of the service", about, "serviceName", {"expr": expr, "range": True})
        )
    return found


def span_metrics(catalog: Catalog) -> str:
    """The counter of calls that SLOs of this stack are made of, the commonest one; empty where none is."""
    seen = Counter(
        feed.selector.metric
        for service in catalog.services
        for context in contexts(catalog, service)
        for feed in context.kind.reads(context.objective.indicator.spec)
        if feed.selector.on("span_kind") and not feed.selector.on("le")
    )
    return min(seen, key=lambda name: (-seen[name], name)) if seen else ""


def _numbers(catalog: Catalog, calls: str) -> dict[str, Any]:
    """Calls of the span's operation, two minutes around it: each service that has one of this name is a line."""
    named = Matcher("span_name", "=", "${__span.name}")
    return {
        "datasourceUid": catalog.stack.spec.grafana.data_sources.prometheus,
        "spanStartTimeShift": "-2m",
        "spanEndTimeShift": "2m",
        "queries": [
            {"name": "Calls per second", "query": _rate(calls, "service_name", named)},
            {"name": "Failed calls per second", "query": _rate(calls, "service_name", named, _FAILED)},
        ],
    }


def _rate(calls: str, by: str, *matchers: Matcher) -> str:
    return f"sum by ({by}) (rate({Selector(calls, matchers)}[5m]))"


def _lines(catalog: Catalog) -> dict[str, Any]:
    """Lines of the trace, of every service that took part, from five minutes before the span to five after it."""
    return {
        "datasourceUid": catalog.stack.spec.grafana.data_sources.loki,
        "spanStartTimeShift": "-5m",
        "spanEndTimeShift": "5m",
        "filterByTraceID": False,
        "filterBySpanID": False,
        "customQuery": True,
        "query": of_trace(service_label(catalog), '=~".+"', "${__trace.traceId}"),
    }
