"""The tool that changes rules: what it changes, what it takes for no change, and what it takes for one question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutation import alike, mutate
from tests.mutation.answers import Answers
from tests.mutation.changes import of_expression
from tests.mutation.judge import Memory
from tests.mutation.mutants import Group, of_group, sample
from tests.mutation.syntax import parse


def changes(expr: str) -> set[str]:
    """What an expression may become."""
    return {change.expr for change in of_expression(expr)}


@pytest.mark.parametrize(
    ("expr", "one"),
    [
        ("a > 14.4 * 0.001", "a > 15.84 * 0.001"),
        ("a > 14.4 * 0.001", "a >= 14.4 * 0.001"),
        ("a and b", "a or b"),
        ("a or 0 * b", "(a)"),
        ("rate(a[5m] offset 1m)", "rate(a[600s] offset 1m)"),
        ("rate(a[5m] offset 1m)", "rate(a[5m])"),
        ('a{b="c",d=~"e|f"}', 'a{d=~"e|f"}'),
        ('a{b="c",d=~"e|f"}', 'a{b="cx",d=~"e|f"}'),
        ("sum by (a) (b)", "max by (a) (b)"),
        ("sum by (a) (b)", "sum  (b)"),
    ],
)
def test_one_thing_is_changed(expr: str, one: str) -> None:
    """Each kind of change is among those of an expression, and the rest of it stands."""
    assert one in changes(expr)
    assert expr not in changes(expr)


def test_every_part_has_its_place() -> None:
    """A part's place holds its text, so that what is put there takes the place of nothing else."""
    expr = 'max by (a) (b{c="}",d!~"e"}[5m:30s] offset -1m) / -2 ^ 3 > bool 1 unless on () f'
    words = {(node.kind, node.word) for node in parse(expr).walk()}
    assert {("selector", "b"), ("range", "5m:30s"), ("offset", "-1m"), ("binary", "unless")} <= words
    for node in parse(expr).walk():
        assert node.word in ("", expr[slice(*node.word_place)].replace(" ", ""))


def rules(expr: str, **labels: str) -> Group:
    """A group of one rule."""
    rule = {"record": "r", "expr": expr, "labels": {"slo": "one", **labels}}
    return Group(Path("prod/services/a/rules/fast.yaml"), "a.fast", "30s", (rule,))


def proved(group: Group) -> set[str]:
    """The changes that are proved to be none."""
    return {f"{mutant.kind}: {mutant.change}" for mutant in of_group(group) if mutant.same}


def test_what_is_proved_to_be_no_change() -> None:
    """A label that the result carries, a condition that the other side makes, a factor of 1."""
    assert proved(rules('a{slo="one"} * 2')) == {"label: no slo"}
    assert proved(rules('a{x="y"} / b{x="y"}')) == {'matcher: no x="y"'}
    assert 'matcher: no x="y"' in proved(rules('a{x="y"} * on (x) group_left (z) b{x="y"}'))
    both = {'matcher: no x!~"y"', 'matcher: no x=~"z|"'}
    assert proved(rules('a{x!~"y",x=~"z|"} - last_over_time(a{x!~"y",x=~"z|"}[1h] offset 5m)')) == both
    assert proved(rules('max by (x) (a{x=~"y"}) > 2 * max by (x) (b{x=~"y"})')) == {'matcher: no x=~"y"'}
    assert proved(rules('sum without (x) (a{slo="one"} * 2)')) == {"label: no slo"}
    assert 'matcher: no x="y"' in proved(rules('a{x="y"} and f{x="y"} < on (z) group_left () max by (z) (g)'))
    assert proved(rules('a{slo="one"} * on () group_left () b')) == {"label: no slo"}
    assert proved(rules("a > 1 * 0.5")) == {"operand: no 1 *"}
    assert proved(rules('absent_over_time(a{slo="one"}[1d])')) == {"label: no slo"}


@pytest.mark.parametrize(
    "expr",
    [
        'sum(a{slo="one"})',
        'sum without (slo) (a{slo="one"})',
        'a{slo="two"}',
        'b * on () group_left () a{slo="one"}',
        'a{slo="one"} * on () group_left (slo) b',
        'a{slo=~"one"}',
        'a{slo="one"} or b',
        'a{x="y"} or b{x="y"}',
        'a{x="y"} unless on () b{x="y"}',
        'a{x="y"} * on (z) group_left () b{x="y"}',
        'a and f{x="y"} < on (z) group_left () max by (z) (g)',
        'a{x="y"} and f{x="y"} * on (z) group_left (x) g',
        'a{x="y"} and max by (z) (g) > on (z) group_right () f{x="y"}',
        'sum(a{x="y"}) / sum(b{x="y"})',
        'a{x!~"y"} / b{x!~"z"}',
        'sum by (b) (a{x!~"y"}) / sum by (b) (c{x!~"y"})',
        "a > 1 / 0.5",
        "a * 10",
        'absent_over_time(a{slo="one",slo!="two"}[1d])',
    ],
)
def test_a_real_change_is_not_swallowed(expr: str) -> None:
    """What may change the result is tried."""
    assert proved(rules(expr)) == set()


SUMMED = {"record": "m", "expr": "sum((sum(rate(a[5m]))) > -Inf < Inf)"}
BY_ZONE = {"record": "m", "expr": "sum by (zone) (a) or 0 * sum by (zone) (b)"}
HERE = '{service="s",slo="one"}'


