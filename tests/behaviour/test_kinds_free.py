"""Whole expressions of a ratio: rules lint, what comes with the rules is green, and they count what is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.behaviour.played import compiled, found_in
from tests.behaviour.test_kinds import linted, written

pytestmark = pytest.mark.slow

BY = "sum by (zone) (rate({}_total[$window]))"
HOSTILE = r"""a{x=~"\\d+|ü{2}\"",y!=`b"c`,z="$window # {{ $labels }}"}[$window]"""
VARIANTS = {
    "both": (
        "plain",
        'objective: 99.9%, sli: {ratio: {errors: "sum(rate(bad[$window])) or vector(0)",'
        ' total: "sum(rate(ok[$window])) + sum(rate(bad[$window]))"}}',
    ),
    "good, grouped and renamed, central": (
        "central",
        "objective: 99%, groupBy: {labels: [{label: service, as: upstream}, zone], limit: 5},"
        " sli: {ratio: {good: 'sum by (service, zone) (rate(ok_total{job=\"x\"}[$window]))',"
        " total: 'sum by (service, zone, pod) (rate(all_total{job=\"x\"}[$window]))'}}",
    ),
    "a counter of errors beside an expression": (
        "late",
        "objective: 99.5%, sli: {ratio: {errors: 'bad_total{job=\"x\"}', total: 'sum(rate(all_total[$window]))'}}",
    ),
    "an expression of errors beside a counter, by rate": (
        "plain",
        "objective: 99.5%, counting: rate, sli: {ratio: {errors: 'sum(rate(bad_total[$window]))', total: all_total}}",
    ),
    "one metric in both": (
        "quick",
        "objective: 99%, window: 7d,"
        " sli: {ratio: {errors: 'sum(rate(a_total{code=~\"5..\"}[$window]))', total: a_total}}",
    ),
    "good, a counter": (
        "plain",
        "objective: 99.5%, groupBy: {labels: [zone], limit: 3},"
        f" sli: {{ratio: {{good: ok_total, total: '{BY.format('all')}'}}}}",
    ),
    "there without any series": (
        "plain",
        "objective: 99.5%, sli: {ratio: {errors: '(sum(rate(bad[$window])) or vector(0)) * 2',"
        " total: 'sum(rate(a[$window]))'}}",
    ),
    "unchecked": (
        "plain",
        "objective: 99.5%, promql: unchecked, sli: {ratio: {errors: 'sum(rate(bad{x=~`\\d\"}`}[$window])) * 1_000',"
        " total: 'sum(rate(all[$window])) * 1_000'}}",
    ),
    "conditions of any kind": (
        "plain",
        f"objective: 99%, sli: {{ratio: {{errors: 'sum(rate({HOSTILE}))', total: 'sum(rate(all[$window]))'}}}}",
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_its_own_tests_pass(name: str, tmp_path: Path, promtool: str) -> None:
    """One SLO alone in its service: its rules lint, and its three files of tests find nothing."""
    output = compiled(written(tmp_path / "slo", *VARIANTS[name]), tmp_path / "output")
    assert linted(promtool, sorted(output.glob("*/services/b/rules/*.yaml"))) == ""
    files = sorted(output.glob("*/services/b/tests/*.yaml"))
    assert [path.stem for path in files] == ["fast", "period", "slow"]
    assert found_in(promtool, files) == {}


EVENTS = """\
rule_files: [{rules}]
evaluation_interval: 30s
tests:
  - interval: 30s
    input_series:
      - {{series: 'ok{{zone="a",pod="1"}}', values: 0+30x40}}
      - {{series: 'ok{{zone="a",pod="2"}}', values: 0+60x40}}
      - {{series: 'ok{{zone="b",pod="3"}}', values: 0+90x40}}
      - {{series: 'bad{{zone="a",pod="1"}}', values: 0x20 0+3x20}}
    promql_expr_test:
      - {{expr: 'slo:total:rate5m', eval_time: 20m, exp_samples: [
          {{labels: 'slo:total:rate5m{{service="b",slo="one",place="a"}}', value: 3.1}},
          {{labels: 'slo:total:rate5m{{service="b",slo="one",place="b"}}', value: 3}}]}}
      - {{expr: 'slo:errors:rate5m', eval_time: 20m, exp_samples: [
          {{labels: 'slo:errors:rate5m{{service="b",slo="one",place="a"}}', value: 0.1}},
          {{labels: 'slo:errors:rate5m{{service="b",slo="one",place="b"}}', value: 0}}]}}
fuzzy_compare: true
"""


def test_expressions_are_counted_by_group(tmp_path: Path, promtool: str) -> None:
    """Raw series in: summed by group under its new name, errors 0 where none are, and no NaN gets in."""
    by = "sum by (zone) (rate({}[$window]))"
    total = f"{by.format('ok')} + ({by.format('bad')} or 0 * {by.format('ok')})"
    said = (
        "objective: 99%, groupBy: {labels: [{label: zone, as: place}], limit: 5},"
        f" sli: {{ratio: {{errors: 'rate(bad[$window]) or on (zone) rate(ok[$window]) * 0 / 0', total: '{total}'}}}}"
    )
    output = compiled(written(tmp_path / "slo", "plain", said), tmp_path / "output")
    (rules,) = output.glob("*/services/b/rules/fast.yaml")
    test = tmp_path / "test.yaml"
    test.write_text(EVENTS.format(rules=rules), "utf-8")
    assert found_in(promtool, [test]) == {}
