"""`slo schema` and the loader are two tellings of one language: what one accepts, the other does."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from compiler.diagnostics import Report
from compiler.schema.documents import DOCUMENTS
from compiler.schema.export import json_schema
from compiler.schema.validate import validate
from compiler.shapes.core import JsonSchema
from compiler.source.files import read_documents
from compiler.source.nodes import Document, Entry, ListNode, MapNode, Node, TextNode
from tests.unit.language import CASES, ROOT, command

STRUCTURAL = {"SLO008", "SLO103", "SLO010", "SLO011", "SLO012", "SLO013", "SLO014", "SLO015"}
LOADER_ONLY = {
    "slo012-text/slo/red.yaml:1",  # control characters
    "slo013-quantity/slo/windows.yaml:1",  # a duration, but no whole number of days within a year
}
"""Documents of the cases that the loader refuses for what no schema says."""
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema())


def as_editor(node: Node) -> Any:
    """What an editor makes of a node: YAML 1.2's types, which it checks against the schema."""
    if isinstance(node, MapNode):
        return {entry.key: as_editor(entry.value) for entry in node.entries}
    if isinstance(node, ListNode):
        return [as_editor(item) for item in node.items]
    if not node.plain:
        return node.text
    words: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
    if node.text in words:
        return words[node.text]
    if re.fullmatch("[-+]?[0-9]+", node.text):
        return int(node.text)
    return float(node.text) if _NUMBER.fullmatch(node.text) else node.text


def loader_refuses(document: Document) -> list[str]:
    report = Report()
    validate([document], report)
    return [f"{d.span} {d.message}" for d in report.items if d.code in STRUCTURAL]


def schema_refuses(document: Document) -> list[str]:
    return [f"{list(e.path)}: {e.message}" for e in validator().iter_errors(as_editor(document.root))]


def documents() -> list[tuple[str, Document]]:
    """Every document of every case and of the project's own slo/ that is one."""
    found = []
    for folder in [*sorted(CASES.glob("*/slo")), ROOT / "slo"]:
        seen: dict[str, int] = {}
        for document in read_documents(folder, Report()):
            seen[document.file] = seen.get(document.file, 0) + 1
            found.append((f"{folder.parent.name}/{document.file}:{seen[document.file]}", document))
    return found


ALL = documents()
GOOD = [document for _, document in ALL if not loader_refuses(document)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_the_committed_schema_is_fresh() -> None:
    """Editors complete slo/ by slo/schema.json; `make schema` writes it."""
    root = Path(__file__).resolve().parents[2]
    assert json.loads((root / "slo" / "schema.json").read_text("utf-8")) == json_schema()


def test_slo_schema_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    run = command(capsys, "schema")
    assert run.status == 0
    assert json.loads(run.stdout) == json_schema()


@pytest.mark.parametrize(("name", "document"), ALL, ids=[name for name, _ in ALL])
def test_schema_and_loader_agree_on_every_document_of_the_cases(name: str, document: Document) -> None:
    loader, schema = loader_refuses(document), schema_refuses(document)
    if name in LOADER_ONLY:
        assert (bool(loader), schema) == (True, [])
    else:
        assert bool(loader) == bool(schema), f"loader: {loader}, schema: {schema}"


def test_the_cases_hold_documents_of_every_kind_good_and_bad() -> None:
    assert {document.kind for document in GOOD} == set(DOCUMENTS)
    assert {d.kind for _, d in ALL if loader_refuses(d)} > {"ServiceLevel", "ObservabilityStack", "BurnRatePolicy"}


def paths(node: Node, at: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """The way to every entry and item below a node."""
    children = (
        [entry.value for entry in node.entries]
        if isinstance(node, MapNode)
        else list(node.items)
        if isinstance(node, ListNode)
        else []
    )
    found = []
    for index, child in enumerate(children):
        found += [(*at, index), *paths(child, (*at, index))]
    return found


def changed(node: Node, path: tuple[int, ...], how: str) -> Node:
    """The same tree with one entry or item dropped, misspelt, or of another type."""
    first, rest = path[0], path[1:]
    if isinstance(node, MapNode):
        entries = list(node.entries)
        entries[first : first + 1] = _entry(entries[first], rest, how)
        return node.with_entries(tuple(entries))
    assert isinstance(node, ListNode)
    items = list(node.items)
    items[first : first + 1] = [changed(items[first], rest, how)] if rest else _value(items[first], how)
    return ListNode(tuple(items), node.span)


def _entry(entry: Entry, rest: tuple[int, ...], how: str) -> list[Entry]:
    if rest:
        return [Entry(entry.key, entry.key_span, changed(entry.value, rest, how))]
    if how == "misspell":
        return [Entry(f"{entry.key}x", entry.key_span, entry.value)]
    return [Entry(entry.key, entry.key_span, value) for value in _value(entry.value, how)]


def _value(node: Node, how: str) -> list[Node]:
    made: dict[str, list[Node]] = {
        "drop": [],
        "misspell": [node],
        "map": [MapNode((), node.span)],
        "list": [ListNode((), node.span)],
        "nothing": [TextNode("", True, node.span)],
        "null": [TextNode("null", True, node.span)],
        "true": [TextNode("true", True, node.span)],
        "blank": [TextNode("  ", False, node.span)],
        "sentence": [TextNode("Two words: {}", False, node.span)],
    }
    return made[how]


HOWS = ("drop", "misspell", "map", "list", "nothing", "null", "true", "blank", "sentence")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), st.sampled_from(HOWS), st.data())
def test_schema_and_loader_agree_on_every_change_to_a_good_document(
    document: Document, how: str, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(paths(document.root)))
    root = changed(document.root, path, how)
    assert isinstance(root, MapNode)
    made = _document(root, document.file)
    if made is None:  # no header: the loader says SLO007 before any shape is asked
        assert list(validator().iter_errors(as_editor(root)))
        return
    loader, schema = loader_refuses(made), schema_refuses(made)
    assert bool(loader) == bool(schema), f"{how} at {path}: loader: {loader}, schema: {schema}"


def _document(root: MapNode, file: str) -> Document | None:
    metadata, kind, version = root.get("metadata"), root.get("kind"), root.get("apiVersion")
    name = metadata.get("name") if isinstance(metadata, MapNode) else None
    if not (isinstance(version, TextNode) and version.text == "slo-compiler.dev/v1"):
        return None
    if not (isinstance(kind, TextNode) and isinstance(name, TextNode)):
        return None
    return Document(kind.text, name.text, root, file)


def test_every_key_has_a_description_for_the_editors_hover() -> None:
    bare = [
        f"{name}.{key}" for name, found in _objects() for key, value in found.items() if "description" not in value
    ]
    assert bare == []


def _objects() -> list[tuple[str, JsonSchema]]:
    return [(name, found["properties"]) for name, found in json_schema()["$defs"].items() if "properties" in found]


@pytest.mark.parametrize("path", sorted((ROOT / "slo").rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_of_the_project_tells_editors_where_the_schema_is(path: Path) -> None:
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=")
