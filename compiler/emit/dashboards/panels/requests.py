"""Requests by status, from the series that the SLO counts."""

from __future__ import annotations

from typing import Any

from compiler.emit.dashboards.grafana import Panel, graph, named, ranged, shaded
from compiler.emit.dashboards.panels.causes import REQUESTS
from compiler.emit.dashboards.view import View

_SHADES = {"/^2/": "green", "/^3/": "blue", "/^4/": "purple"}
_ERRORS = "/^5|err|fail|internal|unavailable|exceeded|timeout/i"
"""Words for errors, as HTTP, gRPC and OpenTelemetry have them."""
_OWN_AXIS: dict[str, Any] = {
    **shaded("orange"),
    "custom.axisPlacement": "right",
    "custom.axisLabel": "errors",
    "custom.axisColorMode": "series",
    "custom.lineWidth": 3,
}
"""A few 503s are to be seen beside a thousand requests that were answered."""


def requests(view: View, place: tuple[int, int, int, int]) -> Panel:
    """The SLO's own total, by the label that tells errors in it."""
    every = "${requests:raw}[$__rate_interval]"
    # Of a native histogram the observations are counted; of a counter there is nothing to count but itself.
    rates = f"histogram_count(rate({every})) or rate({every})"
    split = f'label_replace(sum by (${{requests:text}}) ({rates}), "status", "$1", "${{requests:text}}", "(.+)")'
    asked = f'sum by (status) (label_replace({split}, "status", "not told", "status", ""))'
    panel = Panel(
        id=REQUESTS,
        title="Requests by ${requests:text}, of $slo",
        description=(
            "What the SLO counts, per second, by the label that tells errors. Errors have the axis at the right, so "
            "that few are seen beside many requests."
        ),
        place=place,
        queries=[ranged(view.metrics, asked, "{{status}}")],
        overrides=[named(pattern, shaded(colour), "byRegexp") for pattern, colour in _SHADES.items()]
        + [named(_ERRORS, _OWN_AXIS, "byRegexp")],
    )
    nothing = "no requests in this range, or this SLO counts none: a probe, a value, log lines or other SLOs"
    return graph(panel, {"unit": "reqps", "min": 0, "noValue": nothing}, "list")
