"""The measurements themselves: what they count, compare and write."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest

from compiler.replay.played import Answer, Series
from compiler.replay.scenario import Gap
from tests.accuracy import __main__ as accuracy
from tests.accuracy import counts, gaps, peers
from tests.accuracy.page import put
from tests.accuracy.traffic import DAY, HOUR, T0, Crashes, Incident, Shape, Traffic, Truth
from tests.accuracy.verdict import Chapter, Verdict
from tests.accuracy.windows import holes
from tests.rulecost import __main__ as rulecost
from tests.rulecost import rules
from tests.rulecost.cost import Cost
from tests.rulecost.metrics import CODES, PODS, Counter, counters
from tests.rulecost.server import _sum

SHORT = Shape(seed=1, days=0.1, peak=20, night=1, errors=0.01, incidents=(), churn=1 * HOUR)


def test_the_truth_is_what_was_drawn() -> None:
    """Events and errors of any time are the differences of exact counts, at the edges too."""
    truth = Truth((0, 10, 30, 60), (0, 0, 1, 3), ((5, 4, 1), (10, 2, 0)))
    assert truth.within(5, 15) == (50, 3)
    assert truth.within(-100, 100) == (60, 3)
    assert truth.ratio(0, 10) == 1 / 30
    assert truth.unseen(0, 10) == (4, 1)
    assert truth.unseen(5, 11) == (6, 1)


def test_a_seed_gives_the_same_traffic() -> None:
    """The same seed draws the same traffic, another one another; about as much as was asked for."""
    played = []
    for seed in (1, 1, 2):
        traffic = Traffic(Shape(seed=seed, days=0.02, peak=20, night=1, incidents=()))
        steps = list(traffic.scenario.steps)
        played.append((steps, traffic.truth()))
    assert played[0] == played[1]
    assert played[0][1] != played[2][1]
    assert played[0][1].total[-1] == pytest.approx(20 * 1728, rel=0.02)


def test_counters_show_every_event() -> None:
    """The last values of all series are the truth, but for what pods took with them and what is not scraped yet."""
    traffic = Traffic(SHORT)
    scenario = traffic.scenario
    last: dict[int, float] = {}
    for step in scenario.steps:
        last |= {number: value for number, value in step.values.items() if isinstance(value, int)}
    seen = sum(value for number, value in last.items() if "requests_total" in scenario.series[number])
    truth = traffic.truth()
    lost, _ = truth.unseen(0, DAY)
    assert lost > 0
    assert 0 <= truth.total[-1] - lost - seen < SHORT.peak * 2 * SHORT.scrape


def test_incidents_and_crashes() -> None:
    """An incident raises the ratio while it lasts; a crashing pod begins again at nothing."""
    quiet = Shape(seed=1, days=0.1, peak=20, night=1, errors=0, incidents=(Incident(HOUR, 600, 1.0),))
    traffic = Traffic(quiet)
    assert list(traffic.scenario.steps)
    assert traffic.truth().within(0, HOUR)[1] == 0
    assert traffic.truth().ratio(HOUR, HOUR + 600) == 1
    crashing = Traffic(Shape(seed=1, days=0.05, peak=20, night=1, incidents=(), crashes=Crashes(600, 600, 60, 0.5)))
    values = [step.values[1] for step in crashing.scenario.steps if 1 in step.values]
    resets = sum(after < before for before, after in pairwise(values))  # type: ignore[operator]
    assert resets == 10


def test_holes() -> None:
    """Evaluations that are missing or NaN are counted, but for those that a gap makes impossible."""
    shape = Shape(seed=1, days=0.5, peak=1)
    at = [T0 + 240.0 * n for n in range(1, 181)]

    def answer(times: list[float], value: float = 1) -> Answer:
        return Answer((Series({}, tuple((t, value) for t in times)),))

    assert holes(answer(at), shape) == 0
    assert holes(answer([*at[:50], *at[53:]]), shape) == 3
    assert holes(answer(at, math.nan), shape) == 180
    assert holes(Answer(()), shape) == 180
    away = Shape(seed=1, days=0.5, peak=1, gaps=(Gap(at[50] - T0 - 10, at[52] - T0 + 10),))
    assert holes(answer([*at[:50], *at[53:]]), away) == 0


def test_a_verdict() -> None:
    """A bound is met up to itself; NaN meets none."""
    assert Verdict("x", 0.002, 0.002, "%").cells == ("x", "0.2 %", "0.2 %", "met")
    assert Verdict("x", 100, 101, "s").cells == ("x", "100 s", "101 s", "**missed**")
    assert not Verdict("x", 1, math.nan).met
    assert str(Verdict("x", 100, 101, "s")) == "MISSED x: 101 s, at most 100 s"


def test_a_page_keeps_its_words(tmp_path: Path) -> None:
    """Only the tables between the marks are written; a page without a place for them is an error."""
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a: -->\nold\n<!-- end -->\nbetween\n<!-- b: -->\n<!-- end -->\n", "utf-8")
    put(page, "a", r"new \1" + "\n", "make it")
    put(page, "b", "more\n", "make it")
    assert page.read_text("utf-8") == (
        "before\n<!-- a: made by make it -->\n" + r"new \1" + "\n<!-- end -->\nbetween\n"
        "<!-- b: made by make it -->\nmore\n<!-- end -->\n"
    )
    with pytest.raises(ValueError, match=r"page\.md has 0 places for the tables of c"):
        put(page, "c", "", "make it")


def test_the_pages_have_a_place_for_each_chapter() -> None:
    """What `make accuracy` and `make rulecost` write stands on their pages, and each chapter has what it needs."""
    for page, names in (
        (accuracy.PAGE, list(accuracy.CHAPTERS)),
        (rulecost.PAGE, [f"{slos} SLOs" for slos in rulecost.ROUNDS]),
    ):
        text = page.read_text("utf-8")
        assert [text.count(f"<!-- {name}: ") for name in names] == [1] * len(names)


def test_every_bound_is_judged() -> None:
    """Of each rate there is a case with three seeds; phases and intervals of scrapes are judged by the same bound."""
    cases = list(counts.cases())
    judged = [case.shape.peak for case in cases if case.limit is not None]
    assert all(judged.count(rate) >= 3 for rate in counts.LIMITS)
    assert {case.shape.scrape for case in cases if case.limit} == {15, 30, 60}
    assert {case.phase for case in cases if case.limit} == {None, 0, 15, 29.9}
    assert set(gaps.LIMITS) == {gaps.TARGETS, gaps.PROMETHEUS}


def test_peers_have_all_their_rules() -> None:
    """sloth writes 17 rules in three groups, pyrra 13 in two, with windows scaled from 28 d to whole minutes."""
    sloth, pyrra = peers.sloth("a", "checkout"), peers.pyrra("a", "checkout")
    assert [len(group[2]) for group in sloth] == [8, 7, 2]
    assert [len(group[2]) for group in pyrra] == [11, 2]
    records = [rule["record"] for rule in pyrra[0][2] if "record" in rule]
    assert records == [
        f"http_requests:burnrate{window}" for window in ("5m", "32m", "1h4m", "2h9m", "6h26m", "1d1h43m", "4d6h51m")
    ]


def test_the_work_of_a_server_is_read() -> None:
    """All series of a metric are added up, and none of another that begins alike."""
    text = '# HELP a x\na{x="1"} 2\na{y="} 7"} 3e+00\na_total 9\nb 1\n'
    assert (_sum(text, "a"), _sum(text, "a_total"), _sum(text, "c")) == (5, 9, 0)


def test_the_metrics_that_are_scraped() -> None:
    """Each service has ten pods with five codes, and its counters grow evenly."""
    found = list(counters())
    assert len(found) == rules.JOBS * PODS * len(CODES)
    assert len({str(counter) for counter in found}) == len(found)
    assert [Counter("a", "b", "200", 2.0).at(seconds) for seconds in (0, 10, 30 * 86_400)] == [0, 20, 5_184_000]


@pytest.mark.parametrize(
    ("who", "number"), [(rules.OURS, None), (rules.SLOTH, 34), (rules.PYRRA, 26), (rules.NONE, 0)]
)
def test_rule_files_of_each(tmp_path: Path, who: str, number: int | None) -> None:
    """Every rule set is written for all SLOs."""
    files = rules.write(who, 2, tmp_path)
    text = "".join(path.read_text("utf-8") for path in files)
    if number is None:
        assert all(f'service="s00{n}"' in text for n in range(2))
    else:
        assert text.count('"expr"') == number


def test_the_cost_is_judged() -> None:
    """Ours may cost a tenth of sloth's, and neither fail nor have an alert active."""

    def cost(who: str, cpu: float, active: tuple[str, ...] = ()) -> Cost:
        return Cost(who, 50, 850, cpu, 1.0, 1.0, 15.0, 0.0, 0, active)

    good = rulecost.tell([[cost(rules.OURS, 0.9), cost(rules.SLOTH, 9.0)]])
    assert [verdict.met for verdict in good.verdicts] == [True, True, True, True]
    assert "| sloth | 17 | 9.00 | 10.0 | 1 | 1 | 15 | 0% |" in good.text
    bad = rulecost.tell([[cost(rules.OURS, 1.0, ("A",)), cost(rules.SLOTH, 9.0)]])
    assert [verdict.met for verdict in bad.verdicts] == [False, True, False, True]
    assert isinstance(bad, Chapter)
