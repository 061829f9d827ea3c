"""Every link of a page, expanded where it is clicked.

Source: ``getLinksSupplier`` of @grafana/data, ``link_srv.ts`` of Grafana.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.lab.grafana import destinations
from tests.lab.grafana.boards import Board, Page, Panel, opened
from tests.lab.grafana.destinations import Dashboard, Destination, Explore
from tests.lab.grafana.fields import Configured, configured
from tests.lab.grafana.formats import Subject
from tests.lab.grafana.frames import Frame
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.places import Place
from tests.lab.grafana.sources import Sources
from tests.lab.grafana.tables import transformed
from tests.lab.grafana.unread import UnreadError

_MARKDOWN = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
CALCULATED = ("stat", "bargauge", "gauge", "piechart")
"""Panels whose links belong to a calculated value, not to a row."""
_EVERY_ROW = ("table", "logs", "traces", "nodeGraph")


@dataclass(frozen=True)
class Link:
    """A link as it is on the page."""

    title: str
    url: str
    to: Destination
    panel: int | None = None
    """None for one in the head of the page."""
    field: str = ""
    row: int | None = None


def of_head(page: Page, boards: Iterable[Board] = ()) -> Iterator[Link]:
    """The links in the head of a page; those of the type ``dashboards`` lead to every one that has all their tags."""
    for link in page.board.json.get("links") or []:
        if link.get("type", "link") == "link":
            yield _head(page, link, link.get("url") or "", link.get("title", ""))
            continue
        tags = set(link.get("tags") or [])
        for board in boards:
            if tags <= set(board.json.get("tags") or []):
                yield _head(page, link, f"/d/{board.uid}", board.title)


def _head(page: Page, link: Mapping[str, Any], url: str, title: str) -> Link:
    for key, name in (("keepTime", "$__url_time_range"), ("includeVars", "$__all_variables")):
        if link.get(key):
            url += ("&" if "?" in url else "?") + name
    left: list[str] = []
    said = interpolate(url, page.scope(), left=left)
    return Link(page.words(title), said, _destination(said, left))


def _destination(url: str, left: Sequence[str]) -> Destination:
    """Where a link leads, or which variable of it nothing stands for."""
    return (
        destinations.Broken(url, f"nothing stands for {', '.join(left)}") if left else destinations.destination(url)
    )


def of_panel(panel: Panel) -> Iterator[Link]:
    """The links of a panel's own head, and of its text."""
    for link in panel.json.get("links") or []:
        yield _link(panel, link, {}, "", None)
    content = (panel.json.get("options") or {}).get("content") if panel.type == "text" else ""
    for title, url in _MARKDOWN.findall(panel.page.words(content or "", "html")):
        said = html.unescape(url)
        yield Link(html.unescape(title), said, destinations.destination(said), panel.id)


def of_data(panel: Panel, frames: Sequence[Frame]) -> Iterator[Link]:
    """The links of a panel's data: of each row of a table, of the last point of a series, of a calculated value.

    Args:
        panel: the panel.
        frames: of its answers, before its transformations.
    """
    for frame in configured(panel, transformed(panel, frames)):
        for field in frame.fields:
            if panel.type not in _EVERY_ROW and field.kind == "time":
                continue
            for row in _rows(panel, frame):
                for link in Configured(field, field.config).links:
                    yield _link(panel, link, Place(frame, field, row).names, field.title, row)


def _rows(panel: Panel, frame: Frame) -> Sequence[int | None]:
    if panel.type in CALCULATED:
        return [None] if len(frame) else []
    return range(len(frame)) if panel.type in _EVERY_ROW else range(max(len(frame) - 1, 0), len(frame))


def _link(panel: Panel, link: Mapping[str, Any], known: dict[str, Subject], field: str, row: int | None) -> Link:
    scope = panel.page.scope(known)
    title = interpolate(link.get("title") or "", scope)
    if link.get("internal"):
        to = _internal(link["internal"], lambda text: interpolate(text, scope))
        return Link(title, "", to, panel.id, field, row)
    try:
        left: list[str] = []
        url = interpolate((link.get("url") or "").replace("\n", ""), scope, "uriencode", left)
    except UnreadError as wrong:
        return Link(title, link["url"], destinations.Broken(link["url"], str(wrong)), panel.id, field, row)
    return Link(title, url, _destination(url, left), panel.id, field, row)


def _internal(internal: Mapping[str, Any], said: Any) -> Explore:
    """A link that a data source makes: it opens Explore."""
    query = {key: said(v) if isinstance(v, str) else v for key, v in (internal.get("query") or {}).items()}
    return Explore(internal["datasourceUid"], (query,))


def followed(to: Dashboard, boards: Iterable[Board], sources: Sources, now: int) -> Page:
    """The page that a link leads to, opened with what the link carries.

    Raises:
        BrokenLinkError: there is no such page, or not the panel on it.
    """
    board = next((board for board in boards if board.uid == to.uid), None)
    if board is None:
        raise destinations.BrokenLinkError(f"there is no page {to.uid!r}")
    if to.panel is not None and all(panel["id"] != to.panel for panel in board.panels()):
        raise destinations.BrokenLinkError(f"the page {to.uid!r} has no panel {to.panel}")
    return opened(board, sources, board.range(now, *to.range), to.variables)
