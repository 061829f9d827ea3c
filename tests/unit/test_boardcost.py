"""What measures the cost of our pages: its series are those of real rules, and its verdicts are right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.emit.dashboards.variables import NEVER
from compiler.replay.player import Player, play
from compiler.replay.scenario import Query, Scenario, Step
from tests.boardcost import __main__ as boardcost
from tests.boardcost import apps, history, platform, recorded
from tests.boardcost.asked import Asked, Opening, everything
from tests.boardcost.cost import MOST, SHOWN, costs, percentile, tell, verdicts
from tests.boardcost.measure import NOWHERE, openings
from tests.boardcost.series import DAY, FLAT, GROWS, WAVES, Form, Series, grid, named
from tests.boardcost.services import EACH, Compiled, Service, compiled, services
from tests.lab.grafana import boards, sources
from tests.lab.grafana.times import interval

OF_OTHER_KINDS = re.compile(r"kube_(stateful|daemon)set_|rollout_")
"""What workloads have that are no Deployments, as all of these are; pages ask for each kind."""
EXPORTERS = "kube|node|etcd|apiserver|prometheus|alertmanager|loki|container|prober|otelcol"
NAMES = re.compile(rf"\b(?:slo:[\w:]+|ALERTS\w*|(?:{EXPORTERS})_\w+)")
NO_METRICS = {"prometheus_replica", NEVER}
"""A label that is called like a metric, and what stands where there is none."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Compiled, list[Service]]:
    """Two services, compiled."""
    wanted = services(2 * EACH)
    return compiled(tmp_path_factory.mktemp("boardcost"), wanted), wanted


def test_what_is_recorded_is_what_the_rules_record(made: tuple[Compiled, list[Service]], player: Player) -> None:
    """The engine, given what the services expose, records the series that are made up, with the same labels."""
    found, wanted = made
    exposed = [each for each in apps.apps(wanted) if each.metric.startswith(("up{", "http_"))]
    steps = (Step(at, {n: each.form.at(at, 0) for n, each in enumerate(exposed)}) for at in range(0, 1_201, 30))
    scenario = Scenario(tuple(each.metric for each in exposed), steps)
    answer = play(player, found.rules, scenario, [Query('{__name__=~"slo:.+"}', 1_200)]).answers[0]
    real = {named(each.labels["__name__"], Form(), _unnamed(each.labels)).metric for each in answer.series}
    assert real == {each.metric for each in recorded.recorded(found) if not each.metric.startswith("ALERTS")}


def _unnamed(labels: dict[str, str]) -> dict[str, str]:
    return {label: value for label, value in labels.items() if label != "__name__"}


def test_everything_that_pages_ask_for_is_there(made: tuple[Compiled, list[Service]]) -> None:
    """Each metric that a page names is in the history, so that no query is cheap for want of series."""
    found, wanted = made
    known = {each.metric.partition("{")[0] for each in _all(found, wanted)}
    for path in found.boards:
        asked = {name for expr in _exprs(path) for name in NAMES.findall(expr)} - NO_METRICS
        missing = {name for name in asked if not any(each.startswith(name) for each in known)}
        assert not {name for name in missing if not OF_OTHER_KINDS.match(name)}, path.name


def _exprs(path: Path) -> Iterator[str]:
    board = boards.read(path)
    targets = [target for panel in board.panels() for target in panel.get("targets") or []]
    yield from (target["expr"] for target in targets if target["datasource"]["type"] == "prometheus")
    yield from (each["query"]["query"] for each in board.json["templating"]["list"] if each["type"] == "query")
    yield from (each["target"]["expr"] for each in board.json["annotations"]["list"] if "target" in each)


def test_what_looks_far_back_is_there_for_as_long(made: tuple[Compiled, list[Service]]) -> None:
    """Panels that have a range of their own, of up to a month, ask for what is written for a month."""
    ranges = []
    for path in made[0].boards:
        for panel in boards.read(path).panels():
            if panel.get("timeFrom"):
                ranges.append(interval(panel["timeFrom"]) / 1_000)
                names = {name for target in panel["targets"] for name in NAMES.findall(target["expr"])}
                assert recorded.LONG in names <= {recorded.LONG, "slo:info"}, panel["title"]
    assert max(ranges) == recorded.MONTH


def test_no_series_is_there_twice(made: tuple[Compiled, list[Service]]) -> None:
    """A Prometheus would not have it; the player refuses it."""
    metrics = [each.metric for each in _all(*made)]
    assert len(set(metrics)) == len(metrics)


def _all(found: Compiled, wanted: list[Service]) -> Iterator[Series]:
    yield from recorded.recorded(found)
    yield from apps.apps(wanted)
    yield from platform.platform(wanted)


