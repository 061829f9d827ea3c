"""Everything that a page asks, and what the servers answer, as one document; and what came of each question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.lab.grafana import ask, events, times
from tests.lab.grafana.boards import Page, Panel
from tests.lab.grafana.macros import TIMEZONE
from tests.lab.grafana.question import POINTS, Reply
from tests.lab.grafana.times import TimeRange

OK, EMPTY, ERROR = "ok", "empty", "error"


@dataclass(frozen=True)
class Outcome:
    """What came of one question."""

    where: str
    """``panel 3 A``, ``variable slo``, ``annotation Pages``."""
    title: str
    state: str
    """``ok``, ``empty`` or ``error``."""
    asked: str = ""
    error: str = ""

    def __str__(self) -> str:
        return f"{self.state:5}  {self.where}  {self.title}" + (
            f": {self.error}\n       {self.asked}" if self.error else ""
        )


@dataclass(frozen=True)
class Answers:
    """A page with all its answers."""

    page: Page
    panels: Mapping[int, Sequence[Reply]]
    annotations: Sequence[tuple[Mapping[str, Any], Reply]]

    def document(self) -> dict[str, Any]:
        """What is needed to draw the page."""
        page = self.page
        return {
            "range": _range(page.range),
            "timezone": TIMEZONE,
            "step": self._step() / 1_000,
            "variables": {v.name: {"text": v.words, "value": v.chosen} for v in page.variables},
            "panels": {str(id_): _panel(page, replies) for id_, replies in self.panels.items() if replies},
            "annotations": [_annotation(annotation, reply) for annotation, reply in self.annotations],
        }

    def _step(self) -> int:
        """Between points of panels that have the page's range, in ms."""
        steps = [
            reply.step for replies in self.panels.values() for reply in replies if reply.range == self.page.range
        ]
        return max(steps, default=0) or times.step(self.page.range, POINTS)

    def report(self) -> list[Outcome]:
        """What came of each question, in the page's order."""
        return [*self._of_variables(), *self._of_panels(), *self._of_annotations()]

    def _of_variables(self) -> Iterator[Outcome]:
        for variable in self.page.variables:
            if variable.type == "query":
                state = ERROR if variable.error else OK if variable.options else EMPTY
                yield Outcome(f"variable {variable.name}", str(variable.chosen), state, error=variable.error)

    def _of_panels(self) -> Iterator[Outcome]:
        for id_, replies in self.panels.items():
            title = self.page.panel(id_).title
            for reply in replies:
                yield _outcome(f"panel {id_} {reply.ref}", title, reply)

    def _of_annotations(self) -> Iterator[Outcome]:
        for annotation, reply in self.annotations:
            yield _outcome("annotation", annotation["name"], reply)


def of(page: Page, folded: bool = True) -> Answers:
    """Asks everything that a page asks.

    Args:
        page: an opened page.
        folded: whether the panels of folded rows are asked too, as when a person unfolds them all.
    """
    hidden = set() if folded else {p["id"] for row in page.board.rows() for p in row.get("panels") or []}
    panels: list[Panel] = [panel for panel in page.panels() if panel.id not in hidden]
    replies = {panel.id: ask.of_panel(panel) for panel in panels}
    marks = [(each, reply) for each in page.annotations() for reply in ask.of_annotation(page, each)]
    return Answers(page, replies, marks)


def _range(of: TimeRange) -> dict[str, int]:
    return {"from": of.start, "to": of.end}


def _panel(page: Page, replies: Sequence[Reply]) -> dict[str, Any]:
    return {reply.ref: _reply(page, reply) for reply in replies}


def _reply(page: Page, reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = {"type": reply.type, "asked": reply.asked}
    found |= {"error": reply.answer.error} if reply.answer.error else {"body": reply.answer.body}
    if reply.step:
        found["step"] = reply.step / 1_000
    if reply.exemplars:
        found |= (
            {"exemplars": reply.exemplars.body} if not reply.exemplars.error else {"error": reply.exemplars.error}
        )
    if reply.range != page.range:
        found["range"] = _range(reply.range)
    return found


def _annotation(annotation: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    found = {
        "name": annotation["name"],
        "color": annotation.get("iconColor", ""),
        "asked": reply.asked,
    }
    if reply.answer.error:
        return found | {"error": reply.answer.error}
    return found | {"events": [asdict(event) for event in events.of(annotation, reply)]}


def _outcome(where: str, title: str, reply: Reply) -> Outcome:
    state = ERROR if reply.error else EMPTY if reply.empty else OK
    return Outcome(where, title, state, reply.asked, reply.error)
