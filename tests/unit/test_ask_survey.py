"""``slo check --prometheus``: what a server knows of every indicator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.language import SERVICE, STACK, Project, Run, command
from tests.unit.prometheus_server import Fake, says, serving

LATENCY = """\
    - name: latency
      objective: 99%
      sli: {latency: {histogram: http_request_duration_seconds, selector: 'job="checkout"', threshold: 300ms}}
"""
PROBE = """\
    - name: reachable
      objective: 99%
      sli: {probe: {metric: 'probe_success{job="blackbox"}'}}
"""
RATIO_TOTAL = r'count\(http_requests_total\{job="checkout"\}\)'
RATIO_ERRORS = r'count\(http_requests_total\{job="checkout",code=~"5\.\."\}\)'
COUNT = r'count\(http_request_duration_seconds_count\{job="checkout"\}\)'
GAP = r"max\(300/count_over_time\(.*\)\)"
EVENTS = r"sum\(.*"
BAD = r"sum\(.*\)/300or0\*sum\(\(sum\(.*\)/300\)\)"
SLOW = r"clamp_min\(.*"
"""Queries without their blanks."""


@pytest.fixture
def server() -> Iterator[Fake]:
    """A Prometheus that knows the service and finds it well."""
    with serving() as fake:
        fake.metrics = ["http_requests_total", "http_request_duration_seconds_count", "up"]
        fake.numbers = [
            (RATIO_TOTAL, 12),
            (RATIO_ERRORS, 3),
            (COUNT, 12),
            (r'count\(probe_success\{job="blackbox"\}\)', 2),
            (GAP, 30),
            (BAD, 0.004),
            (SLOW, 0.1),
            (r"sum\(count_over_time\(probe_success.*-sum_over_time.*", 0.01),
            (EVENTS, 4),
        ]
        yield fake


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One service with a ratio, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK)
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def asked(capsys: pytest.CaptureFixture[str], server: Fake, *arguments: str) -> Run:
    return command(capsys, "check", "--prometheus", server.url, *arguments)


def change(server: Fake, pattern: str, number: float | None) -> None:
    server.numbers = [(pattern, number), *(pair for pair in server.numbers if pair[0] != pattern)]


def test_well(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """Series, events a day, the share of bad ones and the scrape interval, one line an SLO."""
    run = asked(capsys, server)
    assert (run.status, run.stdout) == (
        0,
        "checkout/availability in prod: 12 series and 3 of errors, 345,600 events a day, 346 of them bad (0.100%), "
        "scraped every 30s\n1 service with 1 SLO in 1 stack: no errors\n",
    )


def test_no_errors_yet(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """No series of errors yet is no fault."""
    change(server, RATIO_ERRORS, None)
    change(server, BAD, 0)
    run = asked(capsys, server)
    assert run.status == 0
    assert "12 series and 0 of errors, 345,600 events a day, 0 of them bad (0.000%), " in run.stdout


def test_wrong_metric(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A metric that the server has not gets the nearest one that it has, at its place in slo/."""
    project.write("checkout.yaml", SERVICE.replace("http_requests_total", "http_request_total"))
    run = asked(capsys, server)
    assert run.status == 1
    assert "checkout/availability in prod: no series\n" in run.stdout
    assert 'error SLO300: the server has no series of http_request_total{job="checkout"}\n' in run.stderr
    assert "slo/checkout.yaml:12:" in run.stderr
    assert "    = did you mean 'http_requests_total'?\n" in run.stderr


