"""The player itself: time, gaps, offsets, alerts and answers are those of a Prometheus."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.diagnostics import ToolError
from compiler.replay.played import FIRING, INACTIVE, PENDING
from compiler.replay.player import Player, play
from compiler.replay.scenario import STALE, Gap, Query, Scenario, Step, Value
from compiler.units import Duration

pytestmark = pytest.mark.slow

T0 = 1_700_006_400.0
"""A multiple of an hour."""
HALF = 30
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a rule file with one group."""

    def one(rules: str, name: str = "g", head: str = "interval: 30s") -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"groups:\n- name: {name}\n  {head}\n  rules:\n{rules}\n", "utf-8")
        return path

    return one


def record(expr: str, name: str = "r") -> str:
    """A recording rule."""
    return f"  - record: {name}\n    expr: '{expr}'"


def held(minutes: float, value: Value = 1, start: float = 0) -> Iterator[Step]:
    """The same sample of series 0 every 30 s."""
    for second in range(round(start * 60), round(minutes * 60) + 1, HALF):
        yield Step(T0 + second, {0: value})


def aligned(player: Player, seconds: int = 0) -> Player:
    """Groups run so long after multiples of their interval."""
    return Player(player.path, Duration(seconds * 1000))


def times(player: Player, rules: list[Path], scenario: Scenario, metric: str = "r") -> list[float]:
    """When a series was recorded, in seconds from the start."""
    played = play(player, rules, scenario, [Query(f"{metric}[1h]", T0 + 1800)])
    return [at - T0 for series in played.answers[0].series for at, _ in series.points]


def test_each_group_has_its_interval_and_phase(player: Player, write: Write) -> None:
    """A group runs at the chosen offset from multiples of its own interval, from the first step to the last."""
    rules = [
        write(record("vector(1)", "quick"), "q"),
        write(record("vector(1)", "slow"), "s", "interval: 2m"),
    ]
    scenario = Scenario(("up",), tuple(held(4)))
    assert times(aligned(player, 40), rules, scenario, "quick") == [10 + 30 * n for n in range(8)]
    assert times(aligned(player, 40), rules, scenario, "slow") == [40, 160]


def test_the_name_gives_the_phase(player: Player, write: Write) -> None:
    """Without a chosen phase groups are spread by their names, the same in every play."""
    rules = [write(record("vector(1)", name), name) for name in ("one", "two")]
    scenario = Scenario(("up",), tuple(held(2)))
    first, again, other = (times(player, rules, scenario, name)[0] for name in ("one", "one", "two"))
    assert first == again != other
    assert 0 <= first < HALF > other >= 0


def test_a_rule_sees_the_sample_of_its_instant(player: Player, write: Write) -> None:
    """A group that is due at the instant of a sample reads it, the rule after it reads what the first one wrote."""
    rules = [write(record("up") + "\n" + record("r * 10", "s"))]
    steps = (Step(T0 + 30 * n, {0: n}) for n in range(4))
    played = play(aligned(player), rules, Scenario(("up",), steps), [Query("s[1h]", T0 + 90)])
    assert [value for _, value in played.answers[0].series[0].points] == [0, 10, 20, 30]


def test_the_query_offset_is_kept(player: Player, write: Write) -> None:
    """Rules look back by it, and write at the time that they looked at."""
    rules = [write(record("up"), head="interval: 1m\n  query_offset: 45s")]
    steps = (Step(T0 + 30 * n, {0: n}) for n in range(7))
    played = play(aligned(player), rules, Scenario(("up",), steps), [Query("r[1h]", T0 + 900)])
    assert [(at - T0, value) for at, value in played.answers[0].series[0].points] == [(15, 0), (75, 2), (135, 4)]


def test_rules_have_gaps(player: Player, write: Write) -> None:
    """In a gap of rules none is evaluated, or none of one group; samples go on."""
    rules = [write(record("vector(1)", name), name) for name in ("one", "two")]
    gap = Gap(T0 + 60, T0 + 120)
    assert times(aligned(player), rules, Scenario(("up",), held(3), (gap,)), "one") == [0, 30, 120, 150, 180]
    only = Gap(gap.start, gap.end, group="two")
    assert times(aligned(player), rules, Scenario(("up",), held(3), (only,)), "one") == [30 * n for n in range(7)]
    assert times(aligned(player), rules, Scenario(("up",), held(3), (only,)), "two") == [0, 30, 120, 150, 180]
    assert times(aligned(player), rules, Scenario(("up",), held(3), (gap,)), "up") == [30 * n for n in range(7)]


