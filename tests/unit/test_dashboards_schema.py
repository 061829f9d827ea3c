"""Grafana's published schema: every key of every dashboard is one that Grafana reads.

The models of grafana-foundation-sdk are made of the schema of Grafana itself, for the dashboard, its variables,
annotations and queries, and for the options and field settings of each type of panel. They drop what they do not know
without a word, as Grafana does. What has no model (the traces panel, Jaeger's queries) is handed through unseen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from tests.unit.dashboards import STACKS, pages, panels

NEWER: Mapping[str, str] = {}
"""Keys that Grafana 13 reads and the pinned schema lacks: their path without indices, and where Grafana's source has
them."""
WITHOUT_MODEL = ("traces",)
"""Types of panels that the schema says nothing of."""


@cache
def registered() -> bool:
    """The models of panels and queries, without which the schema would hand them through."""
    register_default_plugins()
    return True


def read(model: Any, value: Mapping[str, Any]) -> Any:
    """A value as it comes back from a model."""
    assert registered()
    return json.loads(json.dumps(model.from_json(deepcopy(value)), cls=JSONEncoder))


def lost(given: Any, kept: Any, path: str = "") -> Iterator[str]:
    """The paths at which something was left out or changed; null says no more than a key that is not there."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            here = f"{path}.{key}" if path else key
            if key in kept:
                yield from lost(value, kept[key], here)
            elif value is not None:
                yield here
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for one, other in zip(given, kept, strict=True):
            yield from lost(one, other, path)
    elif given != kept:
        yield path


def overridden(panel: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each property of an override, and the panel with that as the setting of all its fields."""
    for override in panel.get("fieldConfig", {}).get("overrides", []):
        for found in override["properties"]:
            first, _, rest = found["id"].partition(".")
            value = {rest: found["value"]} if rest else found["value"]
            yield found["id"], {**panel, "fieldConfig": {"defaults": {first: value}, "overrides": []}}


def test_no_key_would_be_dropped() -> None:
    """What goes in comes out, for every page of every stack; what is newer than the schema is told, and only that."""
    found = {path for stack in STACKS for board in pages(stack) for path in lost(board, read(Dashboard, board))}
    assert sorted(found) == sorted(NEWER)


@pytest.mark.parametrize("stack", STACKS)
def test_no_override_would_be_dropped(stack: str) -> None:
    """What an override sets is a setting that its type of panel has; the schema itself does not look into them."""
    wrong = [
        f"{board['uid']} {panel['id']}: {name} ({path})"
        for board in pages(stack)
        for panel in panels(board)
        for name, changed in overridden(panel)
        for path in lost(changed, read(Panel, changed))
    ]
    assert wrong == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_type_of_panel_is_known(stack: str) -> None:
    """A misspelt type has no model, and its options would be handed through unseen."""
    assert registered()
    from grafana_foundation_sdk.cog.runtime import Runtime

    found = {panel["type"] for board in pages(stack) for panel in panels(board)}
    assert {kind for kind in found if not Runtime().panelcfg_config(kind)} <= set(WITHOUT_MODEL)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("panels", 0, "options", "colourMode"), r"panels\.options\.colourMode"),
        (("panels", 0, "fieldConfig", "defaults", "units"), r"panels\.fieldConfig\.defaults\.units"),
        (("panels", 0, "fieldConfig", "defaults", "custom", "lineWidht"), r"panels\..*lineWidht"),
        (("panels", 0, "targets", 0, "instantly"), r"panels\.targets\.instantly"),
        (("templating", "list", 0, "refreshes"), r"templating\.list\.refreshes"),
        (("sharedCrosshair",), "sharedCrosshair"),
    ],
)
def test_a_misspelt_key_is_found(path: tuple[str | int, ...], expected: str) -> None:
    """At each place that the schema knows: options and settings of a panel, its query, a variable, the page."""
    board = next(board for board in pages() if any(p["type"] == "timeseries" for p in board["panels"]))
    board["panels"] = [next(p for p in board["panels"] if p["type"] == "timeseries")]
    board["templating"]["list"] = [v for v in board["templating"]["list"] if v["type"] == "query"]
    at: Any = board
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = "x"
    (found,) = lost(board, read(Dashboard, board))
    assert re.fullmatch(expected, found)


def test_a_misspelt_override_is_found() -> None:
    """One that a type of panel has not is dropped, one that it has is kept."""
    panel = next(p for board in pages() for p in panels(board) if p["type"] == "timeseries")
    for name, expected in (("custom.lineWidth", []), ("custom.widht", ["fieldConfig.defaults.custom.widht"])):
        one = {"matcher": {"id": "byName", "options": "x"}, "properties": [{"id": name, "value": 1}]}
        ((_, changed),) = overridden({**panel, "fieldConfig": {"defaults": {}, "overrides": [one]}})
        assert list(lost(changed, read(Panel, changed))) == expected
