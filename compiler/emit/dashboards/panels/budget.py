"""The budget: how fast it was spent, what is left, when it is gone, and the events behind it."""

from __future__ import annotations

from typing import Any

from compiler import names
from compiler.emit.dashboards import asks
from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import LINES, Panel, Row, fixed, graph, instant, named, ranged
from compiler.emit.dashboards.panels.plots import EVENTS
from compiler.emit.dashboards.tables import BURN
from compiler.emit.dashboards.view import View

PERIOD = "30d"
Place = tuple[int, int, int, int]


def budget(view: View, y: int) -> Row:
    """Burn rates, the budget over its window, and the events behind them."""
    drawn = (
        _burns(view, (0, y + 1, 9, 8)),
        _left(view, (9, y + 1, 9, 8)),
        _gone(view, (18, y + 1, 6, 8)),
        _events(view, (0, y + 9, 24, 7)),
    )
    return Row(id=30, title="Budget and burn rates", y=y, panels=drawn)


def _burns(view: View, place: Place) -> Panel:
    """By window; coloured are those to tell apart at a glance: the base window, and those of the usual tiers."""
    colours = {str(view.slo.base): "blue", "1h": "purple", "6h": "orange", "3d": "green"}
    panel = Panel(
        id=31,
        title="Burn rate by window",
        description=(
            "How many times faster than allowed the budget was spent. At 1 it lasts exactly its window. Thin: "
            "the other windows that are recorded."
        ),
        place=place,
        queries=[ranged(view.metrics, asks.burn_by_window(view.slo), "{{window}}")],
        overrides=[named(window, fixed(colour) | {"custom.lineWidth": 2}) for window, colour in colours.items()],
    )
    thin = {**fixed("#808080"), "custom": LINES | {"lineWidth": 1, "axisSoftMax": 1}}
    return graph(panel, {"unit": BURN["unit"], "min": 0, "noValue": "not measured in this range"} | thin)


def _left(view: View, place: Place) -> Panel:
    """Over a long range, so that steps are wide: what was recorded since the last one stands beside it as a point."""
    asked = asks.remaining(view.slo)
    panel = Panel(
        id=32,
        title="Budget left",
        description=f"The last {PERIOD}, whatever range is chosen above; by the traffic of a full window.",
        place=place,
        queries=[
            ranged(view.metrics, asked, "budget left"),
            instant(view.metrics, asked, "B", format="time_series", legendFormat="now"),
        ],
        overrides=[
            named("budget left", fixed("blue")),
            named("now", fixed("blue") | {"custom.showPoints": "always", "custom.pointSize": 8}),
        ],
        period=PERIOD,
    )
    shape = {"unit": "percentunit", "max": 1, "noValue": "no budget has been measured yet"}
    return graph(panel, shape | {"custom": LINES | {"axisSoftMin": 0}}, "list")


def _gone(view: View, place: Place) -> Panel:
    """When the budget is used up, if nothing changes."""
    lasts = view.slo.least(asks.gone_in(view.slo))
    asked = (tagged(f"({lasts})", "what", "in"), tagged(f"(1000 * (time() + ({lasts} > 0)))", "what", "at"))
    spent = {"mappings": [{"type": "value", "options": {"0": {"text": "spent", "color": "orange"}}}]}
    return Panel(
        id=34,
        type="stat",
        title="Budget gone",
        description="When the budget is used up at the pace of the last hour.",
        place=place,
        queries=[instant(view.metrics, " or ".join(asked), format="time_series", legendFormat="{{what}}")],
        options={
            "graphMode": "none",
            "colorMode": "value",
            "textMode": "value_and_name",
            "orientation": "horizontal",
            "wideLayout": False,
            "text": {"titleSize": 16, "valueSize": 28},
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        defaults={"unit": "s", "decimals": 1, "noValue": "it bears the pace of the last hour", **fixed("text")},
        overrides=[named("in", spent), named("at", {"unit": "time:MMM D HH:mm", "decimals": 0})],
    )


_BAD: dict[str, Any] = fixed("orange") | {
    "custom.axisPlacement": "right",
    "custom.axisLabel": "bad",
    "custom.axisColorMode": "series",
    "custom.axisSoftMax": 0.1,
}
"""On an axis of their own: on that of all events they lie on its floor."""


def _events(view: View, place: Place) -> Panel:
    scope = view.slo
    rates = (("total", "all"), ("errors", "bad"))
    counted = {word: scope.series(names.rate(which, scope.base)) for which, word in rates}
    events = [tagged(f"sum by ({scope.key}) ({series})", "events", word) for word, series in counted.items()]
    panel = Panel(
        id=33,
        title="Events behind the numbers",
        description=(
            "All events and the bad ones, per second, as the rules count them; the bad ones by the axis at the "
            "right. Few make shares jump."
        ),
        place=place,
        queries=[ranged(view.metrics, " or ".join(events), "{{events}}")],
        overrides=[named("all", fixed("blue")), named("bad", _BAD)],
    )
    return graph(panel, {"unit": EVENTS, "min": 0, "noValue": "not measured in this range"})
