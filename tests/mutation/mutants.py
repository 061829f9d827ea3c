"""Rule files with one thing changed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml

from compiler.source.yaml_loader import LOADER
from tests.mutation.changes import Change, duration, milliseconds, of_expression
from tests.mutation.proof import same_with_fold, same_without_condition, same_without_label, same_without_one
from tests.mutation.syntax import Node

SPEEDS = ("fast", "slow", "period")
TIMING = ("for", "keep_firing_for", "interval")
"""What promtool cannot time: it evaluates seldom, and at one interval."""

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """The one group of a rule file."""

    path: Path
    name: str
    interval: str
    rules: tuple[Rule, ...]

    @property
    def speed(self) -> str:
        """``fast``, ``slow`` or ``period``."""
        return self.path.stem

    @property
    def service(self) -> str:
        """Whose rules they are: a service or a pack."""
        return self.path.parents[1].name

    @property
    def stack(self) -> str:
        """The stack that they are for."""
        return self.path.parents[3].name

    def recorded(self, selector: Node) -> str:
        """The expression of the rule that records what a selector finds; empty where it may be another's, too."""
        named = {c.label: c.value[1:-1] for c in selector.conditions if c.op == "="}
        if not named.keys() >= {"service", "slo"}:
            return ""
        own = [rule for rule in self.rules if rule.get("record") == selector.word]
        found = [rule for rule in own if named.items() >= rule["labels"].items()]
        return str(found[0]["expr"]) if len(found) == 1 else ""

    @cached_property
    def slos(self) -> tuple[str, ...]:
        """Its SLOs, in the order of their rules."""
        return tuple(dict.fromkeys(rule["labels"].get("slo", "") for rule in self.rules))


def read(path: Path) -> Group:
    """The group of a rule file."""
    (group,) = yaml.load(path.read_text("utf-8"), Loader=LOADER)["groups"]
    return Group(path, group["name"], group["interval"], tuple(group["rules"]))


@dataclass(frozen=True)
class Mutant:
    """A group with one thing changed.

    ``index`` is the rule's place, -1 where the group itself is changed; ``rule`` what stands there now, None where it
    is gone; ``same`` whether it is proved that nothing has changed.
    """

    group: Group
    index: int
    kind: str
    change: str
    rule: Rule | None = None
    interval: str = ""
    same: bool = False

    @property
    def slo(self) -> str:
        """The SLO of its rule; empty where the group is changed."""
        return str(self.group.rules[self.index]["labels"].get("slo", "")) if self.index >= 0 else ""

    @property
    def name(self) -> str:
        """The rule's name; alerts without their service and SLO."""
        return called(self.group.rules[self.index]) if self.index >= 0 else "group"

    @property
    def mutated(self) -> Group:
        """The group as it is now."""
        if self.index < 0:
            return replace(self.group, interval=self.interval)
        changed = () if self.rule is None else (self.rule,)
        rules = (*self.group.rules[: self.index], *changed, *self.group.rules[self.index + 1 :])
        return replace(self.group, rules=rules)

    def __str__(self) -> str:
        where = f"{self.group.stack}/{self.group.service}/{self.slo}".rstrip("/")
        return f"{where} {self.group.speed} {self.name}: {self.kind}: {self.change}"


def called(rule: Rule) -> str:
    """``slo:errors:rate5m``; ``page``, ``nodata vanished``, ``budget BudgetSpent`` and their like of an alert."""
    if "record" in rule:
        return str(rule["record"])
    labels = rule["labels"]
    if labels.get("slo_tier") == "meta":
        return str(rule["alert"])
    kinds = ("BudgetSpent", "BudgetAtRisk", "BlindIndicator", "TooManyGroups")
    kind = next((kind for kind in kinds if rule["alert"].endswith(kind)), "")
    words = (labels.get("slo_tier", rule["alert"]), labels.get("state", ""), kind)
    return " ".join(word for word in words if word)


def of_group(group: Group) -> Iterator[Mutant]:
    """Every change of a group, one thing at a time."""
    for other in (milliseconds(group.interval) * 2, milliseconds(group.interval) // 2):
        text = duration(other)
        yield Mutant(group, -1, "interval", f"{group.interval} -> {text}", interval=text)
    for index, rule in enumerate(group.rules):
        yield from _of_expr(group, index, rule)
        yield from _of_times(group, index, rule)
        yield from _of_texts(group, index, rule)
        key = "record" if "record" in rule else "alert"
        yield Mutant(group, index, "name", f"{key} renamed", {**rule, key: rule[key] + "x"})
        yield Mutant(group, index, "rule", "no rule")


def _of_expr(group: Group, index: int, rule: Rule) -> Iterator[Mutant]:
    for change in of_expression(rule["expr"]):
        same = _same(group, rule["expr"], change)
        yield Mutant(group, index, change.kind, change.text, {**rule, "expr": change.expr}, same=same)


def _same(group: Group, expr: str, change: Change) -> bool:
    """Whether it is proved that the expression gives the same."""
    if change.kind == "function":
        return same_with_fold(change.node, change.text.rpartition(" ")[2], group.recorded)
    if change.kind == "operand":
        dropped = [part for part in change.node.parts if part.place == change.place]
        return any(same_without_one(change.node, part) for part in dropped)
    if change.kind != "matcher" or not change.text.startswith("no "):
        return False
    (condition,) = [c for c in change.node.conditions if c.place == change.place]
    return same_without_condition(expr, change.node, condition)


def _of_times(group: Group, index: int, rule: Rule) -> Iterator[Mutant]:
    """``for`` and ``keep_firing_for``: twice as long, half as long, none."""
    for key in ("for", "keep_firing_for"):
        if key in rule:
            whole = milliseconds(rule[key])
            for text in (duration(whole * 2), duration(whole // 2)):
                yield Mutant(group, index, key, f"{rule[key]} -> {text}", {**rule, key: text})
            yield Mutant(group, index, key, f"no {key}", _without(rule, key))


def _of_texts(group: Group, index: int, rule: Rule) -> Iterator[Mutant]:
    """Labels and annotations: another text, or none."""
    for part, kind in (("labels", "label"), ("annotations", "annotation")):
        texts = rule.get(part, {})
        for name, value in texts.items():
            changed = {**rule, part: {**texts, name: f"{value}x"}}
            yield Mutant(group, index, kind, f"{name} changed", changed)
            same = kind == "label" and same_without_label(rule["expr"], name, value)
            yield Mutant(group, index, kind, f"no {name}", {**rule, part: _without(texts, name)}, same=same)


def _without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


T = TypeVar("T")


def sample(everything: Sequence[T], size: int, seed: int) -> list[T]:
    """So many of them, always the same for a seed, in their order; all where ``size`` is 0."""
    if not size or size >= len(everything):
        return list(everything)
    chosen = sorted(random.Random(seed).sample(range(len(everything)), size))
    return [everything[number] for number in chosen]
