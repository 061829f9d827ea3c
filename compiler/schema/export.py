"""The language as JSON Schema, for editors."""

from __future__ import annotations

from typing import Any

from compiler.schema.documents import DOCUMENTS
from compiler.schema.validate import PLACEHOLDERS
from compiler.shapes.core import JsonSchema

_FILLED: JsonSchema = {"type": "string", "pattern": "|".join(rf"\{{{word}\}}" for word in PLACEHOLDERS.values())}
"""A text that is something else once its placeholder is filled in."""
_FILLED_KIND = "ServiceDefaults"


def json_schema() -> dict[str, Any]:
    """One schema for every kind of document, chosen by ``kind``."""
    definitions: dict[str, JsonSchema] = {}
    cases = []
    for kind, entry in DOCUMENTS.items():
        own: dict[str, JsonSchema] = {}
        reference = entry.shape.json_schema(own)
        if kind == _FILLED_KIND:
            reference, own = (
                _with_placeholders(reference),
                {_renamed(n): _with_placeholders(s) for n, s in own.items()},
            )
        definitions |= own
        chosen = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        cases.append({"if": chosen, "then": reference})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "slo-compiler",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {"kind": {"enum": list(DOCUMENTS)}},
        "allOf": cases,
        "$defs": definitions,
    }


def _renamed(name: str) -> str:
    return f"Filled{name}"


def _with_placeholders(schema: Any) -> Any:
    """The same, where a text of any pattern may hold a placeholder instead."""
    if isinstance(schema, list):
        return [_with_placeholders(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        path, _, name = schema["$ref"].rpartition("/")
        return {**schema, "$ref": f"{path}/{_renamed(name)}"}
    inner = {word: value if word == "propertyNames" else _with_placeholders(value) for word, value in schema.items()}
    is_text = isinstance(schema.get("type"), list) and "string" in schema["type"] and "pattern" in schema
    return _or_filled(inner) if is_text else inner


def _or_filled(schema: JsonSchema) -> JsonSchema:
    described = {word: schema[word] for word in ("description",) if word in schema}
    plain = {word: value for word, value in schema.items() if word not in described}
    return {"anyOf": [plain, _FILLED], **described}