def beside(made: dict[str, str], expr: str, times: int = 1) -> Group:
    """A group of a rule, as often as said, and of one that may read what it records."""
    labels = {"service": "s", "slo": "one"}
    return Group(
        Path("prod/services/a/rules/fast.yaml"),
        "a.fast",
        "30s",
        (*[{**made, "labels": labels}] * times, {"record": "r", "expr": expr, "labels": labels}),
    )


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (beside(SUMMED, f"sum(m{HERE})"), 2),
        (beside(SUMMED, f"clamp_min(sum(m{HERE} * on () group_left () (1 - c)), 0)"), 2),
        (beside(BY_ZONE, f"sum by (zone) (m{HERE})"), 1),
        (beside(SUMMED, "max(sum(a) or 0 * sum(b))"), 2),
        (beside(SUMMED, "sum(24 * hour(vector(time() - 60)))"), 2),
        (beside(SUMMED, 'sum(m{slo="one"})'), 1),
        (beside(SUMMED, 'sum(m{service="s",slo="two"})'), 1),
        (beside(SUMMED, f"sum(m{HERE})", times=2), 2),
        (beside(BY_ZONE, f"sum(m{HERE})"), 0),
        (beside(SUMMED, "sum(sum by (zone) (a))"), 1),
        (beside(SUMMED, "sum(sum(a) or b)"), 1),
        (beside(SUMMED, "sum(sum by (x) (a) or sum(b))"), 1),
        (beside(SUMMED, "sum(sum(a) * on (x) group_right () b)"), 1),
        (beside(SUMMED, "count(sum(a))"), 1),
    ],
)
def test_a_sum_of_one_number_is_that_number(group: Group, expected: int) -> None:
    """``max`` for ``sum`` is no change where one series is summed; SUMMED has such a sum of its own."""
    same = [mutant for mutant in of_group(group) if mutant.same and mutant.kind == "function"]
    assert len(same) == expected


def test_what_is_meant_is_chosen_by_its_words(tmp_path: Path) -> None:
    """``--only`` finds its mutants anywhere in ``file rule: kind: change``, and nothing else."""
    rules, tests = (tmp_path / "prod/services/a" / folder for folder in ("rules", "tests"))
    rules.mkdir(parents=True)
    tests.mkdir()
    rule = {"record": "r", "expr": "a > 1", "labels": {"slo": "one"}}
    text = {"groups": [{"name": "a.fast", "interval": "30s", "rules": [rule]}]}
    (rules / "fast.yaml").write_text(json.dumps(text), "utf-8")
    (tests / "fast.yaml").write_text('{"evaluation_interval": "30s", "tests": []}', "utf-8")
    chosen = mutate.arguments(["--output", str(tmp_path), "--only", "fast r: (number|comparison): . -> [01]"])
    found = mutate.found(tmp_path, chosen, Memory())
    assert [mutant.change for _, mutant in found] == ["1 -> 1.1", "1 -> 0.9"]


def named(stack: str, service: str, slo: str, expr: str) -> tuple[str, Group]:
    """A rule of a name, and its group."""
    alert = f"Slo{service.title()}{slo.title()}NoData"
    rule = {"alert": alert, "expr": expr, "labels": {"slo": slo, "severity": "critical", "slo_tier": "page"}}
    group = Group(Path(f"{stack}/services/{service}/rules/fast.yaml"), f"{service}.fast", "30s", (rule,))
    return f'{{"alert": "{alert}", "expr": "{expr}", "url": "/{stack}/{alert.lower()}.md"}}', group


def test_names_alone_do_not_matter() -> None:
    """The same rule of two services of two stacks is one question; another metric, number or label is another."""
    one, here = named("prod", "shop", "reads", "r{service=shop,slo=reads} > 1")
    two, there = named("staging", "cart", "writes", "r{service=cart,slo=writes} > 1")
    other, elsewhere = named("staging", "cart", "writes", "r{service=cart,slo=writes} > 2")
    assert alike.plain(here, "reads")(one) == alike.plain(there, "writes")(two)
    assert alike.plain(there, "writes")(two) != alike.plain(elsewhere, "writes")(other)


def test_a_name_that_means_something_stays() -> None:
    """An SLO that is called like a function is not taken for a name."""
    _, group = named("prod", "shop", "rate", "rate(r[5m])")
    assert alike.plain(group, "rate")("rate(r[5m])") == "rate(r[5m])"


def test_answers_are_kept(tmp_path: Path) -> None:
    """A question that was answered is not asked again, and what was cut off is."""
    question = alike.question("a")
    assert Answers(tmp_path / "kept").get(question, lambda: True)
    (tmp_path / "kept").open("a").write("+cut")
    again = Answers(tmp_path / "kept")
    assert again.get(question, lambda: False)
    assert (again.asked, again.shared) == (0, 1)
    assert not again.get(alike.question("b"), lambda: False)


def test_a_sample_is_always_the_same() -> None:
    """So many of them, in their order, by the seed alone."""
    assert sample(range(100), 5, 1) == sample(range(100), 5, 1) != sample(range(100), 5, 2)
    assert sample(range(3), 0, 1) == [0, 1, 2]
