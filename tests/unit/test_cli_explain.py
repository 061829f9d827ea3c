"""``slo explain``, and the sentence that an SLO is told in: numbers that were worked out by hand."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import pipeline
from compiler.burn.explain import budget_time, explain_objective, sentence
from compiler.burn.figures import TierFigures, fires
from compiler.burn.timing import detection, reset
from compiler.burn.traffic import Traffic
from compiler.burn.words import short
from compiler.diagnostics import Report
from compiler.explain.chart import chart
from compiler.explain.cost import cost
from compiler.explain.moments import Moments, moments
from compiler.explain.text import text
from compiler.model.catalog import Objective, Tier
from compiler.rules.rule import Context, Record, contexts
from compiler.rules.service import plan
from compiler.units import BurnRate, Duration, Ratio, decimal_text
from tests.unit.language import ROOT, SERVICE, STACK, Project, command

OBJECTIVE = Ratio(Decimal("0.999"))
FAST = Tier("fast", "page", Duration.of("1h"), Duration.of("5m"), BurnRate(Fraction(144, 10)))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One service, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK)
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def objective(project: Project, more: str = "", percent: str = "99.9%") -> Objective:
    project.write("checkout.yaml", SERVICE.replace("99.9%", percent) + more)
    report = Report()
    (catalog,) = pipeline.catalogs(project.slo, report)
    return catalog.services[0].objectives[0]


@pytest.mark.parametrize(
    ("errors", "seconds"),
    [
        # 14.4 times a budget of 0.1 % is 1.44 %; the hour must hold that share: 1.44 % / errors * 3600 s.
        (Fraction(1), Fraction("51.84")),
        (Fraction(1, 10), Fraction("518.4")),
        (Fraction(2, 100), Fraction(2592)),
    ],
)
def test_detection(errors: Fraction, seconds: Fraction) -> None:
    """A full outage pages after 52 s, 10 % errors after 518 s, 2 % after 2592 s."""
    found = detection(OBJECTIVE, FAST, errors)
    assert found is not None
    assert found.fraction == seconds


@pytest.mark.parametrize("errors", [Fraction(144, 10_000), Fraction(1, 100), Fraction(1, 1_000_000)])
def test_not_detected(errors: Fraction) -> None:
    """A share of errors at or below the threshold never fires."""
    assert detection(OBJECTIVE, FAST, errors) is None


def test_reset() -> None:
    """After a long outage the short window empties first: 1.44 % of five minutes are left, 295.68 s have gone."""
    assert reset(OBJECTIVE, FAST, Fraction(1), Duration.of("1h")).fraction == Fraction("295.68")


def test_budget(project: Project) -> None:
    """0.1 % of 30 days are 43 minutes 12 seconds."""
    assert budget_time(objective(project)) == Duration.of("43m12s")


@pytest.mark.parametrize(
    ("percent", "more", "said"),
    [
        (
            "99.9%",
            "",
            "99.9% over 30 days: 43 minutes of full outage, or 1 request in 1,000; "
            "pages when that would be used up within about 2 to 5 days.",
        ),
        (
            "99.95%",
            "      window: 28d\n",
            "99.95% over 28 days: 20 minutes of full outage, or 1 request in 2,000; "
            "pages when that would be used up within about 2 to 5 days.",
        ),
        (
            "99%",
            "      window: 7d\n",
            "99% over 7 days: 1 hour 40 minutes of full outage, or 1 request in 100; "
            "pages when that would be used up within about 12 to 28 hours.",
        ),
        (
            "97%",
            "",
            "97% over 30 days: 21 hours of full outage, or 3 requests in 100; "
            "pages when that would be used up within about 2 to 5 days.",
        ),
        (
            "99.999%",
            "      window: 90d\n",
            "99.999% over 90 days: 1 minute 18 seconds of full outage, or 1 request in 100,000; "
            "pages when that would be used up within about 6 to 15 days.",
        ),
        (
            "99.9%",
            "      alerting: {mode: ticket}\n",
            "99.9% over 30 days: 43 minutes of full outage, or 1 request in 1,000; "
            "raises a ticket when that would be used up within about 2 to 30 days.",
        ),
        (
            "99.9%",
            "      alerting: {mode: ticket, ticket: {enabled: false}}\n",
            "99.9% over 30 days: 43 minutes of full outage, or 1 request in 1,000; "
            "raises a ticket when that would be used up within about 2 to 5 days.",
        ),
        (
            "99.9%",
            "      alerting: {mode: observe}\n",
            "99.9% over 30 days: 43 minutes of full outage, or 1 request in 1,000; alerts call nobody.",
        ),
    ],
)
def test_sentence(project: Project, percent: str, more: str, said: str) -> None:
    """What is promised, and what happens when it is not kept, without jargon."""
    assert sentence(objective(project, more, percent), "requests") == said


def test_sentence_of_one_tier(project: Project) -> None:
    """A policy with one page tier has one time."""
    project.write(
        "policy.yaml",
        "apiVersion: slo-compiler.dev/v1\nkind: BurnRatePolicy\nmetadata: {name: ours}\nspec:\n  window: 30d\n"
        "  tiers: [{name: only, alert: page, long: 1h, short: 5m, factor: 10}]\n",
    )
    said = sentence(objective(project, "      alerting: {policy: ours}\n"), "queries")
    assert said.endswith("or 1 query in 1,000; pages when that would be used up within about 3 days.")


def test_tiers(project: Project) -> None:
    """Every tier with its burn, its threshold, and when it fires and resets."""
    rows = explain_objective(objective(project), "requests").tiers
    assert [(row.tier.name, row.tier.alert, str(row.tier.factor), row.above) for row in rows] == [
        ("fast", "page", "14.4", Fraction(144, 10_000)),
        ("slow", "page", "6", Fraction(6, 1_000)),
        ("day", "ticket", "3", Fraction(3, 1_000)),
        ("days", "ticket", "1", Fraction(1, 1_000)),
    ]
    # 0.6 % of 6 h: 130 s; tenfold for 10 % errors, and 6 of 10 of 6 h for 1 %.
    assert [seconds(row) for row in rows[:2]] == [
        [("51.84", "295.68"), ("518.4", "256.8"), (None, None)],
        [("129.6", "1789.2"), ("1296", "1692"), ("12960", "720")],
    ]


def seconds(row: TierFigures) -> list[tuple[str | None, str | None]]:
    """When it fires and when it resets, for 100 %, 10 % and 1 %."""
    times = [(alarm.fires, alarm.resets) for alarm in row.alarms]
    return [
        (decimal_text(fires.fraction) if fires else None, decimal_text(resets.fraction) if resets else None)
        for fires, resets in times
    ]


@pytest.mark.parametrize(
    ("low", "least"),
    [
        # 1.44 % of the 3600 events of an hour at one a second are 51.84.
        ("off", 52),
        ("{minEvents: 100}", 100),
        # E - 1.28 sqrt(E) > 51.84: 61.9
        ("guard", 62),
    ],
)
def test_least_errors(project: Project, low: str, least: int) -> None:
    """The least number of errors that pages."""
    found = objective(project, f"      alerting: {{lowTraffic: {low}}}\n")
    assert explain_objective(found, "requests").tiers[0].least == least


@pytest.mark.parametrize(
    ("low", "traffic", "errors", "found"),
    [
        # At one a second the guard wants 62 errors, not 51.84: so many seconds of a full outage.
        ("guard", "1/s", "1", "62"),
        ("off", "1/s", "1", "52"),
        ("{minEvents: 100}", "1/s", "1", "100"),
        # 72 an hour: 1.04 errors would do, the guard wants 4 (4 - 2.56 > 1.04), at one each 50 s.
        ("guard", "72/h", "1", "200"),
        # One event an hour brings no hour with 3 errors.
        ("guard", "1/h", "1", None),
        ("off", None, "1", "51.84"),
    ],
)
def test_detection_with_traffic(
    project: Project, low: str, traffic: str | None, errors: str, found: str | None
) -> None:
    """Little traffic is slow to bring the errors that are needed."""
    made = objective(project, f"      alerting: {{lowTraffic: {low}}}\n")
    when = fires(made, made.tiers[0], Fraction(errors), Traffic.of(traffic) if traffic else None)
    assert (decimal_text(when.fraction) if when else None) == found


def test_command(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """What it means comes first, then how soon somebody is told, then the tiers, then the cost."""
    run = command(capsys, "explain", "checkout/availability")
    assert (run.status, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert lines[0] == "checkout/availability in prod"
    assert lines[2] == "Budget: 43 minutes 12 seconds of full outage, 0.1% of requests."
    assert "Mode page: pages wake people, tickets wait." in lines
    assert lines[6:10] == [
        "How soon somebody is told, and when the budget is gone, while so many of the requests fail:",
        "errors  10s    1m        10m    1h     6h    1d   3d   10d 30d",
        "  100%  .......P-----T---------X                              page 52s, ticket 4m19s, gone 43m12s",
        "   50%  ..........P-----T---------X                           page 1m44s, ticket 8m38s, gone 1h26m",
    ]
    assert rows(lines, "tier ")[:2] == [
        "tier  raises  long  short  burn   above  fewest errors at 1 request a second",
        "fast  page    1h    5m     14.4x  1.44%  62 in 1h",
    ]
    assert rows(lines, "      fires")[:2] == [
        "      fires at 100%  10%     1%     resets at 100%  10%     1%",
        "fast  52s            8m38s   never  4m56s           4m17s   -",
    ]
    assert lines[-1] == "The words: docs/glossary.md."


def rows(lines: list[str], start: str) -> list[str]:
    """Those from the one that starts so to the next empty one."""
    first = next(number for number, line in enumerate(lines) if line.startswith(start))
    return lines[first : lines.index("", first)]


def test_traffic(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With traffic the budget is told in events: 0.1 % of 40 a second for 30 days."""
    run = command(capsys, "explain", "checkout/availability", "--traffic", "40/s")
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("Traffic:")]
    assert line == (
        "Traffic: at 40 requests a second, the budget is 103,680 of 103,680,000 requests in 30 days, 3,456 a day."
    )
    assert "fewest errors at 40 requests a second" in run.stdout
    assert "page 53s, ticket 4m22s, gone 43m12s" in run.stdout


