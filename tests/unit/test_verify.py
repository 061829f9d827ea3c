"""``slo verify``: what promtool says, whose fault it is, and every way in which promtool itself can fail."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from compiler import pipeline
from compiler.diagnostics import Report, ToolError
from compiler.verify import tools
from compiler.verify.output import verify_output
from tests.unit.language import SERVICE, STACK, Project, Run, command
from tests.unit.terminal import Terminal
from tools import install

OLD = 'echo "promtool, version 2.42.0 (branch: HEAD, revision: abc)"'
NEW = 'echo "promtool, version 3.9.1 (branch: HEAD, revision: abc)"'
TEST = """\
rule_files: [../rules/{speed}.yaml]
evaluation_interval: 4m
tests:
  - interval: 4m
    promql_expr_test:
      - expr: slo:budget:ratio{{service="checkout",slo="latency"}}
        eval_time: 8m
        exp_samples: [{{labels: 'slo:budget:ratio{{service="checkout",slo="latency"}}', value: {budget}}}]
"""
LATENCY = """\
    - name: latency
      objective: 99%
      sli: {latency: {histogram: http_request_duration_seconds, selector: 'job="checkout"', threshold: 300ms}}
"""


@pytest.fixture(scope="session")
def promtool() -> str:
    """The real one, as `make test` finds or builds it."""
    return str(install.find(install.read_tool("promtool"), os.environ))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A service that was built, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK + "  outputs: [rules]\n")
    made.write("checkout.yaml", SERVICE + LATENCY)
    assert pipeline.build(pipeline.Request(made.slo, made.output), Report()) is not None
    monkeypatch.chdir(tmp_path)
    return made


def script(project: Project, monkeypatch: pytest.MonkeyPatch, then: str, version: str = NEW) -> Path:
    """A program that says it is promtool and does something else when it is asked to work."""
    path = project.folder / "bin" / "promtool"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then {version}; exit; fi\n{then}\n', "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PROMTOOL", str(path))
    return path


def edit(project: Project, name: str, old: str, new: str) -> Path:
    path = project.output / "prod" / "services" / "checkout" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def unit_test(project: Project, speed: str, budget: str) -> None:
    """A unit test of one group, as they lie beside the rules."""
    path = project.output / "prod" / "services" / "checkout" / "tests" / f"{speed}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEST.format(speed=speed, budget=budget), "utf-8")


def line_of(project: Project, slo: str) -> int:
    return project.slo.joinpath("checkout.yaml").read_text("utf-8").splitlines().index(f"    - name: {slo}") + 1


def verified(capsys: pytest.CaptureFixture[str], *arguments: str) -> Run:
    return command(capsys, "verify", *arguments)


@pytest.mark.slow
def test_clean(
    project: Project, promtool: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was built passes promtool's linter and a test beside it, and the version is said."""
    monkeypatch.setenv("PROMTOOL", promtool)
    unit_test(project, "period", "0.01")
    run = verified(capsys)
    assert (run.status, run.stderr) == (0, "")
    assert re.fullmatch(r"4 rule files and 1 test file: promtool 3\.\d+\.\d+ found nothing\n", run.stdout)


