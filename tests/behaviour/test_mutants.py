"""A rule changed by hand turns a test that came with it red: a sample of such changes, always the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.replay.player import Player
from tests.behaviour.played import compiled
from tests.mutation import judge, mutants
from tests.mutation.judge import Bench, Memory
from tests.mutation.mutants import SPEEDS, TIMING, Mutant
from tests.mutation.mutate import Court
from tests.mutation.timing import Timer

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


def _burns(mutant: Mutant) -> bool:
    return mutant.name in ("page", "ticket")


KINDS: dict[str, Callable[[Mutant], bool]] = {
    "factor": lambda m: _burns(m) and m.kind == "number" and m.change.split()[0] in ("14.4", "6", "3", "0.001"),
    "comparison": lambda m: _burns(m) and m.change == "> -> <",
    "label": lambda m: m.kind == "label" and "alert" in m.group.rules[m.index],
    "window": lambda m: "increase" in m.name and m.kind == "window",
    "time": lambda m: m.kind in TIMING,
}


@pytest.fixture
def benches(tmp_path: Path, promtool: str) -> list[Bench]:
    """A service's three rule files with their tests."""
    (tmp_path / "slo").mkdir()
    (tmp_path / "slo" / "a.yaml").write_text(SLO, "utf-8")
    folder = compiled(tmp_path / "slo", tmp_path / "output") / "prod/services/a/rules"
    memory = Memory()
    return [judge.bench(mutants.read(folder / f"{speed}.yaml"), promtool, memory) for speed in SPEEDS]


@pytest.mark.parametrize("kind", KINDS)
def test_changes_are_seen(benches: list[Bench], player: Player, kind: str) -> None:
    """A factor, a comparison, a label, a window or a time: each change is seen by a case, or by the replay."""
    pairs = [(bench, each) for bench in benches for each in mutants.of_group(bench.group) if not each.same]
    fitting = mutants.sample([pair for pair in pairs if KINDS[kind](pair[1])], EACH, seed=4)
    verdicts = Court(Timer(player)).try_all(fitting, jobs=2)
    assert [str(verdict.mutant) for verdict in verdicts if verdict.lives] == []
    assert fitting


def test_the_rules_as_they_are_pass(benches: list[Bench], player: Player) -> None:
    """Else every mutant would die of something else."""
    for bench in benches:
        assert [case.title for case in bench.suite.cases if not bench.is_sound(case)] == []
        assert Timer(player).is_right(bench.group)
