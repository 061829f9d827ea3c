"""The command line as a whole: help, exit statuses, streams, and no traceback whatever is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import __version__
from compiler.cli import slo
from tests.unit.language import ROOT, SERVICE, STACK, Project, Run, command
from tests.unit.terminal import Terminal

EVERY = sorted(slo.commands)
LEAVES = [[name] for name in EVERY if name != "new"] + [["new", "service"]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One service, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK + "  outputs: [rules]\n")
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def python(*arguments: str, folder: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "compiler", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Help names every command and what the exit statuses mean."""
    run = command(capsys, "--help")
    assert run.status == 0
    assert all(f"\n  {name} " in run.stdout for name in EVERY)
    assert "Exit status: 0 clean, 1 findings, 2 wrong usage or a tool that failed" in run.stdout


@pytest.mark.parametrize("names", LEAVES, ids=" ".join)
def test_help_of_a_command(names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command says what it does, with an example that begins with itself."""
    run = command(capsys, *names, "--help")
    assert run.status == 0
    assert f"\n  slo {' '.join(names)}" in run.stdout or f'"$(slo {" ".join(names)}' in run.stdout
    assert command(capsys, *names, "-h") == run


@pytest.mark.parametrize("names", LEAVES, ids=" ".join)
def test_every_option_has_a_word(names: list[str]) -> None:
    """Every option says what it is for."""
    found: click.Command = slo
    for name in names:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    options = [parameter for parameter in found.params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_bare(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command it is wrong usage, with the help."""
    run = command(capsys)
    assert run.status == 2
    assert "Commands:" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["biuld"], "No such command 'biuld'. Did you mean 'build'?"),
        (["build", "--chek"], "No such option '--chek'."),
        (["build", "--only", "rule"], "unknown output 'rule'; did you mean 'rules'?"),
        (["build", "--jobs", "0"], "0 is not in the range 1<=x<=64"),
        (["build", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github'"),
        (["build", "checkout"], "Got unexpected extra argument (checkout)"),
        (["explain"], "Missing argument 'SERVICE[/SLO]'"),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        (["new", "servcie", "x"], "No such command 'servcie'. Did you mean 'service'?"),
        (["check", "--http-config", "nowhere"], "does not exist"),
    ],
)
def test_wrong_usage(project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """Wrong usage is status 2, with what would be right."""
    run = command(capsys, *arguments)
    assert (run.status, run.stdout) == (2, "")
    assert words in run.stderr
    assert "Usage: slo" in run.stderr


@pytest.mark.parametrize("arguments", [["build"], ["check"], ["show", "checkout"], ["explain", "checkout"]])
def test_no_slo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """Without slo/ every command says how to begin."""
    monkeypatch.chdir(tmp_path)
    assert command(capsys, *arguments) == Run(
        2, "", "slo: there is no folder slo; `slo new service NAME` writes a first file into it\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["build"], ["check"], ["show", "checkout"], ["explain", "checkout"]])
def test_findings(project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """A fault in slo/ is status 1 with its place, whichever command finds it."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "120%"))
    run = command(capsys, *arguments)
    assert run.status == 1
    assert "slo/checkout.yaml:9:18: error SLO013: " in run.stderr
    assert "1 error\n" in run.stderr


@pytest.mark.parametrize(("arguments", "status"), [(["version"], 0), (["check"], 1), (["explain", "x"], 2)])
def test_status_of_a_process(project: Project, arguments: list[str], status: int) -> None:
    """The exit status reaches whoever started the process."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "120%") if status == 1 else SERVICE)
    done = python(*arguments, folder=project.folder)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The version, and nothing else."""
    assert command(capsys, "version") == Run(0, f"slo-compiler {__version__}\n", "")


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that was found, each with a sentence that is in line with the others."""
    run = command(capsys, "list")
    titles = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
    rows = [line for line in run.stdout.splitlines() if line.startswith(" ")]
    assert run.status == 0
    assert titles == ["documents:", "indicators:", "recipes:", "outputs:", "checks:", "causes:", "policies:"]
    assert [line for line in rows if len(line.split(maxsplit=1)) < 2] == []
    assert any(line.startswith("  ratio ") for line in rows)
    assert any(line.startswith("  rules ") for line in rows)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A script for each shell, which asks slo itself."""
    run = command(capsys, "completion", shell)
    assert run.status == 0
    assert f"_SLO_COMPLETE={shell}_complete" in run.stdout


def test_completion_in_bash(project: Project) -> None:
    """In bash the script is sound, and completes commands and options."""
    script = python("completion", "bash").stdout
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    for line, words in (("slo bu", "build"), ("slo build --onl", "--only"), ("slo completion z", "zsh")):
        typed = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_SLO_COMPLETE": "bash_complete"}
        done = subprocess.run(
            [Path(sys.executable).with_name("slo")],
            env={**os.environ, **typed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == [f"plain,{words}"]


def test_reader_goes_away(project: Project) -> None:
    """Where the reader of a pipe goes away nothing is said, and the status is that of a broken pipe."""
    for arguments in (["schema"], ["list"], ["build", "--help"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "compiler", *arguments],
            cwd=project.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(30)) == (b"", 141)
        process.stderr.close()


def test_terminal_without_unicode(project: Project) -> None:
    """A terminal that cannot show a character gets its number instead, not a failure."""
    project.write("checkout.yaml", SERVICE.replace("checkout}", "\u4e16\u754c}"))
    done = python("check", folder=project.folder, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert done.returncode == 1
    assert "\\u4e16\\u754c" in done.stderr
    assert "bug" not in done.stderr


def test_bug(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody foresaw is one message and status 2; with SLO_DEBUG it is a traceback."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("compiler.pipeline.validate", broken)
    assert command(capsys, "check") == Run(
        2,
        "",
        "slo: this is a bug in slo: ZeroDivisionError: division by zero\n"
        "slo: run it again with SLO_DEBUG=1 and report what it prints\n",
    )
    monkeypatch.setenv("SLO_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["slo", "check"])
    with pytest.raises(ZeroDivisionError):
        from compiler.cli import main

        main()


def test_stopped_at_a_question(project: Project) -> None:
    """Ctrl-C at a question ends with 130, and nothing is written."""
    terminal = Terminal(project.folder, "new", "service", "cart")
    terminal.wait_for("Team [my-team]:")
    assert terminal.stop() == 130
    assert "slo: stopped" in terminal.said
    assert "Traceback" not in terminal.said
    assert not (project.slo / "cart.yaml").exists()


def test_stopped_in_a_build(project: Project) -> None:
    """Ctrl-C in a build of two processes ends with 130; output/ is as it was, and nothing lies beside it."""
    for number in range(400):
        project.write(f"more/{number}.yaml", SERVICE.replace("checkout", f"service-{number}"))
    terminal = Terminal(project.folder, "build", "--jobs", "2")
    terminal.wait_for(" of 40")
    assert terminal.stop() == 130
    assert "Traceback" not in terminal.said
    assert sorted(path.name for path in project.folder.iterdir()) == ["slo"]


WORDS = st.one_of(
    st.sampled_from(EVERY),
    st.sampled_from(["service", "--help", "--only", "--stack", "--format", "json", "--output", "--slo", "--check"]),
    st.sampled_from(["--strict", "--jobs", "--prometheus", "http://127.0.0.1:1", "--team", "--total", "--errors"]),
    st.text(st.characters(exclude_characters="\0/.", exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["checkout", "checkout/availability", "prod", "slo", "not/there", "-", "--", "", "\udcff", "a" * 300]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(WORDS, max_size=5))
def test_anything(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Whatever is typed, the status is 0, 1 or 2, and nothing is a bug."""
    monkeypatch.setenv("PROMTOOL", "/nowhere/promtool")
    run = command(capsys, *arguments)
    assert run.status in (0, 1, 2)
    assert "this is a bug" not in run.stderr
