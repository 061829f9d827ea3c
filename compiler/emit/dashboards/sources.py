"""Data sources, chosen by variables: what a page asks, and what stands there until somebody chooses another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.emit.dashboards.grafana import Source
from compiler.model.catalog import Catalog

METRICS = Source("prometheus", "${prometheus_datasource}")
LOGS = Source("loki", "${loki_datasource}")
TRACES = Source("jaeger", "${jaeger_datasource}")
_LABELS = {"prometheus": "Prometheus data source", "loki": "Loki data source", "jaeger": "Jaeger data source"}
_SHOWN, _HIDDEN = 0, 2


def variable_of(source: Source) -> str:
    """The variable that holds a data source's uid."""
    return source.uid[2:-1]


def metrics(catalog: Catalog, shown: bool = True) -> dict[str, Any]:
    """The choice of a Prometheus.

    Hidden where a page has no room: Grafana then takes the one that the stack names, or that a link carries, else the
    first of its type.
    """
    return _choice(METRICS, catalog.stack.spec.grafana.data_sources.prometheus, shown)


def evidence(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """The choices of a Loki and a Jaeger, of those that the stack has; hidden, for want of room."""
    stack = catalog.stack.spec
    if stack.logs:
        yield _choice(LOGS, stack.grafana.data_sources.loki, shown=False)
    if stack.traces:
        yield _choice(TRACES, stack.grafana.data_sources.traces, shown=False)


def _choice(source: Source, uid: str, shown: bool) -> dict[str, Any]:
    return {
        "type": "datasource",
        "name": variable_of(source),
        "label": _LABELS[source.type],
        "query": source.type,
        "current": {"text": uid, "value": uid},
        "hide": _SHOWN if shown else _HIDDEN,
        "includeAll": False,
        "multi": False,
        "options": [],
        "refresh": 1,
        "regex": "",
    }
