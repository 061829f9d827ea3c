"""What an SLO counts: the record of its kind, or of the kind that it stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compiler.model.catalog import Indicator
from compiler.schema.documents import kinds
from compiler.sli.kind import SliKind


def indicator(sli: Any, counting: str, parsing: str = "checked") -> Indicator | None:
    """The indicator of an SLO; None where it names one that was not found, which is told already.

    Args:
        sli: an SliSpec.
        counting: the SLO's.
        parsing: the SLO's ``promql``, for the kinds that read whole expressions.
    """
    by_name = {kind.kind: kind for kind in kinds()}
    chosen = next((kind for kind in by_name.values() if getattr(sli, kind.kind, None)), None)
    if chosen is None:
        return None
    spec = replace(getattr(sli, chosen.kind), counting=counting)
    if hasattr(spec, "promql"):
        spec = replace(spec, promql=parsing)
    if isinstance(chosen, SliKind):
        return Indicator(chosen.kind, spec, spec.span)
    name, fields = chosen.reduces(spec)
    # What goes by the same name is told at the place where it was written, all else at the record's.
    record = by_name[name].record(span=spec.span, places=spec.places, **{**fields, "counting": counting})
    return Indicator(name, record, spec.span, spec, chosen.kind)
