"""What others run in their own repositories: the Makefile's targets, the action's steps, the hooks."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.language import ROOT, SERVICE, STACK, Project

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
OWN_HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
BIN = Path(sys.executable).parent
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
COMPARE = "Compare output/ with slo/"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Somebody's repository, built."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK + "  outputs: [rules]\n")
    made.write("checkout.yaml", SERVICE)
    assert made.slo_command("build").status == 0
    return made


def step(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step as the runner does: bash with -e and pipefail, the inputs filled in, the compiler installed."""
    found = STEPS[name]
    given = {key: str(said["default"]) for key, said in ACTION["inputs"].items()} | inputs

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([-a-z]+) \}\}", lambda match: given[match[1]], text)

    temporary = folder / "runner"
    (temporary / "slo-compiler").mkdir(parents=True, exist_ok=True)
    if not (temporary / "slo-compiler" / "bin").exists():
        (temporary / "slo-compiler" / "bin").symlink_to(BIN)
    script = temporary / "step.sh"
    script.write_text(found["run"], "utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=folder / filled(found.get("working-directory", ".")),
        env={
            **os.environ,
            "RUNNER_TEMP": str(temporary),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(folder),
            "PYTHONPATH": str(ROOT),
            **{key: filled(text) for key, text in found.get("env", {}).items()},
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_action_on_fresh_output(project: Project) -> None:
    """The action passes where output/ is what slo/ says."""
    ran = step(COMPARE, project.folder)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_action_on_stale_output(project: Project) -> None:
    """It fails where a file is stale, and says which as an annotation of the file."""
    (project.output / "prod" / "services" / "checkout" / "rules" / "fast.yaml").write_text("", "utf-8")
    ran = step(COMPARE, project.folder)
    assert ran.returncode == 1
    assert ran.stdout.startswith("::error file=output/prod/services/checkout/rules/fast.yaml,line=1,")


def test_action_on_an_error(tmp_path: Path) -> None:
    """A fault in slo/ is an annotation of its line, also where slo/ lies deeper in the repository."""
    (tmp_path / "deeper").mkdir()
    project = Project(tmp_path / "deeper")
    project.write("checkout.yaml", SERVICE.replace("99.9%", "120%"))
    ran = step(COMPARE, tmp_path, **{"working-directory": "deeper"})
    assert ran.returncode == 1
    assert "::error file=deeper/slo/checkout.yaml,line=9,col=18,title=SLO013::" in ran.stdout


def test_action_strict(project: Project) -> None:
    """Where strict is true a warning fails too."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99.9999%"))
    assert project.slo_command("build").status == 0
    assert step(COMPARE, project.folder).returncode == 0
    ran = step(COMPARE, project.folder, strict="true")
    assert ran.returncode == 1
    assert "::warning file=slo/checkout.yaml,line=9," in ran.stdout


def test_action_changes_nothing(project: Project) -> None:
    """It writes nothing in the repository but in the runner's own folder."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99%"))
    before = project.files()
    step(COMPARE, project.folder)
    assert project.files() == before
    assert sorted(path.name for path in project.folder.iterdir()) == ["output", "runner", "slo"]


@pytest.mark.slow
def test_action_verifies(project: Project) -> None:
    """Asked for, it runs promtool on output/."""
    found = STEPS["Verify output/ with promtool"]
    assert found["if"] == "inputs.verify == 'true'"
    ran = step("Verify output/ with promtool", project.folder)
    assert ran.returncode == 0, ran.stderr
    assert "4 rule files and 0 test files: promtool 3." in ran.stderr + ran.stdout


def test_action_installs_what_is_pinned() -> None:
    """It installs by hash and from its own folder alone."""
    text = STEPS["Install the compiler"]["run"]
    assert '--require-hashes -r "$GITHUB_ACTION_PATH/requirements/build.txt"' in text
    assert '--no-index --no-deps --no-build-isolation "$GITHUB_ACTION_PATH"' in text


def test_scripts_are_sound() -> None:
    """Every step, and what CI runs, is bash that parses."""
    for text in [found["run"] for found in STEPS.values()] + [(ROOT / ".ci" / "run").read_text("utf-8")]:
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_hook(project: Project, hook: dict[str, Any]) -> None:
    """A hook's entry is a command that runs; it takes no files, and wakes for those of slo/."""
    project.write("checkout.yaml", SERVICE.replace("99.9%", "99%"))
    command, *arguments = shlex.split(hook["entry"])
    assert (command, hook["pass_filenames"]) == ("slo", False)
    assert re.match(hook["files"], "slo/shop/checkout.yaml")
    stale = project.slo_command(*arguments)
    assert stale.status == (1 if hook["id"] == "slo-build-check" else 0)
    assert project.slo_command("build").status == 0
    assert project.slo_command(*arguments).status == 0


def test_own_hooks() -> None:
    """Our own hooks run what the environment holds, and nothing that has to be fetched."""
    (repository,) = OWN_HOOKS["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        program, *_ = shlex.split(hook["entry"])
        assert hook["language"] == "system"
        assert program.startswith(".venv/bin/")
        assert (BIN / Path(program).name).is_file()


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    assert program, "make is needed"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_make_help() -> None:
    """`make`, and `make help`, list every target that is not a file, each with a sentence."""
    text = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    shown = make("help").stdout
    assert make().stdout == shown
    listed = {line.split()[1] for line in shown.splitlines()}
    assert listed == set(phony.split())
    assert all(len(line.split()) > 2 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("target", "command"),
    [
        ("build", ".venv/bin/slo build\n"),
        ("check-output", ".venv/bin/slo build --check\n"),
        ("test", "pytest -n 2"),
        ("test", ".venv/bin/slo verify"),
        ("lint", ".venv/bin/mypy"),
        ("format", ".venv/bin/ruff format ."),
        ("goldens", "--update-goldens"),
        ("bench", "-m tests.bench.bench"),
        ("schema", ".venv/bin/slo schema"),
    ],
)
def test_make_runs(target: str, command: str) -> None:
    """Each target runs what its name says."""
    assert command in make("--dry-run", target).stdout


def test_make_without_python(tmp_path: Path) -> None:
    """Where there is no such Python one line says which is needed."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "build.txt").touch()
    ran = make("build", "PYTHON=python-that-is-not", folder=tmp_path)
    assert ran.returncode == 2
    assert "There is no python-that-is-not. Name a Python 3.11 or newer: make PYTHON=python3.12" in ran.stderr


def test_make_with_an_old_python(tmp_path: Path) -> None:
    """Where Python is too old its version is said."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "build.txt").touch()
    old = tmp_path / "python3.9"
    pretend = "import sys; sys.version_info = (3, 9); sys.version = '3.9.2 (x)'; $2"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{pretend}"\n', "utf-8")
    old.chmod(0o755)
    ran = make("build", f"PYTHON={old}", folder=tmp_path)
    assert ran.returncode == 2
    assert f"This needs Python 3.11 or newer; {old} is 3.9.2. Name another" in ran.stderr