@pytest.mark.slow
def test_finding_leads_back(
    project: Project, promtool: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault in a rule is told at the line of slo/ that names its SLO, in promtool's words."""
    monkeypatch.setenv("PROMTOOL", promtool)
    edit(project, "rules/fast.yaml", "clamp_min(\n", "clamp_min((\n")
    run = verified(capsys)
    assert run.status == 1
    place = f"slo/checkout.yaml:{line_of(project, 'latency')}:13: error SLO210: promtool 3."
    assert place in run.stderr
    assert "finds a fault in output/prod/services/checkout/rules/fast.yaml\n" in run.stderr
    assert "could not parse expression" in run.stderr
    assert "        - name: latency\n                ^\n" in run.stderr
    assert "output/prod/services/checkout/rules/fast.yaml: error SLO211: was changed by hand\n" in run.stderr
    assert (
        "    = change slo/checkout.yaml, slo/stacks/prod.yaml\n" in run.stderr
        or "change slo/checkout.yaml" in run.stderr
    )


@pytest.mark.slow
def test_linter_finding(
    project: Project, promtool: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What only the linter finds is found too: a rule that is there twice."""
    monkeypatch.setenv("PROMTOOL", promtool)
    text = (project.output / "prod/services/checkout/rules/period.yaml").read_text("utf-8")
    rules = text[text.index("  rules:\n") + len("  rules:\n") :]
    edit(project, "rules/period.yaml", "  rules:\n", "  rules:\n" + rules)
    run = verified(capsys)
    assert run.status == 1
    assert "duplicate rule(s) found" in run.stderr
    assert f"slo/checkout.yaml:{line_of(project, 'availability')}:13: error SLO210: promtool 3." in run.stderr


@pytest.mark.slow
def test_failing_unit_test(
    project: Project, promtool: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A unit test that fails is told at its SLO."""
    monkeypatch.setenv("PROMTOOL", promtool)
    unit_test(project, "period", "0.02")
    run = verified(capsys)
    assert run.status == 1
    place = f"slo/checkout.yaml:{line_of(project, 'latency')}:13: error SLO210: promtool 3."
    assert place in run.stderr
    assert "finds a fault in output/prod/services/checkout/tests/period.yaml\n" in run.stderr
    assert 'got: {__name__="slo:budget:ratio", service="checkout", slo="latency"} 1E-02' in run.stderr


@pytest.mark.slow
def test_without_slo(
    project: Project, promtool: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where slo/ is not there, a finding is told at the file, with the source that its manifest names."""
    monkeypatch.setenv("PROMTOOL", promtool)
    edit(project, "rules/slow.yaml", "record:", "recrod:")
    run = verified(capsys, "--slo", "elsewhere")
    assert run.status == 1
    assert "output/prod/services/checkout/rules/slow.yaml: error SLO210: promtool 3" in run.stderr
    assert "field recrod not found" in run.stderr
    assert "    = it comes from slo/checkout.yaml" in run.stderr


def test_nothing_built(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Without an output/ there is nothing to verify."""
    run = verified(capsys, "--output", "elsewhere")
    assert (run.status, run.stderr) == (2, "slo: there is nothing to verify in elsewhere; `slo build` comes first\n")


def test_changed_and_missing(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that was changed by hand, one that is missing, a link and a manifest that is none are told."""
    script(project, monkeypatch, "exit 0")
    folder = project.output / "prod" / "services" / "checkout"
    edit(project, "rules/fast.yaml", "groups:", "groups: ")
    (folder / "rules" / "slow.yaml").unlink()
    (folder / "prometheusrule.yaml").rename(folder / "elsewhere.yaml")
    (folder / "prometheusrule.yaml").symlink_to("elsewhere.yaml")
    (project.output / "prod" / "manifest.json").write_text("[]", "utf-8")
    run = verified(capsys)
    lines = [line for line in run.stderr.splitlines() if "SLO211" in line]
    assert (run.status, lines) == (
        1,
        [
            "output/prod/manifest.json: error SLO211: is no manifest that can be read",
            "output/prod/services/checkout/prometheusrule.yaml: error SLO211: is missing",
            "output/prod/services/checkout/rules/fast.yaml: error SLO211: was changed by hand",
            "output/prod/services/checkout/rules/slow.yaml: error SLO211: is missing",
        ],
    )


def test_too_old(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A promtool of version 2 is named with its version, and what to do; it is not used."""
    path = script(project, monkeypatch, "exit 0", OLD)
    run = verified(capsys)
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr == (
        f"slo: $PROMTOOL: {path} is version 2.42.0, too old; no promtool >= 3.0 was found: set PROMTOOL, "
        "put promtool of Prometheus 3 on PATH, or run `make test` once, which builds it\n"
    )


def test_too_old_on_path(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old one on PATH is passed over for a good one in the cache."""
    path = script(project, monkeypatch, "exit 0", OLD)
    monkeypatch.delenv("PROMTOOL")
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)
    cached = project.folder / "cache" / "slo-compiler" / "tools" / "promtool-1" / "promtool"
    cached.parent.mkdir(parents=True)
    cached.write_text(path.read_text("utf-8").replace("2.42.0", "3.1.0"), "utf-8")
    cached.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.folder / "cache"))
    assert tools.promtool() == tools.Tool(cached, "3.1.0")


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("echo hello", "does not say its version"),
        ("exit 1", "does not say its version"),
        (f"{NEW}; exit 1", "does not say its version"),
        ("kill -SEGV $$", "promtool was ended by SIGSEGV: not a word"),
        ("sleep 60", "promtool gave no answer within 0.5 s"),
    ],
)
def test_version_fails(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: str,
    words: str,
) -> None:
    """A promtool that does not say its version, crashes or hangs is not used, and what it did is said."""
    monkeypatch.setattr(tools, "VERSION_SECONDS", 0.5)
    script(project, monkeypatch, "exit 0", version)
    run = verified(capsys)
    assert run.status == 2
    assert words in run.stderr


def test_missing(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without any promtool one message says how to get one."""
    monkeypatch.delenv("PROMTOOL", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.folder))
    run = verified(capsys)
    assert (run.status, run.stderr) == (
        2,
        "slo: no promtool >= 3.0 was found: set PROMTOOL, put promtool of Prometheus 3 on PATH, or run `make test` "
        "once, which builds it\n",
    )


def test_variable_names_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A $PROMTOOL that is no program is an error, though there may be others."""
    monkeypatch.setenv("PROMTOOL", "/nowhere/promtool")
    run = verified(capsys)
    assert run.status == 2
    assert run.stderr.startswith("slo: $PROMTOOL: /nowhere/promtool cannot be run: No such file or directory; no ")


def test_crash(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A promtool that crashes at work is no finding: status 2, with its last words."""
    script(project, monkeypatch, 'echo "unexpected fault address" >&2; kill -SEGV $$')
    run = verified(capsys)
    assert (run.status, run.stderr) == (2, "slo: promtool was ended by SIGSEGV: unexpected fault address\n")


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ('echo "panic: runtime error" >&2; exit 2', "promtool 3.9.1 failed with status 2: panic: runtime error"),
        ("exit 7", "promtool 3.9.1 failed with status 7: not a word"),
        (
            'echo "promtool: error: unknown long flag --lint-fatal" >&2; exit 1',
            "promtool 3.9.1 failed with status 1: promtool: error: unknown long flag --lint-fatal",
        ),
    ],
)
def test_tool_fails(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], then: str, words: str
) -> None:
    """A panic, a status that is none of promtool's and a command line that it does not know are status 2."""
    script(project, monkeypatch, then)
    run = verified(capsys)
    assert (run.status, run.stderr) == (2, f"slo: {words}\n")


def test_megabytes(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a promtool that prints megabytes a person sees the beginning, and how much more there was."""
    script(project, monkeypatch, "yes 'a very long line of no great interest' | head -c 9000000; exit 1")
    run = verified(capsys)
    assert run.status == 1
    assert len(run.stderr) < 40_000
    assert "a very long line of no great interest" in run.stderr
    assert re.search(r"… and [\d,]+ lines more", run.stderr)


def test_long_line(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of megabytes, and bytes that are no text, are cut and shown as far as they can be."""
    script(project, monkeypatch, r"head -c 3000000 /dev/zero | tr '\0' '\377'; exit 1")
    run = verified(capsys)
    assert run.status == 1
    assert len(run.stderr) < 20_000


def test_hang(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A promtool that hangs is given up in time, with everything that it started."""
    marker = project.folder / "child"
    path = script(project, monkeypatch, f"sleep 60 & echo $! > {marker}; wait")
    start = time.monotonic()
    with pytest.raises(ToolError, match=r"^promtool gave no answer within 0\.5 s$"):
        tools.run([str(path), "check", "rules"], 0.5)
    assert time.monotonic() - start < 10
    stat = Path(f"/proc/{marker.read_text('utf-8').strip()}/stat")
    until = time.monotonic() + 5
    while running(stat) and time.monotonic() < until:
        time.sleep(0.05)
    assert not running(stat)


def running(stat: Path) -> bool:
    try:
        return stat.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_progress(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal it says how far it is, and wipes that before the verdict."""
    script(project, monkeypatch, "exit 0")
    unit_test(project, "fast", "0.01")
    terminal = Terminal(project.folder, "verify")
    assert terminal.end() == 0
    verdict = "4 rule files and 1 test file: promtool 3.9.1 found nothing\n"
    assert terminal.said == f"\r\x1b[K1 of 2\r\x1b[K2 of 2\r\x1b[K{verdict}"


def test_stopped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends it with 130, and the tool with it."""
    begun = project.folder / "begun"
    script(project, monkeypatch, f"echo > {begun}; exec sleep 300")
    start = time.monotonic()
    terminal = Terminal(project.folder, "verify")
    while not begun.exists() and time.monotonic() - start < 20:
        time.sleep(0.1)
    assert terminal.stop() == 130
    assert time.monotonic() - start < 30
    assert "Traceback" not in terminal.said


def test_a_tool_that_just_starts_is_ended_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """One tool fails while another has been started and is not known yet: it is not waited for."""
    unit_test(project, "fast", "0.01")
    script(project, monkeypatch, f'echo >> "{project.folder}/$1"; [ $1 = test ] && exec sleep 15; sleep 0.3; exit 9')

    class Late(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **options: Any) -> None:
            super().__init__(command, **options)
            if command[1] == "test":
                time.sleep(1.5)

    monkeypatch.setattr(tools.subprocess, "Popen", Late)
    start = time.monotonic()
    with pytest.raises(ToolError, match="failed with status 9"):
        verify_output(project.output, project.slo, 2, Report())
    assert (project.folder / "test").exists()
    assert time.monotonic() - start < 10


def test_words_of_both_streams() -> None:
    """What a tool says on either stream comes in its order."""
    answer = tools.run(["/bin/sh", "-c", "echo one; echo two >&2; echo three; exit 4"], 20)
    assert answer == tools.Answer(4, "one\ntwo\nthree\n")


def test_each_file_by_itself(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go to the tool together; only where it finds something does it see them one by one."""
    log = project.folder / "log"
    unit_test(project, "fast", "0.01")
    unit_test(project, "slow", "0.01")
    script(project, monkeypatch, f'shift; echo "$# $*" >> {log}; case "$*" in *slow.yaml*) exit 1;; esac')
    report = Report()
    done = verify_output(project.output, project.slo, 1, report)
    asked = [line.split()[0] for line in log.read_text("utf-8").splitlines()]
    assert (done.rules, done.tests, done.tool) == (4, 2, "promtool 3.9.1")
    assert asked == ["7", "4", "4", "4", "4", "2", "2"]
    assert len([d for d in report.items if d.code == "SLO210"]) == 2