def test_prometheus_has_gaps(player: Player, write: Write) -> None:
    """While Prometheus is down nothing is scraped either."""
    scenario = Scenario(("up",), tuple(held(3)), (Gap(T0 + 60, T0 + 120, scrapes=True),))
    for metric in ("r", "up"):
        assert times(aligned(player), [write(record("up"))], scenario, metric) == [0, 30, 120, 150, 180]


def test_rules_are_deployed_later(player: Player, write: Write) -> None:
    """Rules that are deployed into a running server see what was scraped before."""
    rules = [write(record("count_over_time(up[1h])"))]
    scenario = Scenario(("up",), held(3), deployed=T0 + 100)
    played = play(aligned(player), rules, scenario, [Query("r[1h]", T0 + 900)])
    assert [(at - T0, value) for at, value in played.answers[0].series[0].points] == [(120, 5), (150, 6), (180, 7)]


def test_a_series_ends(player: Player, write: Write) -> None:
    """A stale series is gone at once, one that is no longer scraped after five minutes."""
    queries = [Query("up", T0 + second) for second in (60, 61, 330, 331)]
    gone = (*held(0.5), Step(T0 + 60, {0: STALE}), Step(T0 + 400, {}))
    silent = (*held(0.5), Step(T0 + 400, {}))
    for steps, found in ((gone, [None] * 4), (silent, [1, 1, None, None])):
        answers = play(player, [], Scenario(("up",), steps), queries).answers
        assert [answer.value for answer in answers] == found


def test_an_alert_comes_and_goes(player: Player, write: Write) -> None:
    """It is pending for its time, fires with its texts, is kept firing, and resolves."""
    alert = (
        "  - alert: Down\n    expr: up == 0\n    for: 1m\n    keep_firing_for: 1m\n    labels: {severity: page}\n"
        "    annotations: {summary: 'since {{ with query \"sum(up) + 5\" }}{{ . | first | value }}{{ end }}'}"
    )
    steps = (*held(2), *held(5, 0, start=2.5), *held(9, start=5.5))
    played = play(aligned(player), [write(alert)], Scenario(('up{job="a"}',), steps))
    labels = {"alertname": "Down", "job": "a", "severity": "page"}
    assert [(e.at - T0, e.before, e.state) for e in played.events] == [
        (150, INACTIVE, PENDING),
        (210, PENDING, FIRING),
        (390, FIRING, INACTIVE),
    ]
    assert [(e.group, e.labels) for e in played.events] == [("g", labels)] * 3
    assert played.fired("Down")[0].annotations == {"summary": "since 5"}
    assert played.failures == ()


def test_alerts_of_one_rule_are_apart(player: Player, write: Write) -> None:
    """Each label set has its own state, and they are told in the order of their labels."""
    rules = [write("  - alert: Down\n    expr: up == 0")]
    steps = (
        Step(T0, {0: 0, 1: 1}),
        Step(T0 + 30, {0: 0, 1: 0}),
        Step(T0 + 60, {0: 1, 1: 0}),
    )
    played = play(aligned(player), rules, Scenario(('up{job="b"}', 'up{job="a"}'), steps))
    assert [(e.at - T0, e.labels["job"], e.state) for e in played.events] == [
        (0, "b", FIRING),
        (30, "a", FIRING),
        (60, "b", INACTIVE),
    ]


def test_a_rule_fails(player: Player, write: Write) -> None:
    """A failing rule is told when it begins to fail and when it fails anew, and does not end the play."""
    rules = [write(record("up * on (job) up") + "\n" + record("vector(1)", "s"))]
    both = {0: 1, 1: 1}
    steps = (Step(T0 + 30 * n, both if n in (1, 2, 4) else {0: 1, 1: STALE}) for n in range(6))
    series = ('up{job="a",instance="1"}', 'up{job="a",instance="2"}')
    played = play(aligned(player), rules, Scenario(series, steps), [Query("count_over_time(s[1h])", T0 + 150)])
    assert [(f.at - T0, f.group, f.rule) for f in played.failures] == [(30, "g", "r"), (120, "g", "r")]
    assert "many-to-many matching not allowed" in played.failures[0].message
    assert played.answers[0].value == 6


def test_a_native_histogram(player: Player, write: Write) -> None:
    """A native histogram is written as promtool writes it, and rules count with it."""
    rules = [write(record("histogram_count(increase(l[5m]))") + "\n" + record("histogram_sum(l)", "s"))]
    steps = (
        Step(T0 + 30 * n, {0: f"{{{{schema:0 count:{4 * n} sum:{6 * n} buckets:[{2 * n} {2 * n}]}}}}"})
        for n in range(21)
    )
    queries = [Query("r", T0 + 600), Query("s", T0 + 600), Query("l", T0 + 600), Query("l[1m]", T0 + 600)]
    played = play(aligned(player), rules, Scenario(("l",), steps), queries)
    assert [answer.value for answer in played.answers] == [pytest.approx(40), 120, 80, 80]
    assert played.failures == ()


