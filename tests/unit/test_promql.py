"""PromQL: what is built here means what was meant, whatever a user's text holds."""

from __future__ import annotations

import re

import promql_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import promql
from compiler.promql import Matcher, PromqlError, Selector, selector
from compiler.units import Duration

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
NASTY = st.one_of(TEXT, st.text(st.sampled_from("\"'`\\{}[]()|.*+?^$#\n\t,=~! a-é"), max_size=12))
LABELS = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,10}", fullmatch=True).filter(lambda name: name != "__name__")
METRICS = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,15}", fullmatch=True).filter(
    # words of the language, of which one is a metric only between quotes
    lambda name: name.lower() not in {"and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset",
                                      "group_left", "group_right", "inf", "nan", "atan2", "start", "end",
                                      "sum", "avg", "count", "min", "max", "group", "topk", "bottomk"}
)  # fmt: skip
quick = settings(max_examples=200)


def read_back(text: str) -> list[tuple[str, str]]:
    """Label and value of every condition, as the parser reads them."""
    tree = promql_parser.parse(text)
    assert isinstance(tree, promql_parser.VectorSelector)
    return [(m.name, m.value) for m in tree.matchers.matchers]


@quick
@given(NASTY)
def test_a_quoted_value_is_read_back_as_it_was(value: str) -> None:
    assert read_back(f"x{{a={promql.quote(value)}}}") == [("a", value)]


@quick
@given(NASTY, NASTY)
def test_a_quoted_regular_expression_matches_its_text_and_no_other(value: str, other: str) -> None:
    pattern = re.compile(promql.regex_quote(value))
    assert pattern.fullmatch(value)
    assert bool(pattern.fullmatch(other)) == (value == other)


@quick
@given(NASTY)
def test_the_parser_takes_a_quoted_regular_expression(value: str) -> None:
    assert read_back(f"x{{a=~{promql.quote(promql.regex_quote(value))}}}") == [("a", promql.regex_quote(value))]


@quick
@given(METRICS, st.lists(st.tuples(LABELS, st.sampled_from(["=", "!="]), NASTY), max_size=4))
def test_a_selector_is_read_back_as_it_was_printed(metric: str, conditions: list[tuple[str, str, str]]) -> None:
    made = Selector(metric, tuple(Matcher(*condition) for condition in conditions))
    assert selector(str(made)) == made


@quick
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=12))
def test_names_beyond_the_old_alphabet_are_quoted(name: str) -> None:
    made = Selector(name, (Matcher(name, "=", "x"),))
    if name == "__name__":
        return
    assert selector(str(made)) == made


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x", "x"),
        ("x{}", "x"),
        ("x{ a = 'b' , }", 'x{a="b"}'),
        ('{__name__="x",a=`b"`}', 'x{a="b\\""}'),
        ('{"http.requests","http.code"=~"5.."}', '{"http.requests","http.code"=~"5.."}'),
        ('x{a!~"b",a!="c"}', 'x{a!~"b",a!="c"}'),
    ],
)
def test_a_selector_is_printed_in_one_way(text: str, printed: str) -> None:
    assert str(selector(text)) == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no expression found in input"),
        ("sum(x", "unclosed left parenthesis"),
        ("x}", "unexpected right brace"),
        ("x{a=b}", "expected string"),
        ('x{a="b}', "unterminated quoted string"),
        ('x{a=~"("}', "illegal regex"),
        ("x y", "invalid promql query"),
        ("x # note", "a comment (#) would swallow"),
        ("x{a='#'} # note", "a comment (#) would swallow"),
        ("x[5m]", "without a range"),
        ("x offset 5m", "without offset or @"),
        ("x @ 0", "without offset or @"),
        ("rate(x[5m])", "not an expression"),
        ("rate(x[$window])", "rate() and its window are written by the compiler"),
        ("x > 1", "not an expression"),
        ("1", "not an expression"),
        ('"x"', "not an expression"),
        ('{a="b"}', "must name one metric"),
        ('{__name__=~"x|y"}', "must name one metric"),
        ('x{__name__!="y"}', "must not be set twice"),
        ('x{a="b" or a="c"}', "conditions joined by `or`"),
    ],
)
def test_what_is_no_bare_selector_is_refused(text: str, message: str) -> None:
    with pytest.raises(PromqlError, match=re.escape(message)):
        selector(text)