@pytest.mark.parametrize(
    ("sli", "more", "lines"),
    [
        # 1.44 % of 60 minutes is 0.864; the guard wants 4 of them (4 - 2.56 > 0.864).
        (
            "",
            "budgeting: {slices: 1m, good: 95%}",
            ("Slices: the budget is 43 of 43,200 minutes in 30 days", "4 in 1h"),
        ),
        # The rules judge the value every 30 s; a probe's target is scraped as often.
        (
            "threshold: {expr: queue_depth, above: 10}",
            "",
            ("Traffic: at 2 checks a minute, the budget is 86 of 86,400 checks in 30 days", "5 in 1h"),
        ),
        ("probe: {metric: up}", "", ("Traffic: at 2 probes a minute, the budget is 86 of 86,400 probes", "5 in 1h")),
    ],
)
def test_traffic_that_the_indicator_tells(
    project: Project, capsys: pytest.CaptureFixture[str], sli: str, more: str, lines: tuple[str, str]
) -> None:
    """What comes by itself needs no --traffic, and no request a second changes it."""
    body = SERVICE.replace("      sli:\n", f"      {more}\n      sli:\n") if more else SERVICE
    project.write("checkout.yaml", body.split("        ratio:")[0] + f"        {sli}\n" if sli else body)
    said = command(capsys, "explain", "checkout").stdout
    assert lines[0] in said
    assert rows(said.splitlines(), "tier ")[1].endswith(lines[1])
    if "probe" not in sli:
        assert command(capsys, "explain", "checkout", "--traffic", "40/s").stdout == said


