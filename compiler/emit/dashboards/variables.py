"""Variables: what the reader chooses, and what ``slo:info`` knows of the chosen SLO."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compiler import names
from compiler.emit.dashboards.asks import Scope
from compiler.emit.dashboards.grafana import Source
from compiler.promql import quote

_ON_LOAD, _ON_RANGE = 1, 2
_SHOWN, _HIDDEN = 0, 2
UNLABELLED = {"hide": 1}
"""A variable whose values are shown, and not its name."""
_CONDITIONS = r'/^\{((?:[^=,]+="[^"\\]*",?)+)\} /'
"""Labels as Grafana writes them, which escapes nothing: a value with a quote would be no condition."""
_ADDED = ("prometheus", "prometheus_replica", "replica", "receive", "tenant_id")
NEVER = "slo:none"
"""A selector that meets nothing: what stands where an SLO declares none, so that a query still parses."""


def chosen(
    name: str, label: str, query: str, source: Source, many: bool = False, on_range: bool = False
) -> dict[str, Any]:
    """A variable that the reader sees.

    Args:
        name: of the variable.
        label: what stands before it.
        query: asks for its values.
        source: where to ask.
        many: whether several values or all may be chosen.
        on_range: whether values come and go, so that each time range is asked for its own.
    """
    more = {"multi": True, "includeAll": True, "allValue": ".*", "current": {"text": ["All"], "value": ["$__all"]}}
    shape = {"label": label, "hide": _SHOWN, "sort": 1, "refresh": _ON_RANGE if on_range else _ON_LOAD}
    return _variable(name, query, source) | shape | (more if many else {})


def grouping(scope: Scope, source: Source) -> dict[str, Any]:
    """``${group:raw}``: conditions that hold recorded series to a group of the SLO; for all, one that each meets.

    An SLO without groups has but that, and a group whose name holds a quote or a backslash is in all of them alone.
    What others add to a series on its way to a central server tells no groups.
    """
    total = replace(scope, group="").series(names.rate("total", scope.base))
    query = f"query_result(count without ({', '.join((*scope.key.split(', '), *_ADDED))}) ({total}))"
    every = {"includeAll": True, "allValue": 'slo!=""', "current": {"text": ["All"], "value": ["$__all"]}}
    return _variable("group", query, source) | {"label": "Group", "regex": _CONDITIONS, "sort": 1} | every


def every(name: str, query: str, source: Source, regex: str) -> dict[str, Any]:
    """A hidden variable that holds all that a query finds, anew with each time range; as a regular expression.

    Args:
        name: of the variable.
        query: a PromQL expression whose series tell the values.
        source: where to ask.
        regex: finds the value in a series as Grafana writes it, ``{service="checkout"} 1 …``.
    """
    whole = {"multi": True, "includeAll": True, "current": {"text": ["All"], "value": ["$__all"]}}
    shape = {"regex": regex, "hide": _HIDDEN, "skipUrlSync": True, "sort": 0, "refresh": _ON_RANGE}
    return _variable(name, f"query_result({query})", source) | shape | whole


def constant(name: str, value: str) -> dict[str, Any]:
    """A hidden variable that a page fixes, so that all that is asked and linked reads as if it were chosen."""
    fixed = {"text": value, "value": value}
    return {"type": "constant", "name": name, "query": value, "hide": _HIDDEN, "current": fixed, "skipUrlSync": True}


def text_box(name: str, label: str) -> dict[str, Any]:
    """A hidden variable that only links set."""
    empty = {"text": "", "value": ""}
    return {"type": "textbox", "name": name, "label": label, "query": "", "hide": _HIDDEN, "current": empty}


def fact(name: str, scope: Scope, source: Source, value: tuple[str, str], text: tuple[str, str]) -> dict[str, Any]:
    """A hidden variable that holds two labels of ``slo:info``, in one query.

    Args:
        name: of the variable: ``${name:raw}`` is the value, ``${name:text}`` the text.
        scope: the chosen SLO.
        source: where to ask.
        value: a label and what stands in its place where the SLO has none.
        text: the same.
    """
    known = f"({scope.info} or on () vector(1))"
    return derived(name, known, source, value, text)


def derived(name: str, known: str, source: Source, value: tuple[str, str], text: tuple[str, str]) -> dict[str, Any]:
    """As ``fact``, from any expression that carries the two labels."""
    for label, otherwise in (value, text):
        known = f'label_replace({known}, {quote(label)}, {quote(otherwise)}, {quote(label)}, "")'
    labels = sorted({value[0]: "value", text[0]: "text"}.items())
    query = f"query_result(max by ({', '.join(label for label, _ in labels)}) ({known}))"
    inner = ",".join(f'{label}="(?<{group}>.*)"' for label, group in labels)
    more = {"regex": rf"/^\{{{inner}\}} /", "hide": _HIDDEN, "skipUrlSync": True, "sort": 0}
    refresh = _ON_RANGE if "$__range" in query else _ON_LOAD
    return _variable(name, query, source) | more | {"refresh": refresh}


def counted(scope: Scope, source: Source) -> dict[str, Any]:
    """``${requests:raw}``: the counter of all events; ``${requests:text}``: the label that tells errors in it.

    What a probe, a threshold or log lines are counted by is no counter; neither is what recorded series stand for.
    """
    counters = scope.within(indicator="!probe", selector_total="!~slo:.*").info
    return derived("requests", f"({counters} or on () vector(1))", source, ("selector_total", NEVER), _SPLIT)


def failed(scope: Scope, source: Source) -> dict[str, Any]:
    """``${failed:raw}``: bad events within the range by series; ``${failed:text}``: the label that tells errors.

    Errors where a selector carries them, else total less good, or the scrapes of a probe that were 0; else as the
    indicator's kind says, with ``[range]`` once or twice where the range goes.
    """
    within = "[$__range])"
    errors, probe = scope.within(selector_errors="!"), scope.within(indicator="probe")
    good, said = scope.within(selector_good="!"), scope.within(bad_events="!")
    branches = (
        _wrapped(errors.info, "selector_errors", f"increase($1{within}"),
        _joined(good.info, "selector_good", f"{within} - ignoring (le) increase(", f"increase($1{within}"),
        _joined(probe.info, "selector_total", f"{within} - sum_over_time(", f"count_over_time($1{within}"),
        _ranged(_ranged(said.info, "bad_events"), "failed"),
    )
    return derived("failed", f"({' or '.join(branches)} or on () vector(1))", source, ("failed", NEVER), _SPLIT)


_SPLIT = ("split_by", "code")
_RANGE = r"(.*)\[range\](.*)"


def _wrapped(info: str, label: str, form: str) -> str:
    return f'label_replace({info}, "failed", {quote(form)}, {quote(label)}, "(.+)")'


def _ranged(info: str, label: str) -> str:
    """The last ``[range]`` of a label's text filled in, as the label ``failed``; where there is none, as it is."""
    return f'label_replace({info}, "failed", "$1[$__range]$2", {quote(label)}, {quote(_RANGE)})'


def _joined(info: str, second: str, between: str, form: str) -> str:
    both = f'label_join({info}, "failed", {quote(between)}, "selector_total", {quote(second)})'
    return _wrapped(both, "failed", form)


def _variable(name: str, query: str, source: Source) -> dict[str, Any]:
    return {
        "type": "query",
        "name": name,
        "datasource": source.ref,
        "definition": query,
        "query": {"query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "regex": "",
        "refresh": _ON_LOAD,
        "current": {},
        "options": [],
        "multi": False,
        "includeAll": False,
    }
