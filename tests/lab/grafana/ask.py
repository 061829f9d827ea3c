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
from tests.lab.grafana.sources import Sources
from tests.lab.grafana.unread import UnreadError

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
    return [
        reply
        for target in panel.targets
        for reply in asked(
            Question(
                panel.source(target),
                target,
                panel.range,
                panel.page.scope,
                points=int(points),
                least=panel.page.words(least),
            )
        )
    ]


def of_annotation(page: Page, annotation: Mapping[str, Any]) -> list[Reply]:
    """The query of an annotation: its ``target``, else the older keys beside it."""
    legacy: dict[str, Any] = {key: annotation[key] for key in ("expr", "instant", "maxLines") if key in annotation}
    if annotation.get("step"):
        legacy["interval"] = annotation["step"]
    own = annotation.get("target")
    target = own if isinstance(own, dict) and own.get("expr") else legacy
    return asked(
        Question(page.source(annotation.get("datasource")), {"refId": "Anno", **target}, page.range, page.scope)
    )


def of_explore(to: Explore, sources: Sources, now: int) -> list[Reply]:
    """The queries of a pane of Explore, over its range, else over Explore's own: the last hour."""
    range_ = times.between(to.range[0] or "now-1h", to.range[1] or "now", now)
    source = sources.get(to.source)
    questions = [Question(source, {"refId": "A", **query}, range_, _nothing) for query in to.queries]
    return [reply for question in questions for reply in asked(question)]


def _nothing(known: Mapping[str, Subject]) -> Scope:
    """Explore has no variables but those of the query."""
    return known.get
