"""Tests of the alerts about the rules themselves: each fires, and is silent in health and where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator

from compiler import promql
from compiler.artifact import Artifact, header
from compiler.emit.promtests.stage.case import Case, Fired, Value
from compiler.model.catalog import Catalog
from compiler.prose.template import LABEL
from compiler.rules.meta.alert import INTERVAL, NAME, MetaAlert
from compiler.rules.meta.group import alerts
from compiler.units import Duration
from compiler.yaml_text import to_yaml


def meta(catalog: Catalog) -> Iterator[Artifact]:
    """``packs/meta/tests/meta.yaml``."""
    if not catalog.services:
        return
    head = {"rule_files": [f"../rules/{NAME}.yaml"], "evaluation_interval": str(INTERVAL), "fuzzy_compare": True}
    cases = [case.as_test() for alert in alerts(catalog) for case in _cases(alert, catalog)]
    text = header(catalog.stack.sources) + to_yaml(head) + "tests:\n" + to_yaml(cases)
    yield Artifact(f"packs/{NAME}/tests/{NAME}.yaml", text, catalog.stack.sources)


def _cases(alert: MetaAlert, catalog: Catalog) -> Iterator[Case]:
    at = alert.asked
    labels = {**alert.shown, **alert.labels(catalog)}
    texts = {
        name: _read(text, {**labels, "alertname": alert.name}) for name, text in alert.annotations(catalog).items()
    }
    early = Duration(at.milliseconds - alert.hold.milliseconds - 10 * INTERVAL.milliseconds)
    quiet = [Fired(early, alert.name)] if early.milliseconds >= 0 else []
    told = [*quiet, Fired(at, alert.name, ((labels, texts),))]
    yield Case(f"{alert.name}: fires, and says why", INTERVAL, alert.sick, (), told)
    yield Case(f"{alert.name}: silent in health", INTERVAL, alert.healthy, (), [Fired(at, alert.name)])
    for edge in alert.edges:
        seen = [Fired(edge.at, alert.name, ((labels, texts),) if edge.fires else ())]
        yield Case(f"{alert.name}: {edge.text}", INTERVAL, edge.series, (), seen)
    silent = Value(at, f"count({promql.series('ALERTS', {'alertname': alert.name})})")
    yield Case(f"{alert.name}: silent where nothing is known", INTERVAL, {}, [silent])


def _read(text: str, labels: dict[str, str]) -> str:
    """The text with the alert's labels filled in, and escaped braces as they are printed."""
    return (
        LABEL.sub(lambda found: labels.get(found[1], ""), text).replace('{{ "{{" }}', "{{").replace('{{ "{" }}', "{")
    )
