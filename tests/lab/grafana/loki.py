"""Targets of a Loki: lines, and numbers counted from them.

Source: ``pkg/tsdb/loki`` of Grafana.
"""

from __future__ import annotations

from math import ceil

from tests.lab.grafana import formats, macros, times, wire
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.question import Question, Reply
from tests.lab.grafana.unread import UnreadError

LINES = 1_000
"""Lines at most where neither target nor data source says."""
_RESOLUTIONS = (1, 2, 3, 4, 5, 10)


def asked(question: Question) -> list[Reply]:
    """Sends one target."""
    kind = _kind(question)
    step = _step(question)
    written = interpolate(question.said("expr"), question.scoped(macros.later()), formats.loki)
    known = macros.of_interval(question.interval) | macros.of_range(question.range) | _auto(question, kind, step)
    expr = macros.filled(written, known)
    parameters = {"query": expr, "direction": _direction(question), "limit": _limit(question)}
    if kind == "instant":
        path, ends = "query", {"time": _nanoseconds(question.range.end)}
    else:
        path, ends = (
            "query_range",
            {
                "start": _nanoseconds(question.range.start),
                "end": _nanoseconds(question.range.end),
                "step": f"{step}ms",
            },
        )
    answer = wire.get(f"{question.source.url}/loki/api/v1/{path}", parameters | ends)
    return [Reply("loki", expr, answer, question.range, step, ref=question.said("refId"), target=question.target)]


def _kind(question: Question) -> str:
    written = question.said("queryType") or ("instant" if question.target.get("instant") else "range")
    if written not in ("instant", "range"):
        raise UnreadError(f"a query of Loki of the type {written}")
    return written


def _step(question: Question) -> int:
    written = interpolate(question.said("step"), question.scoped({}))
    resolution = question.target.get("resolution")
    factor = int(resolution) if resolution in _RESOLUTIONS else 1
    if written:
        return times.interval(written) * factor
    return max(question.interval * factor, ceil(question.range.length / 11_000))


def _auto(question: Question, kind: str, step: int) -> dict[str, str]:
    return {"__auto": times.spoken(step) if kind == "range" else macros.of_range(question.range)["__range"]}


def _direction(question: Question) -> str:
    written = question.said("direction") or "backward"
    if written not in ("backward", "forward", "scan"):
        raise UnreadError(f"a query of Loki in the direction {written}")
    return "forward" if written == "forward" else "backward"


def _limit(question: Question) -> str:
    return str(question.target.get("maxLines") or question.source.settings.get("maxLines") or LINES)


def _nanoseconds(ms: int) -> str:
    return str(ms * 1_000_000)
