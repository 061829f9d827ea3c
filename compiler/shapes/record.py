"""Shapes of maps and lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from compiler.diagnostics import Span, closest, nearest
from compiler.shapes.core import JsonSchema, Reading, Shape, Spec, clipped
from compiler.source.nodes import Entry, ListNode, MapNode, Node, TextNode


@cache
def camel(name: str) -> str:
    """``per_page`` as YAML keys spell it: ``perPage``."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True)
class Record(Shape):
    """A map with known keys, read into a ``Spec``."""

    spec: type[Spec]

    def read(self, node: Node, reading: Reading) -> Any:
        """An instance of the spec; None where a required key is missing or a value was wrong.

        In a partial reading nothing is built: the values are checked, and None is returned.
        """
        if not isinstance(node, MapNode):
            reading.wrong(node, f"a map with {self._named()}")
            return None
        known = keys_of(self.spec)
        values: dict[str, Any] = {}
        places: dict[str, Span] = {}
        slips: set[str] = set()
        for entry in node.entries:
            found = known.get(entry.key)
            if found is None:
                slips.add(self._unknown(entry, reading))
                continue
            inner = reading.below(found.metadata["partial"])
            values[found.name] = found.metadata["shape"].read(entry.value, inner)
            places[found.name] = entry.value.span
            places |= _places_below(found.name, entry.value)
        return None if reading.partial else self._build(node, reading, values, places, slips)

    def _build(
        self,
        node: MapNode,
        reading: Reading,
        values: dict[str, Any],
        places: dict[str, Span],
        slips: set[str],
    ) -> Any:
        """The record; ``slips`` are the keys that unknown ones are taken for, missing only in spelling."""
        required = {name: found for name, found in keys_of(self.spec).items() if found.metadata["required"]}
        for name, found in required.items():
            if found.name not in values and name not in slips:
                reading.report.error("SLO014", f"{name!r} is missing", node.span, found.metadata["doc"])
        whole = self._rules_kept(node, reading, slips)
        if not whole or any(values.get(found.name) is None for found in required.values()):
            return None
        given = _defaults_at(self.spec, node.span)
        given |= {name: value for name, value in values.items() if value is not None}
        return self.spec(span=node.span, places=places, **given)

    def _rules_kept(self, node: MapNode, reading: Reading, slips: set[str]) -> bool:
        given = {entry.key for entry in node.entries}
        chosen = [name for name in self.spec.one_of if name in given]
        if self.spec.one_of and len(chosen) != 1 and not slips:
            here = f"here are {' and '.join(chosen)}" if chosen else "here is none"
            text = f"say exactly one of {', '.join(self.spec.one_of)}; {here}"
            reading.report.error("SLO015", text, node.span)
        missing = [(a, b) for a, b in self.spec.needs.items() if a in given and b not in given]
        for first, second in missing:
            reading.report.error("SLO014", f"{second!r} is missing: {first!r} asks for it", node.span)
        return not missing and (not self.spec.one_of or len(chosen) == 1)

    def _unknown(self, entry: Entry, reading: Reading) -> str:
        hint = nearest(entry.key, keys_of(self.spec))
        reading.report.error("SLO010", f"unknown key {clipped(entry.key)}", entry.key_span, hint)
        return closest(entry.key, keys_of(self.spec))

    def _named(self) -> str:
        return ", ".join(keys_of(self.spec))

    def json_schema(self, definitions: dict[str, JsonSchema], partial: bool = False) -> JsonSchema:
        """A reference to an object with exactly these keys; without required ones where ``partial``."""
        name = self.spec.__name__.removesuffix("Spec") + ("Partial" if partial else "")
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = self._object(definitions, partial)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, definitions: dict[str, JsonSchema], partial: bool) -> JsonSchema:
        properties: dict[str, JsonSchema] = {}
        for name, found in keys_of(self.spec).items():
            loose = partial or found.metadata["partial"]
            properties[name] = _describe(found, schema_of(found.metadata["shape"], definitions, loose))
        required = [n for n, f in keys_of(self.spec).items() if f.metadata["required"]]
        schema: JsonSchema = {"type": "object", "additionalProperties": False, "properties": properties}
        if required and not partial:
            schema["required"] = required
        if not partial and self.spec.one_of:
            schema["oneOf"] = [{"required": [name]} for name in self.spec.one_of]
        if not partial and self.spec.needs:
            schema["dependentRequired"] = {a: [b] for a, b in self.spec.needs.items()}
        return schema


def _defaults_at(spec: type[Spec], span: Span) -> dict[str, Any]:
    """The records that a record has without being told, placed where it stands itself."""
    found: dict[str, Any] = {}
    for name, default in _record_defaults(spec):
        found[name] = replace(default, span=span, **_defaults_at(type(default), span))
    return found


