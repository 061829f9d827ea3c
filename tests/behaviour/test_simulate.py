"""Incidents played through the compiled rules: what the arithmetic promises is what Prometheus' own engine does."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.burn.figures import figures, fires
from compiler.burn.traffic import Traffic
from compiler.diagnostics import Report
from compiler.explain.cost import cost
from compiler.replay.player import Player, play
from compiler.replay.scenario import Query
from compiler.rules.rule import Context, contexts
from compiler.simulate.incident import Incident, clock
from compiler.simulate.outcome import Outcome, simulate
from compiler.simulate.scene import Scene, scene
from compiler.simulate.text import headline
from compiler.units import Duration
from tests.unit.language import ROOT, SERVICE, STACK, Project, command

pytestmark = pytest.mark.slow

DELAYS = 120
"""Scrapes and rules add up to two minutes; docs/cli.md and the legend of `slo explain` say so."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One service, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK)
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def the_context(project: Project, body: str = SERVICE) -> Context:
    """The only SLO of a service."""
    project.write("checkout.yaml", body)
    (catalog,) = pipeline.catalogs(project.slo, Report())
    (context,) = contexts(catalog, catalog.services[0])
    return context


def the_scene(context: Context, errors: str, lasts: str, traffic: str = "40/s", at: str = "") -> Scene:
    asked = Incident(Fraction(errors), Duration.of(lasts), Traffic.of(traffic), clock(at) if at else None)
    return scene(context, asked)


def first(outcome: Outcome, reaction: str) -> float | None:
    """When somebody is first told."""
    return next((spell.fired for spell in outcome.spells if spell.alert.reaction == reaction), None)


@pytest.mark.parametrize(
    ("errors", "lasts", "traffic"), [("1", "20m", "40/s"), ("1/10", "20m", "2/s"), ("1/20", "30m", "40/s")]
)
def test_pages_when_explained(project: Project, player: Player, errors: str, lasts: str, traffic: str) -> None:
    """The page comes when `slo explain` says, and at most two minutes later; the budget is spent to the event."""
    context = the_context(project)
    outcome = simulate(the_scene(context, errors, lasts, traffic), player)
    promised = fires(context.objective, context.objective.tiers[0], Fraction(errors), Traffic.of(traffic))
    found = first(outcome, "page")
    assert promised
    assert found
    assert 0 <= found - float(promised.fraction) <= DELAYS
    spent = Fraction(errors) * Duration.of(lasts).fraction / (Fraction(1, 1000) * Duration.of("30d").fraction)
    assert outcome.spent == pytest.approx(float(spent), rel=0.001)


def test_resets_when_explained(project: Project, player: Player) -> None:
    """After an hour of 10 % errors a tier's condition ends when `slo explain` says."""
    context = the_context(project)
    outcome = simulate(the_scene(context, "1/10", "1h"), player)
    (seen, *_) = outcome.tiers
    resets = figures(context.objective, seen.tier, None).alarms[1].resets
    assert seen.held
    assert resets
    assert 0 <= seen.held[1] - 3600 - float(resets.fraction) <= DELAYS
    assert all(spell.resolved for spell in outcome.spells)


def test_nobody_is_told(project: Project, player: Player) -> None:
    """Half of what the budget allows wakes nobody, and is counted all the same."""
    outcome = simulate(the_scene(the_context(project), "1/2000", "2h"), player)
    assert outcome.spells == ()
    assert [seen.held for seen in outcome.tiers] == [None] * 4
    assert outcome.spent == pytest.approx(0.5 * 2 / 720, rel=0.01)


