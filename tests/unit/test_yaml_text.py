"""YAML that is written is read back as it was, by YAML 1.1 and by the eyes of a reviewer."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.source.yaml_events import parse
from compiler.yaml_text import scalar, to_yaml

PIECES = st.sampled_from(
    [*" \n\t#:-'\"\\{}[],&*!|>%@`?=~aé\u2028\x85\x00\x1b\x7f\ufeff01.e_", ": ", " #", "- "],
)
ODD = """
no on Yes y null ~ true 0x1f 0X1F 0o17 017 0b1 1_000 1e3 .5 5. -1 +1 12:30 2024-01-01 1.0 inf .inf NaN .nan
<< = --- ... ?
"""
WORDS = st.sampled_from(["", "a: b", "a #b", "- a", *ODD.split()])
TEXTS = st.one_of(
    WORDS,
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(st.sampled_from(["a: b", "", " ", "  x", "- y", "z # t", "{{ $labels.pod }}"]), max_size=5).map(
        "\n".join
    ),
)
KEYS = st.one_of(WORDS, TEXTS.filter(lambda text: len(text) < 100))
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=250, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_back_the_same(value: Any) -> None:
    assert yaml.safe_load(to_yaml(value)) == value


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_text_is_read_back_as_text_wherever_it_stands(text: str) -> None:
    assert yaml.safe_load(to_yaml({"a": text})) == {"a": text}
    assert yaml.safe_load(to_yaml([[text], {text: text}])) == [[text], {text: text}]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_our_own_reader_takes_it_too(text: str) -> None:
    report = Report()
    (node,) = parse(to_yaml({"key": [text]}), "f", report)
    assert report.items == []
    assert node.entries[0].value.items[0].text == text  # type: ignore[union-attr]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_scalar_stands_on_one_line(text: str) -> None:
    assert len(scalar(text).splitlines()) <= 1


@pytest.mark.parametrize(
    "text",
    ["no", "on", "y", "N", "0x1f", "0X1F", "0b11", "0o17", "017", "1_000", "1e3", "1E3", ".5", "12:30", "2024-01-01",
     "null", "~", "true", "TRUE", "-1", "+1", ".inf", "1.", "<<", "="],
)  # fmt: skip
def test_what_another_parser_takes_for_a_number_or_a_truth_is_quoted(text: str) -> None:
    """Go's parser, which reads what is written here, knows more numbers than Python's."""
    assert scalar(text) == f"'{text}'"


@pytest.mark.parametrize("text", ["checkout", "http_requests_total", "30d", "99.9%", "a:b", "a#b", "(a or b) > 0.1"])
def test_plain_text_stays_plain(text: str) -> None:
    assert scalar(text) == text


def test_the_layout_is_the_one_that_reviewers_know() -> None:
    value = {
        "groups": [{"name": "a.fast", "rules": [{"expr": "sum(\n  x\n)", "labels": {"slo": "a"}}, {"record": "b"}]}],
        "empty": {},
        "none": [],
        "text": "two\nlines\n",
    }
    assert to_yaml(value) == (
        "groups:\n- name: a.fast\n  rules:\n  - expr: |-\n      sum(\n        x\n      )\n    labels:\n"
        "      slo: a\n  - record: b\nempty: {}\nnone: []\ntext: |\n  two\n  lines\n"
    )


def test_keys_keep_their_order() -> None:
    assert to_yaml({"b": 1, "a": 2}) == "b: 1\na: 2\n"


@pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), {"a": {1, 2}}, b"x"])
def test_what_has_no_yaml_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no YAML for"):
        to_yaml(value)
