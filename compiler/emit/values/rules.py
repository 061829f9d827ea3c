"""All rules inside the chart's values, for clusters where only Helm may write."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from compiler import names
from compiler.emit.prometheus import APPLY_LIMIT
from compiler.emit.values.document import Section
from compiler.model.catalog import Catalog, Service
from compiler.rules.meta.alert import NAME
from compiler.rules.meta.group import group
from compiler.rules.service import groups, plan
from compiler.yaml_text import to_yaml

_LONGEST = 36
"""The chart puts its full name, at most 26 characters, in front, and cuts the whole at 63 without a word."""
_WHY = """\
Every rule. The chart makes one PrometheusRule of each entry, and none is a template of Helm's.
A release keeps all values in one Secret of at most 1 MiB, compressed."""
_CHARTS_OWN = ("app", "app.kubernetes.io/", "chart", "release", "heritage")


def rules(catalog: Catalog) -> Iterator[Section]:
    """The section of rules; none where they travel as objects, or not at all."""
    stack = catalog.stack.spec
    if stack.prometheus.rules == "values" and "rules" in stack.outputs:
        entries = {
            entry: _entry(catalog, service, made)
            for service in catalog.services
            for entry, made in _parts(catalog, service)
        }
        if entries:
            entries[entry_name(f"slo-{NAME}")] = {"additionalLabels": _labels(catalog), "groups": [group(catalog)]}
            yield Section(_WHY, {"additionalPrometheusRulesMap": entries})


def _parts(catalog: Catalog, service: Service) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The groups of a service under its name; by SLO where they are more than an object should hold."""
    whole, name = groups(catalog, service), names.rule_object(service.name)
    if len(to_yaml(whole).encode()) <= APPLY_LIMIT:
        yield entry_name(name), whole
        return
    made = plan(catalog, service)
    for context in made.contexts:
        slo = context.objective.name
        own = [replace(g, rules=tuple(r for r in g.rules if r.labels["slo"] == slo)) for g in made.groups.values()]
        yield entry_name(f"{name}-{slo}"), [group.as_group() for group in own]


def entry_name(name: str) -> str:
    """A name that the chart does not cut: a long one ends in a hash, so that no two become one."""
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _entry(catalog: Catalog, service: Service, made: list[dict[str, Any]]) -> dict[str, Any]:
    return {"additionalLabels": _labels(catalog, service), "groups": made}


def _labels(catalog: Catalog, service: Service | None = None) -> dict[str, str]:
    own = {
        "slo-compiler.dev/catalog": catalog.stack.spec.catalog,
        **({"slo-compiler.dev/service": service.name} if service else {}),
        **catalog.stack.spec.objects.labels,
    }
    return {name: text for name, text in own.items() if not name.startswith(_CHARTS_OWN)}
