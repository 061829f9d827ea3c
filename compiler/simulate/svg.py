"""The few shapes that a picture is made of; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

INK, FAINT, PALE = "#1f2933", "#5f6b7a", "#e4e7eb"
FONT = "system-ui, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"
_NAMESPACE = "http://www.w3.org/2000/svg"


class Canvas:
    """A white sheet of that width, as high as what was drawn on it."""

    def __init__(self, width: int, title: str, about: str) -> None:
        self._width = width
        self._root = ElementTree.Element("svg", {"xmlns": _NAMESPACE, "role": "img", "font-family": FONT})
        ElementTree.SubElement(self._root, "title").text = title
        ElementTree.SubElement(self._root, "desc").text = about
        self._sheet = self._add("rect", x=0, y=0, width=width, height=0, fill="#ffffff")

    def text(self, place: tuple[float, float], words: str, size: int = 12, fill: str = INK, **more: str) -> None:
        """Words whose base line begins at a place; ``text_anchor`` and ``font_weight`` as in SVG."""
        x, y = place
        self._add("text", x=x, y=y, font_size=size, fill=fill, **more).text = words

    def box(self, corner: tuple[float, float], width: float, height: float, fill: str, **more: object) -> None:
        """A filled rectangle, never too thin to be seen."""
        x, y = corner
        self._add("rect", x=x, y=y, width=max(width, 1.0), height=height, fill=fill, **more)

    def line(self, points: Iterable[tuple[float, float]], stroke: str, **more: object) -> None:
        """A line from point to point."""
        self._add("polyline", points=_points(points), fill="none", stroke=stroke, **more)

    def area(self, points: Iterable[tuple[float, float]], fill: str, **more: object) -> None:
        """What lies between some points."""
        self._add("polygon", points=_points(points), fill=fill, **more)

    def made(self, height: float) -> str:
        """The picture's text, cut at a height."""
        size = {"width": f"{self._width}", "height": _number(height)}
        self._sheet.set("height", _number(height))
        self._root.attrib |= {**size, "viewBox": f"0 0 {self._width} {_number(height)}"}
        ElementTree.indent(self._root, "")
        return ElementTree.tostring(self._root, "unicode") + "\n"

    def _add(self, tag: str, **attributes: object) -> ElementTree.Element:
        said = {name.replace("_", "-"): _value(value) for name, value in attributes.items()}
        return ElementTree.SubElement(self._root, tag, said)


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _value(value: object) -> str:
    return _number(value) if isinstance(value, (int, float)) else str(value)


def _number(value: float) -> str:
    """To a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
