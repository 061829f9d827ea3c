"""Shapes of single values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from compiler.diagnostics import closest
from compiler.shapes.core import JsonSchema, Reading, Shape
from compiler.source.nodes import Node, TextNode
from compiler.units import UnitError

_PRINTABLE = re.compile("[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]*")
_TRUTH = dict.fromkeys(("yes", "on", "y", "true"), "true") | dict.fromkeys(("no", "off", "n", "false"), "false")
_SAMPLES = {"integer": ("7",), "number": ("7", "3.14"), "boolean": ("true", "false")}
"""Texts that an editor, which knows YAML's types, takes for something else."""


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """A text, as written: ``no`` and ``0x1f`` are the words that they are."""

    what: str = "text"
    pattern: str = ""
    hint: str = ""
    longest: int = 10_000

    def read(self, node: Node, reading: Reading) -> str | None:
        """The text, where it is one, not empty, and of the pattern."""
        if not isinstance(node, TextNode) or node.is_null or not node.text.strip():
            reading.wrong(node, self.what, self.hint)
            return None
        text = node.text
        if len(text) > self.longest:
            reading.report.error("SLO012", f"longer than {self.longest} characters", node.span)
            return None
        if not _PRINTABLE.fullmatch(text):
            reading.report.error("SLO012", "control characters may not stand here", node.span)
            return None
        if self.pattern and not re.fullmatch(self.pattern, text):
            reading.wrong(node, self.what, self.hint)
            return None
        return text

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """A string; an unquoted number or truth value too, where its text would do."""
        fits = re.compile(self.pattern or ".+").fullmatch
        types = [name for name, texts in _SAMPLES.items() if all(map(fits, texts))]
        schema: JsonSchema = {"type": ["string", *(t for t in types if t != "integer" or "number" not in types)]}
        schema["pattern"] = f"^(?:{self.pattern})$" if self.pattern else r"\S"
        if self.longest < 10_000:
            schema["maxLength"] = self.longest
        if "integer" in types and not fits("-7"):
            schema["minimum"] = 0
        return schema


@dataclass(frozen=True, slots=True)
class Bool(Shape):
    """``true`` or ``false``."""

    def read(self, node: Node, reading: Reading) -> bool | None:
        """The truth value of an unquoted ``true`` or ``false``."""
        if isinstance(node, TextNode) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        word = node.text.lower() if isinstance(node, TextNode) else ""
        reading.wrong(node, "true or false", f"write {_TRUTH[word]}, without quotes" if word in _TRUTH else "")
        return None

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Integer(Shape):
    """A whole number within bounds."""

    least: int = 0
    most: int = 1_000_000_000

    def read(self, node: Node, reading: Reading) -> int | None:
        """The number, where it is written in decimal digits and within the bounds."""
        if isinstance(node, TextNode) and node.plain and re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", node.text):
            number = int(node.text)
            if self.least <= number <= self.most:
                return number
        reading.wrong(node, f"a whole number from {self.least} to {self.most}")
        return None

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """An integer."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One word of a few."""

    words: tuple[str, ...]

    def read(self, node: Node, reading: Reading) -> str | None:
        """The word."""
        if isinstance(node, TextNode) and node.text in self.words:
            return node.text
        close = closest(node.text, self.words) if isinstance(node, TextNode) else ""
        expected = f"one of {', '.join(self.words)}" if len(self.words) > 1 else f"the word {self.words[0]}"
        reading.wrong(node, expected, f"did you mean {close!r}?" if close else "")
        return None

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """An enumeration."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Quantity(Shape):
    """A text with a unit, parsed exactly."""

    parse: Callable[[str], Any]
    what: str
    schema: JsonSchema = field(hash=False)

    def read(self, node: Node, reading: Reading) -> Any:
        """The quantity."""
        if not isinstance(node, TextNode) or node.is_null or not node.text:
            reading.wrong(node, self.what)
            return None
        try:
            return self.parse(node.text)
        except UnitError as error:
            reading.report.error("SLO013", str(error), node.span, error.hint)
            return None

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """What the unit's pattern says."""
        return dict(self.schema)
