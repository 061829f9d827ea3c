"""Clicks: what somebody does who is called, with the links of the compiled pages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.lab.grafana import answers, data_links, frames, links
from tests.lab.grafana.boards import Page
from tests.lab.grafana.destinations import Dashboard, Destination, destination
from tests.lab.grafana.links import Link
from tests.lab.pages import GRAFANA, Pages


@dataclass(frozen=True)
class Screen:
    """A page as it stands before somebody, with its answers."""

    pages: Pages
    page: Page
    found: answers.Answers

    @classmethod
    def at(cls, pages: Pages, to: Destination) -> Screen:
        """The page that an address leads to; it must be one of ours."""
        assert isinstance(to, Dashboard), to
        page = links.followed(to, pages.boards.values(), pages.sources, int(time.time() * 1_000))
        return cls(pages, page, answers.of(page))

    @classmethod
    def from_alert(cls, pages: Pages, url: str) -> Screen:
        """The page that an alert's text names."""
        return cls.at(pages, destination(url, GRAFANA))

    def click(self, panel: int, field: str = "", row: int | None = None) -> Screen:
        """Follow the link of a panel: of a field where it is named, in a row where that is given."""
        found = [link for link in self.links(panel) if link.field == field or not field]
        (link,) = [link for link in found if row is None or link.row == row][:1]
        return self.at(self.pages, link.to)

    def links(self, panel_id: int) -> list[Link]:
        """Every link of a panel: its own, and those of its data."""
        panel = self.page.panel(panel_id)
        rows = frames.of_panel(panel, self.found.panels[panel_id])
        return [*links.of_panel(panel), *links.of_data(panel, rows)]

    def all_links(self) -> Iterator[Link]:
        """Those of its head and of each panel."""
        yield from links.of_head(self.page, self.pages.boards.values())
        for panel in self.page.panels():
            yield from self.links(panel.id)

    def lines(self, panel_id: int) -> list[tuple[str, list[Link]]]:
        """The log lines of a panel, each with the links that its data source gives it."""
        panel = self.page.panel(panel_id)
        found = []
        for target, frame in zip(panel.targets, frames.of_panel(panel, self.found.panels[panel_id]), strict=False):
            led = list(data_links.of_lines(panel.source(target), frame))
            texts = frame.field("Line")
            for row, text in enumerate(texts.values if texts else ()):
                found.append((str(text), [link for link in led if link.row == row]))
        return found

    def exemplars(self, panel_id: int) -> list[Link]:
        """Where the exemplars of a panel lead."""
        panel = self.page.panel(panel_id)
        found: list[Link] = []
        for reply in self.found.panels[panel_id]:
            if reply.exemplars and reply.exemplars.body:
                found += data_links.of_exemplars(panel.source(reply.target), reply.exemplars.body, GRAFANA)
        return found

    def traces(self, panel_id: int) -> dict[str, int]:
        """The traces that a panel has got: by its id, how many spans each has."""
        bodies = [reply.answer.body for reply in self.found.panels[panel_id]]
        return {trace["traceID"]: len(trace["spans"]) for body in bodies for trace in (body or {}).get("data") or []}


def trace_of(line: str) -> str:
    """The id of the trace that a line was written in."""
    return str(json.loads(line)["trace_id"])
