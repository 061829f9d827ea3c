"""``slo explain``, and the sentence that an SLO is told in: numbers that were worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.burn.explain import budget_time, explain_objective, sentence
from compiler.burn.timing import detection, reset
from compiler.diagnostics import Report
from compiler.model.catalog import Objective, Tier
from compiler.units import BurnRate, Duration, Ratio
from tests.unit.language import SERVICE, STACK, Project, command

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
    assert [(row.name, row.alert, row.windows, row.burn, row.above) for row in rows] == [
        ("fast", "page", "1h and 5m", "14.4x", "1.44%"),
        ("slow", "page", "6h and 30m", "6x", "0.6%"),
        ("day", "ticket", "1d and 2h", "3x", "0.3%"),
        ("days", "ticket", "3d and 6h", "1x", "0.1%"),
    ]
    # 0.6 % of 6 h: 130 s; tenfold for 10 % errors, and 6 of 10 of 6 h for 1 %.
    assert [row.detection for row in rows[:2]] == [
        ("52s (4m56s)", "8m38s (4m17s)", "never"),
        ("2m10s (29m49s)", "21m36s (28m12s)", "3h36m (12m)"),
    ]


@pytest.mark.parametrize(
    ("low", "least"),
    [
        # 1.44 % of the 3600 events of an hour at one a second are 51.84.
        ("off", "52"),
        ("{minEvents: 100}", "100"),
        # E - 1.28 sqrt(E) > 51.84: 61.9
        ("guard", "62"),
    ],
)
def test_least_errors(project: Project, low: str, least: str) -> None:
    """The least number of errors that pages."""
    found = objective(project, f"      alerting: {{lowTraffic: {low}}}\n")
    assert explain_objective(found, "requests").tiers[0].least == least


def test_command(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints sentence, budget, mode and one row a tier, aligned."""
    run = command(capsys, "explain", "checkout/availability")
    assert (run.status, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert lines[0] == "checkout/availability in prod"
    assert lines[2] == "Budget: 43 minutes 12 seconds of full outage, 0.1% of requests."
    assert "Mode page: pages wake people, tickets wait." in lines
    assert "Recorded: 22 series." in lines
    head = next(number for number, line in enumerate(lines) if line.startswith("tier "))
    assert lines[head : head + 2] == [
        "tier  raises  windows     burn   above  100%            10%              1%             errors",
        "fast  page    1h and 5m   14.4x  1.44%  52s (4m56s)     8m38s (4m17s)    never          62",
    ]
    assert max(map(len, lines)) <= 130


def test_recorded(project: Project) -> None:
    """As many series are recorded as the explanation says."""
    from compiler.rules.rule import Record
    from compiler.rules.service import plan

    (catalog,) = pipeline.catalogs(project.slo, Report())
    made = plan(catalog, catalog.services[0])
    records = [rule for group in made.groups.values() for rule in group.rules if isinstance(rule, Record)]
    assert len(records) == 22


def test_command_where_stacks_differ(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Stacks that agree share one text, others have their own; --stack picks one."""
    for name in ("staging", "test"):
        project.write(f"stacks/{name}.yaml", STACK.replace("prod", name))
    project.write("checkout.yaml", SERVICE + "  overrides: {staging: {slos: {availability: {objective: 99%}}}}\n")
    heads = [line for line in command(capsys, "explain", "checkout").stdout.splitlines() if "/" in line]
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
