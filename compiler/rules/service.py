"""The three rule groups of a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from compiler import names
from compiler.model.catalog import Catalog, Service
from compiler.rules.alerts import alerts
from compiler.rules.recording import recordings
from compiler.rules.rule import FAST, PERIOD, SPEEDS, Alert, Context, Group, Record, contexts
from compiler.rules.texts.annotations import annotate
from compiler.units import Duration

SLOW_INTERVAL = Duration.of("2m")


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is evaluated for a service."""

    groups: Mapping[str, Group]
    contexts: tuple[Context, ...]
    alerts: Mapping[str, tuple[Alert, ...]]
    """By SLO, with their texts."""


@lru_cache(maxsize=4)
def plan(catalog: Catalog, service: Service) -> Plan:
    """The rules of a service, all decided; made once for all that is written of a service."""
    found = contexts(catalog, service)
    written = {c.objective.name: tuple(_written(a, c) for a in alerts(c)) for c in found}
    return Plan({speed: _group(speed, found, written) for speed in SPEEDS}, found, written)


def groups(catalog: Catalog, service: Service) -> list[dict[str, Any]]:
    """The groups of a service as Prometheus reads them."""
    made = plan(catalog, service).groups
    return [made[speed].as_group() for speed in SPEEDS]


def _written(alert: Alert, context: Context) -> Alert:
    return replace(alert, annotations=annotate(alert, context))


def _group(speed: str, found: tuple[Context, ...], written: Mapping[str, tuple[Alert, ...]]) -> Group:
    first = found[0]
    interval = {FAST: first.interval, PERIOD: names.TILE}.get(speed, SLOW_INTERVAL)
    rules: list[Record | Alert] = []
    for context in found:
        rules += recordings(context, speed)
        rules += (alert for alert in written[context.objective.name] if alert.speed == speed)
    offset = first.catalog.stack.spec.prometheus.query_offset
    return Group(names.group(first.service.name, speed), interval, tuple(rules), offset)
