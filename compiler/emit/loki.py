"""Rules of Loki's ruler: what counts the lines of indicators that are made of logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import names
from compiler.artifact import Artifact, Emitter, header
from compiler.model.catalog import Catalog, Service
from compiler.rules.rule import Context, contexts
from compiler.sli.logs import SLI
from compiler.units import Duration
from compiler.yaml_text import to_yaml

FOLDER = "platform/loki"
INTERVAL = Duration.of("1m")
"""Each evaluation counts the lines of one minute; every other interval would count some twice or never."""


def loki(catalog: Catalog, service: Service) -> Iterator[Artifact]:
    """``platform/loki/<service>.yaml``, where a service has such an indicator."""
    text = rules(catalog, service)
    if text:
        yield Artifact(f"{FOLDER}/{service.name}.yaml", header(service.sources) + text, service.sources)


def rules(catalog: Catalog, service: Service) -> str:
    """The groups of a service as Loki's ruler reads them; empty where it has none."""
    found = [rule for context in contexts(catalog, service) for rule in _rules(context)]
    if not found:
        return ""
    return to_yaml(
        {"groups": [{"name": names.group(service.name, "logs"), "interval": str(INTERVAL), "rules": found}]}
    )


def counts(catalog: Catalog) -> bool:
    """Whether anything is counted by Loki's ruler."""
    return any(is_counted(context) for service in catalog.services for context in contexts(catalog, service))


def is_counted(context: Context) -> bool:
    """Whether the events of an SLO are."""
    return context.kind is SLI


def _rules(context: Context) -> Iterator[dict[str, Any]]:
    if is_counted(context):
        for name, expr in SLI.counts(context.objective.indicator.spec, context.frame):
            yield {"record": name, "expr": expr, "labels": dict(context.identity)}


EMITTER = Emitter("loki", service=loki)
