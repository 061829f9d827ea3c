"""The language as JSON Schema, for editors."""

from __future__ import annotations

from typing import Any

from compiler.schema.documents import DOCUMENTS
from compiler.shapes.core import JsonSchema


def json_schema() -> dict[str, Any]:
    """One schema for every kind of document, chosen by ``kind``."""
    definitions: dict[str, JsonSchema] = {}
    cases = []
    for kind, entry in DOCUMENTS.items():
        reference = entry.shape().json_schema(definitions)
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