LATENCY = "latency: {histogram: http_request_duration_seconds, selector: 'job=\"checkout\"', threshold: 300ms}"
OTHERS = {
    "latency": LATENCY,
    "native": LATENCY.replace("300ms", "300ms, native: true"),
    "probe": "probe: {metric: probe_success}",
    "threshold": "threshold: {expr: queue_depth, above: 1000}",
    "spans": "spans: {service: checkout, threshold: 300ms}",
    "expressions": "ratio: {errors: 'sum(rate(failed_total[$window]))', total: 'sum(rate(all_total[$window]))'}",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_every_kind_can_be_played(project: Project, player: Player, kind: str) -> None:
    """A full outage pages within five minutes whatever is counted, and costs its share of the budget."""
    body = SERVICE.split("        ratio:")[0] + f"        {OTHERS[kind]}\n"
    outcome = simulate(the_scene(the_context(project, body), "1", "15m"), player)
    found = first(outcome, "page")
    assert found
    assert 0 < found < 300
    assert outcome.spent == pytest.approx(15 / 43.2, rel=0.07)


def test_slices_of_time(project: Project, player: Player) -> None:
    """Of time slices the requests fail, and every minute of the outage is spent."""
    body = SERVICE + "      budgeting: {slices: 1m, good: 95%}\n"
    outcome = simulate(the_scene(the_context(project, body), "1", "15m"), player)
    assert headline(outcome) == "100% of requests fail for 15 minutes, at 40 requests a second: 36,000 of 36,000."
    found = first(outcome, "page")
    assert found
    # Four bad minutes page; see `slo explain`.
    assert 0 <= found - 240 <= DELAYS
    assert outcome.spent == pytest.approx(15 / 43.2, abs=1.01 / 43.2)


def test_one_group_is_played(project: Project, player: Player) -> None:
    """Of a grouped SLO one group has the incident."""
    outcome = simulate(the_scene(the_context(project, SERVICE + "      groupBy: [region]\n"), "1", "10m"), player)
    assert {spell.alert.reaction for spell in outcome.spells} == {"page", "ticket"}
    assert outcome.spent == pytest.approx(10 / 43.2, rel=0.001)


def test_a_calendar_month(project: Project, player: Player) -> None:
    """The budget of a month of 31 days is larger than that of 30."""
    body = SERVICE + "      window: {calendar: month, timeZone: Europe/Berlin}\n"
    outcome = simulate(the_scene(the_context(project, body), "1", "10m"), player)
    assert outcome.spent == pytest.approx(10 / (31 * 1440 * 0.001), rel=0.001)


def test_maintenance_counts_nothing(project: Project, player: Player) -> None:
    """Where maintenance is planned every day at that time, nothing counts, nobody is told, and that is said."""
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    planned = ", ".join(f'{{weekly: "{day} 11:00", for: 4h, timeZone: UTC}}' for day in days)
    body = SERVICE.replace("  slos:\n", f"  maintenance: [{planned}]\n  slos:\n")
    outcome = simulate(the_scene(the_context(project, body), "1", "10m"), player)
    assert (outcome.maintenance, outcome.spells, outcome.spent) == (True, (), 0)


def test_a_night_has_little_traffic(project: Project, player: Player) -> None:
    """The same outage at night spends less of the budget than at the busiest hour."""
    context = the_context(project)
    night, day = (simulate(the_scene(context, "1", "10m", at=at), player).spent for at in ("02:00", "14:00"))
    assert day / night == pytest.approx(9, rel=0.02)


def test_cost_is_what_the_engine_counts(project: Project, player: Player) -> None:
    """The samples that `slo explain` counts from the rules are those that Prometheus says it read, within 2 %."""
    context = the_context(project)
    made = the_scene(context, "1/1000000", "2h")
    full = Query('slo:window_coverage:ratio{service="checkout"}', made.begin)
    played = play(player, made.write_rules(project.folder), made.scenario, [full])
    assert played.failures == ()
    assert played.answers[0].value == pytest.approx(1, abs=0.001)
    read = sum(group.samples for group in played.groups.values())
    hours = (made.until - made.past.deployed) / 3600
    found = cost(context)
    matching = {'http_requests_total{job="checkout"}': 2}
    counted = found.samples + sum(each.samples * matching.get(each.selector, 1) for each in found.sources)
    assert read / hours == pytest.approx(float(counted), rel=0.02)


def test_the_command(
    project: Project, player: Player, capsys: pytest.CaptureFixture[str], golden: Callable[[Path, str], None]
) -> None:
    """The command says and draws what docs/simulate.md shows, the same every time."""
    asked = ("simulate", "checkout/availability", "--errors", "5%", "--for", "20m", "--picture", "incident.svg")
    runs = [(command(capsys, *asked), (project.folder / "incident.svg").read_text("utf-8")) for _ in range(2)]
    (run, drawn), again = runs
    assert (run, drawn) == again
    assert (run.status, run.stderr) == (0, "")
    assert run.stdout.split("\n\nTimes count")[0] in (ROOT / "docs" / "simulate.md").read_text("utf-8")
    golden(ROOT / "docs" / "incident.svg", drawn)
