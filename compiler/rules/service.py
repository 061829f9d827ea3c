"""The rule groups of a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from compiler import names
from compiler.model.catalog import Catalog, Service
from compiler.rules.alerts import alerts
from compiler.rules.recording import recordings, slices_group
from compiler.rules.rule import FAST, PERIOD, SLOW, SPEEDS, Alert, Context, Group, Record, contexts
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
    slices = sorted({group for c in found if (group := slices_group(c))})
    return Plan({speed: _group(speed, found, written) for speed in (*slices, *SPEEDS)}, found, written)


def groups(catalog: Catalog, service: Service) -> list[dict[str, Any]]:
    """The groups of a service as Prometheus reads them."""
    made = plan(catalog, service).groups
    return [group.as_group() for group in made.values()]


def _written(alert: Alert, context: Context) -> Alert:
    return replace(alert, annotations=annotate(alert, context))


def _group(speed: str, found: tuple[Context, ...], written: Mapping[str, tuple[Alert, ...]]) -> Group:
    first = found[0]
    intervals = {FAST: first.interval, SLOW: SLOW_INTERVAL, PERIOD: names.TILE}
    intervals |= {slices_group(c): c.sliced.length for c in found if c.sliced}
    rules: list[Record | Alert] = []
    for context in found:
        rules += recordings(context, speed)
        rules += (alert for alert in written[context.objective.name] if alert.speed == speed)
    offset = first.catalog.stack.spec.prometheus.query_offset
    return Group(names.group(first.service.name, speed), intervals[speed], tuple(rules), offset)
