"""User journeys: their rules lint, what comes with them is green, and they count the steps' events by weight."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.burn.traffic import Traffic
from compiler.diagnostics import Report
from compiler.replay.player import Player
from compiler.rules.rule import contexts
from compiler.simulate.incident import Incident
from compiler.simulate.outcome import simulate
from compiler.simulate.scene import scene
from compiler.units import Duration
from tests.behaviour.played import compiled, found_in
from tests.behaviour.test_kinds import HEAD, STACKS, linted

pytestmark = pytest.mark.slow

RATIO = "{ratio: {errors: 'r_total{code=~\"5..\"}', total: r_total}}"
OTHERS = {
    "cart": f"""\
    - {{name: availability, objective: 99.9%, sli: {RATIO}}}
    - {{name: zones, objective: 99%, groupBy: {{labels: [{{label: service, as: zone}}], limit: 9}}, sli: {RATIO}}}
""",
    "pay": f"""\
    - {{name: zones, objective: 99%, groupBy: {{labels: [zone, pod], limit: 9}}, sli: {RATIO}}}
    - {{name: fast, objective: 99%, sli: {{latency: {{histogram: l_seconds, threshold: 1s}}}}}}
""",
}
ABROAD = "{ref: cart/availability, weight: 2}, {ref: pay/fast, weight: 0.5}"
VARIANTS = {
    "of other services": ("plain", f"objective: 99.9%, sli: {{composite: {{slos: [{ABROAD}]}}}}", ""),
    "of one": ("late", "objective: 99%, window: 7d, sli: {composite: {slos: [{ref: cart/availability}]}}", ""),
    "by zone, central": (
        "central",
        "objective: 99%, groupBy: {labels: [{label: zone, as: place}], limit: 5},"
        " sli: {composite: {slos: [{ref: cart/zones}, {ref: pay/zones, weight: 3}]}}",
        "",
    ),
    "of its own service": (
        "quick",
        "objective: 99%, window: 7d, alerting: {without: [slow]},"
        " sli: {composite: {slos: [{ref: b/good}, {ref: b/slow, weight: 1.5}, {ref: b/inner}, {ref: pay/zones}]}}",
        """\
    - {name: good, objective: 99%, sli: {ratio: {good: ok, total: 'sum(rate(all[$window]))'}}}
    - {name: slow, objective: 99%, sli: {latency: {histogram: l_seconds, threshold: 1s, native: true}}}
    - {name: inner, objective: 99%, sli: {composite: {slos: [{ref: b/slow, weight: 4}, {ref: cart/zones}]}}}
""",
    ),
    "of a step of its own": (
        "plain",
        "objective: 99%, sli: {composite: {slos: [{ref: b/good, weight: 2}, {ref: pay/zones}]}}",
        "    - {name: good, objective: 99%, sli: {ratio: {good: 'all{x=\"1\"}', total: all}}}\n",
    ),
    "of a step that is always there": (
        "plain",
        "objective: 99%, sli: {composite: {slos: [{ref: b/inner}, {ref: pay/fast}]}}",
        """\
    - {name: deep, objective: 99%, sli: {threshold: {expr: depth or vector(0), above: 3}}}
    - {name: inner, objective: 99%, sli: {composite: {slos: [{ref: b/deep}]}}}
""",
    ),
}


def written(slo: Path, stack: str, said: str, more: str) -> Path:
    """A journey beside other SLOs of its service, and two services more."""
    slo.mkdir()
    spec = f"  cluster: {stack}-1\n  outputs: [rules, tests]\n{STACKS[stack]}"
    (slo / "stack.yaml").write_text(HEAD.format(kind="ObservabilityStack", name=stack, spec=spec), "utf-8")
    for name, slos in {**OTHERS, "b": f"    - {{name: journey, {said}}}\n{more}"}.items():
        text = HEAD.format(kind="ServiceLevel", name=name, spec=f"  slos:\n{slos}")
        (slo / f"{name}.yaml").write_text(text, "utf-8")
    return slo


@pytest.mark.parametrize("name", VARIANTS)
def test_its_own_tests_pass(name: str, tmp_path: Path, promtool: str) -> None:
    """The rules of the journey's service lint, and its three files of tests find nothing."""
    output = compiled(written(tmp_path / "slo", *VARIANTS[name]), tmp_path / "output")
    assert linted(promtool, sorted(output.glob("*/services/b/rules/*.yaml"))) == ""
    files = sorted(output.glob("*/services/b/tests/*.yaml"))
    assert [path.stem for path in files] == ["fast", "period", "slow"]
    assert found_in(promtool, files) == {}
    said = files[0].read_text("utf-8")
    derived = ("of one", "of its own service", "of a step that is always there")
    assert ("b/journey: errors of pay/" in said) == (name not in derived)


EVENTS = """\
rule_files: [{rules}/cart/rules/fast.yaml, {rules}/pay/rules/fast.yaml, {rules}/b/rules/fast.yaml]
evaluation_interval: 30s
group_eval_order: [cart.fast, pay.fast, b.fast]
tests:
  - interval: 30s
    input_series:
      - {{series: 'r_total{{code="200",service="x"}}', values: 0+2700x40}}
      - {{series: 'r_total{{code="500",service="x"}}', values: 0+300x40}}
      - {{series: 'l_seconds_count', values: 0+600x40}}
      - {{series: 'l_seconds_bucket{{le="1.0"}}', values: 0+540x40}}
    promql_expr_test:
      - {{expr: 'slo:total:rate5m{{slo="journey"}}', eval_time: 20m, exp_samples: [
          {{labels: 'slo:total:rate5m{{service="b",slo="journey"}}', value: 210}}]}}
      - {{expr: 'slo:errors:rate5m{{slo="journey"}}', eval_time: 20m, exp_samples: [
          {{labels: 'slo:errors:rate5m{{service="b",slo="journey"}}', value: 21}}]}}
fuzzy_compare: true
"""


def test_events_of_the_steps_by_weight(tmp_path: Path, promtool: str) -> None:
    """Raw series in, through the rules of three services: 2 * (90 + 10)/s and 0.5 * 20/s, a tenth of them bad."""
    stack, said, more = VARIANTS["of other services"]
    output = compiled(written(tmp_path / "slo", stack, said, more), tmp_path / "output")
    (services,) = output.glob("*/services")
    test = tmp_path / "test.yaml"
    test.write_text(EVENTS.format(rules=services), "utf-8")
    assert found_in(promtool, [test]) == {}


def test_an_outage_can_be_played(tmp_path: Path, player: Player) -> None:
    """Everything fails for 15m: a page within five minutes, nothing about missing data, a third of the budget."""
    (catalog,) = pipeline.catalogs(written(tmp_path / "slo", *VARIANTS["of other services"]), Report())
    context = next(c for c in contexts(catalog, catalog.by_name["b"]) if c.objective.name in ("one", "journey"))
    outage = Incident(Fraction(1), Duration.of("15m"), Traffic.of("40/s"), None)
    outcome = simulate(scene(context, outage), player)
    (page,) = [spell for spell in outcome.spells if spell.alert.reaction == "page"]
    assert 0 < page.fired < 300
    assert {spell.alert.tier for spell in outcome.spells} <= {"page", "ticket", "budget"}
    assert outcome.spent == pytest.approx(15 / 43.2, rel=0.07)
