"""YAML text to nodes: what is written, with its place, and nothing clever."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.source import yaml_events
from compiler.source.nodes import ListNode, MapNode, Node, TextNode, at, leaves, map_text, merge
from compiler.source.yaml_events import MAX_NODES, parse
from compiler.source.yaml_loader import StrictLoader

BOMB = "a0: &a0 {b: c}\n" + "".join(
    f"a{n}: &a{n} {{<<: [*a{n - 1},*a{n - 1},*a{n - 1},*a{n - 1},*a{n - 1},*a{n - 1},*a{n - 1},*a{n - 1}]}}\n"
    for n in range(1, 9)
)
LOADERS = [yaml.CSafeLoader, StrictLoader]


def problems(text: str) -> list[str]:
    report = Report()
    parse(text, "f", report)
    return [f"{d.span.line}:{d.span.column} {d.code} {d.message}" for d in report.sorted()]


def value(node: Node) -> Any:
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, ListNode):
        return [value(item) for item in node.items]
    return {entry.key: value(entry.value) for entry in node.entries}


def read(text: str) -> Any:
    report = Report()
    nodes = parse(text, "f", report)
    assert [d.message for d in report.items] == []
    return [value(node) for node in nodes]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """libyaml where PyYAML was built with it, else PyYAML's own parser: the same words for both."""
    monkeypatch.setattr(yaml_events, "LOADER", request.param)


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=15)
TREES = st.recursive(
    st.one_of(KEYS, st.text(max_size=20), st.sampled_from(["no", "0x1f", "1_000", "2024-01-01", "~", "", "a\nb\n"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS.filter(lambda key: key != "<<"), TREES, min_size=1, max_size=4), st.booleans())
def test_a_document_is_read_as_pyyaml_reads_it_with_every_scalar_as_text(tree: Any, flow: bool) -> None:
    text = yaml.dump(tree, default_flow_style=flow, allow_unicode=True)
    if "&id" in text or "*id" in text:  # the same list twice, which PyYAML writes as an alias
        return
    assert read(text) == [yaml.load(text, Loader=yaml.BaseLoader)]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@`# \n\t<=~\\é\u2028\x85\x00\x07\ufeff"), max_size=40))
def test_any_text_is_read_as_pyyaml_reads_it_or_refused_with_its_place(text: str) -> None:
    report = Report()
    nodes = parse(text, "f", report)
    assert nodes or report.failed
    assert all(d.span.file == "f" and d.code.startswith("SLO00") for d in report.items)
    lines = yaml_events._BREAK.split(text)
    assert all(d.span.line <= len(lines) for d in report.items)
    assert all(d.span.column <= len(lines[d.span.line - 1]) + 1 for d in report.items if d.span.line)
    if not report.failed:
        nothing = ("", "~", "null")  # as text, a document of its own; without quotes, none
        expected = [tree for tree in yaml.load_all(text, Loader=yaml.CBaseLoader) if tree not in nothing]
        assert [tree for tree in map(value, nodes) if tree not in nothing] == expected


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{},'\"# \n"), max_size=30))
@example("[-:]")
@example("[?]")
@example("{a: [b:[]]}")
def test_both_parsers_read_the_same(text: str) -> None:
    """Without ``?``, which PyYAML's own does not read in a text in { } or [ ]."""
    found = []
    before = yaml_events.LOADER
    try:
        for loader in LOADERS:
            yaml_events.LOADER = loader
            report = Report()
            found.append(([value(node) for node in parse(text, "f", report)], report.failed))
    finally:
        yaml_events.LOADER = before
    assert found[0] == found[1]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c", "1:5 SLO001 this is no YAML: a second ': ' or '- ' where a text stands, or a wrong indentation"),
        ("a:\n\tb: c", "2:1 SLO001 this is no YAML: a tab where spaces indent"),
        ("a: [b", "1:4 SLO001 this is no YAML: this list in [ ] is not closed, or its parts lack a comma"),
        ("a: {b: x{c}}", "1:4 SLO001 this is no YAML: this map in { } is not closed, or its parts lack a comma"),
        ("a: {b, c:}", "1:8 SLO001 this is no YAML: a key in { } or [ ] without a space behind its ':'"),
        ("a: [b:[c]]", "1:5 SLO001 this is no YAML: a key in { } or [ ] without a space behind its ':'"),
        ("a: 'b", "1:4 SLO001 this is no YAML: this quote is not closed"),
        ("a: 'it's'", "1:8 SLO001 this is no YAML: something stands behind an ended text"),
        ("a: @b", "1:4 SLO001 this is no YAML: a text without quotes cannot begin with '@'"),
        ("a:\n    b: c\n  d: e", "3:3 SLO001 this is no YAML: this line is indented as nothing above it is"),
        ("%YAML 3.0\n---\na", "1:1 SLO001 this is no YAML: this version of YAML is not read"),
        ("? [a]\n: b", "1:3 SLO001 a key is a plain word, this is a map or a list"),
        ("a:\n  ?\n  : b", "2:4 SLO001 a key is a plain word, nothing stands here"),
        ("é: é\x07", "1:5 SLO002 the character U+0007 may not stand in YAML"),
        ("é: é\nb: \x00", "2:4 SLO002 the character U+0000 may not stand in YAML"),
        ("a: &b c", "1:4 SLO004 anchors (&name) are not read here"),
        ("a: *b", "1:4 SLO004 aliases (*name) are not read here"),
        ("<<: {a: b}", "1:1 SLO004 merge keys (<<) are not read here"),
        ("a: !!python/object:os.system x", "1:4 SLO004 tags (!!python/object:os.system) are not read here"),
        ("a: b\na: c", "2:1 SLO005 'a' stands here twice"),
        ("", "0:0 SLO007 is empty"),
        ("# a remark\n---\n...\n", "0:0 SLO007 is empty"),
    ],
)
def test_what_is_refused_and_where(text: str, expected: str) -> None:
    assert problems(text) == [expected]


@pytest.mark.usefixtures("either_parser")
def test_every_character_that_yaml_forbids_is_named() -> None:
    forbidden = [
        *range(9),
        0x0B,
        0x0C,
        *range(0x0E, 0x20),
        0x7F,
        *range(0x80, 0x85),
        *range(0x86, 0xA0),
        0xFFFE,
        0xFFFF,
    ]
    said = [problems(f"a: {chr(code)}") for code in forbidden]
    assert said == [[f"1:4 SLO002 the character U+{code:04X} may not stand in YAML"] for code in forbidden]


def test_words_that_other_loaders_change_stay_as_they_were_written() -> None:
    text = "[no, on, Yes, 0x1f, 1_000, 017, 2024-01-01, 12:30, 1e3, .5, 1.10, 'no', \"null\"]"
    assert read(text) == [
        ["no", "on", "Yes", "0x1f", "1_000", "017", "2024-01-01", "12:30", "1e3", ".5", "1.10", "no", "null"]
    ]


def test_null_is_nothing_only_without_quotes() -> None:
    (node,) = parse("[~, null, 'null', \"\", Null]", "f", Report())
    assert isinstance(node, ListNode)
    assert [isinstance(item, TextNode) and item.is_null for item in node.items] == [True, True, False, False, False]


def test_the_merge_key_bomb_costs_nothing() -> None:
    """These 431 bytes or so take a loader that builds as it reads half a minute and a gigabyte."""
    start = time.perf_counter()
    assert problems(BOMB) == ["1:5 SLO004 anchors (&name) are not read here"]
    assert time.perf_counter() - start < 1


def test_nesting_is_limited() -> None:
    assert problems("[" * 64 + "]" * 64) == []
    assert problems("[" * 65 + "]" * 65) == ["1:65 SLO003 nested deeper than 64 levels"]
    assert problems("- " * 100_000) == ["1:129 SLO003 nested deeper than 64 levels"]


def test_the_number_of_values_is_limited() -> None:
    assert problems("[" + "a," * (MAX_NODES - 1) + "]") == []
    assert problems("[" + "a," * MAX_NODES + "]")[0].endswith("SLO003 more than 100,000 values in one file")


@pytest.mark.parametrize(
    "text", ["a: " + "x" * 1_000_000, "[" * 500_000, "{a: " * 200_000, "'" + "\\" * 900_000, "# " * 500_000]
)
def test_a_megabyte_of_anything_takes_less_than_a_few_seconds(text: str) -> None:
    start = time.perf_counter()
    parse(text, "f", Report())
    assert time.perf_counter() - start < 5


def test_every_node_knows_its_place() -> None:
    (node,) = parse("a: 1\nb:\n  - c: é, x\n    d: [e]\n", "f", Report())
    places = {"/".join(path): (leaf.span.line, leaf.span.column) for path, leaf in leaves(node)}
    assert places == {"a": (1, 4), "b/0/c": (3, 8), "b/0/d/0": (4, 9)}


def test_several_documents_of_a_file_are_all_read() -> None:
    assert read("a: 1\n---\n---\nb: 2\n...\n---\nc: 3\n") == [{"a": "1"}, {"b": "2"}, {"c": "3"}]


def test_all_duplicates_of_a_file_are_told_in_one_go() -> None:
    assert problems("a: 1\na: 2\nb: {c: 1, c: 2}\n") == [
        "2:1 SLO005 'a' stands here twice",
        "3:11 SLO005 'c' stands here twice",
    ]


def one(text: str) -> MapNode:
    (node,) = parse(text, "f", Report())
    assert isinstance(node, MapNode)
    return node


def test_maps_merge_lists_and_scalars_are_replaced() -> None:
    merged = merge(one("{a: {b: 1, c: [1, 2]}, d: 1}"), one("{a: {c: [3], e: 4}, d: {f: 5}}"))
    assert merged
    assert value(merged) == {"a": {"b": "1", "c": ["3"], "e": "4"}, "d": {"f": "5"}}


def test_of_rivals_only_those_that_the_nearer_names_are_kept() -> None:
    def rivals(path: tuple[str, ...]) -> frozenset[str]:
        return frozenset({"b", "c"}) if path == ("a",) else frozenset()

    low, high = one("{a: {b: {x: 1}, c: 2, d: 3}, e: {b: 1}}"), one("{a: {b: {y: 4}}, e: {c: 2}}")
    merged, kept = merge(low, high, rivals), merge(low, one("{a: {d: 5}}"), rivals)
    assert merged
    assert kept
    assert value(merged) == {"a": {"d": "3", "b": {"x": "1", "y": "4"}}, "e": {"b": "1", "c": "2"}}
    assert value(kept) == {"a": {"b": {"x": "1"}, "c": "2", "d": "5"}, "e": {"b": "1"}}


def test_placeholders_are_filled_in_scalars_and_not_in_keys() -> None:
    node = map_text(one('{"{service}": ["{service}-{service}", {a: "{team}"}]}'), {"{service}": "checkout"})
    assert value(node) == {"{service}": ["checkout-checkout", {"a": "{team}"}]}


def test_a_path_leads_to_a_node_or_to_none() -> None:
    node = one("{a: {b: c}}")
    assert at(node, "a", "b") == node.entries[0].value.entries[0].value  # type: ignore[union-attr]
    assert at(node, "a", "b", "c") is None
    assert at(None, "a") is None
