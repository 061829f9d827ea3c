"""Native histograms, thresholds and spans: what is recorded of each, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import names, promql
from compiler.promql import Matcher
from compiler.resolve.indicators import indicator
from compiler.rules.info import info
from compiler.rules.rule import Record
from compiler.schema.documents import SliSpec
from compiler.sli.native import feed
from compiler.sli.spans import SLI as SPANS
from compiler.sli.spans import SpansSpec
from compiler.sli.threshold import Bound
from compiler.units import Duration, UnitError
from tests.unit.dashboards import FACTS
from tests.unit.language import CASES
from tests.unit.test_dashboards_queries import judge, query_of, read_by, series
from tests.unit.test_recipes import SLI, project
from tests.unit.test_rules_expressions import STACK, block, made

RATIO = """{ratio: {errors: 'http_requests_total{code=~"5.."}', total: http_requests_total}}"""
KINDS = {
    "latency-native": """{latency: {histogram: l_seconds, selector: 'job="a"', threshold: 300ms, native: true}}""",
    "spans": "{spans: {service: a, operation: POST /pay}}",
    "spans-slow": "{spans: {service: a, threshold: 1s, unit: milliseconds}}",
    "threshold-gauge": """{threshold: {expr: 'queue_depth{job="a"}', above: 1000}}""",
    "threshold-expression": "{threshold: {expr: time() - max(last_success_timestamp_seconds), above: 1h}}",
}


@pytest.mark.parametrize("name", KINDS)
def test_what_is_recorded_first(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """The base series, and what they are made of; all that follows is the same for every kind."""
    rules = made(tmp_path, f"objective: 99.9%, sli: {KINDS[name]}").groups["fast"].rules
    first = [rule for rule in rules if isinstance(rule, Record) and "increase" not in rule.name]
    text = "\n".join(block(rule) for rule in first)
    golden(CASES / "rules" / f"{name}.txt", text.replace('{service="a",slo="one"}', "{S}"))


def test_what_is_recorded_of_slices(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """A group of its own counts each slice; the base series of the fast group are made of slices."""
    said = f"objective: 99.9%, budgeting: {{slices: 1m, good: 95%}}, sli: {RATIO}"
    groups = made(tmp_path, said).groups
    assert str(groups["slices-1m"].interval) == "1m"
    first = [*groups["slices-1m"].rules, *groups["fast"].rules[:2]]
    text = "\n".join(block(rule) for rule in first)
    golden(CASES / "rules" / "slices.txt", text.replace('{service="a",slo="one"}', "{S}"))


def test_slices_of_two_lengths_are_two_groups(tmp_path: Path) -> None:
    """Each length has a group, a rule file and a file of tests."""
    both = (
        f"objective: 99.9%, budgeting: {{slices: 1m, good: 95%}}, sli: {RATIO}}}\n"
        f"    - {{name: two, objective: 99.9%, budgeting: {{slices: 5m, good: 95%}}, sli: {RATIO}"
    )
    assert list(made(tmp_path, both).groups) == ["slices-1m", "slices-5m", "fast", "slow", "period"]


def test_people_read_of_minutes(tmp_path: Path) -> None:
    """What is said of slices: minutes, of declared kinds too."""
    said = "objective: 99.9%, budgeting: {{slices: {}, good: 95%}}, sli: {}"
    for folder in "ab":
        (tmp_path / folder).mkdir()
    (one,) = made(tmp_path / "a", said.format("1m", RATIO)).contexts
    (two,) = made(tmp_path / "b", said.format("5m", "{spans: {service: a}}")).contexts
    assert (one.words.events, one.words.verb) == ("minutes", "are bad")
    assert one.words.bad == "one in which more than 5% of requests fail"
    assert two.words.events == "slices of 5m"
    assert two.words.bad == "one in which more than 5% of calls fail"


def test_a_native_rate(tmp_path: Path) -> None:
    """``counting: rate`` keeps nothing of the exact differences."""
    said = f"objective: 99.9%, counting: rate, sli: {KINDS['latency-native']}"
    texts = [rule.expr for rule in made(tmp_path, said).groups["fast"].rules[:2]]
    assert "".join(texts[0].split()) == 'sum(histogram_count(rate(l_seconds{job="a"}[5m])))'
    assert "last_over_time" not in texts[1] and "unless" not in texts[1]


@pytest.mark.parametrize(
    ("bound", "expected"), [(0.3, (-2, 0)), (1, (0, 1)), (0.5, (-1, 0)), (250, (7, 9)), (256, (8, 9))]
)
def test_buckets_of_schema_0_around_a_bound(bound: float, expected: tuple[int, int]) -> None:
    """The good bucket ends at or below the bound, the bad one begins at or above it."""
    good, bad = feed(promql.selector("x"), bound).bounds
    assert (good, bad) == expected
    assert 2.0**good <= bound <= 2.0 ** (bad - 1)


def test_a_central_server_names_the_cluster_in_every_selector(tmp_path: Path) -> None:
    """Also within a whole expression."""
    said = "objective: 99%, sli: {threshold: {expr: a - b / a, below: 5m}}"
    stack = STACK.replace("367d}", "367d, scope: global}")
    (value, *_) = made(tmp_path, said, stack).groups["fast"].rules
    held = 'a{cluster="prod-1"} - b{cluster="prod-1"} / a{cluster="prod-1"}'
    assert "".join(value.expr.split()) == "".join(f"min({held}) >= -Inf".split())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("90%", "0.9"),
        ("5m", "300"),
        ("1h30m", "5400"),
        ("-1.5", "-1.5"),
        ("0", "0"),
        (".5", "0.5"),
        ("250ms", "0.25"),
    ],
)
def test_bounds(text: str, number: str) -> None:
    """A number, a percentage, or a duration in seconds; exact."""
    assert str(Bound.of(text)) == number


@pytest.mark.parametrize("text", ["", "%", "1e3", "1Gi", "5 m", "--1", "5m%", "nan", "Inf", "1" * 31, "1,5"])
def test_what_is_no_bound(text: str) -> None:
    """Anything else."""
    with pytest.raises(UnitError):
        Bound.of(text)


@given(st.decimals(-1_000_000, 1_000_000, places=6, allow_nan=False))
def test_a_bound_is_exact(number: object) -> None:
    """Not a digit of it is lost on its way into the rule."""
    assert float(str(Bound.of(f"{number:f}"))) == float(f"{number:f}")


def test_zero_is_a_bound(tmp_path: Path) -> None:
    """A bound of 0 is one that was given."""
    rules = made(tmp_path, "objective: 99%, sli: {threshold: {expr: a, above: 0}}").groups["fast"].rules
    assert rules[1].expr == 'slo:slice_value:worst{service="a",slo="one"} > bool 0'


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_a_span_of_any_name(name: str) -> None:
    """Service and operation are label values, whatever they hold."""
    spec = SpansSpec(service=name, operation=name)
    kind, fields = SPANS.reduces(spec)
    assert kind == "ratio"
    for field in ("total", "errors"):
        found = promql.selector(fields[field])
        assert found.on("service_name", "span_name") == (
            Matcher("service_name", "=", name),
            Matcher("span_name", "=", name),
        )


def test_spans_stand_for_another_kind() -> None:
    """What is counted is a ratio or a latency; what was declared is kept, with its places."""
    spec = SpansSpec(service="a", threshold=Duration.of("1s"), metrics=SpansSpec(service="a").metrics)
    found = indicator(SliSpec(spans=spec), "rate")
    assert found is not None
    assert (found.kind, found.declared_kind, found.declared.service) == ("latency", "spans", "a")
    assert (found.spec.histogram, found.spec.counting) == ("traces_span_metrics_duration_seconds", "rate")


def test_words_are_those_of_what_was_declared(tmp_path: Path) -> None:
    """People read of calls, and slo:info names the kind that was written."""
    plan = made(tmp_path, f"objective: 99%, sli: {KINDS['spans-slow']}")
    (info,) = [r.labels for g in plan.groups.values() for r in g.rules if getattr(r, "name", "") == "slo:info"]
    assert (plan.contexts[0].words.events, plan.contexts[0].words.verb) == ("calls", "take over 1s")
    assert info["indicator"] == "spans"


@pytest.mark.parametrize(
    ("sli", "told"),
    [
        ("{spans: {service: a, kind: servr}}", "SLO011: expected one of server,"),
        ("{spans: {service: a, selector: 'a=b'}}", "SLO120: "),
        ("{spans: {service: a, selector: 'span_kind=\"x\"'}}", "SLO120: the label 'span_kind' is chosen by kind"),
        ("{spans: {service: a, buckets: [1s]}}", "SLO125: buckets are of use beside a threshold alone"),
        ("{spans: {service: a, threshold: 1s, buckets: [2s]}}", "SLO125: 1s is none of the buckets"),
        ("{spans: {service: a, metrics: {calls: a-b}}}", "SLO011: expected a metric's name"),
        ("{spans: {}}", "SLO014: 'service' is missing"),
        ("{latency: {histogram: a_seconds, threshold: 1s, native: true, buckets: [1s]}}", "SLO124: a native"),
        ("{latency: {histogram: a_seconds_bucket, threshold: 1s, native: true}}", "SLO124: the histogram's base"),
        ("{latency: {histogram: a, threshold: 1s, native: true}}", "SLO124: the name of a does not tell its unit"),
        ("{latency: {histogram: a_seconds, threshold: 1s, native: 1}}", "SLO011: expected true or false"),
        ("{threshold: {expr: a, above: 1, below: 0}}", "SLO015: say exactly one of above, below"),
        ("{threshold: {expr: a}}", "SLO015: say exactly one of above, below"),
        ("{threshold: {above: 1}}", "SLO014: 'expr' is missing"),
        ("{threshold: {expr: a, above: much}}", "SLO013: 'much' is no bound"),
        ("{threshold: {expr: 'sum(a', above: 1}}", "SLO121: "),
        ("{threshold: {expr: '{job=\"a\"}', above: 1}}", "SLO121: it reads no metric"),
        ("{threshold: {expr: 'rate(a[$window])', above: 1}}", "SLO121: there is no $window here"),
    ],
)
def test_what_is_wrong_is_told_once(sli: str, told: str, tmp_path: Path) -> None:
    """One error, within the indicator."""
    found = project(tmp_path, sli)
    _, report = found.report()
    errors = [d for d in report.sorted() if d.severity.word == "error"]
    assert [f"{d.code}: {d.message}"[: len(told)] for d in errors] == [told]
    assert errors[0].span.line == SLI.count("\n") + 1


def test_a_native_threshold_needs_no_buckets(tmp_path: Path) -> None:
    """Nor is there a note that they are not known."""
    catalogs, report = project(tmp_path, "{latency: {histogram: a_seconds, threshold: 123ms, native: true}}").report()
    assert [d.code for d in report.items] == []
    assert catalogs[0].services[0].objectives[0].indicator.spec.native is True


FAILED = {
    "latency-native": 'histogram_fraction(0.3, +Inf, increase(l_seconds{job="a"}[10800s])) * '
    'histogram_count(increase(l_seconds{job="a"}[10800s]))',
    "threshold-gauge": 'sum_over_time(slo:slice_bad:bool{service="a",slo="one"}[10800s])',
    "spans": 'increase(traces_span_metrics_calls_total{service_name="a",span_kind="SPAN_KIND_SERVER",'
    'span_name="POST /pay",status_code="STATUS_CODE_ERROR"}[10800s])',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAILED)
def test_dashboards_find_the_bad_events(name: str, tmp_path: Path) -> None:
    """The service page's variable holds an expression that counts them."""
    (context,) = made(tmp_path, f"objective: 99%, sli: {KINDS[name]}").contexts
    inputs = [series(names.INFO, info(context), "1x80")]
    facts = FACTS | {"service": ("a", "a"), "slo": ("one", "one")}
    labels = {"failed": FAILED[name], "split_by": "status_code" if name == "spans" else "code"}
    judge(tmp_path, inputs, {query_of("failed", facts): [(labels, 1)]})
    assert read_by("failed", labels) == (FAILED[name], labels["split_by"])
    promql.parse(FAILED[name])
