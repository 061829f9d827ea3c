"""Whole expressions that are weighted sums of rates, told from all others."""

from __future__ import annotations

import pytest

from compiler.promql_rates import rates
from compiler.units import Duration

WINDOW = Duration.of("5m")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('sum(rate(a{x="1"}[5m]))', {'a{x="1"}': 1}),
        ("rate(a[5m]) / 4", {"a": 0.25}),
        ("sum(rate(a[5m])) + (2 * sum(rate(b[5m])))", {"a": 1, "b": 2}),
        ("(3) * (sum(rate(a[5m])) - sum(rate(b[5m])))", {"a": 3, "b": -3}),
        ('sum(rate({__name__="a",x!="1"}[5m]))', {'a{x!="1"}': 1}),
    ],
)
def test_a_sum_of_rates_is_read(text: str, expected: dict[str, float]) -> None:
    """Each counter, and how much of its rate is added."""
    assert {str(rate.selector): rate.factor for rate in rates(text, WINDOW)} == expected


@pytest.mark.parametrize(
    "text",
    [
        "sum(rate(a[1m]))",
        "sum(rate(a[5m] offset 1m))",
        "sum(rate(a[5m] @ 0))",
        "sum(rate(a[5m:1m]))",
        "sum(increase(a[5m]))",
        "avg(rate(a[5m]))",
        "sum without (x) (rate(a[5m]))",
        "sum(rate(a[5m]) + rate(b[5m]))",
        "sum(rate(a[5m])) + on () sum(rate(b[5m]))",
        "sum by (x) (rate(a[5m])) + sum by (x) (rate(b[5m]))",
        "sum(rate(a[5m])) or vector(0)",
        "sum(rate(a[5m])) > bool 1",
        "sum(rate(a[5m])) / 0",
        "1 / sum(rate(a[5m]))",
        'sum(rate({x="1"}[5m]))',
        "sum(rate(a[5m])",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    """Of what is scraped, or of a way of counting that a test's arithmetic does not know, nothing is said."""
    assert rates(text, WINDOW) == ()


def test_sums_keep_the_labels_of_groups() -> None:
    """What is grouped by stays to the end; what is left besides is summed anyway."""
    assert rates("sum by (zone, pod) (rate(a[5m]))", WINDOW, ["zone"])
    assert rates("sum by (zone) (rate(a[5m])) + sum by (zone) (rate(b[5m]))", WINDOW, ["zone"])
    assert not rates("sum by (pod) (rate(a[5m]))", WINDOW, ["zone"])
