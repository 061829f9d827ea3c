"""A ratio of whole expressions: what is recorded of them, what tests are fed, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import promql, promql_free
from compiler.promql import Matcher, PromqlError
from compiler.rules.info import info
from compiler.rules.rule import Record
from compiler.sli.ratio import SLI
from compiler.sli.sides import RatioSpec
from compiler.units import Duration
from tests.unit.language import CASES
from tests.unit.test_recipes import project
from tests.unit.test_rules_expressions import STACK, block, made

ALL, BAD = "sum(rate(all_total[$window]))", "sum(rate(bad_total[$window]))"
BY = "sum by (zone) (rate({}_total[$window]))"
KINDS = {
    "ratio-free": f"sli: {{ratio: {{errors: '{BAD} or vector(0)', total: '{ALL}'}}}}",
    "ratio-free-good": "groupBy: {labels: [{label: zone, as: place}], limit: 9},"
    f" sli: {{ratio: {{good: '{BY.format('ok')}', total: '{BY.format('all')}'}}}}",
    "ratio-free-mixed": f"sli: {{ratio: {{errors: bad_total, total: '{ALL}'}}}}",
    "ratio-free-overlap": f"sli: {{ratio: {{errors: 'all_total{{code=\"500\"}}', total: '{ALL}'}}}}",
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_recorded_first(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """Each expression once, the base of them, and what would be blind."""
    groups = made(tmp_path, f"objective: 99.9%, {KINDS[name]}").groups
    first = [rule for rule in groups["fast"].rules if isinstance(rule, Record) and "increase" not in rule.name]
    blind = [rule for rule in groups["slow"].rules if rule.name.endswith("BlindIndicator")]
    text = "\n".join(block(rule) for rule in [*first, *blind])
    golden(CASES / "rules" / f"{name}.txt", text.replace('{service="a",slo="one"}', "{S}"))


@pytest.mark.parametrize(
    ("spec", "measured", "fed"),
    [
        (RatioSpec(total=ALL, errors=BAD), ("total", "errors"), ("slo:total:measured", "slo:errors:measured")),
        (RatioSpec(total=ALL, good=BAD), ("total", "good"), ("slo:total:measured", "slo:good:measured")),
        (RatioSpec(total="all_total", errors=BAD), ("errors",), ("all_total", "slo:errors:measured")),
        (RatioSpec(total="all_total", good=BAD), ("good",), ("all_total", "slo:good:measured")),
        (RatioSpec(total=ALL, errors="bad_total"), ("total",), ("slo:total:measured", "bad_total")),
        (RatioSpec(total=ALL, good="ok_total"), ("total", "good"), ("slo:total:measured", "slo:good:measured")),
        (
            RatioSpec(total=ALL, errors="all_total"),
            ("total", "errors"),
            ("slo:total:measured", "slo:errors:measured"),
        ),
        (
            RatioSpec(total='sum(rate({__name__=~"a.+"}[$window]))', errors="b_total"),
            ("total", "errors"),
            ("slo:total:measured", "slo:errors:measured"),
        ),
        (
            RatioSpec(total=ALL, errors=f"{BAD} or vector(0)"),
            ("total", "errors"),
            ("slo:total:measured", "slo:errors:measured"),
        ),
        (RatioSpec(total=ALL, errors=f"({BAD} or vector(0))"), ("total", "errors"), ()),
        (RatioSpec(total=f"{ALL} or vector(0)", errors=BAD), ("total", "errors"), ()),
        (
            RatioSpec(total=ALL, errors="f(x)[$window]", promql="unchecked"),
            ("total", "errors"),
            ("slo:total:measured", "slo:errors:measured"),
        ),
        (RatioSpec(total="a_total", errors='a_total{x="y"}'), (), ("a_total", "a_total")),
    ],
)
def test_which_sides_are_recorded_and_what_tests_are_fed(
    spec: RatioSpec, measured: tuple[str, ...], fed: tuple[str, ...]
) -> None:
    """A counter that the other side reads as well is recorded too; nothing is fed where something is always there."""
    assert (spec.measured, tuple(feed.selector.metric for feed in SLI.feeds(spec))) == (measured, fed)


def test_the_window_is_the_base_window(tmp_path: Path) -> None:
    """Of a stack that scrapes seldom it is longer, and it is no window within a string."""
    sli = """sli: {ratio: {errors: 'sum(rate(b{x="$window"}[$window]) / $window)', total: c}}"""
    rules = made(tmp_path, f"objective: 99%, {sli}", STACK.replace("367d", "367d, scrapeInterval: 2m")).groups["fast"]
    assert 'sum(rate(b{x="$window"}[8m]) / 8m)' in rules.rules[0].expr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate(a[$window])", True),
        ("a", False),
        ('a{x="$window"}', False),
        ("a{x=`$window`}", False),
        (r'a{x="\"$window"}', False),
        ("rate(a[$windows])", False),
    ],
)
def test_what_is_a_whole_expression(text: str, expected: bool) -> None:
    """The word outside strings makes it one."""
    assert promql_free.is_windowed(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{BAD} or vector(0)", BAD),
        (f"{BAD}\n  or on () vector( 0.0 )", BAD),
        (f"{BAD} + 1 or vector(0)", f"{BAD} + 1"),
        (f"({BAD} or vector(0))", f"({BAD} or vector(0))"),
        (f"{BAD} or vector(1)", f"{BAD} or vector(1)"),
        (f"{BAD} or vector(0) * 2", f"{BAD} or vector(0) * 2"),
        ("a or vector(0", "a or vector(0"),
    ],
)
def test_a_zero_around_all_is_left_out(text: str, expected: str) -> None:
    """The compiler fills with zero where total is, and not where nothing is measured."""
    assert promql_free.unfilled(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sum(a", r"a \( is not closed"),
        ("sum(a))", r"there is a \) too much"),
        ("a[5m}", "there is a } too much"),
        ('a{x="y}', "a string does not end"),
        ("a # b", "a comment"),
        ("a{x=`\n`}", "several lines"),
    ],
)
def test_what_would_run_into_its_surroundings(text: str, told: str) -> None:
    """Refused, also where nobody checks what it says."""
    with pytest.raises(PromqlError, match=told):
        promql_free.check_alone(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_label_values_of_any_kind_stand_in_an_expression(value: str) -> None:
    """What is written as a string is one, and its conditions come through."""
    text = f"sum(rate(a{{{Matcher('x', '=', value)}}}[$window]))"
    promql_free.check_alone(text)
    filled = promql_free.over(text, Duration.of("8m"))
    assert [read.range for read in promql.reads(filled)] == [Duration.of("8m")]
    (found,) = promql_free.instant(filled)
    assert found.matchers == (Matcher("x", "=", value),)


@pytest.mark.parametrize(
    ("sli", "told"),
    [
        (f"{{ratio: {{errors: 'rate(bad_total[5m])', total: '{ALL}'}}}}", "SLO120: a bare selector is needed"),
        (f"{{ratio: {{errors: bad-total, total: '{ALL}'}}}}", "SLO120: a bare selector is needed"),
        (f"{{ratio: {{errors: 'bad_total[5m]', total: '{ALL}'}}}}", "SLO120: a selector stands here without a range"),
        (f"{{ratio: {{errors: 'sum by', total: '{ALL}'}}}}", "SLO120: "),
        (f"{{ratio: {{errors: 'rate(bad[$window]', total: '{ALL}'}}}}", "SLO121: a ( is not closed"),
        ("{ratio: {errors: 'vector($window)', total: all_total}}", "SLO121: "),
        ("{ratio: {errors: 'bad_total[$window]', total: all_total}}", "SLO121: a range of samples is no value"),
        (f"{{ratio: {{errors: 'increase(b[$window])', total: '{ALL}'}}}}", "SLO121: increase() gives the events"),
        (f"{{ratio: {{errors: '{ALL}', total: '{ALL}'}}}}", "SLO122: errors is the same as total"),
        (f"{{ratio: {{errors: '{BAD}', good: '{BAD}', total: '{ALL}'}}}}", "SLO015: "),
        ("{probe: {metric: 'rate(a[$window])'}}", "SLO120: a bare selector is needed"),
    ],
)
def test_what_is_wrong_is_told_once(sli: str, told: str, tmp_path: Path) -> None:
    """One error, within the indicator."""
    _, report = project(tmp_path, sli).report()
    errors = [d for d in report.sorted() if d.severity.word == "error"]
    assert [f"{d.code}: {d.message}"[: len(told)] for d in errors] == [told]


def test_bad_events_are_those_recorded(tmp_path: Path) -> None:
    """Dashboards count them; where a selector carries the errors, by its labels."""
    (free,) = made(tmp_path, f"objective: 99%, {KINDS['ratio-free']}").contexts
    assert info(free)["bad_events"] == '30 * sum_over_time(slo:errors:rate5m{service="a",slo="one"}[range])'
    (tmp_path / "mixed").mkdir()
    (mixed,) = made(tmp_path / "mixed", f"objective: 99%, {KINDS['ratio-free-mixed']}").contexts
    assert info(mixed)["selector_errors"] == "bad_total"
    assert "bad_events" not in info(mixed)
