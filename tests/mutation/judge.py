"""Whether the generated tests see a change.

A mutant's cases are those of its SLO that need its rule: no other asks about what the rule makes. They are tried one
by one, the likeliest first, each with the rules alone that it needs; the first that turns red ends it. A case counts
only where it is green on the rules as they are, with the same rules left out.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from tests.mutation import alike, cases
from tests.mutation.answers import Answers
from tests.mutation.cases import Case, Suite
from tests.mutation.mutants import Group, Mutant, Rule

_PATIENCE = 900
_LEAN = {"GOMAXPROCS": "1", "GOGC": "400"}
"""Each process has a core for itself and lives too short to be tidy."""


@dataclass
class Memory:
    """Which cases have seen what so far: they are tried first."""

    hits: Counter[tuple[str, ...]] = field(default_factory=Counter)
    tries: Counter[tuple[str, ...]] = field(default_factory=Counter)
    answers: Answers = field(default_factory=Answers)

    def rank(self, mutant: Mutant, case: Case) -> float:
        """The less, the sooner: what a case costs over what it promises."""
        promise = 0.02
        for weight, key in ((4, _keys(mutant, case)[0]), (1, _keys(mutant, case)[1])):
            promise += weight * (self.hits[key] + 0.1) / (self.tries[key] + 1)
        return (case.steps + 40) / promise

    def learn(self, mutant: Mutant, case: Case, seen: bool) -> None:
        """Remember what came of it."""
        for key in _keys(mutant, case):
            self.tries[key] += 1
            self.hits[key] += seen


def _keys(mutant: Mutant, case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rule = (mutant.group.speed, mutant.name, case.about)
    return (*rule, mutant.kind), rule


@dataclass
class Bench:
    """A rule file with its tests, made ready to try many mutants."""

    group: Group
    suite: Suite
    promtool: str
    memory: Memory
    _sound: dict[str, bool] = field(default_factory=dict)
    _signs: dict[str, Callable[[str], str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def texts(self) -> dict[bool, list[str]]:
        """Each rule as JSON: with its texts, and without."""
        return {reads: [_text(rule, reads) for rule in self.group.rules] for reads in (True, False)}

    @cached_property
    def needs(self) -> dict[str, frozenset[int]]:
        """The rules that each case needs, by its title."""
        return {case.title: cases.needed(case, self.group) for case in self.suite.cases}

    def seen_by(self, mutant: Mutant) -> str:
        """The title of a case that turns red; empty where none does."""
        fitting = [c for c in self.suite.of(mutant.slo) if mutant.index in self.needs[c.title]]
        while fitting:
            case = min(fitting, key=lambda each: self.memory.rank(mutant, each))
            fitting.remove(case)
            red = not self._green(mutant, case) and self.is_sound(case)
            self.memory.learn(mutant, case, red)
            if red:
                return case.title
        return ""

    def is_sound(self, case: Case) -> bool:
        """Whether the case is green on the rules that it needs, as they are."""
        with self._lock:
            if case.title not in self._sound:
                self._sound[case.title] = self._green(None, case)
            return self._sound[case.title]

    def _green(self, mutant: Mutant | None, case: Case) -> bool:
        """promtool's answer, to this question or to one that is equal but for names."""
        rules = self._rules(mutant, case)
        plain = self._plain(case.slo)
        question = alike.question(
            self.promtool, self.group.speed, *map(plain, rules), plain(case.text), self.suite.top
        )
        rule_file, test_file = cases.rule_file(self.group, rules), cases.test_file(self.suite, [case])
        return self.memory.answers.get(question, lambda: run(self.promtool, self.group.speed, rule_file, test_file))

    def _rules(self, mutant: Mutant | None, case: Case) -> list[str]:
        needed = self.needs[case.title]
        place = mutant.index if mutant else -1
        changed = [_text(mutant.rule, case.reads)] if mutant and mutant.rule else []
        texts = [changed if at == place else [text] for at, text in enumerate(self.texts[case.reads]) if at in needed]
        return [text for some in texts for text in some]

    def _plain(self, slo: str) -> Callable[[str], str]:
        if slo not in self._signs:
            self._signs[slo] = lru_cache(4096)(alike.plain(self.group, slo))
        return self._signs[slo]


def _text(rule: Rule, reads: bool) -> str:
    return cases.as_json(dict(rule if reads else cases.mute(rule)))


def run(promtool: str, speed: str, rules: str, tests: str) -> bool:
    """Whether promtool is content; what it refuses to load is not."""
    with tempfile.TemporaryDirectory(prefix="slo-mutant-") as name:
        folder = Path(name)
        for part, text in (("rules", rules), ("tests", tests)):
            (folder / part).mkdir()
            (folder / part / f"{speed}.yaml").write_text(text, "utf-8")
        command = [promtool, "test", "rules", str(folder / "tests" / f"{speed}.yaml")]
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_PATIENCE, env={**os.environ, **_LEAN}
        )
    return done.returncode == 0


def bench(group: Group, promtool: str, memory: Memory) -> Bench:
    """A rule file made ready."""
    return Bench(group, cases.read(group.path), promtool, memory)
