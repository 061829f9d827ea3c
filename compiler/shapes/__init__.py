"""The vocabulary in which the language is described: each shape reads a node and exports JSON Schema."""

from compiler.shapes.core import JsonSchema, Reading, Shape, Spec, key
from compiler.shapes.record import ListOf, MapOf, Record, Variant
from compiler.shapes.scalars import Bool, Choice, Integer, Quantity, Text

__all__ = [
    "Bool",
    "Choice",
    "Integer",
    "JsonSchema",
    "ListOf",
    "MapOf",
    "Quantity",
    "Reading",
    "Record",
    "Shape",
    "Spec",
    "Text",
    "Variant",
    "key",
]
