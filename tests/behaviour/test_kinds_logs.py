"""Log lines: their rules lint, what comes with the rules is green, and lines a minute are counted once."""

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
from tests.behaviour.test_kinds import linted, written

pytestmark = pytest.mark.slow

LINES = '{app="a"} |= "request"'
VARIANTS = {
    "errors": ("plain", f"objective: 99.9%, sli: {{logs: {{errors: '{LINES} | json | x=\"y\"', total: '{LINES}'}}}}"),
    "good, grouped, central": (
        "central",
        "objective: 99%, groupBy: {labels: [{label: service, as: upstream}], limit: 5},"
        f" sli: {{logs: {{good: '{LINES} |= `ok`', total: '{LINES}'}}}}",
    ),
    "errors, 7d, seen late": (
        "late",
        "objective: 99.5%, window: 7d, groupBy: [zone],"
        ' sli: {logs: {errors: \'{app="a"} |~ "\\\\d{3}"\', total: \'{app="a"}\'}}',
    ),
    "good, quick": ("quick", f"objective: 95%, sli: {{logs: {{good: '{LINES} |= `ok`', total: '{LINES}'}}}}"),
}


def counted(slo: Path, stack: str, said: str) -> Path:
    """A service with one SLO, in a stack that has a Loki and writes its rules."""
    written(slo, stack, said)
    file = slo / "stack.yaml"
    text = file.read_text("utf-8").replace("outputs: [rules, tests]", "outputs: [rules, tests, loki]\n  logs: {}")
    file.write_text(text, "utf-8")
    return slo


@pytest.mark.parametrize("name", VARIANTS)
def test_its_own_tests_pass(name: str, tmp_path: Path, promtool: str) -> None:
    """One SLO alone in its service: its rules lint, and its three files of tests find nothing."""
    output = compiled(counted(tmp_path / "slo", *VARIANTS[name]), tmp_path / "output")
    assert linted(promtool, sorted(output.glob("*/services/b/rules/*.yaml"))) == ""
    files = sorted(output.glob("*/services/b/tests/*.yaml"))
    assert [path.stem for path in files] == ["fast", "period", "slow"]
    assert found_in(promtool, files) == {}


EVENTS = """\
rule_files: [{rules}]
evaluation_interval: 30s
tests:
  - interval: 1m
    input_series:
      - {{series: 'slo:log_total:count1m{{service="b",slo="one"}}', values: 0 0 600x12 _x20}}
      - {{series: 'slo:log_errors:count1m{{service="b",slo="one"}}', values: _x10 30 _x20}}
    promql_expr_test:
      - {{expr: '300 * slo:total:rate5m', eval_time: 4m, exp_samples: [
          {{labels: '{{service="b",slo="one"}}', value: 1800}}]}}
      - {{expr: 'slo:errors:rate5m', eval_time: 9m, exp_samples: [
          {{labels: 'slo:errors:rate5m{{service="b",slo="one"}}', value: 0}}]}}
      - {{expr: '300 * slo:errors:rate5m', eval_time: 14m30s, exp_samples: [
          {{labels: '{{service="b",slo="one"}}', value: 30}}]}}
      - {{expr: '300 * slo:errors:rate5m', eval_time: 15m30s, exp_samples: [
          {{labels: '{{service="b",slo="one"}}', value: 0}}]}}
      - {{expr: 'slo:total:rate5m', eval_time: 30m}}
fuzzy_compare: true
"""


def test_lines_a_minute_are_counted_once(tmp_path: Path, promtool: str) -> None:
    """At every moment as many minutes as the base window has; no lines are no traffic, and no sample."""
    output = compiled(counted(tmp_path / "slo", *VARIANTS["errors"]), tmp_path / "output")
    (rules,) = output.glob("*/services/b/rules/fast.yaml")
    test = tmp_path / "test.yaml"
    test.write_text(EVENTS.format(rules=rules), "utf-8")
    assert found_in(promtool, [test]) == {}


def test_an_outage_can_be_played(tmp_path: Path, player: Player) -> None:
    """Everything fails for 15m: a page within five minutes, nothing about missing data, a third of the budget."""
    (catalog,) = pipeline.catalogs(counted(tmp_path / "slo", *VARIANTS["errors"]), Report())
    context = next(c for c in contexts(catalog, catalog.by_name["b"]) if c.objective.name in ("one", "journey"))
    outage = Incident(Fraction(1), Duration.of("15m"), Traffic.of("40/s"), None)
    outcome = simulate(scene(context, outage), player)
    (page,) = [spell for spell in outcome.spells if spell.alert.reaction == "page"]
    assert 0 < page.fired < 300
    assert {spell.alert.tier for spell in outcome.spells} <= {"page", "ticket", "budget"}
    assert outcome.spent == pytest.approx(15 / 43.2, rel=0.07)
