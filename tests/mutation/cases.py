"""The generated tests of a rule file, case by case, and which rules each of them needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compiler.source.yaml_loader import LOADER
from tests.mutation.mutants import Group, Rule

_WORD = re.compile(r"[a-zA-Z_:][\w:]*")
_SLO = re.compile(r"[^/]+/([^ :]+)")


@dataclass(frozen=True)
class Case:
    """One case: its title, its SLO, what it asks for by name, and its text as JSON, which is YAML, too."""

    title: str
    slo: str
    asked: frozenset[str]
    steps: float
    reads: bool
    """Whether it asks for an alert's texts."""
    text: str

    @property
    def about(self) -> str:
        """The title without the SLO, by which cases of several services are known to be alike."""
        return _SLO.sub("", self.title, count=1)


@dataclass(frozen=True)
class Suite:
    """A test file."""

    path: Path
    head: Mapping[str, Any]
    cases: tuple[Case, ...]

    @property
    def top(self) -> str:
        """What is said before the cases."""
        return as_json(dict(self.head))

    def of(self, slo: str) -> tuple[Case, ...]:
        """The cases of one SLO; all of them where none is named."""
        return tuple(case for case in self.cases if slo in ("", case.slo))


def read(rules: Path) -> Suite:
    """The tests that came with a rule file."""
    path = rules.parents[1] / "tests" / rules.name
    head = yaml.load(path.read_text("utf-8"), Loader=LOADER)
    cases = tuple(_case(each, seconds(head["evaluation_interval"])) for each in head.pop("tests"))
    return Suite(path, head, cases)


def _case(case: Mapping[str, Any], step: float) -> Case:
    questions = [*case.get("promql_expr_test", ()), *case.get("alert_rule_test", ())]
    text = " ".join(each.get("expr") or each["alertname"] for each in questions)
    last = max((seconds(each["eval_time"]) for each in questions), default=0)
    found = _SLO.match(case["name"])
    slo = found[1] if found else ""
    reads = "alert_rule_test" in case
    return Case(case["name"], slo, frozenset(_WORD.findall(text)), last / step, reads, as_json(case))


def as_json(value: object) -> str:
    """A value in a form that a reader of YAML takes as well, and that is quickly made."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


@cache
def seconds(text: str) -> float:
    """What a duration as Prometheus writes it lasts."""
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
    return float(sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)(ms|[smhdwy])", text)))


def words(rule: Rule, texts: bool) -> frozenset[str]:
    """Every name that a rule's expression holds, and its texts, where they are meant."""
    return frozenset(
        _WORD.findall(" ".join([rule["expr"], *(map(str, rule.get("annotations", {}).values()) if texts else ())]))
    )


def needed(case: Case, group: Group) -> frozenset[int]:
    """The places of the rules that answer the case's questions, and of those that these are made from.

    What an alert says is made, and so needed, only where the case asks for it: ``ALERTS`` holds labels alone.
    """
    names = [rule.get("record") or rule["alert"] for rule in group.rules]
    own = [place for place, rule in enumerate(group.rules) if case.slo in ("", rule["labels"].get("slo", ""))]
    found: set[int] = set()
    asked = set(case.asked)
    while True:
        more = {place for place in own if names[place] in asked} - found
        if not more:
            return frozenset(found)
        found |= more
        for place in more:
            asked |= words(group.rules[place], case.reads)


def mute(rule: Rule) -> Rule:
    """A rule without its texts."""
    return {name: value for name, value in rule.items() if name != "annotations"}


def rule_file(group: Group, rules: Sequence[str]) -> str:
    """A rule file of a group with these rules, each as JSON."""
    body = ",\n".join(rules)
    return f'{{"groups": [{{"name": {as_json(group.name)}, "interval": "{group.interval}", "rules": [\n{body}\n]}}]}}'


def test_file(suite: Suite, cases: Sequence[Case]) -> str:
    """A test file of these cases."""
    body = ",\n".join(case.text for case in cases)
    return f'{suite.top[:-1]}, "tests": [\n{body}\n]}}'
