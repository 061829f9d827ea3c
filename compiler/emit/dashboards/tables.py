"""What both pages' tables of SLOs share: how columns read, and how queries become one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compiler.emit.dashboards import links
from compiler.emit.dashboards.grafana import named

IDLE: Mapping[str, Any] = {"type": "special", "options": {"match": "nan", "result": {"text": "no traffic"}}}
UNSEEN: Mapping[str, Any] = {"noValue": "not measured"}
SHARE: Mapping[str, Any] = {"unit": "percentunit", "decimals": 2, "mappings": [IDLE], **UNSEEN}
"""A share of events, digits below digits; 0/0 is no share."""
BURN: Mapping[str, Any] = {"unit": "suffix:x", "decimals": 1, "mappings": [IDLE], **UNSEEN}
LOW = 0.25
LEFT: Mapping[str, Any] = {
    "unit": "percentunit",
    "decimals": 0,
    **UNSEEN,
    "custom.cellOptions": {"type": "color-text"},
    # A mapping, no threshold: thresholds would colour what is not measured as if it were spent.
    "mappings": [{"type": "range", "options": {"from": None, "to": LOW, "result": {"color": "orange"}}}],
}
"""Budget left: orange below a quarter; red is kept for what pages."""


STATES = (
    (500, "PAGE", "red"),
    (400, "ticket", "orange"),
    (300, "not measured", "purple"),
    (100, "ok", "green"),
    (0, "no traffic", "text"),
)
"""The hundreds of ``asks.state``, their words and colours; red is for what pages alone."""


def state() -> dict[str, Any]:
    """How the value of ``asks.state`` is shown."""
    words = [between(low, low + 99.999, text, colour) for low, text, colour in STATES]
    return {"mappings": words, "custom.cellOptions": {"type": "color-text"}}


def column(field: str, title: str, width: int, shape: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """How a field of the merged table is shown.

    Args:
        field: a label, or ``Value #B`` of query B.
        title: its heading.
        width: in pixels; 0 leaves it to Grafana.
        shape: unit, mappings and the like.
    """
    return named(field, {"displayName": title} | ({"custom.width": width} if width else {}) | dict(shape or {}))


def merged(order: Sequence[str], hidden: Sequence[str] = (), numbers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Transformations that join the queries by their common labels and put the columns in order.

    Args:
        order: fields from left to right.
        hidden: fields that are left out, besides the time.
        numbers: labels whose text is a number.
    """
    turned = [{"targetField": name, "destinationType": "number"} for name in numbers]
    found: list[dict[str, Any]] = [{"id": "merge", "options": {}}]
    if turned:
        found.append({"id": "convertFieldType", "options": {"conversions": turned, "fields": {}}})
    organised = {
        "excludeByName": dict.fromkeys(("Time", *hidden), True),
        "indexByName": {name: place for place, name in enumerate(order)},
        "renameByName": {},
    }
    return [*found, {"id": "organize", "options": organised}]


def runbook(site: str) -> dict[str, Any]:
    """How a runbook's path is shown: as a link to the site, where there is one."""
    words = {"type": "regex", "options": {"pattern": ".+", "result": {"text": "open"}}}
    page = links.link("Open the runbook", f"{site.rstrip('/')}/${{__value.raw}}", new_tab=True)
    return {"mappings": [words], "links": [page]} if site else {}


def between(low: float, high: float, text: str, colour: str) -> dict[str, Any]:
    """A mapping of a range of values to a word."""
    return {"type": "range", "options": {"from": low, "to": high, "result": {"text": text, "color": colour}}}
