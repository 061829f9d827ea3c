"""One target sent to the real server, as the plugin of its data source sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.lab.grafana import jaeger, loki, prometheus, times
from tests.lab.grafana.boards import Page, Panel
from tests.lab.grafana.destinations import Explore
from tests.lab.grafana.formats import Subject
from tests.lab.grafana.interpolate import Scope
from tests.lab.grafana.question import POINTS, Question, Reply
from tests.lab.grafana.sources import Sources, UnknownSourceError
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.unread import UnreadError
from tests.lab.grafana.wire import Answer

Target = Mapping[str, Any]
_TYPES: dict[str, Callable[[Question], list[Reply]]] = {
    "prometheus": prometheus.asked,
    "loki": loki.asked,
    "jaeger": jaeger.asked,
}


def asked(question: Question) -> list[Reply]:
    """Sends one target; two replies where it asks at once and over the range."""
    if question.source.type not in _TYPES:
        raise UnreadError(f"a data source of the type {question.source.type}")
    return _TYPES[question.source.type](question)


def of_panel(panel: Panel) -> list[Reply]:
    """Every target of a panel, in its order."""
    points, least = panel.json.get("maxDataPoints") or POINTS, panel.json.get("interval") or ""

    def question(target: Target) -> Question:
        source, scoped = panel.source(target), panel.page.scope
        return Question(source, target, panel.range, scoped, int(points), panel.page.words(least))

    return [reply for target in panel.targets for reply in _found(target, panel.range, question)]


def of_annotation(page: Page, annotation: Mapping[str, Any]) -> list[Reply]:
    """The query of an annotation: its ``target``, else the older keys beside it."""
    legacy: dict[str, Any] = {key: annotation[key] for key in ("expr", "instant", "maxLines") if key in annotation}
    if annotation.get("step"):
        legacy["interval"] = annotation["step"]
    own = annotation.get("target")
    target = {"refId": "Anno", **(own if isinstance(own, dict) and own.get("expr") else legacy)}

    def question(target: Target) -> Question:
        return Question(page.source(annotation.get("datasource")), target, page.range, page.scope)

    return _found(target, page.range, question)


def _found(target: Target, range_: TimeRange, question: Callable[[Target], Question]) -> list[Reply]:
    """The replies to a target; an error where its data source is not there, and the others are asked all the same."""
    try:
        return asked(question(target))
    except UnknownSourceError as wrong:
        reference = target.get("datasource")
        kind = reference.get("type", "") if isinstance(reference, Mapping) else ""
        return [Reply(kind, "", Answer("", error=str(wrong)), range_, ref=target.get("refId", ""), target=target)]


def of_explore(to: Explore, sources: Sources, now: int) -> list[Reply]:
    """The queries of a pane of Explore, over its range, else over Explore's own: the last hour."""
    range_ = times.between(to.range[0] or "now-1h", to.range[1] or "now", now)
    source = sources.get(to.source)
    questions = [Question(source, {"refId": "A", **query}, range_, _nothing) for query in to.queries]
    return [reply for question in questions for reply in asked(question)]


def _nothing(known: Mapping[str, Subject]) -> Scope:
    """Explore has no variables but those of the query."""
    return known.get
