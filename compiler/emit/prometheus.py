"""The rules of a service: plain rule files, and the same groups as one object of the operator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from compiler import names
from compiler.artifact import Artifact, Emitter, header, indented
from compiler.model.catalog import Catalog, Service
from compiler.rules.rule import SPEEDS
from compiler.rules.service import Plan, plan
from compiler.yaml_text import to_yaml

APPLY_LIMIT = 250 * 1024
"""Bytes above which an object is split by SLO: kubectl apply keeps a copy in an annotation of at most 256 KiB."""


def rules(catalog: Catalog, service: Service) -> Iterator[Artifact]:
    """``rules/{fast,slow,period}.yaml`` and ``prometheusrule.yaml``; each group is written out once."""
    made = plan(catalog, service)
    texts = {speed: to_yaml([made.groups[speed].as_group()]) for speed in SPEEDS}
    head, folder = header(service.sources), f"services/{service.name}"
    for speed, text in texts.items():
        yield Artifact(f"{folder}/rules/{speed}.yaml", f"{head}groups:\n{text}", service.sources)
    if catalog.stack.spec.prometheus.rules == "objects":
        whole = _object(catalog, service, names.rule_object(service.name), texts.values())
        parts = [whole] if len(whole.encode()) <= APPLY_LIMIT else _split(catalog, service, made)
        yield Artifact(f"{folder}/prometheusrule.yaml", head + "---\n".join(parts), service.sources)


def _split(catalog: Catalog, service: Service, made: Plan) -> list[str]:
    """One object an SLO: its rules stand together, and no rule reads one of another SLO."""
    parts = []
    for context in made.contexts:
        name = context.objective.name
        groups = [made.groups[speed] for speed in SPEEDS]
        own = [replace(g, rules=tuple(r for r in g.rules if r.labels["slo"] == name)) for g in groups]
        texts = [to_yaml([group.as_group()]) for group in own]
        parts.append(_object(catalog, service, f"{names.rule_object(service.name)}-{name}", texts))
    return parts


def _object(catalog: Catalog, service: Service, name: str, groups: Iterable[str]) -> str:
    spec = "spec:\n  groups:\n" + "".join(indented(text, 2) for text in groups)
    return to_yaml(_head(catalog, service, name)) + spec


def _head(catalog: Catalog, service: Service, name: str) -> dict[str, object]:
    stack = catalog.stack.spec
    beside = stack.objects.namespace == "workload" and service.namespace
    labels = {
        "release": stack.prometheus.release,
        "app.kubernetes.io/managed-by": "slo-compiler",
        "slo-compiler.dev/catalog": stack.catalog,
        "slo-compiler.dev/service": service.name,
        **stack.objects.labels,
    }
    annotations = {"annotations": dict(stack.objects.annotations)} if stack.objects.annotations else {}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": name,
            "namespace": service.namespace if beside else catalog.stack.objects_namespace,
            "labels": labels,
            **annotations,
        },
    }


EMITTER = Emitter("rules", service=rules)
