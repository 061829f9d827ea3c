"""What promtool cannot time, timed by a replay: each group at its own interval.

Since when an alert fires after its expression has become true, and how long after it has become false, depends on
nothing in the expression. So each is given the same one, a switch that is turned on and off, and the replay tells how
often the group was evaluated, after how long each alert fired, and for how long it was kept. What is expected is what
docs/rules.md says, and is not read from the rules.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.replay.played import Played
from compiler.replay.player import Player, play
from compiler.replay.scenario import Scenario, Step
from compiler.units import Duration
from tests.mutation import cases
from tests.mutation.cases import seconds
from tests.mutation.mutants import Group, Mutant, Rule, called

START = 1_700_006_400.0
ON, OFF, END = 3_600, 5 * 3_600, 9 * 3_600
"""When the switch is turned on and off, and when the play is over; longer than any time that is written in a rule."""
INTERVALS = {"fast": "30s", "slow": "2m", "period": "4m", "meta": "1m"}
TIMES = {
    "page": ("0s", "5m"),
    "nodata down": ("3m", "5m"),
    "nodata vanished": ("10m", "5m"),
    "nodata missing": ("1h", "0s"),
    "blind: a label": ("1h", "0s"),
    "blind: a bucket": ("10m", "0s"),
    "blind: another metric": ("15m", "0s"),
    "blind: a part": ("15m", "0s"),
    "nodata TooManyGroups": ("15m", "0s"),
    "ticket": ("0s", "0s"),
    "budget BudgetSpent": ("0s", "1h"),
    "budget BudgetAtRisk": ("1h", "1h"),
    "SloRuleFailing": ("5m", "0s"),
    "SloRuleGroupStopped": ("2m", "0s"),
    "SloRuleGroupMissed": ("5m", "0s"),
    "SloRuleGroupSlow": ("15m", "0s"),
    "SloTemplateFailing": ("0s", "0s"),
    "SloSeriesStopped": ("15m", "0s"),
    "SloErrorsAboveTotal": ("30m", "0s"),
}
"""By kind of alert: how long it waits, and how long it is kept."""


@dataclass(frozen=True)
class Timer:
    """Plays groups; what was played once is known."""

    player: Player
    known: dict[str, bool] = field(default_factory=dict)

    def is_right(self, group: Group) -> bool:
        """Whether each alert of the group, and the group itself, keeps the times that are written down."""
        question = str((group.speed, group.interval, [(kind(rule), _times(rule)) for rule in _alerts(group)]))
        if question not in self.known:
            self.known[question] = self._is_right(group)
        return self.known[question]

    def _is_right(self, group: Group) -> bool:
        played = self._play(group)
        evaluated = sum(cost.evaluations for cost in played.groups.values())
        due = END // interval(group) + 1
        return evaluated == due and all(_fits(rule, group, played) for rule in _alerts(group))

    def _play(self, group: Group) -> Played:
        with tempfile.TemporaryDirectory(prefix="slo-mutant-") as folder:
            file = Path(folder) / f"{group.speed}.yaml"
            rules = [cases.as_json(_switched(rule, place)) for place, rule in enumerate(_alerts(group))]
            file.write_text(cases.rule_file(group, rules or ['{"record": "a", "expr": "vector(1)"}']), "utf-8")
            return play(Player(self.player.path, Duration(0)), [file], Scenario(("switch",), _steps()))


def of_mutant(mutant: Mutant) -> Group:
    """The mutant's group with the changed rule alone; without any where the group itself is changed."""
    return replace(mutant.mutated, rules=() if mutant.rule is None else (mutant.rule,))


def _steps() -> Iterator[Step]:
    for second in range(0, END + 1, 30):
        yield Step(START + second, {0: float(ON <= second < OFF)})


def _alerts(group: Group) -> list[Rule]:
    return [rule for rule in group.rules if "alert" in rule]


def _switched(rule: Rule, place: int) -> Rule:
    """The alert with the switch for an expression, no text, and its place for a name."""
    return {"alert": f"{rule['alert']}{place}", "expr": "switch > 0", **_times(rule)}


def _times(rule: Rule) -> Rule:
    return {key: rule[key] for key in ("for", "keep_firing_for") if key in rule}


def kind(rule: Rule) -> str:
    """The alert's kind, as the times are written down."""
    name = called(rule)
    if not name.endswith("BlindIndicator"):
        return name
    if re.search(r'!=""', rule["expr"]):
        return "blind: a label"
    if re.search(r"unless on \(\) slo:errors:", rule["expr"]):
        return "blind: a part"
    return "blind: a bucket" if "unless" in rule["expr"] else "blind: another metric"


def interval(group: Group) -> float:
    """Seconds from one evaluation to the next; a group of slices is called by it."""
    return seconds(INTERVALS.get(group.speed) or group.speed.removeprefix("slices-"))


def _fits(rule: Rule, group: Group, played: Played) -> bool:
    """Whether it fired and resolved once each, at the evaluation at which it should."""
    name = f"{rule['alert']}{_alerts(group).index(rule)}"
    waited, kept = (seconds(text) for text in TIMES[kind(rule)])
    return all(
        len(found) == 1 and 0 <= found[0].at - START - due < interval(group)
        for found, due in ((played.fired(name), ON + waited), (played.resolved(name), OFF + kept))
    )
