"""Kubernetes objects of the stack: dashboards, data sources, Loki's rules, routing, and lists for kustomize."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.artifact import Artifact, Emitter
from compiler.emit.manifests.alertmanager_config import alertmanager_config
from compiler.emit.manifests.config_maps import dashboards, lines, sources
from compiler.emit.manifests.kustomization import kustomizations
from compiler.model.catalog import Catalog


def manifests(catalog: Catalog) -> Iterator[Artifact]:
    """``platform/manifests/`` and ``kustomization.yaml``."""
    made = [*dashboards(catalog), *lines(catalog), *_settings(catalog)]
    yield from made
    yield from kustomizations(catalog, made)


def _settings(catalog: Catalog) -> Iterator[Artifact]:
    """Data sources and routing, where the chart's values do not hold them already."""
    stack = catalog.stack.spec
    if stack.values.mode == "overlay" or "values" not in stack.outputs:
        yield from sources(catalog)
        yield from alertmanager_config(catalog)


EMITTER = Emitter("manifests", platform=manifests)
