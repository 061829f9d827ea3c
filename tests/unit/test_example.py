"""Example series: what a selector finds, and what it passes over for one label."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.example import labels_of, series_of, strangers
from compiler.promql import Matcher, Selector, regex_quote, selector

LABELS = st.sampled_from(["code", "job", "method", "path"])
WORDS = st.text(alphabet='abc019-./_ü"\\', max_size=6)
PIECES = st.one_of(
    WORDS.map(regex_quote),
    st.sampled_from(["5..", "[a-z]+", "[0-9]{3}", "(GET|POST)", "a?", "x*", "\\d\\d", "[^0]", "(?:a|bc)", ".", ".+"]),
)
PATTERNS = st.one_of(
    st.lists(PIECES, max_size=4).map("".join),
    st.lists(st.lists(PIECES, max_size=2).map("".join), min_size=2, max_size=3).map("|".join),
)
MATCHERS = st.one_of(
    st.builds(Matcher, LABELS, st.sampled_from(["=", "!="]), WORDS),
    st.builds(Matcher, LABELS, st.sampled_from(["=~", "!~"]), PATTERNS),
)
SELECTORS = st.lists(MATCHERS, max_size=4).map(lambda matchers: Selector("m", tuple(matchers)))


def finds(one: Selector, text: str) -> bool:
    """Whether a selector finds a series, which is written with ``=`` alone."""
    labels = {matcher.label: matcher.value for matcher in selector(text).matchers}
    return all(matcher.admits(labels.get(matcher.label, "")) for matcher in one.matchers)


@settings(max_examples=300)
@given(SELECTORS)
def test_an_example_meets_every_condition(one: Selector) -> None:
    text = series_of(one, {"instance": "a"})
    if text is not None:
        assert finds(one, text)
        assert Matcher("instance", "=", "a") in selector(text).matchers


@settings(max_examples=200)
@given(st.lists(st.builds(Matcher, LABELS, st.just("=~"), PATTERNS), max_size=4, unique_by=lambda m: m.label))
def test_one_condition_a_label_always_has_an_example(matchers: list[Matcher]) -> None:
    assert labels_of(Selector("m", tuple(matchers))) is not None


@settings(max_examples=300)
@given(SELECTORS)
def test_a_stranger_is_not_found(one: Selector) -> None:
    assert [text for text in strangers(one, {"instance": "a"}) if finds(one, text)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('m{job="a",code=~"5.."}', {"job": "a", "code": "500"}),
        ('m{job="a",code!~"5..",code!=""}', {"job": "a", "code": "other"}),
        ('m{job=~"a|b"}', {"job": "a"}),
        ('m{le=~"1(\\\\.0)?"}', {"le": "1"}),
        ('m{job!="a"}', {}),
        ('m{method=~"GET|POST",method!="GET"}', {"method": "POST"}),
        ('m{instance="b"}', {"instance": "b"}),
    ],
)
def test_examples(text: str, expected: dict[str, str]) -> None:
    """The shortest value that fits; a label that may be missing is."""
    assert expected == labels_of(selector(text))


@pytest.mark.parametrize(
    "text",
    ['m{a="1",a="2"}', 'm{a="1",a!="1"}', 'm{a=~"5..",a=~"4.."}', 'm{a="",a=~".+"}', 'm{a=~"[^\\\\d\\\\D]"}'],
)
def test_contradictions_have_none(text: str) -> None:
    assert labels_of(selector(text)) is None
    assert series_of(selector(text)) is None


def test_an_extra_label_gives_way_to_a_condition() -> None:
    """What the selector says of a label holds, whatever the series would have had."""
    assert series_of(selector('m{instance!="a"}'), {"instance": "a"}) == "m"
    assert series_of(selector('m{instance=~"b.*"}'), {"instance": "a"}) == 'm{instance="b"}'


def test_one_stranger_a_label() -> None:
    assert list(strangers(selector('m{job="a",code=~"5.."}'))) == [
        'm{code="500",job="stranger"}',
        'm{code="stranger",job="a"}',
    ]
