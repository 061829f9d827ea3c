"""Values of charts: for a new cluster, or to be laid under those that a cluster has."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.artifact import Artifact, Emitter
from compiler.emit.values.full import full
from compiler.emit.values.loki import loki
from compiler.emit.values.overlay import overlay
from compiler.model.catalog import Catalog


def values(catalog: Catalog) -> Iterator[Artifact]:
    """``platform/values/``: of kube-prometheus-stack, and of Loki where it counts lines."""
    yield (full if catalog.stack.spec.values.mode == "full" else overlay)(catalog)
    yield from loki(catalog)


EMITTER = Emitter("values", platform=values)