_DEFAULTS: dict[type[Spec], tuple[tuple[str, Spec], ...]] = {}


def _record_defaults(spec: type[Spec]) -> tuple[tuple[str, Spec], ...]:
    if spec not in _DEFAULTS:
        defaults = [(found.name, found.default) for found in keys_of(spec).values()]
        _DEFAULTS[spec] = tuple((name, default) for name, default in defaults if isinstance(default, Spec))
    return _DEFAULTS[spec]


def _places_below(name: str, node: Node) -> dict[str, Span]:
    """Where each entry of a map and each item of a list stands: ``labels.tier``, ``depends_on.0``."""
    if isinstance(node, MapNode):
        return {f"{name}.{entry.key}": entry.key_span for entry in node.entries}
    if isinstance(node, ListNode):
        return {f"{name}.{index}": item.span for index, item in enumerate(node.items)}
    return {}


def schema_of(shape: Shape, definitions: dict[str, JsonSchema], partial: bool) -> JsonSchema:
    """The JSON Schema of a shape, without required keys below it where ``partial``."""
    if isinstance(shape, (Record, ListOf, MapOf, Variant)):
        return shape.json_schema(definitions, partial)
    return shape.json_schema(definitions)


def _describe(found: Field[Any], schema: JsonSchema) -> JsonSchema:
    extra: JsonSchema = {"description": found.metadata["doc"]}
    if "$ref" in schema:
        return {"allOf": [schema], **extra}
    return {**schema, **extra}


_KEYS: dict[type[Spec], Mapping[str, Field[Any]]] = {}


def keys_of(spec: type[Spec]) -> Mapping[str, Field[Any]]:
    """The keys of a record in the order of its fields, each with its field."""
    if spec not in _KEYS:
        found = {f.metadata["alias"] or camel(f.name): f for f in fields(spec) if "shape" in f.metadata}
        _KEYS[spec] = MappingProxyType(found)
    return _KEYS[spec]


@dataclass(frozen=True, slots=True)
class ListOf(Shape):
    """A list of one shape, as a tuple."""

    item: Shape
    least: int = 0

    def read(self, node: Node, reading: Reading) -> Any:
        """A tuple of the values that were right."""
        if not isinstance(node, ListNode):
            hint = f"write [{node.text}]" if isinstance(node, TextNode) and node.text else "like [a, b]"
            reading.wrong(node, "a list", hint)
            return None
        if len(node.items) < self.least and not reading.partial:
            reading.wrong(node, f"a list of at least {self.least}")
            return None
        values = [self.item.read(item, reading) for item in node.items]
        return tuple(value for value in values if value is not None)

    def json_schema(self, definitions: dict[str, JsonSchema], partial: bool = False) -> JsonSchema:
        """An array."""
        schema: JsonSchema = {"type": "array", "items": schema_of(self.item, definitions, partial)}
        return schema | ({"minItems": self.least} if self.least and not partial else {})


@dataclass(frozen=True, slots=True)
class MapOf(Shape):
    """A map with keys of the user's."""

    item: Shape
    pattern: str = ".+"
    what: str = "a name"
    mend: Callable[[str], str] | None = field(default=None, hash=False)
    """Makes a wrong key right, for the hint."""

    def read(self, node: Node, reading: Reading) -> Any:
        """A read-only mapping of the values that were right, in the order written."""
        if not isinstance(node, MapNode):
            reading.wrong(node, "a map")
            return None
        values: dict[str, Any] = {}
        for entry in node.entries:
            if not re.fullmatch(self.pattern, entry.key):
                hint = f"write {self.mend(entry.key)}" if self.mend else ""
                reading.wrong(TextNode(entry.key, False, entry.key_span), self.what, hint)
                continue
            values[entry.key] = self.item.read(entry.value, reading)
        return MappingProxyType({name: value for name, value in values.items() if value is not None})

    def json_schema(self, definitions: dict[str, JsonSchema], partial: bool = False) -> JsonSchema:
        """An object with keys of the pattern."""
        return {
            "type": "object",
            "additionalProperties": schema_of(self.item, definitions, partial),
            "propertyNames": {"pattern": f"^(?:{self.pattern})$"},
        }


@dataclass(frozen=True, slots=True)
class Variant(Shape):
    """One of two: a scalar, or a map."""

    scalar: Shape
    record: Shape

    def read(self, node: Node, reading: Reading) -> Any:
        """What the fitting one of the two reads."""
        return (self.record if isinstance(node, MapNode) else self.scalar).read(node, reading)

    def json_schema(self, definitions: dict[str, JsonSchema], partial: bool = False) -> JsonSchema:
        """Either."""
        shapes = (self.scalar, self.record)
        return {"anyOf": [schema_of(shape, definitions, partial) for shape in shapes]}
