"""Dashboards: their panels, also those in folded rows, targets and annotations, bound to variables and time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.lab.grafana import macros, times
from tests.lab.grafana.formats import Form, Subject
from tests.lab.grafana.interpolate import Scope, interpolate
from tests.lab.grafana.sources import Source, Sources
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.variables import Chosen, Names, Resolver, Variables, asked

MIXED = "-- Mixed --"
BUILT_IN = ("grafana", "-- Grafana --", "-- Dashboard --")


@dataclass(frozen=True)
class Board:
    """A dashboard as it is written."""

    json: Mapping[str, Any]

    @property
    def uid(self) -> str:
        """What its address is called by."""
        return str(self.json["uid"])

    @property
    def title(self) -> str:
        """Its title, unresolved."""
        return str(self.json["title"])

    def panels(self) -> Iterator[Mapping[str, Any]]:
        """Panels in order, without the rows that hold them."""
        for panel in self.json["panels"]:
            if panel["type"] != "row":
                yield panel
            yield from panel.get("panels") or []

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The rows."""
        return (panel for panel in self.json["panels"] if panel["type"] == "row")

    def range(self, now: int, from_: str = "", to: str = "") -> TimeRange:
        """A time range by the words of an address, else the one it was saved with."""
        saved = self.json.get("time") or {}
        return times.between(from_ or saved.get("from", "now-6h"), to or saved.get("to", "now"), now)


@dataclass(frozen=True)
class Panel:
    """A panel of an opened page."""

    json: Mapping[str, Any]
    page: Page

    @property
    def id(self) -> int:
        """Its number in the dashboard."""
        return int(self.json["id"])

    @property
    def type(self) -> str:
        """``table``, ``timeseries``, …."""
        return str(self.json["type"])

    @property
    def title(self) -> str:
        """As it is read on the page."""
        return self.page.words(self.json.get("title", ""))

    @cached_property
    def range(self) -> TimeRange:
        """Its own time range, or the page's."""
        own, shift = self.json.get("timeFrom") or "", self.json.get("timeShift") or ""
        return self.page.range.own(self.page.words(own), self.page.words(shift))

    @property
    def targets(self) -> list[Mapping[str, Any]]:
        """Queries that are not hidden."""
        return [target for target in self.json.get("targets") or [] if not target.get("hide")]

    def source(self, target: Mapping[str, Any]) -> Source:
        """The data source of a target, else the panel's."""
        own, panel = target.get("datasource"), self.json.get("datasource")
        uid = panel.get("uid") if isinstance(panel, Mapping) else panel
        return self.page.source(own if own or uid == MIXED else panel)


@dataclass(frozen=True)
class Page:
    """A dashboard opened with an address: variables resolved, time known."""

    board: Board
    sources: Sources
    range: TimeRange
    variables: Variables

    @cached_property
    def _built_in(self) -> dict[str, Subject]:
        return macros.of_page(self.board.title, self.board.uid, self.range, self.variables)

    def panels(self) -> list[Panel]:
        """Every panel."""
        return [Panel(panel, self) for panel in self.board.panels()]

    def panel(self, id_: int) -> Panel:
        """One panel."""
        return next(panel for panel in self.panels() if panel.id == id_)

    def annotations(self) -> list[Mapping[str, Any]]:
        """Annotations that are switched on, without Grafana's own."""
        listed = (self.board.json.get("annotations") or {}).get("list") or []
        return [each for each in listed if each.get("enable", True) and not self._is_built_in(each)]

    def _is_built_in(self, annotation: Mapping[str, Any]) -> bool:
        reference = annotation.get("datasource")
        uid = reference.get("uid") if isinstance(reference, Mapping) else reference
        return bool(annotation.get("builtIn")) or uid in BUILT_IN

    def source(self, reference: Any) -> Source:
        """The data source that a reference means."""
        written = reference.get("uid", "") if isinstance(reference, Mapping) else reference or ""
        return self.sources.get(self.words(str(written)))

    def scope(self, scoped: Mapping[str, Subject] | None = None) -> Scope:
        """What names stand for: those of the place first, then variables, then Grafana's own."""
        return self.variables.scope(scoped or {}, self._built_in)

    def words(self, text: str, form: Form = "") -> str:
        """A text of the page with its variables replaced."""
        return interpolate(text, self.scope(), form)


def read(path: Path) -> Board:
    """A dashboard from a file."""
    return Board(json.loads(path.read_text("utf-8")))


def opened(board: Board, sources: Sources, range_: TimeRange, chosen: Chosen, names: Names = asked) -> Page:
    """A dashboard with its variables resolved, as when its address is opened."""
    definitions = (board.json.get("templating") or {}).get("list") or []
    return Page(board, sources, range_, Resolver(sources, range_, chosen, names).all(definitions))
