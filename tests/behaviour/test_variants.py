"""What comes with the rules is green for whatever the language can say: every file of tests of these, by promtool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.behaviour.played import compiled, found_in

pytestmark = pytest.mark.slow

HEAD = "apiVersion: slo-compiler.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{spec}\n"
STACKS = {
    "plain": "  prometheus: {retention: 367d}",
    "central": "  prometheus: {retention: 367d, scope: global, ruleInterval: 60s}",
    "quick": "  prometheus: {retention: 367d, ruleInterval: 20s, scrapeInterval: 15s}",
    "sparse": "  prometheus: {retention: 367d, scrapeInterval: 2m}",
    "late": "  prometheus: {retention: 367d, queryOffset: 30s}",
}
RATIO = """sli: {ratio: {errors: 'r_total{job="a",code=~"5.."}', total: 'r_total{job="a"}'}}"""
GOOD = """sli: {ratio: {good: 'r_total{job="a",code="200"}', total: 'r_total{job="a"}'}}"""
OTHER = "sli: {ratio: {good: ok_total, total: all_total}}"
SECONDS = "sli: {latency: {histogram: l_seconds, threshold: 2500ms}}"
MILLISECONDS = """sli: {latency: {histogram: l_milliseconds, selector: 'job="a"', threshold: 1s}}"""
PROBE = """sli: {probe: {metric: 'up{job="a"}'}}"""
POLICY = """\
  window: 30d
  tiers:
    - {name: fast, alert: page, long: 2h, short: 10m, factor: 14.4}
    - {name: held, alert: page, long: 12h, short: 1h, budget: 5%, for: 5m}
    - {name: slow, alert: ticket, long: 3d, short: 6h, budget: 10%, for: 30m, labels: {why: slow}}"""
ALIKE = """\
  tiers:
    - {name: one, alert: page, long: 1h, short: 1h, factor: 1.5}
    - {name: two, alert: ticket, long: 1d, short: 2h, factor: 1}"""

VARIANTS = {
    "a day, without a guard": ("plain", f"objective: 95%, window: 1d, {RATIO}, alerting: {{lowTraffic: off}}"),
    "a week, good events": ("plain", f"objective: 99%, window: 7d, {GOOD}, alerting: {{mode: ticket}}"),
    "four weeks, seconds, windows alike": (
        "plain",
        f"objective: 50%, window: 28d, {SECONDS}, alerting: {{policy: alike,"
        " annotations: {who: '{{ $labels.team }} of {{$labels.service}}, {{ $labels.alertname }}, {{ query }}'}}",
    ),
    "a quarter, milliseconds, a least number": (
        "plain",
        f"objective: 99.99%, window: 90d, {MILLISECONDS}, alerting: {{lowTraffic: {{minEvents: 12}}}}",
    ),
    "a year, another metric": ("plain", f"objective: 99.9%, window: 366d, {OTHER}, alerting: {{mode: ticket}}"),
    "a policy that holds, other silence": (
        "plain",
        f"objective: 99%, {RATIO}, alerting: {{policy: ours,"
        " noData: {targetDown: ticket, vanished: ignore, missing: page}}",
    ),
    "a probe, observed": ("plain", f"objective: 99.9%, {PROBE}, alerting: {{mode: observe}}"),
    "a rate, without tickets": (
        "plain",
        f"objective: 99.5%, counting: rate, {RATIO}, alerting: {{ticket: {{enabled: false}}}}",
    ),
    "a central server, every minute": ("central", f"objective: 99.9%, {RATIO}"),
    "every 20s, a probe": ("quick", f"objective: 99.5%, {PROBE}"),
    "every 20s, milliseconds": ("quick", f"objective: 99%, window: 7d, {MILLISECONDS}"),
    "scraped every two minutes": ("sparse", f"objective: 99.9%, {RATIO}"),
    "a group a label, one of them promised more": (
        "plain",
        f"objective: 99.9%, {RATIO}, groupBy: {{labels: [region], limit: 3, objectives: {{eu: 99.95%}}}}",
    ),
    "groups of two labels, one renamed, held by the selector": (
        "plain",
        "objective: 99.5%, groupBy: [{label: service, as: upstream}, namespace],"
        " sli: {latency: {histogram: l_seconds, selector: 'namespace=~\"a|b\"', threshold: 1s}}",
    ),
    "groups on a central server, a probe": (
        "central",
        f"objective: 99%, groupBy: {{labels: [instance], limit: 200}}, {PROBE}",
    ),
    "groups of good events": ("late", f"objective: 99%, window: 7d, groupBy: {{labels: [zone], limit: 2}}, {GOOD}"),
    "a calendar month across summer time": (
        "plain",
        f"objective: 99.9%, window: {{calendar: month, timeZone: Europe/Berlin}}, {RATIO}",
    ),
    "a calendar quarter, groups": (
        "late",
        "objective: 99.5%, window: {calendar: quarter, timeZone: America/New_York},"
        f" groupBy: {{labels: [region], limit: 2, objectives: {{eu: 99.9%}}}}, {SECONDS}",
    ),
    "a calendar week on a central server, maintained": (
        "central",
        f"objective: 99%, window: {{calendar: week, timeZone: Australia/Sydney}}, {PROBE}",
    ),
    "maintained every week and once": ("plain", f"objective: 99.9%, {RATIO}"),
    "maintained, milliseconds in groups, asked late": (
        "late",
        f"objective: 99%, groupBy: {{labels: [region], limit: 2}}, {MILLISECONDS}",
    ),
    "gently, a name and labels of its own": (
        "plain",
        f"objective: 99%, {RATIO}, alerting: {{policy: gentle-30d,"
        " page: {name: BurnsA, severity: P1, labels: {a: b}, annotations: {who: me}},"
        " ticket: {name: BurnsB, severity: P3}, budget: {severity: P5, labels: {c: d}}}",
    ),
    "single windows, a tier left out": (
        "plain",
        f"objective: 99.5%, {SECONDS}, alerting: {{policy: single-window-30d, without: [days],"
        " budget: {enabled: false}}",
    ),
    "single windows of a quarter": (
        "plain",
        f"objective: 99.5%, window: 90d, {RATIO}, alerting: {{policy: single-window-30d, lowTraffic: off}}",
    ),
    "nothing pages": ("plain", f"objective: 99.5%, {RATIO}, alerting: {{page: {{enabled: false}}}}"),
    "asked late": ("late", f"objective: 99.9%, {RATIO}"),
    "asked late, more in a week": ("late", f"objective: 99.5%, window: 7d, {SECONDS}, alerting: {{lowTraffic: off}}"),
}
MAINTENANCE = """\
  maintenance:
    - {weekly: "Sun 02:00", for: 2h, timeZone: Europe/Berlin}
    - {weekly: "Thursday 00:30", for: 10m}
    - {from: "2027-01-24T22:00:00+01:00", to: "2027-01-25T04:00:00Z"}
