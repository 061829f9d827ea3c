"""``slo show``, ``new`` and ``schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.language import SERVICE, STACK, Project, Run, command
from tests.unit.terminal import Terminal

DEFAULTS = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceDefaults
metadata: {name: shop}
spec:
  owner: {channel: "#shop: on call"}
  logs: {selector: {app: "{service}"}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A service with defaults and an override, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK)
    made.write("stacks/staging.yaml", STACK.replace("prod", "staging"))
    made.write("shop/defaults.yaml", DEFAULTS)
    overrides = "  overrides: {staging: {slos: {availability: {objective: 99%}}}}\n"
    made.write("shop/checkout.yaml", SERVICE + overrides)
    monkeypatch.chdir(tmp_path)
    return made


def test_show(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Every value as it is resolved, with the file and line that it came from, the comments in line."""
    run = command(capsys, "show", "checkout")
    values = dict(line.rsplit("  # ", 1) for line in run.stdout.splitlines()[1:])
    assert run.stdout.startswith("# checkout in prod\n")
    assert {value.strip(): place for value, place in values.items()} == {
        "owner.channel: '#shop: on call'": "slo/shop/defaults.yaml:5",
        "owner.team: shop": "slo/shop/checkout.yaml:5",
        "logs.selector.app: checkout": "slo/shop/defaults.yaml:6",
        "workload: none": "slo/shop/checkout.yaml:6",
        "slos.availability.objective: 99.9%": "slo/shop/checkout.yaml:9",
        """slos.availability.sli.ratio.errors: http_requests_total{job="checkout",code=~"5.."}""": (
            "slo/shop/checkout.yaml:12"
        ),
        """slos.availability.sli.ratio.total: http_requests_total{job="checkout"}""": "slo/shop/checkout.yaml:13",
    }
    assert len({len(value) for value in values}) == 1