def test_history_is_written_by_what_moves_alike() -> None:
    """Each series has its samples at its own interval, and from where it begins."""
    constant, slow = Form(FLAT, 2.0, 30, 60), Form(GROWS, 1.0, 60, 120)
    told = "".join(history.lines([Series("a", constant), Series("b", slow), Series("c", constant)], 600))
    assert told == "S a\nS b\nS c\nT 480\n1 0.0\nT 540\n".replace("480", "480000").replace("540", "540000") + (
        "0 2.0\n1 69.0\n2 2.0\nT 570000\n0 2.0\n2 2.0\nT 600000\n0 2.0\n1 137.0\n2 2.0\n"
    )


def test_how_series_move() -> None:
    """Counters never fall; a wave stays between half of its value and all of it."""
    grown = [Form(GROWS, 0.3).at(seconds, 1) for seconds in range(0, DAY, 30)]
    assert grown == sorted(grown)
    waves = [Form(WAVES, 8).at(seconds, 2) for seconds in range(0, DAY, 30)]
    assert 4 <= min(waves) <= max(waves) <= 8
    assert max(waves) - min(waves) > 3
    assert [each.metric for each in grid("a", Form(), b=("1", "2"), c="3", d="")] == [
        'a{b="1",c="3"}',
        'a{b="2",c="3"}',
    ]


def test_a_page_asks_as_many_queries_as_it_holds(made: tuple[Compiled, list[Service]]) -> None:
    """All are sent and counted, also where nothing answers; then each that Prometheus should answer has failed."""
    found, wanted = made
    known = sources.read(found.sources, dict.fromkeys(("prometheus", "loki", "jaeger"), NOWHERE))
    for opening in openings(found, wanted):
        asked = everything(opening, known, 1_800_000_000_000)
        assert sum(not each.folded for each in asked) == _queries(opening) <= MOST
        assert all(bool(each.error) == each.timed for each in asked)
        assert any(each.folded for each in asked) == any(row.get("panels") for row in opening.board.rows())


def _queries(opening: Opening) -> int:
    board = opening.board.json
    variables = [each for each in board["templating"]["list"] if each["type"] == "query"]
    marks = [each for each in board["annotations"]["list"] if not each.get("builtIn")]
    return len(variables) + len(marks) + sum(len(each.get("targets") or []) for each in board["panels"])


def test_pages_are_judged() -> None:
    """By the best of the warm rounds; the first one is told apart, and failures count in any round."""
    asked = [Asked("1 A", seconds=0.9), Asked("2 A", folded=True, seconds=0.2), Asked("3 A", timed=False)]
    warm = [replace(asked[0], seconds=0.4), replace(asked[1], seconds=0.6), asked[2]]
    good = [warm[0], replace(asked[1], seconds=0.3), asked[2]]
    found = costs([{"p": asked}, {"p": warm}, {"p": good}])
    assert [(cost.opening, cost.slowest.of.where, cost.slowest.warm, cost.slowest.cold) for cost in found] == [
        (2, "1 A", 0.4, 0.9)
    ]
    chapter = tell(found, "It holds one.", [1.0, 3.5, 2.0])
    assert [verdict.met for verdict in chapter.verdicts] == [True, True, True]
    assert "| p | 2 | 1 | 400 ms | 400 ms | 900 ms | 400 ms | 1 A |" in chapter.text
    assert "1.0 to 3.5" in chapter.text
    assert chapter.text.count("\n| p |") == min(3, SHOWN)
    bad = costs([{"p": asked}, {"p": [warm[0], replace(warm[1], error="no"), warm[2]]}])
    assert [verdict.met for verdict in verdicts(bad)] == [True, False, False]
    many = costs([{"p": [Asked(str(n)) for n in range(MOST + 1)]}])
    assert [verdict.met for verdict in verdicts(many)] == [False, True, True]


def test_rounds_that_differ_are_refused() -> None:
    """A page that asks something else in another round cannot be timed query by query."""
    with pytest.raises(ValueError, match="p did not ask the same each time"):
        costs([{"p": [Asked("a")]}, {"p": [Asked("b")]}])


def test_percentile() -> None:
    """The least value that so many are not above."""
    assert percentile([3, 1, 2], 0.95) == 3
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([7], 0.95) == 7


def test_the_page_has_a_place_for_the_tables() -> None:
    """What ``make boardcost`` writes stands on its page, for the size that is asked for."""
    text = Path(boardcost.PAGE).read_text("utf-8")
    assert text.count(f"<!-- {boardcost.CHAPTER}: ") == 1
    assert f"{boardcost.SLOS:,} SLOs" in json.dumps(text)
