"""A rule changed by hand turns a test that came with it red: a sample of such changes, always the same."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

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
KINDS = {
    "factor": r"expr: \d+\.\d+ -> ",
    "window": r"expr: \d+[smhd] -> ",
    "comparison": r"expr: (>|<|>=|<=|==) -> ",
    "label": r"(no )?label |expr: no \w+(=|=~)\"",
}
EACH = 6
"""So many of each kind."""


def alike(mutant: Mutant) -> str:
    """Why a mutant does what the rule did; empty where it does not.

    - ``clamp_min(…, 1)`` matters below one event a window, and thresholds of a total that is a count are whole: other
      numbers than factors are not sampled at all.
    - ``resets(…) > 0`` counts resets, which are never below 0: ``>= 0`` differs, ``< 0`` too, but ``!= 0`` would not.
    - ``ALERTS`` and templates are texts, not expressions.
    - docs/tests.md, What is not tested: ``for`` and ``keep_firing_for`` are of no kind that is sampled.
    - A look back of 6m for resets or 1h for the last value may be longer where nothing was scraped in between.
    """
    if re.match(r"expr: 6m -> ", mutant.change):
        return "resets are looked for a little longer than a base window"
    return ""


def sample(output: Path) -> list[tuple[str, Mutant]]:
    """EACH of every kind from all three files."""
    found = [m for speed in SPEEDS for m in mutants(output / f"prod/services/a/rules/{speed}.yaml") if not alike(m)]
    chance = random.Random(4)
    chosen = []
    for kind, pattern in KINDS.items():
        fitting = [mutant for mutant in found if re.match(pattern, mutant.change)]
        chosen += [(kind, mutant) for mutant in chance.sample(fitting, EACH)]
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
        import yaml

        same = Mutant(rules, first.rule, "nothing", yaml.safe_load(rules.read_text("utf-8")))
        assert survives(same, promtool)
