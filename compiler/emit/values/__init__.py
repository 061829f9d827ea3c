"""Values of kube-prometheus-stack: for a new cluster, or to be laid under those that a cluster has."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.artifact import Artifact, Emitter
from compiler.emit.values.full import full
from compiler.emit.values.overlay import overlay
from compiler.model.catalog import Catalog


def values(catalog: Catalog) -> Iterator[Artifact]:
    """``platform/values/kube-prometheus-stack.yaml``."""
    yield (full if catalog.stack.spec.values.mode == "full" else overlay)(catalog)


EMITTER = Emitter("values", platform=values)
