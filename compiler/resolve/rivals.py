"""Keys of which a nearer document's choice replaces a farther one's: what runs a workload, and what is counted."""

from __future__ import annotations

from functools import cache

from compiler.model.service import WORKLOAD_KINDS
from compiler.schema.documents import SliSpec, kinds
from compiler.shapes.record import camel

_RUN_BY = frozenset(camel(name) for name in WORKLOAD_KINDS)


def rivals(path: tuple[str, ...]) -> frozenset[str]:
    """The keys that exclude one another in the map at ``path``, from a service's spec or an SLO on."""
    if path == ("workload",):
        return _RUN_BY
    depth = {"sli": 1, "indicators": 2}.get(path[0]) if path else None
    if depth is None:
        return frozenset()
    if len(path) == depth:
        return frozenset(SliSpec.one_of)
    return _of_kind(path[depth]) if len(path) == depth + 1 else frozenset()


@cache
def _of_kind(name: str) -> frozenset[str]:
    return next((frozenset(kind.record.one_of) for kind in kinds() if kind.kind == name), frozenset())
