"""Targets of a Jaeger: a search, one trace, the graph of who calls whom.

Source: grafana-jaeger-datasource 13.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from tests.lab.grafana import wire
from tests.lab.grafana.formats import plain
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.question import Question, Reply
from tests.lab.grafana.wire import Answer

_PAIR = re.compile(r'([^\s="]+)(?:=("(?:[^"\\]|\\.)*"|[^\s"]*))?')


def asked(question: Question) -> list[Reply]:
    """Sends one target; what the plugin does not know, it does not answer either."""
    kind = question.said("queryType")
    unknown = "", Answer("", error=f"Jaeger's data source does not answer queries of the type {kind}")
    said, answer = _KINDS[kind](question) if kind in _KINDS else unknown
    return [Reply("jaeger", said, answer, question.range, ref=question.said("refId"), target=question.target)]


def services(url: str) -> Answer:
    """The names of all services that have traces."""
    return wire.get(f"{url}/api/services")


def tags(text: str) -> dict[str, str]:
    """Tags as Jaeger takes them, of ``key=value other="with space"`` (logfmt)."""
    found = {}
    for key, value in _PAIR.findall(text):
        found[key] = str(json.loads(value)) if value.startswith('"') else value
    return found


def _search(question: Question) -> tuple[str, Answer]:
    words = {key: _words(question, key) for key in ("service", "operation", "minDuration", "maxDuration")}
    wanted = tags(_words(question, "tags"))
    parameters = {
        **{key: value for key, value in words.items() if value},
        **({"tags": json.dumps(wanted, separators=(",", ":"))} if wanted else {}),
        **({"limit": question.said("limit")} if question.target.get("limit") else {}),
        "start": str(question.range.start * 1_000),
        "end": str(question.range.end * 1_000),
    }
    said = f"{words['service']} {parameters.get('tags', '')}".strip()
    return said, wire.get(f"{question.source.url}/api/traces", parameters)


def _trace(question: Question) -> tuple[str, Answer]:
    """One trace by its id; with ``traceIdTimeParams`` the range goes along, in milliseconds."""
    trace = _words(question, "query")
    if not trace:
        return "", Answer("", error="traceID is empty")
    timed = (question.source.settings.get("traceIdTimeParams") or {}).get("enabled")
    ends = {"start": question.range.start, "end": question.range.end} if timed else {}
    path = f"/api/traces/{quote(trace, safe='')}"
    return trace, wire.get(question.source.url + path, {key: str(at) for key, at in ends.items()})


def _dependencies(question: Question) -> tuple[str, Answer]:
    ends = {"endTs": str(question.range.end), "lookback": str(question.range.length)}
    return "dependencies", wire.get(f"{question.source.url}/api/dependencies", ends)


def _words(question: Question, key: str) -> str:
    return interpolate(question.said(key), question.scoped({}), plain)


_KINDS = {"search": _search, "": _trace, "dependencyGraph": _dependencies}
