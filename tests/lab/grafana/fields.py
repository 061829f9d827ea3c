"""Fields as a panel configures them: defaults, overrides, links, names, and what their cells read as."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.lab.grafana import options, times
from tests.lab.grafana.boards import Panel
from tests.lab.grafana.formats import shown
from tests.lab.grafana.frames import Cell, Field, Frame
from tests.lab.grafana.mappings import mapped
from tests.lab.grafana.unread import UnreadError

_KEYS = ("displayName", "links", "unit", "mappings", "decimals")
Matcher = Callable[[Any, Field, Frame], bool]


@dataclass(frozen=True)
class Configured:
    """A field with what applies to it."""

    field: Field
    config: Mapping[str, Any]

    @property
    def links(self) -> list[Mapping[str, Any]]:
        """Its data links."""
        return list(self.config.get("links") or [])

    def words(self, cell: Cell) -> str:
        """What a cell reads as.

        Raises:
            UnreadError: it is a number with a unit or decimals, whose text Grafana makes.
        """
        text = mapped(self.config.get("mappings") or [], cell)
        if text is not None or cell is None:
            return text or ""
        if self.field.kind == "time":
            return times.written(int(cell), "YYYY-MM-DD HH:mm:ss")
        if self.field.kind != "number":
            return str(cell)
        if self.config.get("unit") not in (None, "", "none", "string") or float(cell) != int(cell):
            raise UnreadError(f"the text of the number {self.field.title}; use its numeric value")
        return shown(float(cell))


def configured(panel: Panel, frames: list[Frame]) -> list[Frame]:
    """Frames whose fields carry, in ``config``, what the panel and their data source say of them."""
    said = panel.json.get("fieldConfig") or {}
    return [replace(f, fields=tuple(_configured(field, f, said) for field in f.fields)) for f in frames]


def _configured(field: Field, frame: Frame, said: Mapping[str, Any]) -> Field:
    config = dict(field.config)
    defaults = said.get("defaults") or {}
    for key in _KEYS:
        if key == "links" and config.get(key) and defaults.get(key):
            config[key] = [*config[key], *defaults[key]]
        elif defaults.get(key) is not None:
            config.setdefault(key, defaults[key])
    for rule in said.get("overrides") or []:
        if matches(rule["matcher"], field, frame):
            config |= {each["id"]: each.get("value") for each in rule["properties"] if each["id"] in _KEYS}
    return replace(field, config=config, display=config.get("displayName") or field.display)


def matches(matcher: Mapping[str, Any], field: Field, frame: Frame) -> bool:
    """Whether an override speaks of a field.

    Raises:
        UnreadError: its kind is not known here.
    """
    kind = matcher["id"]
    if kind not in _MATCHERS:
        raise UnreadError(f"an override that matches {kind}")
    return _MATCHERS[kind](matcher.get("options"), field, frame)


def _by_name(wanted: Any, field: Field, _: Frame) -> bool:
    return wanted in (field.name, field.title)


def _by_names(wanted: Any, field: Field, _: Frame) -> bool:
    names = wanted.get("names", []) if isinstance(wanted, Mapping) else wanted
    return (field.title in names) != (isinstance(wanted, Mapping) and wanted.get("mode") == "exclude")


def _by_pattern(wanted: Any, field: Field, _: Frame) -> bool:
    return bool(re.search(options.pattern(wanted).regex, field.title))


def _by_type(wanted: Any, field: Field, _: Frame) -> bool:
    return bool(wanted == field.kind)


def _by_query(wanted: Any, _: Field, frame: Frame) -> bool:
    return bool(wanted == frame.ref)


_MATCHERS: dict[str, Matcher] = {
    "byName": _by_name,
    "byNames": _by_names,
    "byRegexp": _by_pattern,
    "byType": _by_type,
    "byFrameRefID": _by_query,
}