def test_questions_of_every_kind(player: Player) -> None:
    """Instants, ranges, scalars, several series in the order of their labels, nothing, and errors."""
    scenario = Scenario(('up{job="b"}', 'up{job="a"}'), (Step(T0 + 60 * n, {0: n, 1: 10 * n}) for n in range(5)))
    end = T0 + 240
    queries = [
        Query("up", end),
        Query('up{job="a"}', end, T0 + 120, 60),
        Query("scalar(sum(up))", end),
        Query("none", end),
        Query("sum(", end),
    ]
    answers = play(player, [], scenario, queries).answers
    assert [(s.labels["job"], s.value) for s in answers[0].series] == [("a", 40), ("b", 4)]
    assert answers[1].series[0].points == ((T0 + 120, 20), (T0 + 180, 30), (T0 + 240, 40))
    assert (answers[2].value, answers[3].value) == (44, None)
    assert "unclosed left parenthesis" in answers[4].error


def test_what_it_cost(player: Player, write: Write) -> None:
    """Evaluations, samples read and written are counted by group."""
    rules = [write(record("count_over_time(up[1m])"), "one"), write(record("vector(1)", "s"), "two", "interval: 1m")]
    played = play(aligned(player), rules, Scenario(("up",), held(10)))
    assert {name: (g.evaluations, g.rules, g.written) for name, g in played.groups.items()} == {
        "one": (21, 1, 21),
        "two": (11, 1, 11),
    }
    # The window of a minute is left-open: two samples, but for the first evaluation.
    assert (played.groups["one"].samples, played.series) == (41, 3)
    assert 0 < sum(group.cpu for group in played.groups.values()) <= played.cpu


@pytest.mark.parametrize(
    ("series", "steps", "message"),
    [
        (("up{",), (), "line 1, S up{: .*parse error"),
        (("up",), (Step(T0, {1: 1}),), "line 3, 1 1: there is no series 1"),
        (("up",), (Step(T0, {0: "twelve"}),), "line 3, 0 twelve: .*invalid syntax"),
        (("up",), (Step(T0, {0: "{{schema:0"}),), "line 3, .*parse error"),
        (("up",), (Step(T0, {}), Step(T0 - 1, {})), "line 3, T .*: time does not go back"),
        (('a{b="1",c="2"}', 'a{c="2",b="1"}'), (), "line 2, S a.*: declared before, as series 0"),
    ],
)
def test_a_bad_scenario(player: Player, series: tuple[str, ...], steps: tuple[Step, ...], message: str) -> None:
    """A scenario that makes no sense is refused at its line."""
    with pytest.raises(ToolError, match=message):
        play(player, [], Scenario(series, steps))


def test_a_bad_rule_file(player: Player, write: Write, tmp_path: Path) -> None:
    """A rule file that Prometheus would not load is refused with its place."""
    with pytest.raises(ToolError, match=r"g\.yaml.*parse error"):
        play(player, [write(record("sum("))], Scenario((), ()))
    with pytest.raises(ToolError, match=r"none\.yaml: no such file"):
        play(player, [tmp_path / "none.yaml"], Scenario((), ()))


def test_a_storage_is_kept(player: Player, tmp_path: Path) -> None:
    """With -keep another play goes on where one ended, with blocks and the log of the last hours."""

    def go_on(text: str) -> list[str]:
        command = [str(player.path), "-data", str(tmp_path), "-keep"]
        ran = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        said = [json.loads(line) for line in ran.stdout.splitlines()]
        return [value for each in said[0]["series"] for _, value in each["points"]]

    day = range(0, 86_400, 60)
    steps = "".join(f"T {round(T0 + second) * 1000}\n0 {second}\n" for second in day)
    end = round(T0) * 1000 + 86_340_000
    assert go_on(f"S up\nQ {end} count_over_time(up[2d])\n{steps}") == ["1440"]
    assert go_on(f"S up\nQ {end + 60_000} count_over_time(up[2d])\nT {end + 60_000}\n0 1\n") == ["1441"]


def test_only_a_named_storage_is_kept(player: Player) -> None:
    """A temporary folder cannot be kept."""
    ran = subprocess.run([str(player.path), "-keep"], input="", capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, "-keep needs -data: a temporary folder is removed\n")