@pytest.mark.parametrize("text", ["", "40", "0/s", "-1/s", "40/w", "1e3/s", "9999999999/s", "forty/s", "\u0664/s"])
def test_no_traffic(project: Project, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """What is no traffic is refused in one message that shows how it is written."""
    run = command(capsys, "explain", "checkout", "--traffic", text)
    assert (run.status, run.stdout) == (2, "")
    assert f"'--traffic': '{text}' is no traffic; write it like 40/s, 72/h or 1000/d" in run.stderr


@pytest.mark.parametrize("width", [40, 80, 200])
def test_width(project: Project, width: int) -> None:
    """The chart keeps to the width of the terminal, down to what its words need; sentences are broken to it."""
    (context,) = only(project)
    lines = text(context, None, width, wrapped=True).splitlines()
    chart = lines[lines.index(next(line for line in lines if line.startswith("errors "))) :][:10]
    assert max(map(len, chart)) <= max(width, 70)
    assert max(len(line) for line in lines[:3]) <= width


def only(project: Project) -> tuple[Context, ...]:
    """The project's SLOs."""
    (catalog,) = pipeline.catalogs(project.slo, Report())
    return contexts(catalog, catalog.services[0])


@pytest.mark.parametrize(
    ("more", "marks"),
    [
        ("", {"P", "T"}),
        ("      alerting: {mode: ticket}\n", {"T"}),
        ("      alerting: {mode: observe}\n", {"A"}),
        ("      alerting: {ticket: {enabled: false}}\n", {"P"}),
    ],
)
def test_chart_marks(project: Project, more: str, marks: set[str]) -> None:
    """Each reaction has its letter; nobody is promised a page that does not come."""
    project.write("checkout.yaml", SERVICE + more)
    (context,) = only(project)
    found = chart(moments(context, None), 200)[1:]
    bars = [re.match(r" *[\d.]+%  ([-.PTAX]+)", line) for line in found]
    assert {mark for bar in bars if bar for mark in bar[1]} & set("PTA") == marks
    assert all(bar and bar[1].endswith("X") for bar in bars)


def test_chart_of_a_strict_objective(project: Project) -> None:
    """Of many nines there are powers of ten alone, and still the smallest share that anybody hears of."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99.9999%"))
    (context,) = only(project)
    shares = [row.errors for row in moments(context, None)]
    assert shares == [*(Fraction(1, 10**power) for power in range(6)), Fraction(1, 500_000)]


@given(
    errors=st.fractions(min_value=Fraction(1, 10_000), max_value=1),
    told=st.lists(st.tuples(st.sampled_from(["page", "ticket", "none"]), st.integers(1, 10**10)), max_size=3),
    gone=st.integers(1, 3 * 10**10),
    width=st.integers(1, 300),
)
def test_chart_of_anything(errors: Fraction, told: list[tuple[str, int]], gone: int, width: int) -> None:
    """Whatever the moments, each is on the line, and the words say it in full."""
    row = Moments(errors, tuple((kind, Duration(when)) for kind, when in told), Duration(gone))
    scale, line = chart([row], width)
    assert scale.lstrip().startswith("errors")
    assert line.count("X") == 1
    assert line.endswith(f"gone {short(Duration(gone))}")


def test_json(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for machines: documented keys, plain numbers, seconds."""
    run = command(capsys, "explain", "checkout", "--traffic", "40/s", "--json")
    (found,) = json.loads(run.stdout)
    assert (found["slo"], found["stacks"], found["events"]) == ("checkout/availability", ["prod"], "requests")
    assert (found["objective"], found["window"], found["windowSeconds"]) == ("99.9%", "30d", 2_592_000)
    assert found["budget"] == {"share": 0.001, "outageSeconds": 2592, "events": 103_680, "eventsPerDay": 3456}
    assert found["tiers"][0] == {
        "name": "fast",
        "raises": "page",
        "long": "1h",
        "short": "5m",
        "forSeconds": 0,
        "burnRate": 14.4,
        "above": 0.0144,
        "fewestErrors": 2133,
        "times": [
            {"errors": 1, "firesAfterSeconds": 53.325, "resetsAfterSeconds": 295.68},
            {"errors": 0.1, "firesAfterSeconds": 533.25, "resetsAfterSeconds": 256.8},
            {"errors": 0.01, "firesAfterSeconds": None, "resetsAfterSeconds": None},
        ],
    }
    told = [{"raises": "page", "afterSeconds": 53.325}, {"raises": "ticket", "afterSeconds": 262.5}]
    assert found["incidents"][0] == {"errors": 1, "told": told, "budgetGoneAfterSeconds": 2592}
    assert (found["cost"]["recordedSeries"], len(found["incidents"])) == (22, 9)


def test_json_keys_are_documented(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/cli.md names every key."""
    (found,) = json.loads(command(capsys, "explain", "checkout", "--traffic", "40/s", "--json").stdout)
    page = (ROOT / "docs" / "cli.md").read_text("utf-8").split("\n### slo explain\n")[1].split("\n### ")[0]
    assert [key for key in _keys(found) if f"`{key}`" not in page and f"`{key}[]`" not in page] == []


def _keys(found: Any) -> set[str]:
    if isinstance(found, list):
        return set().union(*map(_keys, found))
    return set(found).union(*map(_keys, found.values())) if isinstance(found, dict) else set()


def test_cost_is_counted(project: Project) -> None:
    """Series, rules and evaluations are those of the rule files, whatever the texts of alerts may ask."""
    (context,) = only(project)
    made = plan(context.catalog, context.service)
    own = [(group, rule) for group in made.groups.values() for rule in group.rules]
    found = cost(context)
    assert found.series == len([rule for _, rule in own if isinstance(rule, Record)]) == 22
    assert found.rules == len(own)
    assert found.evaluations == sum(3600 / group.interval.fraction for group, _ in own)


def test_cost_of_samples(project: Project) -> None:
    """A rule file's ranges by hand: what each base expression reads of each of its series."""
    (context,) = only(project)
    sources = {source.selector: source.samples for source in cost(context).sources}
    errors = 'http_requests_total{job="checkout",code=~"5.."}'
    # N reads X[5m] and X[6m] twice, and X[1h]; R reads X[5m]; of scrapes each 30 s, 120 times an hour.
    assert sources[errors] == 120 * (2 * 10 + 2 * 12 + 120 + 10)


def test_command_where_stacks_differ(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Stacks that agree share one text, others have their own; --stack picks one."""
    for name in ("staging", "test"):
        project.write(f"stacks/{name}.yaml", STACK.replace("prod", name))
    project.write("checkout.yaml", SERVICE + "  overrides: {staging: {slos: {availability: {objective: 99%}}}}\n")
    said = command(capsys, "explain", "checkout").stdout.splitlines()
    heads = [line for line in said if line.startswith("checkout/")]
    assert heads == ["checkout/availability in prod, test", "checkout/availability in staging"]
    heads = command(capsys, "explain", "checkout", "--stack", "staging").stdout.splitlines()[:1]
    assert heads == ["checkout/availability in staging"]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("chekout", "there is no service 'chekout'; did you mean 'checkout'?"),
        ("zebra", "there is no service 'zebra'; there are: checkout"),
        ("checkout/availabilty", "checkout has no SLO 'availabilty'; did you mean 'availability'?"),
        ("checkout/availability/x", "checkout has no SLO 'availability/x'; did you mean 'availability'?"),
    ],
)
def test_unknown(project: Project, capsys: pytest.CaptureFixture[str], title: str, words: str) -> None:
    """An unknown name gets the nearest one."""
    run = command(capsys, "explain", title)
    assert (run.status, run.stdout, run.stderr) == (2, "", f"slo: {words}\n")


def test_unknown_among_many(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Of many names a dozen are shown."""
    for number in range(40):
        project.write(f"{number}.yaml", SERVICE.replace("checkout", f"service-{number:02}"))
    run = command(capsys, "explain", "zebra")
    assert run.stderr.endswith("service-09, service-10 and 29 more\n")
