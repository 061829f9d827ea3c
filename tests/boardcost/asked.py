"""A page opened as Grafana opens it, and how long each of its queries took."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.lab.grafana import ask, boards, variables
from tests.lab.grafana.boards import Board, Page
from tests.lab.grafana.question import Reply
from tests.lab.grafana.sources import Source, Sources
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.wire import Answer

TIMED = "prometheus"
"""The type of data source that is there; of the others it is only counted that they are asked."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A page, and what its address chooses."""

    board: Board
    chosen: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        """The page's uid, and what is chosen."""
        words = " / ".join(value for values in self.chosen.values() for value in values)
        return self.board.uid + (f", {words}" if words else "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, and what came of it."""

    where: str
    folded: bool = False
    """Whether it is asked only when a row is opened."""
    timed: bool = True
    seconds: float = 0
    error: str = ""
    expr: str = ""


def everything(opening: Opening, sources: Sources, now: int) -> list[Asked]:
    """Every query of a page, one after the other: variables, annotations, panels, those of folded rows as well.

    Args:
        opening: what is opened.
        sources: where to ask.
        now: ms since 1970.
    """
    found: list[Asked] = []
    definitions = (opening.board.json.get("templating") or {}).get("list") or []
    names = iter([each["name"] for each in variables.order(definitions) if each["type"] == "query"])

    def asked(source: Source, range_: TimeRange, query: str) -> list[str]:
        begin = time.monotonic()
        values = variables.asked(source, range_, query)
        found.append(Asked(f"variable {next(names)}", seconds=time.monotonic() - begin, expr=query))
        return values

    page = boards.opened(opening.board, sources, opening.board.range(now), opening.chosen, asked)
    found += [Asked(f"variable {name}", error=error) for name, error in page.variables.errors.items()]
    for each in page.annotations():
        found += (one for reply in ask.of_annotation(page, each) for one in _of(reply, f"mark {each['name']}", False))
    found += _of_panels(page)
    return found


def _of_panels(page: Page) -> Iterator[Asked]:
    inside: set[int] = {panel["id"] for row in page.board.rows() for panel in row.get("panels") or []}
    for panel in page.panels():
        for reply in ask.of_panel(panel):
            yield from _of(reply, f"{panel.id} {reply.ref} {_plain(panel.json)}", panel.id in inside)


def _plain(panel: Mapping[str, Any]) -> str:
    return str(panel.get("title", "")).replace("${", "").replace("}", "").replace("$", "")


def _of(reply: Reply, where: str, folded: bool) -> Iterator[Asked]:
    yield _one(reply, reply.answer, where, folded)
    if reply.exemplars:
        yield _one(reply, reply.exemplars, f"{where}, exemplars", folded)


def _one(reply: Reply, answer: Answer, where: str, folded: bool) -> Asked:
    timed = reply.type == TIMED
    return Asked(where, folded, timed, answer.seconds, answer.error if timed else "", reply.asked)
