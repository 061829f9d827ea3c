"""Graphs of what is wrong: by name where it is, and a line at 0 where nothing is.

A graph that is empty while all is well cannot be told from one whose query is broken.
"""

from __future__ import annotations

from typing import Any

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import fixed, named

_LINE: dict[str, Any] = {
    **fixed("green"),
    "custom.drawStyle": "line",
    "custom.fillOpacity": 0,
    "custom.lineWidth": 2,
    "custom.stacking": {"mode": "none", "group": "A"},
}
WELL: dict[str, Any] = named("/^none/", _LINE, "byRegexp")
"""How the line at 0 looks: stacked on others it would be a rim around them."""


def quiet(sick: str, known: str, label: str) -> str:
    """What is wrong; at each moment at which nothing is, 0 by the name ``none``.

    Args:
        sick: what is wrong, by its labels.
        known: series that are there whenever it could be told; without them there is no line at all.
        label: the first one of the legend.
    """
    return f"{sick} or on () {tagged(f'0 * count({known})', label, 'none')}"
