"""``slo simulate`` without its player: what is asked for, the traffic of it, and how things are drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compiler import pipeline
from compiler.burn.traffic import Traffic
from compiler.burn.words import number, rest
from compiler.diagnostics import Report
from compiler.model.catalog import Tier
from compiler.rules.rule import Alert, contexts
from compiler.simulate.flow import Flow
from compiler.simulate.incident import Incident, clock, length, share
from compiler.simulate.outcome import Outcome, Spell, TierSeen
from compiler.simulate.panel import Time, ceiling
from compiler.simulate.picture import picture
from compiler.simulate.scene import Scene, scene
from compiler.simulate.strip import BLOCKS, PLAIN, Axis, blocks, ramp_of
from compiler.simulate.text import after, budget, text
from compiler.units import BurnRate, Duration, UnitError
from tests.unit.language import CASES, SERVICE, STACK, Project, command

SVG = "{http://www.w3.org/2000/svg}"
ASKED = ("simulate", "checkout/availability", "--errors", "5%", "--for", "20m")
DAY = 86_400


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One service, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK)
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def the_scene(project: Project, incident: Incident, name: str = "availability") -> Scene:
    """An incident of an SLO of the project."""
    (catalog,) = pipeline.catalogs(project.slo, Report())
    (context,) = [c for c in contexts(catalog, catalog.services[0]) if c.objective.name == name]
    return scene(context, incident)


def incident(errors: str = "0.05", lasts: str = "20m", traffic: str = "40/s", at: str = "") -> Incident:
    return Incident(Fraction(errors), Duration.of(lasts), Traffic.of(traffic), clock(at) if at else None)


@pytest.mark.parametrize(
    ("parse", "written", "value"),
    [
        (share, "5%", Fraction(1, 20)),
        (share, "5", Fraction(1, 20)),
        (share, "0.01%", Fraction(1, 10_000)),
        (share, "100%", Fraction(1)),
        (share, "100.0%", Fraction(1)),
        (length, "20m", Duration.of("20m")),
        (length, " 1h30m ", Duration.of("90m")),
        (length, "7d", Duration.of("7d")),
        (clock, "14:00", Duration.of("14h")),
        (clock, "0:05", Duration.of("5m")),
        (clock, "23:59", Duration.of("1439m")),
    ],
)
def test_what_is_asked_for(parse: Callable[[str], object], written: str, value: object) -> None:
    """Shares, lengths and times of day are read as they are said."""
    assert parse(written) == value


@pytest.mark.parametrize(
    ("parse", "words"),
    [
        *((share, words) for words in ("0%", "-1%", "101%", "0.05", "1/20", "five", "", "1e1%", "\u0665%")),
        *((length, words) for words in ("0s", "8d", "20", "-1m", "", "1y")),
        *((clock, words) for words in ("24:00", "14:60", "2pm", "14", "", "14:00:00", "\u0661\u0664:00")),
    ],
)
def test_what_cannot_be_asked_for(parse: Callable[[str], object], words: str) -> None:
    """What makes no sense is refused, with a hint how it is written."""
    with pytest.raises(UnitError) as caught:
        parse(words)
    assert caught.value.hint


INCIDENTS = st.builds(
    Incident,
    st.fractions(min_value=Fraction(1, 10_000), max_value=1),
    st.integers(1, 7 * DAY).map(lambda seconds: Duration(seconds * 1000)),
    st.builds(Traffic, st.integers(1, 1000).map(Fraction), st.sampled_from(["s", "m", "h"])),
    st.one_of(st.none(), st.integers(0, DAY - 1).map(lambda seconds: Duration(seconds * 1000))),
)


@given(INCIDENTS, st.lists(st.floats(0, 20 * DAY), min_size=2, max_size=10))
def test_counters_never_fall(asked: Incident, times: list[float]) -> None:
    """Good, bad and all events only grow: a counter that falls would be a restart."""
    flow = Flow(asked, 0, 5 * DAY)
    for counted in (flow.good, flow.bad, flow.come):
        found = [counted(time) for time in sorted(times)]
        assert found == sorted(found)


@given(INCIDENTS)
def test_as_many_fail_as_were_asked_for(asked: Incident) -> None:
    """Of what comes while it lasts, that share fails, and nothing before or after it."""
    flow = Flow(asked, 0, 5 * DAY)
    lasted = flow.come(flow.end) - flow.come(flow.begin)
    assert flow.bad(flow.begin) == 0
    assert abs(flow.bad(flow.end) - lasted * asked.errors) <= 2
    assert flow.bad(flow.end + DAY) == flow.bad(flow.end)


def test_a_day_of_traffic() -> None:
    """A day brings the average; its busiest hour, from half past one, nine times that of the quietest."""
    flow = Flow(incident(at="03:00"), 0, 5 * DAY)
    assert flow.come(2 * DAY) - flow.come(DAY) == pytest.approx(40 * DAY, abs=2)
    busy, quiet = (flow.come(DAY + hour * 3600 + 1800) - flow.come(DAY + hour * 3600 - 1800) for hour in (14, 2))
    assert busy / quiet == pytest.approx(9, rel=0.05)


@pytest.mark.parametrize(("at", "hour"), [("", 12), ("14:30", 14)])
def test_when_it_begins(project: Project, at: str, hour: int) -> None:
    """At noon, or when it was asked for, on a Thursday in the middle of a month and a quarter."""
    found = datetime.fromtimestamp(the_scene(project, incident(at=at)).begin, UTC)
    assert (found.strftime("%A"), found.day, found.month, found.hour) == ("Thursday", 16, 5, hour)


def test_it_keeps_clear_of_maintenance(project: Project) -> None:
    """An incident at the time of weekly maintenance is played on another day of that week."""
    planned = '  maintenance: [{weekly: "Thu 11:00", for: 3h, timeZone: UTC}]\n  slos:\n'
    project.write("checkout.yaml", SERVICE.replace("  slos:\n", planned))
    found = datetime.fromtimestamp(the_scene(project, incident()).begin, UTC)
    assert (found.strftime("%A"), found.hour) == ("Friday", 12)


def test_samples_are_events(tmp_path: Path) -> None:
    """A threshold is judged once a rule interval, so that is its traffic."""
    report = Report()
    (catalog,) = pipeline.catalogs(CASES / "good-kinds" / "slo", report)
    (context,) = [c for c in contexts(catalog, catalog.services[0]) if c.objective.name == "depth"]
    assert str(scene(context, incident(traffic="1000/s")).incident.traffic) == "2/m"


def an_outcome(project: Project, tiers: int = 2) -> Outcome:
    """What might come of a scene: one page that waited, one ticket that still fires."""
    made = the_scene(project, incident())
    page, ticket = (next(alert for alert in made.alerts if alert.tier == tier) for tier in ("page", "ticket"))
    minutes = [float(at) for at in range(-600, 3600, 30)]
    line = [(at, 50.0 if 0 < at < 1200 else 0.0) for at in minutes]
    tier = Tier("a<b", "page", Duration.of("1h"), Duration.of("5m"), BurnRate(Fraction(144, 10)))
    single = Tier("x" * 60, "ticket", Duration.of("1h"), Duration.of("1h"), BurnRate(Fraction(1)))
    seen = (TierSeen(tier, "page", line, line, (300, 1400)), TierSeen(single, "ticket", line, line, None))
    spells = (Spell(page, 300, 330, 1700), Spell(ticket, 1200, 1200, None))
    left = [(at, 1 - min(max(at, 0), 1200) * 1e-4) for at in minutes]
    traffic, failing = [(at, 40.0) for at in minutes], [(at, value / 1000) for at, value in line]
    return Outcome(made, spells, seen[:tiers], traffic, failing, left, maintenance=False)


def test_the_terminal(project: Project) -> None:
    """What happened comes first, in order; a spell that goes on is said to."""
    lines = text(an_outcome(project), 100, "utf-8").splitlines()
    assert lines[:2] == [
        "checkout/availability in prod",
        "5% of requests fail for 20 minutes, at 40 requests a second: 2,400 of 48,000.",
    ]
    assert lines[3:10] == [
        "after   what happens",
        "0s      errors begin",
        "5m30s   page SloCheckoutAvailabilityErrorBudgetBurn fires",
        "20m     errors end",
        "20m     ticket SloCheckoutAvailabilityErrorBudgetBurn fires",
        "28m20s  page SloCheckoutAvailabilityErrorBudgetBurn is resolved",
        "59m30s  ticket SloCheckoutAvailabilityErrorBudgetBurn still fires; here the play ends",
    ]
    assert lines[11] == ("Budget: the incident spent 12% of the 30 days' budget, which was full; 88% of it is left.")
    assert max(map(len, lines[: lines.index(next(line for line in lines if line.startswith("tier ")))])) <= 100


@pytest.mark.parametrize(("encoding", "used"), [("utf-8", BLOCKS), ("ascii", PLAIN), (None, PLAIN), ("no", PLAIN)])
def test_blocks_where_there_are_some(project: Project, encoding: str | None, used: str) -> None:
    """A terminal without block characters gets plain ones."""
    assert ramp_of(encoding) == used
    said = text(an_outcome(project), 80, encoding)
    assert said.isascii() == (used == PLAIN)


@given(
    st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 1e6)), max_size=30),
    st.integers(1, 300),
)
@example(line=[(-1001.0, 1.0)], columns=1)
def test_a_row_of_blocks(line: list[tuple[float, float]], columns: int) -> None:
    """A row has its columns, its peak is full, and what is not nothing shows."""
    row, most = blocks(sorted(line), Axis(-1000, 5000, columns), PLAIN)
    inside = [value for at, value in line if -1000 <= at < 5000]
    assert (len(row), most) == (columns, max(inside, default=0.0))
    assert ("@" in row) == (most > 0)


@given(st.floats(1e-6, 1e9))
def test_ceiling(value: float) -> None:
    """An axis ends at a round number, near above what is drawn."""
    assert value * 0.999999 <= ceiling(value) <= value * 2


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_time_stays_on_the_sheet(first: float, second: float) -> None:
    """Later is further right, and nothing is outside."""
    time = Time(-600, 3600, 100, 900)
    early, late = sorted((first, second))
    assert 100 <= time.x(early) <= time.x(late) <= 900


def test_the_picture(project: Project) -> None:
    """It is SVG that says what happened in words, too, and is the same every time."""
    outcome = an_outcome(project)
    drawn = picture(outcome)
    root = ElementTree.fromstring(drawn)
    words = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    assert budget(outcome) in words
    assert "page SloCheckoutAvailabilityErrorBudgetBurn: fires at 5m30s, resolved at 28m20s" in words
    assert "ticket SloCheckoutAvailabilityErrorBudgetBurn: fires at 20m, still fires" in words
    assert {"burn: a<b", "page where both > 14.4x", "ticket where it is > 1x", "never true"} <= set(words)
    assert (root.findtext(f"{SVG}title"), root.get("role")) == ("checkout/availability: an incident, played", "img")
    assert drawn == picture(an_outcome(project))


@pytest.mark.parametrize("tiers", [0, 1, 2])
def test_the_picture_has_room(project: Project, tiers: int) -> None:
    """Whatever is drawn lies on the sheet."""
    root = ElementTree.fromstring(picture(an_outcome(project, tiers)))
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert root.get("viewBox") == f"0 0 {wide:g} {high:g}"
    for line in (*root.iter(f"{SVG}polyline"), *root.iter(f"{SVG}polygon")):
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        assert all(0 <= x <= wide and 0 <= y <= high for x, y in points)
    for box in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + width <= wide
        assert 0 <= y <= y + height <= high


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("1", "100%"),
        ("0.99930557", "99.9306%"),
        ("0.75", "75%"),
        ("0.0021", "0.21%"),
        ("-0.125", "-12.5%"),
        ("0", "0%"),
    ],
)
def test_what_is_left(left: str, words: str) -> None:
    """A budget of which a little is gone is not told as whole."""
    assert rest(Fraction(left)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [("0.00001", "0.00001"), ("0.694", "0.69"), ("3.5", "3.5"), ("7", "7"), ("12.6", "13"), ("103680", "103,680")],
)
def test_numbers(value: str, words: str) -> None:
    """Small numbers keep two digits and are never written with an exponent."""
    assert number(Fraction(value)) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1/h", "1 request an hour"),
        ("2.5/m", "2.5 requests a minute"),
        ("1000000/s", "1,000,000 requests a second"),
    ],
)
def test_traffic_in_words(written: str, words: str) -> None:
    """Traffic is told as people say it."""
    assert Traffic.of(written).words("requests") == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "0s"), (1105, "18m25s"), (-120, "-2m"), (90_000, "1d1h")])
def test_after(seconds: float, words: str) -> None:
    """Times count from the first error."""
    assert after(seconds) == words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--errors", "0%"), "'--errors': '0%' is no share of events; write it like 5%, above 0% and up to 100%"),
        (("--for", "8d"), "'--for': an incident lasts from 1s to 7d, not 8d; write it like 20m"),
        (("--at", "2pm"), "'--at': '2pm' is no time of day; write it like 14:00"),
        (("--traffic", "40"), "'--traffic': '40' is no traffic; write it like 40/s, 72/h or 1000/d"),
        (("--picture", "a.png"), "'--picture': a.png is no .svg file; other kinds are not drawn"),
        (("--picture", "none/a.svg"), "'--picture': there is no folder none"),
    ],
)
def test_a_bad_option(
    project: Project, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    """One clear message, and nothing is played."""
    run = command(capsys, *ASKED, *more)
    assert (run.status, run.stdout) == (2, "")
    assert words in run.stderr


@pytest.mark.parametrize("missing", ["--errors", "--for"])
def test_what_must_be_given(project: Project, capsys: pytest.CaptureFixture[str], missing: str) -> None:
    """Without a share or a length there is no incident."""
    place = ASKED.index(missing)
    run = command(capsys, *ASKED[:place], *ASKED[place + 2 :])
    assert (run.status, f"Missing option '{missing}'" in run.stderr) == (2, True)


def test_several_stacks(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """An SLO of several stacks needs one of them named, for its rules may differ."""
    project.write("stacks/test.yaml", STACK.replace("prod", "test"))
    run = command(capsys, *ASKED)
    assert (run.status, run.stdout) == (2, "")
    assert "checkout/availability is in several stacks; name one with --stack: prod, test" in run.stderr


def test_several_slos(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A service with several SLOs needs one of them named."""
    other = SERVICE.split("  slos:\n")[1].replace("availability", "other")
    project.write("checkout.yaml", SERVICE + other)
    run = command(capsys, "simulate", "checkout", *ASKED[2:])
    assert run.status == 2
    assert "checkout has several SLOs; name one, like checkout/availability: availability, other" in run.stderr


@pytest.mark.parametrize(
    ("named", "words"),
    [("none", "$REPLAY is none, and there is no such program"), ("", "there is no slo-replay on PATH")],
)
def test_no_player(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    named: str,
    words: str,
) -> None:
    """Without the player there is one message, which says how to get it."""
    monkeypatch.setenv("REPLAY", named)
    monkeypatch.setenv("PATH", str(project.folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.folder))
    run = command(capsys, *ASKED)
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.startswith(f"slo: {words}")
    assert run.stderr.count("\n") == 1


def test_alerts_are_of_the_slo(project: Project) -> None:
    """Each tier that is a rule is seen, and every alert is the SLO's own."""
    made = the_scene(project, incident())
    assert [tier.name for tier in made.tiers] == ["fast", "slow", "day", "days"]
    assert all(isinstance(alert, Alert) and alert.labels["slo"] == "availability" for alert in made.alerts)
