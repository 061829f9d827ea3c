"""A rule changed by hand turns a test that came with it red: a sample of such changes, always the same."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from tests.behaviour.played import compiled
from tests.mutation.mutate import SPEEDS, Mutant, mutants, survives

pytestmark = pytest.mark.slow

SLO = """\
apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: prod}
spec: {cluster: prod-1, prometheus: {retention: 35d}}
---
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {name: a}
spec:
  owner: {team: shop}
  workload: none
  slos:
    - name: one
      objective: 99.9%
      sli: {ratio: {errors: 'r_total{job="a",code=~"5.."}', total: 'r_total{job="a"}'}}
"""
EACH = 16
"""So many of each kind at the most."""


def kind(mutant: Mutant) -> str:
    """What was changed; empty for what is not sampled here.

    The labels ``service`` and ``slo`` may be left out unseen: what an expression of recorded series gives has them.
    """
    alert, change = mutant.rule.startswith("Slo"), mutant.change
    if alert and "ErrorBudgetBurn" in mutant.rule and re.match(r"expr: (14\.4|6|3|1|0\.001) -> ", change):
        return "factor"
    if alert and "ErrorBudgetBurn" in mutant.rule and change.startswith("expr: > -> <"):
        return "comparison"
    if alert and re.match(r"label |no label (?!service|slo$)", change):
        return "label"
    if not alert and "increase" in mutant.rule and re.match(r"expr: \d+[mhd] -> ", change):
        return "window"
    return ""


def sample(output: Path) -> list[tuple[str, Mutant]]:
    """Some of every kind from all three files, always the same."""
    found = [m for speed in SPEEDS for m in mutants(output / f"prod/services/a/rules/{speed}.yaml")]
    chance = random.Random(4)
    chosen = []
    for name in ("factor", "comparison", "label", "window"):
        fitting = [mutant for mutant in found if kind(mutant) == name]
        chosen += [(name, mutant) for mutant in chance.sample(fitting, min(EACH, len(fitting)))]
    return chosen


def test_changes_are_seen(tmp_path: Path, promtool: str) -> None:
    """A factor, a window, a comparison or a label: each change turns a test red, and the rules as they are none."""
    (tmp_path / "slo").mkdir()
    (tmp_path / "slo" / "a.yaml").write_text(SLO, "utf-8")
    chosen = sample(compiled(tmp_path / "slo", tmp_path / "output"))
    with ThreadPoolExecutor(2) as pool:
        alive = list(pool.map(lambda each: survives(each[1], promtool), chosen))
    assert [f"{kind}: {m.rule}: {m.change}" for (kind, m), lives in zip(chosen, alive, strict=True) if lives] == []


def test_the_rules_as_they_are_pass(tmp_path: Path, promtool: str) -> None:
    """Else every mutant would die of something else."""
    (tmp_path / "slo").mkdir()
    (tmp_path / "slo" / "a.yaml").write_text(SLO, "utf-8")
    output = compiled(tmp_path / "slo", tmp_path / "output")
    for speed in SPEEDS:
        rules = output / f"prod/services/a/rules/{speed}.yaml"
        first = next(mutants(rules))
        same = Mutant(rules, first.rule, "nothing", yaml.safe_load(rules.read_text("utf-8")))
        assert survives(same, promtool)
