"""Where the errors come from: bad events of the range by code, route and pod."""

from __future__ import annotations

from compiler.emit.dashboards import asks
from compiler.emit.dashboards.asks import Scope, tagged
from compiler.emit.dashboards.grafana import Panel, fixed, instant, named
from compiler.emit.dashboards.view import View

ROUTES = ("grpc_method", "resource", "uri", "path", "handler", "http_route", "route")
"""Labels by which people tell routes apart, the likeliest last: the last one that a series has is shown."""
PODS = ("instance", "k8s_pod_name", "pod")
FIRST = 5
NO_ERRORS = "no errors in this range"
UNSEEN = "not measured"


def errors_by(view: View, panel: int, what: str, labels: tuple[str, ...], x: int) -> Panel:
    """Bad events of the range by one label: the first few, and all others as one."""
    return Panel(
        id=panel,
        type="bargauge",
        title=f"Errors by {what}",
        description=(
            f"Bad events within the range above, by the label {' or '.join(reversed(labels))}: the first {FIRST}, "
            "and the rest as one. Counted by increase(), a little off the exact counts of the rules."
        ),
        place=(x, 5, 4, 6),
        queries=[instant(view.metrics, first_few(labels, view.slo), format="time_series", legendFormat="{{by}}")],
        options={
            "orientation": "horizontal",
            "displayMode": "basic",
            "valueMode": "text",
            "namePlacement": "top",
            "showUnfilled": False,
            "sizing": "manual",
            "minVizHeight": 12,
            "maxVizHeight": 36,
            "text": {"titleSize": 12, "valueSize": 12},
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        overrides=[named(UNSEEN, {"mappings": [{"type": "value", "options": {"0": {"text": "-"}}}]})],
        defaults={"unit": "locale", "decimals": 0, "min": 0, "noValue": NO_ERRORS, **fixed("blue")},
    )


def first_few(labels: tuple[str, ...], scope: Scope) -> str:
    """``${failed}`` summed by the last of these labels that a series has, the first few and the rest.

    An SLO that is not measured says so: no errors are then no news.
    """
    unseen = tagged(f"(0 * ({asks.unmeasured(scope)}))", "by", UNSEEN)
    summed = f"sum by ({', '.join(labels)}) (${{failed:raw}})"
    for label in labels:
        summed = f'label_replace({summed}, "by", "$1", "{label}", "(.+)")'
    whole = f'sum by (by) (label_replace({summed}, "by", "no such label", "by", "")) > 0'
    few = f"topk({FIRST}, {whole})"
    rest = f"(sum({whole}) - sum({few})) >= 1"
    return f"{few} or {tagged(rest, 'by', 'all others')} or {unseen}"
