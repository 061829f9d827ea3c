"""The recording rules of a service in passes, for filling their series for the past.

promtool evaluates each rule by itself against what the server holds already: what a rule reads must have been filled,
and loaded, in a pass before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from compiler.model.catalog import Catalog, Service
from compiler.rules.rule import Group, Record
from compiler.rules.service import plan

_READ = re.compile(r"(slo:[\w:]*\w)\{([^}]*)\}")
_OF = re.compile(r'\bslo="([^"]*)"')
Key = tuple[str, str]
"""A recorded series: its SLO and its name."""


def passes(catalog: Catalog, service: Service) -> tuple[tuple[Group, ...], ...]:
    """The groups of a service, each rule in the first pass in which all that it reads is there; without alerts."""
    groups = list(plan(catalog, service).groups.values())
    needs = {_key(rule): frozenset(_reads(rule)) for group in groups for rule in _records(group)}
    numbers = _numbered(needs)
    return tuple(
        tuple(filter(lambda group: group.rules, (_only(group, numbers, number) for group in groups)))
        for number in range(1, max(numbers.values()) + 1)
    )


def _records(group: Group) -> list[Record]:
    return [rule for rule in group.rules if isinstance(rule, Record)]


def _only(group: Group, numbers: Mapping[Key, int], number: int) -> Group:
    return replace(group, rules=tuple(rule for rule in _records(group) if numbers[_key(rule)] == number))


def _key(rule: Record) -> Key:
    return rule.labels["slo"], rule.name


def _reads(rule: Record) -> Iterator[Key]:
    """The recorded series in an expression; what is not of this service was filled with its own."""
    for name, conditions in _READ.findall(rule.expr):
        found = _OF.search(conditions)
        yield (found[1] if found else rule.labels["slo"]), name


def _numbered(needs: Mapping[Key, frozenset[Key]]) -> dict[Key, int]:
    """The pass of each series, from 1."""

    @cache
    def number(key: Key) -> int:
        return 1 + max((number(other) for other in needs[key] if other in needs), default=0)

    return {key: number(key) for key in needs}
