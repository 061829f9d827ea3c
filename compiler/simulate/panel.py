"""Values against time in a picture: one scale of time for all panels, and in each a scale of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10

from compiler.simulate.outcome import Line
from compiler.simulate.svg import FAINT, PALE, Canvas

_NICE = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds since the incident began, on the sheet's width."""

    since: float
    until: float
    left: float
    right: float

    def x(self, at: float) -> float:
        """Where a time stands; what lies outside stands at the edge."""
        part = (at - self.since) / (self.until - self.since)
        return self.left + min(max(part, 0.0), 1.0) * (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Panel:
    """A strip of the sheet."""

    canvas: Canvas
    time: Time
    y: float
    """Of its upper edge."""
    height: float
    least: float
    most: float
    """The values at its lower and upper edge; higher ones are cut off."""

    def at(self, value: float) -> float:
        """How far down a value stands."""
        part = (value - self.least) / (self.most - self.least)
        return self.y + self.height * (1 - min(max(part, 0.0), 1.0))

    def frame(self, name: str, about: str, marks: tuple[str, str]) -> None:
        """Its name at the left, its edges, and what they stand for."""
        canvas, time = self.canvas, self.time
        canvas.text((16, self.y + 14), name, 13, font_weight="600")
        canvas.text((16, self.y + 31), about, 11, FAINT)
        bottom = self.y + self.height
        for edge, mark in ((self.y, marks[0]), (bottom, marks[1])):
            canvas.line([(time.left, edge), (time.right, edge)], PALE)
            canvas.text((time.left - 6, edge + 4), mark, 10, FAINT, text_anchor="end")

    def draw(self, line: Line, stroke: str, width: float = 2) -> None:
        """A line of values."""
        points = [(x, self.at(value)) for x, value in self._columns(line)]
        self.canvas.line(points, stroke, stroke_width=width, stroke_linejoin="round")

    def fill(self, line: Line, color: str, opacity: float = 1.0) -> None:
        """What lies under a line of values."""
        points = [(x, self.at(value)) for x, value in self._columns(line)]
        if points:
            base = self.y + self.height
            closed = [(points[0][0], base), *points, (points[-1][0], base)]
            self.canvas.area(closed, color, fill_opacity=opacity)

    def level(self, value: float, stroke: str) -> None:
        """A dashed line at a value."""
        ends = [(self.time.left, self.at(value)), (self.time.right, self.at(value))]
        self.canvas.line(ends, stroke, stroke_dasharray="5 4")

    def _columns(self, line: Line) -> Iterator[tuple[float, float]]:
        """The highest value in each column of pixels: no peak is lost, and no picture is longer than it is wide."""
        found: dict[int, float] = {}
        for at, value in line:
            if self.time.since <= at <= self.time.until:
                column = round(self.time.x(at))
                found[column] = max(found.get(column, value), value)
        yield from found.items()


def ceiling(value: float) -> float:
    """A round number that is not below."""
    if value <= 0:
        return 1.0
    size = 10.0 ** floor(log10(value))
    return next((nice * size for nice in _NICE if nice * size >= value * (1 - 1e-9)), 10 * size)
