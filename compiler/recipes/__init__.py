"""Indicators of well-known platforms, by name: one YAML file a platform, in the language of slo/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from compiler.diagnostics import Report, nearest
from compiler.shapes import Choice, JsonSchema, ListOf, MapOf, Reading, Record, Shape, Spec, Text, key
from compiler.source.nodes import MapNode, Node
from compiler.source.yaml_events import parse

TEXT, DURATION, CONDITIONS, LABEL = "text", "duration", "conditions", "label"


class _AsItIs(Shape):
    """A map that is read later, when its parameters are known."""

    def read(self, node: Node, reading: Reading) -> MapNode | None:
        """The node itself."""
        if isinstance(node, MapNode):
            return node
        reading.wrong(node, "an indicator")
        return None

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """Any object."""
        return {"type": "object"}


class _Written(Shape):
    """A text that may be empty."""

    def read(self, node: Node, reading: Reading) -> str | None:
        """The text."""
        return getattr(node, "text", None)

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """A string."""
        return {"type": "string"}


@dataclass(frozen=True, kw_only=True)
class Parameter(Spec):
    """What may be said where a recipe is used; required where it has no default."""

    doc: str = key(Text(), "What it means.")
    default: str | None = key(_Written(), "Its value where none is given.", default=None)
    type: str = key(Choice((TEXT, DURATION, CONDITIONS, LABEL)), "What its values are.", default=TEXT)


@dataclass(frozen=True, kw_only=True)
class Recipe(Spec):
    """An indicator with parameters."""

    name: str = key(Text("a name", r"[a-z0-9]+(-[a-z0-9]+)*"), "Its name within the platform.")
    doc: str = key(Text(), "What it counts.")
    source: str = key(Text(), "Where its metric comes from, and what switches it on.")
    parameters: Mapping[str, Parameter] = key(MapOf(Record(Parameter), r"[a-z]+"), "By name.")
    indicator: Any = key(_AsItIs(), "In the language of slo/, with {parameter} where values go.")


@cache
def recipes() -> Mapping[str, Recipe]:
    """Every recipe by its full name, ``kubernetes/pod-startup``, sorted.

    Raises:
        ValueError: a file is no list of recipes; a test reads them all.
    """
    found: dict[str, Recipe] = {}
    entries = sorted((e for e in files(__package__).iterdir() if e.name.endswith(".yaml")), key=lambda e: e.name)
    for entry in entries:
        report = Report()
        (node,) = parse(entry.read_text("utf-8"), entry.name, report)
        listed = ListOf(Record(Recipe)).read(node, Reading(report))
        if report.items:
            raise ValueError("; ".join(f"{d.span}: {d.message}" for d in report.items))
        found |= {f"{entry.name.removesuffix('.yaml')}/{recipe.name}": recipe for recipe in listed}
    return dict(sorted(found.items()))


def _meant(name: str) -> str:
    """The nearest recipe of its platform; else the nearest platform."""
    platform = name.partition("/")[0]
    own = [known for known in recipes() if known.startswith(f"{platform}/")]
    return nearest(name, own) if own else nearest(platform, {known.partition("/")[0] for known in recipes()})


@dataclass(frozen=True, slots=True)
class RecipeName(Shape):
    """The name of a recipe."""

    def read(self, node: Node, reading: Reading) -> str | None:
        """The text; SLO103 where there is no recipe of that name."""
        shape = Text("the name of a recipe", r"[^\s/]+/[^\s/]+", "like kubernetes/apiserver-latency", 100)
        name = shape.read(node, reading)
        if name is not None and name not in recipes():
            reading.report.error("SLO103", f"there is no recipe {name!r}", node.span, _meant(name))
            return None
        return name

    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """The names, so that an editor completes them."""
        return {"enum": list(recipes())}


@dataclass(frozen=True, kw_only=True)
class RecipeSpec(Spec):
    """An indicator of a well-known platform, by name."""

    name: str = key(RecipeName(), "One of those that `slo list` prints.", example="kubernetes/pod-startup")
    parameters: Mapping[str, str] = key(
        MapOf(Text("a value", longest=2_000), r"[a-z]+", "a parameter's name"),
        "Values of its parameters; what is left out has its default.",
        default={},
        example="{threshold: 5s}",
    )