"""
WORKLOADS = {
    "a policy that holds, other silence": "  workload: {namespace: ns, statefulSet: b}\n",
    "scraped every two minutes": "  workload: {namespace: ns, deployment: b, autoscaler: b}\n",
}


@pytest.mark.parametrize("name", VARIANTS)
def test_its_own_tests_pass(name: str, tmp_path: Path, promtool: str) -> None:
    """One SLO alone in its service; its three files of tests find nothing."""
    stack, said = VARIANTS[name]
    more = WORKLOADS.get(name, "") + MAINTENANCE * ("maintained" in name)
    slo = tmp_path / "slo"
    slo.mkdir()
    documents = {
        "stack": HEAD.format(kind="ObservabilityStack", name=stack, spec=f"  cluster: {stack}-1\n{STACKS[stack]}"),
        "ours": HEAD.format(kind="BurnRatePolicy", name="ours", spec=POLICY),
        "alike": HEAD.format(kind="BurnRatePolicy", name="alike", spec=ALIKE),
        "service": HEAD.format(kind="ServiceLevel", name="b", spec=f"{more}  slos:\n    - {{name: one, {said}}}"),
    }
    for file, text in documents.items():
        (slo / f"{file}.yaml").write_text(text, "utf-8")
    files = sorted(compiled(slo, tmp_path / "output").glob("*/services/b/tests/*.yaml"))
    assert [path.stem for path in files] == ["fast", "period", "slow"]
    assert found_in(promtool, files) == {}
