"""docs/series.md: every recorded series has its row, every row its series, and each says what the rules do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler import names
from compiler.replay.player import Player, play
from compiler.replay.scenario import Query, Scenario, Step
from compiler.rules.rule import SLICES, SPEEDS
from compiler.schema.documents import kinds
from compiler.series.compiled import FOLDER, Recorded, catalog, recorded
from compiler.series.info import INFO_LABELS
from compiler.series.known import KNOWN, Series
from compiler.series.page import examples, page, row_of
from tests.behaviour.played import compiled
from tests.unit.language import ROOT

T0 = 1_700_006_400


def test_page_is_fresh() -> None:
    """docs/series.md is what `make docs` writes."""
    assert (ROOT / "docs" / "series.md").read_text("utf-8") == page()


def test_every_series_has_a_row() -> None:
    """Whatever SLOs of any form record is in the table of its group."""
    missing = {(found.speed, found.rule.name) for found in recorded() if not row_of(found.rule.name, found.speed)}
    assert missing == set()


@pytest.mark.parametrize("series", KNOWN, ids=lambda series: f"{series.speed}-{series.name}")
def test_every_row_is_recorded_where_it_says(series: Series) -> None:
    """By each SLO that meets the row's condition, by no other, and by one at least."""
    contexts = {id(found.context): found.context for found in recorded()}
    recording = {id(found.context) for found in examples(series)}
    assert recording == {key for key, context in contexts.items() if series.when.holds(context)} != set()


def test_order_is_that_of_the_rules() -> None:
    """The rows stand in the order in which an SLO records them; windows of one group count as one row."""
    for context in {id(found.context): found.context for found in recorded()}.values():
        own = [found for found in recorded() if found.context is context]
        for speed in (SLICES, *SPEEDS):
            rows = [row_of(found.rule.name, speed) for found in own if found.speed == speed]
            places = [KNOWN.index(row) for row in rows if row and "<window>" not in row.name]
            assert places == sorted(places)


def test_examples_have_every_kind() -> None:
    """A kind of indicator that is not among the examples would record what the page does not know."""
    declared = {
        objective.indicator.declared_kind or objective.indicator.kind
        for service in catalog().services
        for objective in service.objectives
    }
    assert {kind.kind for kind in kinds()} - declared == set()


def test_labels_of_info() -> None:
    """Each label of slo:info is explained, and each that is explained is there."""
    identity = {"service", "slo"}
    own = {name for service in catalog().services for name in service.labels}
    found = {name for each in recorded() if each.rule.name == names.INFO for name in each.rule.labels}
    assert found - identity - own == set(INFO_LABELS)
    assert list(INFO_LABELS) == sorted(INFO_LABELS)


def test_rules_set_the_identity_alone() -> None:
    """All else that a series carries comes from the labels that it is grouped by."""
    others = [found for found in recorded() if found.rule.name != names.INFO]
    assert {frozenset(found.rule.labels) for found in others} == {frozenset({"service", "slo"})}


SOURCES = (
    *(f'requests_total{{code="{code}",region="{r}"}}' for code in ("200", "503") for r in ("eu", "us")),
    *('up{instance="a"}', 'up{instance="b"}', "queue_depth", "ok_total"),
)


def _labels(found: Recorded) -> set[str]:
    """The labels that the row of a series promises for this SLO, besides the identity."""
    series = row_of(found.rule.name, found.speed)
    assert series
    objective = found.context.objective
    text = series.labels if objective.group_by and objective.group_by.objectives else series.labels.split(";")[0]
    grouped = set(found.context.grouped_by) if re.search(r"\bg\b", text) else set()
    return grouped | ({objective.period.unit} if "<period>" in text and objective.period else set())


@pytest.mark.slow
def test_labels_are_those_that_prometheus_records(tmp_path: Path, player: Player) -> None:
    """Played on Prometheus' own engine, each series carries the labels that its row names, no more and no fewer."""
    output = compiled(FOLDER, tmp_path / "output")
    steps = [Step(T0 + 60 * n, {i: n if i < 4 or i == 7 else 1.0 for i in range(8)}) for n in range(40)]
    rules = sorted(output.glob("*/services/*/rules/*.yaml"))
    played = play(player, rules, Scenario(SOURCES, steps), [Query('{__name__=~"slo:.+"}', steps[-1].at)])
    seen = {(s.labels["slo"], s.labels["__name__"]): set(s.labels) for s in played.answers[0].series}
    fed = {"rolling", "week", "month", "quarter", "good", "probe", "threshold"}
    expected = {
        (slo, found.rule.name): {"__name__", *found.rule.labels, *_labels(found)}
        for found in recorded()
        if (slo := found.context.objective.name) in fed
    }
    assert played.failures == ()
    assert {key: labels for key, labels in seen.items() if key[0] in fed} == expected
