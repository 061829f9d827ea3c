"""The rules of a service: plain rule files, and the same groups as one object of the operator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from compiler import names
from compiler.artifact import Artifact, Emitter, header, indented
from compiler.model.catalog import Catalog, Service
from compiler.rules.meta.alert import NAME
from compiler.rules.meta.group import group
from compiler.rules.service import Plan, plan
from compiler.yaml_text import to_yaml

APPLY_LIMIT = 250 * 1024
"""Bytes above which an object is split by SLO: kubectl apply keeps a copy in an annotation of at most 256 KiB."""


def rules(catalog: Catalog, service: Service) -> Iterator[Artifact]:
    """``rules/{fast,slow,period}.yaml``, one of slices where there are, and ``prometheusrule.yaml``.

    Each group is written out once.
    """
    made = plan(catalog, service)
    texts = {speed: to_yaml([group.as_group()]) for speed, group in made.groups.items()}
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
        groups = made.groups.values()
        own = [replace(g, rules=tuple(r for r in g.rules if r.labels["slo"] == name)) for g in groups]
        texts = [to_yaml([group.as_group()]) for group in own if group.rules]
        parts.append(_object(catalog, service, f"{names.rule_object(service.name)}-{name}", texts))
    return parts


def _object(catalog: Catalog, service: Service | None, name: str, groups: Iterable[str]) -> str:
    spec = "spec:\n  groups:\n" + "".join(indented(text, 2) for text in groups)
    return to_yaml(_head(catalog, service, name)) + spec


def _head(catalog: Catalog, service: Service | None, name: str) -> dict[str, object]:
    stack = catalog.stack.spec
    beside = service.namespace if service and stack.objects.namespace == "workload" else ""
    labels = {
        "release": stack.prometheus.release,
        "app.kubernetes.io/managed-by": "slo-compiler",
        "slo-compiler.dev/catalog": stack.catalog,
        **({"slo-compiler.dev/service": service.name} if service else {}),
        **stack.objects.labels,
    }
    annotations = {"annotations": dict(stack.objects.annotations)} if stack.objects.annotations else {}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": name,
            "namespace": beside or catalog.stack.objects_namespace,
            "labels": labels,
            **annotations,
        },
    }


def meta(catalog: Catalog) -> Iterator[Artifact]:
    """The alerts about the rules themselves, in the same two forms."""
    if not catalog.services:
        return
    text, head = to_yaml([group(catalog)]), header(catalog.stack.sources)
    folder = f"packs/{NAME}"
    yield Artifact(f"{folder}/rules/{NAME}.yaml", f"{head}groups:\n{text}", catalog.stack.sources)
    if catalog.stack.spec.prometheus.rules == "objects":
        made = _object(catalog, None, f"slo-{NAME}-{catalog.stack.spec.catalog}", [text])
        yield Artifact(f"{folder}/prometheusrule.yaml", head + made, catalog.stack.sources)


EMITTER = Emitter("rules", service=rules, platform=meta)
