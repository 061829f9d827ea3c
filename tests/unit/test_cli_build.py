"""``slo build``, ``check`` and their words."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.language import SERVICE, STACK, Project, Run, command
from tests.unit.terminal import Terminal
from tests.unit.trees import tree

PROD = STACK + "  outputs: [rules]\n"
STAGING = PROD.replace("prod", "staging")
SENTENCE = (
    "99.9% over 30 days: 43 minutes of full outage, or 1 request in 1,000; "
    "pages when that would be used up within about 2 to 5 days."
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """One service in two stacks, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", PROD)
    made.write("stacks/staging.yaml", STAGING)
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def test_build(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A build says how many files it wrote, and the next that there was nothing to do."""
    assert command(capsys, "build") == Run(0, "output: 16 files written, 0 deleted\n", "")
    assert command(capsys, "build") == Run(0, "output was up to date\n", "")


def test_build_after_a_service_went(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """What is deleted is counted."""
    project.write("cart.yaml", SERVICE.replace("checkout", "cart"))
    command(capsys, "build")
    (project.slo / "cart.yaml").unlink()
    assert command(capsys, "build") == Run(0, "output: 0 files written, 10 deleted\n", "")


def test_build_one_stack(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """--stack builds one."""
    assert command(capsys, "build", "--stack", "prod").stdout == "output: 8 files written, 0 deleted\n"
    assert [path.name for path in project.output.iterdir()] == ["prod"]


def test_build_elsewhere(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """--slo and --output name other folders."""
    project.slo.rename(project.folder / "objectives")
    run = command(capsys, "build", "--slo", "objectives", "--output", "made/here")
    assert run == Run(0, "made/here: 16 files written, 0 deleted\n", "")


def test_build_unknown_stack(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown stack gets the nearest name, and nothing is written."""
    run = command(capsys, "build", "--stack", "prd")
    assert run.status == 1
    assert "did you mean 'prod'?" in run.stderr
    assert not project.output.exists()


def test_build_with_an_error(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A build that fails says that output/ is as it was, and it is."""
    command(capsys, "build")
    project.write("checkout.yaml", SERVICE.replace("objective:", "objectiv:"))
    before = tree(project.output)
    run = command(capsys, "build")
    assert (run.status, run.stdout) == (1, "")
    assert "error SLO010: " in run.stderr
    assert run.stderr.endswith("output is as it was\n")
    assert tree(project.output) == before


def test_build_strict(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With --strict a warning stops the build, which says why."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99.9999%"))
    run = command(capsys, "build", "--strict")
    assert run.status == 1
    assert run.stderr.endswith("output is as it was: with --strict, warnings count as errors\n")
    assert not project.output.exists()
    assert command(capsys, "build").status == 0


@pytest.mark.parametrize("style", ["json", "github"])
def test_build_for_machines(project: Project, capsys: pytest.CaptureFixture[str], style: str) -> None:
    """In a form for machines stdout holds the problems alone."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99.9999%"))
    run = command(capsys, "build", "--format", style)
    assert run.status == 0
    assert run.stderr == "output: 16 files written, 0 deleted\n"
    if style == "json":
        (found,) = json.loads(run.stdout)
        assert (found["code"], found["file"], found["severity"]) == ("SLO112", "slo/checkout.yaml", "warning")
    else:
        assert run.stdout.startswith("::warning file=slo/checkout.yaml,line=9,col=18,title=SLO112::")


