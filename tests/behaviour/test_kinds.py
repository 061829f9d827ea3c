"""Indicators of every kind: their rules lint, and what comes with the rules is green on promtool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.behaviour.played import compiled, found_in, linted

pytestmark = pytest.mark.slow

HEAD = "apiVersion: slo-compiler.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{spec}\n"
STACKS = {
    "plain": "  prometheus: {retention: 367d}",
    "central": "  prometheus: {retention: 367d, scope: global, ruleInterval: 60s}",
    "quick": "  prometheus: {retention: 367d, ruleInterval: 20s, scrapeInterval: 15s}",
    "late": "  prometheus: {retention: 367d, queryOffset: 30s}",
}
NATIVE = "{histogram: l_seconds, selector: 'job=\"a\"', threshold: 300ms, native: true}"

HOSTILE = 'operation: "GET /\\"pay\\" {id} \\\\d+ ünï ' + "x" * 300 + '"'

VARIANTS = {
    "native": ("plain", f"objective: 99%, sli: {{latency: {NATIVE}}}"),
    "native, at a bound, by rate": (
        "late",
        "objective: 99.5%, counting: rate,"
        " sli: {latency: {histogram: l_milliseconds, threshold: 1024ms, native: true}}",
    ),
    "native, grouped, central": (
        "central",
        f"objective: 99.9%, window: 7d, groupBy: {{labels: [{{label: service, as: upstream}}], limit: 5}},"
        f" sli: {{latency: {NATIVE}}}",
    ),
    "spans that fail": (
        "plain",
        "objective: 99.9%, groupBy: {labels: [span_name], limit: 9}, sli: {spans: {service: a}}",
    ),
    "slow spans, names of any kind": (
        "late",
        f"objective: 99%, sli: {{spans: {{service: a, {HOSTILE}, kind: consumer, threshold: 1s,"
        " unit: milliseconds}}",
    ),
    "slow spans, names of their own": (
        "central",
        "objective: 99%, sli: {spans: {service: a, threshold: 250ms, buckets: [250ms, 500ms], selector: 'ns=\"b\"',"
        " metrics: {duration: my_spans_seconds}}}",
    ),
    "a gauge above": ("plain", "objective: 99%, sli: {threshold: {expr: 'depth{job=\"a\"}', above: 90%}}"),
    "a gauge below, grouped": (
        "late",
        "objective: 95%, window: 7d, groupBy: {labels: [{label: service, as: upstream}, zone], limit: 3},"
        " sli: {threshold: {expr: 'free_bytes{disk!=\"tmp\"}', below: -1.5}}",
    ),
    "freshness, central": (
        "central",
        "objective: 99%, groupBy: {labels: [job], limit: 3},"
        " sli: {threshold: {expr: 'time() - max by (job) (last_success{job=~\"a|b\"})', above: 1h}}",
    ),
    "a recipe": (
        "plain",
        "objective: 99%, sli: {recipe: {name: traefik/availability, parameters:"
        ' {service: \'a"b\\c{}ü\', label: service, selector: \'job=~"t.+", x!=""\'}}}',
    ),
    "a probe of which most must fail": ("plain", "objective: 95%, sli: {probe: {metric: up}}"),
    "slices of a ratio": (
        "plain",
        "objective: 99.9%, budgeting: {slices: 1m, good: 95%},"
        " sli: {ratio: {errors: 'a_requests_total{code=~\"5..\"}', total: a_requests_total}}",
    ),
    "slices of two metrics, late, grouped": (
        "late",
        "objective: 99%, window: {calendar: month}, budgeting: {slices: 90s, good: 99.99%},"
        " groupBy: {labels: [{label: service, as: upstream}], limit: 5},"
        " sli: {ratio: {errors: a_errors_total, total: a_requests_total}}",
    ),
    "slices of good events, by rate, central": (
        "central",
        "objective: 99%, counting: rate, budgeting: {slices: 5m, good: 95%},"
        " sli: {ratio: {good: a_good_total, total: a_requests_total}}",
    ),
    "slices of a histogram": (
        "quick",
        "objective: 99%, window: 7d, budgeting: {slices: 1m, good: 90%},"
        " sli: {latency: {histogram: l_seconds, threshold: 250ms, buckets: [250ms, 500ms]}}",
    ),
    "slices of a native histogram": (
        "plain",
        f"objective: 99%, budgeting: {{slices: 5m, good: 95%}}, sli: {{latency: {NATIVE}}}",
    ),
    "slices of a probe": ("plain", "objective: 99%, budgeting: {slices: 1m, good: 80%}, sli: {probe: {metric: up}}"),
    "slices of a free expression": (
        "plain",
        "objective: 99%, budgeting: {slices: 1m, good: 95%}, sli: {ratio:"
        " {errors: 'sum(rate(a_errors_total[$window]))', total: 'sum(rate(a_total[$window]))'}}",
    ),
    "slices of free good events": (
        "late",
        "objective: 99%, budgeting: {slices: 2m, good: 95%}, sli: {ratio:"
        " {good: 'sum(rate(a_good_total[$window]))', total: a_total}}",
    ),
    "slices of slow spans": (
        "plain",
        "objective: 99%, budgeting: {slices: 1m, good: 95%}, sli: {spans: {service: a, threshold: 250ms}}",
    ),
    "a value without any series": (
        "plain",
        "objective: 99%, sli: {threshold: {expr: 'depth{job=\"a\"} or vector(0)', above: 3}}",
    ),
}


def written(slo: Path, stack: str, said: str) -> Path:
    """A service with one SLO, in a stack."""
    slo.mkdir()
    spec = f"  cluster: {stack}-1\n  outputs: [rules, tests]\n{STACKS[stack]}"
    (slo / "stack.yaml").write_text(HEAD.format(kind="ObservabilityStack", name=stack, spec=spec), "utf-8")
    spec = f"  slos:\n    - {{name: one, {said}}}"
    (slo / "service.yaml").write_text(HEAD.format(kind="ServiceLevel", name="b", spec=spec), "utf-8")
    return slo


@pytest.mark.parametrize("name", VARIANTS)
def test_its_own_tests_pass(name: str, tmp_path: Path, promtool: str) -> None:
    """One SLO alone in its service: its rules lint, and its files of tests find nothing."""
    output = compiled(written(tmp_path / "slo", *VARIANTS[name]), tmp_path / "output")
    assert linted(promtool, sorted(output.glob("*/services/b/rules/*.yaml"))) == ""
    files = sorted(output.glob("*/services/b/tests/*.yaml"))
    assert [path.stem for path in files if "slices" not in path.stem] == ["fast", "period", "slow"]
    assert [path.stem for path in files] == sorted(path.stem for path in output.glob("*/services/b/rules/*.yaml"))
    assert found_in(promtool, files) == {}
