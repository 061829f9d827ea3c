"""What a link may speak of where it is clicked: ``${__value.raw}``, ``${__data.fields.x}``, ``${__field.labels.x}``.

Source: ``dataMacros.ts`` of @grafana/scenes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.lab.grafana.fields import Configured
from tests.lab.grafana.formats import Done, Left, Subject, Value, shown
from tests.lab.grafana.frames import Cell, Field, Frame

_STEP = re.compile(r"\.?([^.\[\]]+)|\[\"([^\"]*)\"\]|\['([^']*)'\]|\[([^\]]*)\]")


@dataclass(frozen=True)
class Place:
    """A cell of a frame; without a row it is what a panel calculates of a field."""

    frame: Frame
    field: Field
    row: int | None = None

    @property
    def names(self) -> dict[str, Subject]:
        """What names stand for here."""
        found = (
            _Here("__value", self.value),
            _Here("__data", self.data),
            _Here("__field", self.about),
            _Here("__series", self.series),
        )
        return {each.name: each for each in found}

    def value(self, path: str) -> Value | None:
        """The cell: ``raw``, ``numeric``, ``time``, else its text."""
        if path == "time":
            return self._time()
        cell = self._cell()
        if path == "raw" or (path == "numeric" and self.field.kind in ("number", "time")):
            return _scalar(cell)
        if path == "numeric":
            return "NaN"
        return Configured(self.field, self.field.config).words(cell)

    def data(self, path: str) -> Value | None:
        """Other cells of the row: ``fields.x``, ``fields["x"].numeric``; ``name`` and ``refId`` of the frame."""
        steps = keys(path)
        if self.row is None or not steps:
            return None
        if steps[0] != "fields":
            return {"name": self.frame.name, "refId": self.frame.ref}.get(steps[0], "")
        other = self.frame.field(steps[1]) if len(steps) > 1 else None
        if other is None:
            return ""
        return Place(self.frame, other, self.row).value(steps[2] if steps[2:] in (["numeric"], ["text"]) else "")

    def about(self, path: str) -> Value | None:
        """The field itself: ``name``, ``displayName``, ``labels.x``, all ``labels``."""
        steps = keys(path)
        if not steps:
            return None
        if steps[0] in ("labels", "formattedLabels"):
            labels = self.field.labels
            return labels.get(steps[1], "") if len(steps) > 1 else ", ".join(f"{k}={labels[k]}" for k in labels)
        return {"name": self.field.name, "displayName": self.field.title}.get(steps[0], "")

    def series(self, path: str) -> Value | None:
        """The name of the frame."""
        if path != "name":
            return None
        return self.frame.name or next((f.title for f in self.frame.fields if f.kind != "time"), "")

    def _time(self) -> Value:
        if self.row is None:
            return ""
        column = next((each for each in self.frame.fields if each.kind == "time"), None)
        return _scalar(column.values[self.row]) if column else ""

    def _cell(self) -> Cell:
        if self.row is not None:
            return self.field.values[self.row]
        return next((cell for cell in reversed(self.field.values) if cell is not None), None)


def keys(path: str) -> list[str]:
    """The steps of a path: ``fields["a b"].text`` is fields, a b, text."""
    return [next((group for group in match if group), "") for match in _STEP.findall(path)]


def _scalar(cell: Cell) -> Value:
    if cell is None:
        return ""
    return shown(cell) if isinstance(cell, (int, float, str)) else str(cell)


@dataclass(frozen=True)
class _Here:
    """A name at a place; where it means nothing there, the text keeps it."""

    name: str
    of: Callable[[str], Value | None]
    many: bool = False

    def value(self, path: str) -> Value | Done | None:
        found = self.of(path)
        return self._kept(path) if found is None else found

    def text(self, path: str) -> str:
        return ""

    def query(self) -> str | None:
        return None

    def _kept(self, path: str) -> Left:
        return Left(f"${{{self.name}{'.' if path[:1] not in ('', '[') else ''}{path}}}")