def test_nothing_like_it(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no metric is near, that is said, and no list of a thousand names."""
    project.write("checkout.yaml", SERVICE.replace("http_requests_total", "zebra"))
    assert "    = no metric is named zebra or nearly so\n" in asked(capsys, server).stderr


def test_wrong_job(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A condition that no series meets is named, with the values that there are."""
    change(server, RATIO_TOTAL, None)
    server.series = [(r"countby\(job\)\(http_requests_total\)", [{"job": "checkout-api"}, {"job": "cart"}])]
    run = asked(capsys, server)
    assert run.status == 1
    assert '    = without job="checkout" there are series, where job is checkout-api, cart\n' in run.stderr


GROUPED = SERVICE.replace("objective: 99.9%", "objective: 99.9%\n      groupBy: {labels: [zone], limit: 5}")
BY_ZONE = r"sumby\(zone\)\(.*"


def test_groups(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """How many groups there are, and a warning where they are more than the limit."""
    project.write("checkout.yaml", GROUPED)
    for found, said in ((3, ""), (6, "warning SLO302: there are 6 groups, more than the limit of 5\n")):
        server.numbers = [
            (r'count\(http_requests_total\{job="checkout",zone!=""\}\)', 12),
            (r"count\(countby\(zone\)\(.*", found),
            (BY_ZONE, 1),
            *server.numbers,
        ]
        run = asked(capsys, server)
        assert f": 12 series and 3 of errors in {found} groups, " in run.stdout
        assert said in run.stderr


def test_grouped_by_a_label_that_is_not_there(
    project: Project, server: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    """No series has the label: at its place, with the labels that there are."""
    project.write("checkout.yaml", GROUPED)
    server.numbers = [(r"count\(countby\(zone\)\(.*", 1), (BY_ZONE, 1), *server.numbers]
    server.series = [(r"topk\(1,.*", [{"__name__": "http_requests_total", "job": "checkout", "region": "eu"}])]
    run = asked(capsys, server)
    assert run.status == 1
    assert "error SLO300: no series of http_requests_total" in run.stderr
    assert "has the label 'zone', by which it is grouped\n" in run.stderr
    assert "    = its labels: job, region\n" in run.stderr


def test_slices(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an SLO that is judged by slices its events are told, as slices are recorded by its rules alone."""
    sliced = "objective: 99.9%\n      budgeting: {slices: 1m, good: 95%}"
    project.write("checkout.yaml", SERVICE.replace("objective: 99.9%", sliced))
    run = asked(capsys, server)
    assert (run.status, run.stderr) == (0, "")
    assert ": 12 series and 3 of errors, 345,600 events a day, 346 of them bad (0.100%), " in run.stdout


def test_journey_before_its_rules(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A journey is made of what rules record; before they are there, nothing is wrong."""
    journey = "    - {name: journey, objective: 99%, sli: {composite: {slos: [{ref: checkout/availability}]}}}\n"
    project.write("checkout.yaml", SERVICE + journey)
    run = asked(capsys, server)
    assert run.status == 0
    assert "checkout/journey in prod: slo:total:rate5m" in run.stdout
    assert "is not recorded yet\n" in run.stdout


def test_more_errors_than_events(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """Errors above total are an error."""
    change(server, BAD, 5)
    run = asked(capsys, server)
    assert run.status == 1
    assert "error SLO301: the server counts more errors than events: 5/s of 4/s\n" in run.stderr


def test_blind(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A label that no series has is a warning now, before any alert is built on it."""
    change(server, r"\(sum\(.*\)>0unlesson\(\).*", 1)
    run = asked(capsys, server)
    assert run.status == 0
    assert "warning SLO302: now: no series of http_requests_total" in run.stderr
    assert "has a label 'code'" in run.stderr
    assert asked(capsys, server, "--strict").status == 1


def test_scraped_too_seldom(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A scrape interval of which the base window does not hold four is a warning."""
    change(server, GAP, 120)
    run = asked(capsys, server)
    assert "scraped every 120s\n" in run.stdout
    assert "it is scraped every 120s, and the base window of 5m needs four scrapes" in run.stderr


def test_bucket(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A threshold that is no bucket gets the buckets that there are, in their order."""
    project.write("checkout.yaml", SERVICE + LATENCY)
    change(server, SLOW, None)
    bounds = ["+Inf", "10.0", "0.1", "2.5"]
    pattern = r'countby\(le\)\(http_request_duration_seconds_bucket\{job="checkout"\}\)'
    server.series = [(pattern, [{"le": bound} for bound in bounds])]
    run = asked(capsys, server)
    assert run.status == 1
    assert "error SLO300: the server counts no bad events: is the bucket or label there?\n" in run.stderr
    assert "    = its buckets: 0.1, 2.5, 10.0, +Inf\n" in run.stderr


def test_every_kind(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind of indicator is asked about, service by service."""
    project.write("checkout.yaml", SERVICE + LATENCY + PROBE)
    run = asked(capsys, server)
    assert [line.split(":")[0] for line in run.stdout.splitlines()[:3]] == [
        "checkout/availability in prod",
        "checkout/latency in prod",
        "checkout/reachable in prod",
    ]
    assert "2 series, 345,600 events a day, 864 of them bad (0.250%)" in run.stdout


def test_error_in_slo_first(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """With an error in slo/ nothing is asked."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "120%"))
    assert asked(capsys, server).status == 1
    assert server.queries == []


@pytest.mark.parametrize("style", ["json", "github"])
def test_formats(project: Project, server: Fake, capsys: pytest.CaptureFixture[str], style: str) -> None:
    """For machines the problems alone stand on stdout."""
    project.write("checkout.yaml", SERVICE.replace("http_requests_total", "zebra"))
    run = asked(capsys, server, "--format", style)
    assert run.status == 1
    assert run.stdout.startswith("[" if style == "json" else "::error file=slo/checkout.yaml,line=12,")
    assert "no series\n" in run.stderr


@pytest.mark.parametrize(
    ("sli", "counted"),
    [
        ("{ratio: {errors: 'sum(rate(bad[$window]))', total: 'sum(rate(requests[$window]))'}}", r"clamp_min\(.*"),
        ("{threshold: {expr: 'requests / 2', above: 10}}", r"count_over_time\(.*\[5m:30s\]\)/300"),
    ],
)
def test_what_rules_record_first_is_written_out(
    sli: str, counted: str, project: Project, server: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of an indicator whose rules are not there yet, the expressions themselves are asked."""
    head = SERVICE[: SERVICE.index("    - name")]
    project.write("checkout.yaml", f"{head}    - {{name: free, objective: 99%, sli: {sli}}}\n")
    blind = (r".*\)>\(.*", None)
    known = [(r"count\(requests\)", 2), (r".*rate\(bad.*|sum_over_time.*", 0.1), (GAP, 30), (counted, 4)]
    server.numbers = [blind, *known]
    run = asked(capsys, server)
    assert (run.status, run.stderr) == (0, "")
    assert "2 series, 345,600 events a day, 8,640 of them bad (2.500%)" in run.stdout
    assert [query for query in server.queries if "slo:" in query] == []


def test_server_fails(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that fails is status 2 and one line."""
    server.respond = says(500, '{"error": "out of memory"}')
    run = asked(capsys, server)
    assert (run.status, run.stdout, run.stderr) == (2, "", f"slo: {server.url} answers 500: out of memory\n")


def test_token(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """With --http-config every question carries the token, and nothing that is printed does."""
    (project.folder / "token").write_text("s3cr3t-t0ken", "utf-8")
    (project.folder / "http.yaml").write_text("authorization: {credentials_file: token}", "utf-8")
    run = asked(capsys, server, "--http-config", "http.yaml")
    assert run.status == 0
    assert {headers["Authorization"] for headers in server.headers} == {"Bearer s3cr3t-t0ken"}
    assert "s3cr3t" not in run.stdout + run.stderr


def test_config_without_server(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """--http-config without --prometheus is wrong usage."""
    (project.folder / "http.yaml").write_text("", "utf-8")
    run = command(capsys, "check", "--http-config", "http.yaml")
    assert run.status == 2
    assert "name one with --prometheus" in run.stderr


def test_no_network_unless_asked(project: Project, server: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --prometheus no server is asked."""
    assert command(capsys, "check").status == 0
    assert (server.queries, server.headers) == ([], [])
