"""What is recorded and what alerts, by kind of indicator: tests/cases/rules/ holds each rule as a reader wants it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import promql
from compiler.rules.rule import SPEEDS, Alert, Record
from compiler.rules.service import Plan, plan
from compiler.rules.windows import windows
from compiler.units import Duration
from tests.unit.language import CASES
from tests.unit.stacks import resolve

STACK = "  cluster: prod-1\n  prometheus: {retention: 367d}\n"
ERRORS = """{ratio: {errors: 'r_total{job="a",code=~"5.."}', total: 'r_total{job="a"}'}}"""
KINDS = {
    "ratio-errors": ERRORS,
    "ratio-good": """{ratio: {good: 'r_total{job="a",code="200"}', total: 'r_total{job="a"}'}}""",
    "ratio-two-metrics": "{ratio: {good: ok_total, total: all_total}}",
    "latency": """{latency: {histogram: l_seconds, selector: 'job="a"', threshold: 1s}}""",
    "probe": """{probe: {metric: 'probe_success{job="blackbox",instance="https://a.example.com"}'}}""",
}
_NUMBER = re.compile(r"(?<![\w.:])\d+\.\d+(?:e[-+]?\d+)?")


def made(folder: Path, slo: str, stack: str = STACK) -> Plan:
    """The rules of a service with one SLO.

    Args:
        folder: gets slo/.
        slo: its keys but the name, as flow YAML.
        stack: the spec of the stack.
    """
    service = f"  owner: {{team: shop}}\n  workload: none\n  slos:\n    - {{name: one, {slo}}}\n"
    catalog = resolve(folder, stack, service, "a")
    return plan(catalog, catalog.services[0])


def block(rule: Record | Alert) -> str:
    """A rule without its texts."""
    if isinstance(rule, Record):
        return f"{rule.name}\n{_indented(rule.expr)}"
    state = f" {rule.state}" if rule.state else ""
    times = [
        f"for {rule.hold}" if rule.hold.milliseconds else "",
        f"kept {rule.keep}" if rule.keep.milliseconds else "",
    ]
    about = ", ".join([f"{rule.reaction} {rule.tier}{state}", *filter(None, times)])
    return f"ALERT {rule.name}: {about}\n{_indented(rule.expr)}"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize("name", KINDS)
def test_rules_of_a_kind(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """Every expression of one SLO over 30 days."""
    groups = made(tmp_path, f"objective: 99.9%, sli: {KINDS[name]}").groups
    parts = [f"== {groups[s].name}, every {groups[s].interval}\n" for s in SPEEDS]
    rules = ["\n".join(block(rule) for rule in groups[speed].rules) for speed in SPEEDS]
    text = "\n".join(f"{head}\n{body}" for head, body in zip(parts, rules, strict=True))
    golden(CASES / "rules" / f"{name}.txt", text.replace('{service="a",slo="one"}', "{S}"))


def test_rules_of_a_rate(tmp_path: Path) -> None:
    """``counting: rate`` keeps nothing of the exact differences, and all that follows is the same."""
    (tmp_path / "exact").mkdir()
    exact = made(tmp_path / "exact", f"objective: 99.9%, sli: {ERRORS}").groups["fast"].rules
    rated = made(tmp_path, f"objective: 99.9%, counting: rate, sli: {ERRORS}").groups["fast"].rules
    assert [rule.expr for rule in rated[2:]] == [rule.expr for rule in exact[2:]]
    assert "".join(rated[0].expr.split()) == 'sum(rate(r_total{job="a"}[5m]))'
    assert "last_over_time" not in rated[1].expr


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("7d", "7m tap fast, 15m head fast, 28m sum slow, 84m head fast, 336m sum slow, 1008m tiles slow"),
        ("30d", "30m head fast, 1h head fast, 2h sum slow, 6h tiles slow, 1d tiles slow, 3d tiles slow"),
        (
            "90d",
            "15m head fast, 90m head fast, 3h head fast, 6h tiles slow, 18h tiles slow, 3d tiles slow, 9d tiles slow",
        ),
    ],
)
def test_windows_and_their_forms(window: str, expected: str, tmp_path: Path) -> None:
    """Which lengths are recorded, how, and by which group."""
    (context,) = made(tmp_path, f"objective: 99.9%, window: {window}, sli: {ERRORS}").contexts
    found = windows(context.objective, Duration.of("5m"))
    assert ", ".join(f"{w.length} {w.form} {w.speed}" for w in found) == expected


PERCENT = st.decimals(min_value="95", max_value="99.9999", places=4, allow_nan=False).map(
    lambda d: f"{d.normalize():f}"
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PERCENT)
def test_budgets_are_exact(tmp_path: Path, objective: str) -> None:
    """No number of any rule has the noise of binary fractions, and the budget is the very difference."""
    groups = made(tmp_path, f"objective: {objective}%, window: 28d, sli: {ERRORS}").groups
    rules = [rule for speed in SPEEDS for rule in groups[speed].rules]
    (budget,) = [rule.expr for rule in rules if isinstance(rule, Record) and rule.name == "slo:budget:ratio"]
    assert Decimal(budget.removeprefix("vector(").removesuffix(")")) == 1 - Decimal(objective) / 100
    texts = [rule.expr for rule in rules]
    texts += [text for rule in rules if isinstance(rule, Alert) for text in rule.annotations.values()]
    assert [n for text in texts for n in _NUMBER.findall(text) if len(n.split(".")[1]) > 8] == []
    for rule in rules:
        promql.check(rule.expr)
