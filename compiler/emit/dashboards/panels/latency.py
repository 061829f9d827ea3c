"""How long requests took: the histogram of the chosen SLO, else of another one of its service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.emit.dashboards.grafana import Panel, Row, ranged
from compiler.emit.dashboards.variables import NEVER, derived
from compiler.emit.dashboards.view import View
from compiler.model.catalog import Catalog, Service
from compiler.rules.rule import contexts

_AXIS = {"seconds": "s", "milliseconds": "ms"}
"""Units of buckets, and what Grafana calls them."""


def unit(catalog: Catalog, services: Sequence[Service]) -> str:
    """The unit of all histograms that these SLOs count; empty where there are two, for an axis can have but one."""
    facts = [c.kind.facts(c.objective.indicator.spec, c.frame) for s in services for c in contexts(catalog, s)]
    found = {known.get("unit", "") for known in facts if "latency_bucket" in known}
    return found.pop() if len(found) == 1 else ""


def bucket(view: View, unit: str) -> dict[str, Any]:
    """``${bucket:raw}``: the buckets of the chosen SLO, else of another one of its service that has some.

    ``${bucket:text}`` is their unit; where the axis is of one unit, no others are taken.
    """
    held = {"latency_bucket": "!", **({"unit": unit} if unit else {})}
    own, other = view.slo.within(**held).info, f"topk(1, {view.service.within(**held).info})"
    known = f"({own} or on () {other} or on () vector(1))"
    return derived("bucket", known, view.metrics, ("latency_bucket", NEVER), ("unit", unit or "seconds"))


_HEATMAP: dict[str, Any] = {
    "calculate": False,
    "cellGap": 1,
    "color": {"mode": "scheme", "scheme": "Blues", "exponent": 0.5, "steps": 64, "reverse": False},
    "exemplars": {"color": "orange"},
    "filterValues": {"le": 1e-9},
    "legend": {"show": True},
    "rowsFrame": {"layout": "auto"},
    "showValue": "never",
    "tooltip": {"mode": "single", "yHistogram": True},
}


def latency(view: View, y: int, unit: str) -> Row:
    """The histogram, from the raw buckets: recorded series carry no exemplars."""
    buckets = "sum by (le) (increase(${bucket:raw}[$__rate_interval]))"
    heatmap = Panel(
        id=41,
        type="heatmap",
        title="Latency, in ${bucket:text}",
        description=(
            "Requests by how long they took; each dot is an exemplar and leads to its trace. Of an SLO without a "
            "histogram: that of another one of its service."
        ),
        place=(0, y + 1, 24, 9),
        queries=[ranged(view.metrics, buckets, "{{le}}", format="heatmap", exemplar=True)],
        options=_HEATMAP | {"yAxis": {"axisPlacement": "left", "unit": _AXIS.get(unit, "none")}},
        defaults={"unit": "short", "noValue": "no SLO of this service has a histogram, or it is empty in this range"},
    )
    return Row(id=40, title="Latency", y=y, panels=(heatmap,))