def test_show_stack(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """--stack shows what is overridden there."""
    run = command(capsys, "show", "checkout", "--stack", "staging")
    assert run.stdout.startswith("# checkout in staging\n")
    (line,) = [line for line in run.stdout.splitlines() if "objective" in line]
    assert line.split() == ["slos.availability.objective:", "99%", "#", "slo/shop/checkout.yaml:14"]


def test_show_where_it_is(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A service is shown in a stack that has it; another is refused."""
    project.write("shop/checkout.yaml", SERVICE.replace("  workload", "  stacks: [staging]\n  workload"))
    assert command(capsys, "show", "checkout").stdout.startswith("# checkout in staging\n")
    assert command(capsys, "show", "checkout", "--stack", "prod") == Run(
        2, "", "slo: checkout is not in the stack 'prod'; it is in: staging\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekout"], "there is no service 'chekout'; did you mean 'checkout'?"),
        (["checkout", "--stack", "prd"], "there is no stack 'prd'; did you mean 'prod'?"),
    ],
)
def test_show_unknown(project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """An unknown name gets the nearest one."""
    assert command(capsys, "show", *arguments) == Run(2, "", f"slo: {words}\n")


def test_show_what_does_not_resolve(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A service that does not resolve is told with its place."""
    project.write("shop/checkout.yaml", SERVICE.split("        ratio:")[0] + "        use: requests\n")
    run = command(capsys, "show", "checkout")
    assert (run.status, run.stdout) == (1, "")
    assert "error SLO106: there is no indicator 'requests'" in run.stderr


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """The schema is JSON, of draft 2020-12."""
    run = command(capsys, "schema")
    assert (run.status, run.stderr) == (0, "")
    assert json.loads(run.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_new(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal nothing is asked: defaults stand, and the file builds as it is."""
    run = command(capsys, "new", "service", "cart")
    assert run == Run(0, "slo/cart.yaml written; `slo check` says what it means, `slo build` compiles it\n", "")
    text = (project.slo / "cart.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\napiVersion: slo-compiler.dev/v1\n")
    assert "      alerting: {mode: observe}\n" in text
    assert command(capsys, "build").status == 0
    assert (project.output / "prod" / "services" / "cart" / "rules" / "fast.yaml").is_file()


def test_new_with_options(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """What is given stands in the file, quoted where YAML needs it."""
    arguments = ["--team", "1e3", "--namespace", "null", "--objective", "99.5", "--errors", """reason!~"it's|ok" """]
    run = command(capsys, "new", "service", "cart", *arguments, "--total", """hits{path="/a: b"}""")
    assert run.status == 0
    said = {line.split("  # ")[0].strip() for line in command(capsys, "show", "cart").stdout.splitlines()}
    assert {
        "owner.team: '1e3'",
        "workload.namespace: 'null'",
        "slos.availability.objective: 99.5%",
        """slos.availability.sli.ratio.errors: 'hits{path="/a: b",reason!~"it''s|ok"}'""",
        """slos.availability.sli.ratio.total: 'hits{path="/a: b"}'""",
    } <= said


def test_new_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In an empty folder slo/ is made, and the build then says which lines are missing."""
    monkeypatch.chdir(tmp_path)
    assert command(capsys, "new", "service", "cart").status == 0
    run = command(capsys, "build")
    assert run.status == 1
    assert "no ObservabilityStack with a cluster was found" in run.stderr
    assert "      spec: {cluster: prod}\n" in run.stderr
    stack = run.stderr[run.stderr.index("      apiVersion") : run.stderr.index("spec: {cluster: prod}") + 22]
    (tmp_path / "slo" / "stacks").mkdir()
    (tmp_path / "slo" / "stacks" / "prod.yaml").write_text(stack.replace("      ", ""), "utf-8")
    assert command(capsys, "build").status == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Cart"], "'Cart' is no name: lower case letters, digits and dashes, like checkout-api"),
        (["../cart"], "'../cart' is no name"),
        (["c" * 64], "is no name"),
        (["cart\n"], "is no name"),
        (["cart", "--team", "a: b"], "Team: 'a: b' is no team"),
        (["cart", "--namespace", "Shop"], "Namespace: 'Shop' is no namespace"),
        (["cart", "--objective", "0.999"], "Objective: 0.999 is an objective below 1%; write 99.9%"),
        (["cart", "--total", "sum(x)"], "Selector of all requests: a bare selector is needed"),
        (["cart", "--total", "x{"], "Selector of all requests: "),
        (["cart", "--errors", "code="], "Condition of failed ones: "),
        (["cart", "--errors", "} or vector(1"], "Condition of failed ones: "),
        (["cart", "--errors", " "], "Condition of failed ones: a condition is needed"),
    ],
)
def test_new_refused(project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """What would make no sound file is wrong usage, and nothing is written."""
    before = sorted(project.slo.rglob("*"))
    run = command(capsys, "new", "service", *arguments)
    assert (run.status, run.stdout) == (2, "")
    assert words in run.stderr
    assert sorted(project.slo.rglob("*")) == before


def test_new_where_there_is_one(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is there is not written over."""
    project.write("cart.yaml", "mine\n")
    assert command(capsys, "new", "service", "cart") == Run(2, "", "slo: slo/cart.yaml exists already\n")
    assert (project.slo / "cart.yaml").read_text("utf-8") == "mine\n"


def test_new_where_nothing_can_be(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that cannot be made is one message."""
    run = command(capsys, "new", "service", "cart", "--slo", "/proc/slo")
    assert run.status == 2
    assert run.stderr.startswith("slo: /proc/slo/cart.yaml cannot be written: ")


def test_new_on_a_terminal(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal it asks, asks again where an answer is wrong, and the file builds."""
    terminal = Terminal(project.folder, "new", "service", "cart", "--namespace", "shop")
    for question, answer in (
        ("Team [my-team]: ", "a: b\n"),
        ("Error: 'a: b' is no team: one word of letters, digits, dashes and dots\nTeam [my-team]: ", "payments\n"),
        ("Objective [99.9%]: ", "0.999\n"),
        ("Error: 0.999 is an objective below 1%; write 99.9%\nObjective [99.9%]: ", "99.95\n"),
        ("""Selector of all requests [http_requests_total{job="cart"}]: """, "\n"),
        ("""Condition of failed ones [code=~"5.."]: """, """status=~"5.."\n"""),
    ):
        terminal.wait_for(question)
        terminal.type(answer)
    assert terminal.end() == 0
    assert "Namespace" not in terminal.said
    assert terminal.said.endswith("slo/cart.yaml written; `slo check` says what it means, `slo build` compiles it\n")
    text = (project.slo / "cart.yaml").read_text("utf-8")
    assert "owner: {team: payments}" in text
    assert "objective: 99.95%" in text
    assert """errors: 'http_requests_total{job="cart",status=~"5.."}'""" in text
    assert command(capsys, "build", "--only", "rules").status == 0
