"""Whole expressions of users: typed, read, and held to a cluster without a selector being missed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import promql, promql_free
from compiler.promql import Matcher, PromqlError

CLUSTER = (Matcher("cluster", "=", 'prod "1"'),)


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("a", ["a"]),
        ('time() - max by (job) (a{job="x"} offset 5m)', ["a"]),
        ("a / on (x) group_left () sum by (x) (rate(b[5m]))", ["a", "b"]),
        ("a > 5 or a > 5", ["a"]),
        ("max_over_time(a[1h:5m])", ["a"]),
    ],
)
def test_what_is_read(text: str, metrics: list[str]) -> None:
    """Each selector once, in order."""
    assert [found.metric for found in promql_free.instant(text)] == metrics


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a[5m]", "a range of samples is no value"),
        ("a[5m:1m]", "a range of samples is no value"),
        ("scalar(a)", "a vector is needed, this is a scalar"),
        ("scalar(a) + 1", "a vector is needed, this is a scalar"),
        ("time()", "it reads no metric"),
        ("1", "it reads no metric"),
        ('"a"', "it reads no metric"),
        ("sum(a) # all", "a comment"),
        ("sum(a", "unclosed"),
        ("", "no expression|empty|unexpected"),
    ],
)
def test_what_is_no_value(text: str, told: str) -> None:
    """A range, a number, a text, a comment, and what does not parse."""
    with pytest.raises(PromqlError, match=told):
        promql_free.instant(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", False),
        ("sum(a) / sum(b)", False),
        ("a or vector(0)", True),
        ("absent(a)", True),
        ("a * on () group_left () hour()", True),
        ("hour(a)", False),
        ('a{x="vector(1)"}', False),
    ],
)
def test_what_answers_without_a_series(text: str, expected: bool) -> None:
    """Functions that make a sample out of nothing."""
    assert promql_free.unfounded(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", False),
        ('a{region=""}', True),
        ("sum(a)", True),
        ("sum by (region) (a)", False),
        ("sum without (region) (a)", True),
        ("max without (x) (sum by (y) (a))", True),
        ("topk(3, a)", False),
        ("time() - max by (job) (a)", True),
        ("sum(a) / sum by (region) (a)", False),
        ("sum(a) / sum(b)", True),
        ("clamp_min(sum(a), 0)", True),
        ('rate(a{region=""}[5m])', True),
        ('label_replace(sum(a), "region", "x", "", "")', False),
    ],
)
def test_whether_a_label_is_lost(text: str, expected: bool) -> None:
    """Provably: aggregated away on every side, or asked to be empty."""
    assert promql_free.drops(text, "region") is expected


def test_a_label_is_dropped_or_not_whatever_values_are_quoted() -> None:
    """What the parser would not read back from its own text: quotes and backslashes in a condition."""
    assert not promql_free.drops('a{x="\\"\\\\"} - b{x!="\\""}', "region")
    assert promql_free.drops('sum(a{x="\\"\\\\"}) - sum(b{x!="\\""})', "region")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a{C}"),
        ('a{x="}",}', 'a{x="}",C}'),
        ("a{}", "a{C}"),
        ('{__name__="a"}', '{__name__="a",C}'),
        ("a offset -5m @ start()", "a{C} offset -5m @ start()"),
        ("sum(a) by (b) / sum by(b) (c)", "sum(a{C}) by (b) / sum by(b) (c{C})"),
        ("a / on (b) group_left (c) rate(d[5m])", "a{C} / on (b) group_left (c) rate(d{C}[5m])"),
        ("a > bool Inf or b == NaN", "a{C} > bool Inf or b{C} == NaN"),
        ('label_replace(a, "b", "$1", "c", "(.*)")', 'label_replace(a{C}, "b", "$1", "c", "(.*)")'),
        ("job:a:rate5m / on (x) b", "job:a:rate5m{C} / on (x) b{C}"),
        ("sum", "sum{C}"),
    ],
)
def test_every_selector_is_held(text: str, expected: str) -> None:
    """The condition stands in each selector and nowhere else."""
    assert promql_free.held(text, CLUSTER) == expected.replace("C", str(CLUSTER[0]))


NAMES = st.sampled_from(["a", "b:c", "sum_x", "by_x", "offset_y", "on1"])
SELECTORS = st.builds(
    lambda name, value, braces: f"{name}{{x={promql.quote(value)}}}" if braces else name,
    NAMES,
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.booleans(),
)
EXPRESSIONS = st.recursive(
    SELECTORS,
    lambda inner: st.one_of(
        st.builds("sum by (x) ({})".format, inner),
        st.builds("max({}) without (x, y)".format, inner),
        st.builds("({} offset 5m)".format, SELECTORS),
        st.builds("rate({}[5m])".format, SELECTORS),
        st.builds("({} / on (x) group_left (y) {})".format, inner, inner),
        st.builds("({} or 0.5 * {})".format, inner, inner),
        st.builds('label_join({}, "x", ",", "by", "on")'.format, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_held_expressions_read_the_same_with_one_condition_more(text: str) -> None:
    """Whatever is written: each selector has the condition, once, and none is gone."""
    before = [promql.selector(read.selector) for read in promql.reads(text)]
    after = [promql.selector(read.selector) for read in promql.reads(promql_free.held(text, CLUSTER))]
    assert after == [selector.adding(*CLUSTER) for selector in before]


def test_nothing_is_added_where_nothing_is_asked() -> None:
    """On a cluster's own server an expression stays as it was written, spaces and all."""
    assert promql_free.held("a  +\n b", ()) == "a  +\n b"
