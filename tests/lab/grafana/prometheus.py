"""Targets of a Prometheus: at once, over a range, and exemplars.

Source: ``pkg/promlib/models/query.go`` and ``client.go`` of Grafana.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.lab.grafana import formats, macros, times, wire
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.question import Question, Reply, scraped
from tests.lab.grafana.wire import Answer

SAFE = 11_000
"""Points at most: Prometheus refuses more."""
_RATES = ("$__rate_interval", "${__rate_interval}")
_OWN = ("$__interval", "${__interval}", "$__interval_ms", "${__interval_ms}")


@dataclass(frozen=True)
class _Timed:
    """The steps of one target."""

    question: Question

    @property
    def minimum(self) -> str:
        """*Min step* of the target, with the page's variables replaced."""
        written = self.question.said("interval")
        known = written in _RATES or written in _OWN
        return written if known else interpolate(written, self.question.scoped({}))

    @property
    def step(self) -> int:
        """Between points, in ms."""
        question, written = self.question, self.minimum
        known = written in _RATES or written in _OWN
        least = times.interval(written) if written and not known else question.interval
        adjusted = max(
            times.step(question.range, question.points, least), times.rounded(question.range.length / SAFE)
        )
        if written in _RATES:
            scrape = times.interval(scraped(question.source))
            return max(adjusted + scrape, 4 * scrape)
        return adjusted * int(question.target.get("intervalFactor") or 1)

    @property
    def scrape(self) -> int:
        """What ``$__rate_interval`` takes for the scrape interval: *Min step*, else the data source's."""
        written = self.minimum
        if written in ("$__interval", "${__interval}"):
            return self.step
        return times.interval(written if written and written not in _OWN else scraped(self.question.source))


def asked(question: Question) -> list[Reply]:
    """Sends one target; two replies where it is asked at once and over the range."""
    timed = _Timed(question)
    step = timed.step
    written = interpolate(question.said("expr"), question.scoped(macros.later()), formats.prometheus)
    known = macros.of_interval(step) | macros.of_range(question.range) | _rate(timed, step)
    expr = macros.filled(written, known)
    instant = bool(question.target.get("instant"))
    ranged = bool(question.target.get("range")) or not instant
    reply = Reply(
        "prometheus", expr, Answer(""), question.range, step, ref=question.said("refId"), target=question.target
    )
    found = []
    if ranged:
        answer = _range(question, expr, step)
        exemplars = _exemplars(question, expr, step) if question.target.get("exemplar") else None
        found.append(replace(reply, answer=answer, exemplars=exemplars))
    if instant:
        ref = f"{reply.ref}-Instant" if ranged else reply.ref
        found.append(replace(reply, answer=_instant(question, expr), ref=ref, step=0))
    return found


def _rate(timed: _Timed, step: int) -> dict[str, str]:
    if timed.minimum in _RATES:
        return macros.of_rate(step, 0)
    return macros.of_rate(timed.question.interval, timed.scrape)


def _aligned(question: Question, step: int) -> dict[str, str]:
    ends = (("start", question.range.start), ("end", question.range.end))
    return {name: _seconds(at // step * step) for name, at in ends}


def _seconds(ms: int) -> str:
    return formats.shown(ms / 1000)


def _range(question: Question, expr: str, step: int) -> Answer:
    return _sent(question, "query_range", query=expr, step=_seconds(step), **_aligned(question, step))


def _instant(question: Question, expr: str) -> Answer:
    return _sent(question, "query", query=expr, time=_seconds(question.range.end))


def _exemplars(question: Question, expr: str, step: int) -> Answer:
    return _sent(question, "query_exemplars", query=expr, **_aligned(question, step))


def _sent(question: Question, path: str, **parameters: str) -> Answer:
    method = str(question.source.settings.get("httpMethod") or "POST").upper()
    send = wire.get if method == "GET" else wire.post
    return send(f"{question.source.url}/api/v1/{path}", parameters)