def test_a_hash_inside_a_string_is_no_comment() -> None:
    for text in ('x{a="#"}', "x{a='#'}", "x{a=`#`}", 'x{a="\\"#"}'):
        assert selector(text).matchers[0].value in {"#", '"#'}


@quick
@given(NASTY)
def test_anything_at_all_is_read_or_refused(text: str) -> None:
    try:
        made = selector(text)
    except PromqlError:
        return
    assert selector(str(made)) == made


@pytest.mark.parametrize("text", ["rate(x[5m", "x +", "sum by (a x)", "x{a=1}", 'foo{"x}'])
def test_check_refuses_what_does_not_parse(text: str) -> None:
    with pytest.raises(PromqlError):
        promql.check(text)


def test_check_takes_a_metric_that_is_quoted_and_nothing_else() -> None:
    promql.check('rate({"http.requests"}[5m]) / rate({"http.requests","a"=~"(x"}[5m])')


def test_check_takes_strings_in_each_others_quotes() -> None:
    promql.check("""rate(a{x=`b"c`,y='d"e'}[5m]) + b{z="# no comment"}""")


def test_negating_twice_changes_nothing() -> None:
    for op in ("=", "!=", "=~", "!~"):
        assert Matcher("a", op, "b").negated.negated == Matcher("a", op, "b")
        assert Matcher("a", op, "b").admits("b") != Matcher("a", op, "b").negated.admits("b")


def test_a_selector_takes_on_and_gives_up_conditions() -> None:
    made = selector('x{a="1",b="2"}')
    assert str(made.adding(Matcher("a", "=", "1"), Matcher("c", "=", "3"))) == 'x{a="1",b="2",c="3"}'
    assert str(made.without("a")) == 'x{b="2"}'
    assert made.on("b", "c") == (Matcher("b", "=", "2"),)
    assert selector('x{a!="1",b="2",a!="3"}').labels == ("a", "b")


@pytest.mark.parametrize(
    ("threshold", "unit", "number", "met"),
    [
        ("300ms", "seconds", "0.3", ["0.3"]),
        ("1s", "seconds", "1", ["1", "1.0"]),
        ("2500ms", "seconds", "2.5", ["2.5"]),
        ("5ms", "seconds", "0.005", ["0.005"]),
        ("300ms", "milliseconds", "300", ["300", "300.0"]),
        ("1000s", "milliseconds", "1000000", ["1000000", "1000000.0", "1e+06"]),
        ("1500s", "milliseconds", "1500000", ["1500000", "1.5e+06"]),
    ],
)
def test_a_bucket_is_met_in_every_spelling(threshold: str, unit: str, number: str, met: list[str]) -> None:
    bound, matcher = promql.bucket_bound(Duration.of(threshold), unit)
    assert bound == number
    assert [value for value in met if not matcher.admits(value)] == []


@quick
@given(st.integers(1, 10**9), st.integers(1, 10**9), st.sampled_from(["seconds", "milliseconds"]))
def test_a_bucket_is_met_by_its_own_number_alone(milliseconds: int, other: int, unit: str) -> None:
    _, matcher = promql.bucket_bound(Duration(milliseconds), unit)
    number, _ = promql.bucket_bound(Duration(other), unit)
    assert matcher.admits(number) == (milliseconds == other)


def test_series_are_of_exactly_these_labels() -> None:
    made = promql.series("slo:total:rate5m", {"service": "check}out", "slo": 'a"b'})
    assert read_back(made) == [("service", "check}out"), ("slo", 'a"b')]
