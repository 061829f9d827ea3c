"""Who reads a recorded series: rules, alerts and their texts, dashboards, runbooks; found in what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache

from compiler.emit.dashboards import dashboards
from compiler.emit.runbooks import EMITTER as RUNBOOKS
from compiler.promql import Matcher
from compiler.rules.meta.group import alerts
from compiler.rules.rule import Alert
from compiler.rules.service import plan
from compiler.series.compiled import Recorded, catalog, recorded

_NAME = re.compile(r"slo:[\w:]*\w")
_BY_NAME = re.compile(r'(?:__name__(?:=~|!~|!=|=)"[^"]*",?)+')
_RULES, _TEXTS, _RUNBOOKS = "rules", "texts of alerts", "runbooks"
_CONDITION = re.compile(r'__name__(=~|!~|!=|=)"([^"]*)"')


def readers(found: Iterable[Recorded]) -> list[str]:
    """Who reads any of these series, as the page says it."""
    places = [place for each in found for place in _readers(each)]
    return sorted(dict.fromkeys(places), key=_rank)


def _rank(reader: str) -> tuple[int, str]:
    """Rules first, then alerts by name, their texts, dashboards, runbooks."""
    if reader == _RULES:
        return 0, ""
    if reader in (_TEXTS, _RUNBOOKS):
        return (2 if reader == _TEXTS else 4), ""
    return (3 if reader.startswith("`slo-") else 1), reader


def _readers(found: Recorded) -> Iterator[str]:
    name, context = found.rule.name, found.context
    others = (each.rule for each in recorded() if each.context is context and each.rule.name != name)
    if any(_names(rule.expr, name) for rule in others):
        yield _RULES
    for alert in plan(context.catalog, context.service).alerts[context.objective.name]:
        yield from _of_alert(alert, name)
    yield from (reader for reader, text in _everywhere() if _names(text, name))
    if _names(_runbooks(context.service.name), name):
        yield _RUNBOOKS


def _of_alert(alert: Alert, name: str) -> Iterator[str]:
    if _names(alert.expr, name):
        yield f"`{alert.kind}`"
    if any(_names(text, name) for text in alert.annotations.values()):
        yield _TEXTS


@cache
def _everywhere() -> tuple[tuple[str, str], ...]:
    """Readers of every SLO's series, with their texts."""
    pages = tuple(
        (f"`{a.path.split('/')[-1].removesuffix('.json')}`", _strings(a.text)) for a in dashboards(catalog())
    )
    return (*((f"`{alert.name}`", alert.expr) for alert in alerts(catalog())), *pages)


@cache
def _runbooks(service: str) -> str:
    assert RUNBOOKS.service
    (found,) = [each for each in catalog().services if each.name == service]
    return "\n".join(artifact.text for artifact in RUNBOOKS.service(catalog(), found))


def _strings(page: str) -> str:
    """All that a page of JSON says, one text a line."""
    found: list[str] = []

    def collect(value: dict[str, object]) -> None:
        found.extend(text for text in value.values() if isinstance(text, str))

    json.loads(page, object_hook=collect)
    return "\n".join(found)


def _names(text: str, name: str) -> bool:
    """Whether a text names a series, or has a condition on names that admits it."""
    found, conditions = _named(text)
    return name in found or any(all(matcher.admits(name) for matcher in matchers) for matchers in conditions)


@cache
def _named(text: str) -> tuple[frozenset[str], tuple[tuple[Matcher, ...], ...]]:
    conditions = (_CONDITION.findall(found) for found in _BY_NAME.findall(text))
    matchers = tuple(tuple(Matcher("__name__", op, value) for op, value in found) for found in conditions)
    return frozenset(_NAME.findall(_BY_NAME.sub("", text))), matchers