def test_check_only(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """build --check is silent about what is fresh, and names what is stale, no longer made, or nobody's."""
    project.write("cart.yaml", SERVICE.replace("checkout", "cart"))
    command(capsys, "build")
    assert command(capsys, "build", "--check") == Run(0, "output is up to date\n", "")
    (project.slo / "cart.yaml").unlink()
    (project.output / "prod" / "services" / "checkout" / "rules" / "fast.yaml").write_text("", "utf-8")
    (project.output / "prod" / "services" / "checkout" / "rules" / "slow.yaml").unlink()
    (project.output / "mine").touch()
    before = tree(project.folder)
    run = command(capsys, "build", "--check")
    assert (run.status, run.stdout) == (1, "")
    assert "output/prod/services/checkout/rules/fast.yaml: error SLO212: is not what slo/ says\n" in run.stderr
    assert "output/prod/services/checkout/rules/slow.yaml: error SLO212: is missing\n    = slo build wr" in run.stderr
    assert "output/prod/services/cart/rules/fast.yaml: error SLO212: is no longer made\n" in run.stderr
    assert "output/mine: error SLO212: is nobody's\n    = delete it or move it elsewhere\n" in run.stderr
    assert run.stderr.endswith("13 errors\n13 files of output differ; run `slo build` and commit what it changes\n")
    assert tree(project.folder) == before


def test_check_only_before_a_build(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was built, every file is missing, and none is made."""
    run = command(capsys, "build", "--check")
    assert run.status == 1
    assert "16 files of output differ" in run.stderr
    assert not project.output.exists()


def test_check_only_of_many(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Of many stale files a person is told the first, a machine all."""
    for number in range(20):
        project.write(f"{number}.yaml", SERVICE.replace("checkout", f"service-{number}"))
    run = command(capsys, "build", "--check")
    assert run.stderr.count("SLO212") == 20
    assert "… and 196 files more\n" in run.stderr
    assert len(json.loads(command(capsys, "build", "--check", "--format", "json").stdout)) == 216


def test_check_only_for_machines(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A stale file is a finding in every form."""
    command(capsys, "build")
    (project.output / "mine").touch()
    run = command(capsys, "build", "--check", "--format", "json")
    assert [found["file"] for found in json.loads(run.stdout)] == ["output/mine"]
    run = command(capsys, "build", "--check", "--format", "github")
    assert run.stdout.startswith("::error file=output/mine,line=1,col=1,title=SLO212::is nobody's")


def test_place_in_a_workspace(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For GitHub a file is named from the repository's root on, wherever slo/ lies in it."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.folder.parent))
    project.write("checkout.yaml", SERVICE.replace("99.9%", "120%"))
    run = command(capsys, "build", "--check", "--format", "github")
    assert run.stdout.startswith(f"::error file={project.folder.name}/slo/checkout.yaml,line=9,")


def test_check(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A check says each objective in a sentence, once where stacks agree, and writes nothing."""
    before = tree(project.folder)
    assert command(capsys, "check") == Run(
        0, f"checkout/availability\n  {SENTENCE}\n1 service with 1 SLO in 2 stacks: no errors\n", ""
    )
    assert tree(project.folder) == before


def test_check_where_stacks_differ(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Where stacks differ each has its sentence."""
    project.write("checkout.yaml", SERVICE + "  overrides: {staging: {slos: {availability: {objective: 99%}}}}\n")
    run = command(capsys, "check")
    assert run.stdout.splitlines()[1:3] == [
        f"  in prod: {SENTENCE}",
        "  in staging: 99% over 30 days: 7 hours 12 minutes of full outage, or 1 request in 100; "
        "pages when that would be used up within about 2 to 5 days.",
    ]


def test_check_of_many(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Of many SLOs the first are told, the rest are counted."""
    for number in range(30):
        project.write(f"{number}.yaml", SERVICE.replace("checkout", f"service-{number}"))
    lines = command(capsys, "check").stdout.splitlines()
    assert len(lines) == 42
    assert lines[-2:] == [
        "… and 11 SLOs more; `slo explain SERVICE` tells those of a service",
        "31 services with 31 SLOs in 2 stacks: no errors",
    ]


@pytest.mark.parametrize("style", ["json", "github"])
def test_check_for_machines(project: Project, capsys: pytest.CaptureFixture[str], style: str) -> None:
    """In a form for machines stdout holds the problems alone."""
    assert command(capsys, "check", "--format", style) == Run(
        0, "[]\n" if style == "json" else "", "1 service with 1 SLO in 2 stacks: no errors\n"
    )


def test_check_strict(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With --strict a warning is a finding."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99.9999%"))
    assert command(capsys, "check").status == 0
    assert command(capsys, "check", "--strict").status == 1


def test_on_a_terminal(project: Project) -> None:
    """On a terminal a build shows progress, and says the SLOs whose files changed, each in a sentence."""
    terminal = Terminal(project.folder, "build")
    assert terminal.end() == 0
    assert "\r\x1b[K4 of 4\r\x1b[K" in terminal.said
    assert terminal.said.endswith(
        f"\r\x1b[Kcheckout/availability\n  {SENTENCE}\noutput: 16 files written, 0 deleted\n"
    )


def test_on_a_terminal_again(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Of what did not change nothing is said."""
    project.write("cart.yaml", SERVICE.replace("checkout", "cart"))
    command(capsys, "build")
    project.write("cart.yaml", SERVICE.replace("checkout", "cart").replace("99.9%", "99%"))
    terminal = Terminal(project.folder, "build")
    assert terminal.end() == 0
    assert "cart/availability\n  99% over 30 days" in terminal.said
    assert "checkout" not in terminal.said


def test_on_a_dumb_terminal(project: Project) -> None:
    """A terminal that cannot go back on its line gets no progress."""
    terminal = Terminal(project.folder, "build", TERM="dumb")
    assert terminal.end() == 0
    assert "\x1b" not in terminal.said


def test_error_on_a_terminal(project: Project) -> None:
    """Progress is wiped before an error is told."""
    (project.folder / "output").mkdir()
    (project.folder / "output" / "prod").write_text("in the way", "utf-8")
    terminal = Terminal(project.folder, "build")
    assert terminal.end() == 2
    assert terminal.said.endswith("\r\x1b[Kslo: output/prod/packs/meta cannot be written: Not a directory\n")


def test_no_progress_without_a_terminal(project: Project) -> None:
    """Without a terminal there is no progress."""
    assert project.slo_command("build") == Run(0, "output: 16 files written, 0 deleted\n", "")


def test_file_in_the_way(project: Project) -> None:
    """What cannot be written leaves all as it was."""
    (project.folder / "output").mkdir()
    (project.folder / "output" / "prod").write_text("in the way", "utf-8")
    before = tree(project.folder)
    assert project.slo_command("build").status == 2
    assert tree(project.folder) == before


@pytest.mark.parametrize("name", ["slo-\u00fc", "a b", "a'b", "a,b:c%d"])
def test_odd_folder(project: Project, name: str) -> None:
    """A folder with an odd name is read, and named in what is generated."""
    project.slo.rename(project.folder / name)
    run = project.slo_command("build", "--slo", name)
    assert (run.status, run.stderr) == (0, "")
    first = (project.output / "prod/services/checkout/rules/fast.yaml").read_text("utf-8").split("\n")[0]
    assert first == f"# Generated from {name}/checkout.yaml. Change that, not this."


def test_file_whose_name_is_no_text(project: Project) -> None:
    """A file whose name is no UTF-8 is one message, never a failure."""
    odd = os.fsencode(project.slo) + b"/\xff.yaml"
    with open(odd, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(SERVICE.replace("checkout", "cart").encode())
    run = project.slo_command("build")
    assert run.status in (0, 1)
    assert "bug" not in run.stderr
