"""A whole build: what it makes, keeps, deletes and leaves alone."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.artifact import Artifact, Emitter
from compiler.diagnostics import Report, ToolError, render
from compiler.publish import Change, _Swap
from compiler.staging import staging
from tests.unit.language import ROOT, SERVICE, STACK, Project
from tests.unit.trees import in_child, killed, stopping, tree

PROD = STACK + "  outputs: [rules, runbooks, values]\n"
STAGING = PROD.replace("prod", "staging")


def service(name: str, objective: str = "99.9%") -> str:
    return SERVICE.replace("checkout", name).replace("99.9%", objective)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two stacks and three services, built."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", PROD)
    made.write("stacks/staging.yaml", STAGING)
    for name in ("cart", "checkout", "payment"):
        made.write(f"{name}.yaml", service(name))
    built(made)
    return made


def built(project: Project, *only: str, stack: str = "", check_only: bool = False) -> Change:
    report = Report()
    request = pipeline.Request(project.slo, project.output, stack, only)
    change = pipeline.build(request, report, check_only)
    assert change is not None, render(report.sorted(), "text", project.folder)
    return change


def below(paths: Iterable[str], *folders: str) -> bool:
    return all(any(path.startswith(f"{folder}/") for folder in folders) for path in paths)


def owners(project: Project) -> dict[str, str]:
    """Which output each file belongs to, by the manifests."""
    found: dict[str, str] = {}
    for path in project.output.rglob("manifest.json"):
        base = path.parent.relative_to(project.output).as_posix()
        files = json.loads(path.read_text("utf-8"))["files"]
        found |= {f"{base}/{name}": said["output"] for name, said in files.items()}
    return found


def test_every_file_is_owned(project: Project) -> None:
    """Every file is in exactly one manifest, with its true hash and files of slo/ that are there."""
    seen: list[str] = []
    for path in project.output.rglob("manifest.json"):
        for name, said in json.loads(path.read_text("utf-8"))["files"].items():
            file = path.parent / name
            seen.append(str(file))
            assert said["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
            assert said["sources"]
            assert all((project.folder / source).is_file() for source in said["sources"])
    files = [str(path) for path in project.output.rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert sorted(seen) == sorted(files)


def test_source_of_a_service(project: Project) -> None:
    """A service's files come from its own source alone: another's change does not touch them."""
    project.write("cart.yaml", service("cart", "99%"))
    change = built(project)
    touched = [path for path in change.written if "/services/" in path]
    assert touched
    assert below(touched, "prod/services/cart", "staging/services/cart")


def test_again(project: Project) -> None:
    """The same input again changes nothing."""
    assert built(project) == Change((), ())


def test_removed_service(project: Project) -> None:
    """A service that goes takes its files along, those of its folder and no other."""
    before = tree(project.output)
    (project.slo / "cart.yaml").unlink()
    change = built(project)
    gone = {path for path in before if path not in tree(project.output)}
    assert gone == set(change.deleted)
    assert gone == {path for path in before if "/services/cart/" in path}
    assert not (project.output / "prod" / "services" / "cart").exists()


def test_removed_stack(project: Project) -> None:
    """A stack that goes takes its whole folder along, and nothing of another."""
    prod = {path: raw for path, raw in tree(project.output).items() if path.startswith("prod/")}
    (project.slo / "stacks" / "staging.yaml").unlink()
    change = built(project)
    assert below(change.deleted, "staging")
    assert tree(project.output) == prod


def test_one_stack(project: Project) -> None:
    """--stack writes, deletes and compares below that stack's folder alone."""
    project.write("cart.yaml", service("cart", "99%"))
    (project.slo / "payment.yaml").unlink()
    (project.output / "staging" / "mine").touch()
    (project.output / "prod" / "mine").touch()
    before = {path: raw for path, raw in tree(project.output).items() if path.startswith("staging/")}
    change = built(project, stack="prod")
    assert below((*change.written, *change.deleted), "prod")
    assert {path: raw for path, raw in tree(project.output).items() if path.startswith("staging/")} == before
    assert built(project, stack="prod", check_only=True) == Change((), (), ("prod/mine",))


def test_only(project: Project) -> None:
    """--only writes those outputs alone, and the manifests keep the others' entries."""
    before = owners(project)
    project.write("cart.yaml", service("cart", "99%"))
    change = built(project, "rules")
    assert {before.get(path, "manifest") for path in change.written} == {"rules", "manifest"}
    assert owners(project) == before
    assert built(project, "rules", check_only=True) == Change((), ())


def test_only_then_all(project: Project) -> None:
    """One output after the other makes the same bytes as all at once."""
    whole = tree(project.output)
    shutil.rmtree(project.output)
    for name in ("values", "rules", "runbooks"):
        built(project, name)
    assert tree(project.output) == whole


def test_only_of_a_removed_service(project: Project) -> None:
    """--only deletes that output of a service that is gone, and the manifest keeps the rest until all is built."""
    before = owners(project)
    (project.slo / "cart.yaml").unlink()
    built(project, "rules")
    left = {path for path, output in before.items() if "/cart/" not in path or output != "rules"}
    assert set(owners(project)) == left
    built(project)
    assert set(owners(project)) == {path for path in before if "/cart/" not in path}
    assert not (project.output / "prod" / "services" / "cart").exists()


def test_only_of_a_removed_stack(project: Project) -> None:
    """--only leaves the other outputs of a stack that is gone, and their manifests with them."""
    before = owners(project)
    (project.slo / "stacks" / "staging.yaml").unlink()
    built(project, "rules")
    left = {path for path, output in before.items() if path.startswith("prod/") or output != "rules"}
    assert set(owners(project)) == left
    built(project)
    assert set(owners(project)) == {path for path in before if path.startswith("prod/")}


def test_output_that_a_stack_no_longer_wants(project: Project) -> None:
    """An output that is taken off a stack's list is deleted there."""
    project.write("stacks/staging.yaml", STAGING.replace(", runbooks, values", ""))
    built(project)
    assert {output for path, output in owners(project).items() if path.startswith("staging/")} == {"rules"}


def test_services_alone(project: Project) -> None:
    """Where the role is services, nothing of the platform is written."""
    project.write("stacks/staging.yaml", STAGING + "  role: services\n")
    built(project)
    assert not (project.output / "staging" / "platform").exists()
    assert (project.output / "staging" / "services" / "cart").is_dir()


def test_mine(project: Project) -> None:
    """Files that no manifest owns are listed by a check and touched by nothing, even where their service goes."""
    mine = ["README.md", "prod/services/cart/notes.md", "prod/services/cart/rules/mine.yaml"]
    for path in mine:
        (project.output / path).write_text("mine\n", "utf-8")
    assert built(project, check_only=True) == Change((), (), tuple(mine))
    (project.slo / "cart.yaml").unlink()
    built(project)
    assert [path for path in mine if (project.output / path).read_text("utf-8") == "mine\n"] == mine


def test_check_finds_every_difference(project: Project) -> None:
    """A check compares bytes: a changed file, a lost one and one that is no longer made; it changes nothing."""
    rules = project.output / "prod" / "services" / "cart" / "rules"
    (rules / "fast.yaml").write_bytes((rules / "fast.yaml").read_bytes() + b"\n")
    (rules / "slow.yaml").unlink()
    (project.slo / "payment.yaml").unlink()
    before = tree(project.folder)
    change = built(project, check_only=True)
    assert {p for p in change.written if p.startswith("prod/services/")} == {
        "prod/services/cart/rules/fast.yaml",
        "prod/services/cart/rules/slow.yaml",
    }
    assert below([p for p in change.deleted if p.startswith("prod/services/")], "prod/services/payment")
    assert tree(project.folder) == before
    built(project)
    assert built(project, check_only=True) == Change((), ())


def test_damaged_manifest(project: Project) -> None:
    """A manifest that was damaged is written anew, and no file is lost."""
    before = tree(project.output)
    (project.output / "prod" / "services" / "cart" / "manifest.json").write_text("{", "utf-8")
    assert built(project).written == ("prod/services/cart/manifest.json",)
    assert tree(project.output) == before


def test_failed_run(project: Project) -> None:
    """An error in slo/ leaves every byte of output/ as it was."""
    project.write("cart.yaml", service("cart", "99%"))
    project.write("payment.yaml", service("payment", "120%"))
    before = tree(project.output)
    report = Report()
    assert pipeline.build(pipeline.Request(project.slo, project.output), report) is None
    assert report.failed
    assert tree(project.output) == before


def test_strict(project: Project) -> None:
    """With strict a warning stops the build, without it does not."""
    project.write("cart.yaml", service("cart", "99.9999%"))
    before = tree(project.output)
    report = Report()
    request = pipeline.Request(project.slo, project.output, strict=True)
    assert pipeline.build(request, report) is None
    assert not report.failed
    assert tree(project.output) == before
    assert built(project).written


@pytest.mark.parametrize("output", ["slo", "slo/output", "."])
def test_folders_in_each_other(project: Project, output: str) -> None:
    """output/ cannot lie in slo/, be it, or hold it."""
    before = tree(project.folder)
    with pytest.raises(ToolError, match="lie in each other"):
        pipeline.build(pipeline.Request(project.slo, project.folder / output), Report())
    assert tree(project.folder) == before


def test_written_twice(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two outputs that make one file are an error, and nothing is published."""
    copy = Emitter("runbooks", service=lambda c, s: [Artifact(f"services/{s.name}/rules/fast.yaml", "", s.sources)])
    emitters = (*(e for e in pipeline.emitters() if e.output == "rules"), copy)
    monkeypatch.setattr(pipeline, "emitters", lambda: emitters)
    before = tree(project.output)
    report = Report()
    assert pipeline.build(pipeline.Request(project.slo, project.output, "prod"), report) is None
    assert {d.code for d in report.sorted() if d.severity.word == "error"} == {"SLO201"}
    assert "services/cart/rules/fast.yaml is written twice, by rules and by runbooks" in report.sorted()[0].message
    assert tree(project.output) == before


def test_path_that_leads_outside(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """An artefact whose path leads out of its folder is an error, and nothing is written anywhere."""
    bad = Emitter("rules", service=lambda c, s: [Artifact("../../../escaped.yaml", "x", s.sources)])
    monkeypatch.setattr(pipeline, "emitters", lambda: (bad,))
    before = tree(project.folder)
    report = Report()
    assert pipeline.build(pipeline.Request(project.slo, project.output), report) is None
    assert report.failed
    assert tree(project.folder) == before


def test_progress(project: Project) -> None:
    """Progress counts every task to the end."""
    said: list[str] = []
    pipeline.build(pipeline.Request(project.slo, project.output, progress=said.append), Report())
    assert said == [f"{number} of 8" for number in range(1, 9)]  # two stacks, each of three services and itself


@pytest.mark.parametrize("step", [0, 1, 5])
def test_killed(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """After kill -9 in the midst of publishing a rerun makes what an undisturbed run makes."""
    project.write("cart.yaml", service("cart", "99%"))
    (project.slo / "payment.yaml").unlink()
    monkeypatch.setattr(_Swap, "_remember", stopping(step, killed, _Swap._remember))
    assert in_child(lambda: built(project)) == -signal.SIGKILL
    monkeypatch.undo()
    built(project)
    fresh = pipeline.Request(project.slo, tmp_path / "fresh")
    pipeline.build(fresh, Report())
    assert tree(project.output) == tree(tmp_path / "fresh")
    assert sorted(path.name for path in project.folder.iterdir()) == ["fresh", "output", "slo"]


def test_killed_while_staging(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """After kill -9 while files are staged output/ is byte for byte as it was, and a rerun clears what was left."""
    project.write("cart.yaml", service("cart", "99%"))
    before = tree(project.output)
    monkeypatch.setattr(pipeline, "verify_artifact", stopping(3, killed, pipeline.verify_artifact))
    assert in_child(lambda: built(project)) == -signal.SIGKILL
    monkeypatch.undo()
    assert tree(project.output) == before
    built(project)
    assert sorted(path.name for path in project.folder.iterdir()) == ["output", "slo"]


@pytest.mark.parametrize("limit", [0, 1_000, 6_000])
def test_disk_full(project: Project, limit: int) -> None:
    """Where a file cannot be written whole, one message says so, and output/ is byte for byte as it was."""
    for name in ("cart", "checkout", "payment"):
        project.write(f"{name}.yaml", service(name, "99%"))
    before = tree(project.output)
    done = subprocess.run(
        [sys.executable, "-B", "-m", "compiler", "build"],
        cwd=project.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "slo: output cannot be written: File too large\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(project.output) == before
    assert sorted(path.name for path in project.folder.iterdir()) == ["output", "slo"]


def test_two_builds(project: Project) -> None:
    """A second build is told of the first, with status 2, and disturbs it in nothing."""
    with staging(project.output) as area:
        staged = area.write("prod", "rules", Artifact("x.yaml", "x", ("slo/cart.yaml",)))
        for arguments in (["build"], ["build", "--check"]):
            run = project.slo_command(*arguments)
            assert (run.status, run.stdout) == (2, "")
            assert "slo: another build is at work on output; wait for it to end\n" in run.stderr
        assert (area.root / staged.name).read_text("utf-8") == "x"


def test_no_place_to_write(project: Project) -> None:
    """An output/ where nothing can be made is one message with status 2."""
    run = project.slo_command("build", "--output", "/proc/output")
    assert run.status == 2
    assert "slo: /proc/output cannot be written: " in run.stderr
    assert "Traceback" not in run.stderr


def test_side_by_side(tmp_path: Path) -> None:
    """Many services in two processes give the bytes that one process gives."""
    project = Project(tmp_path)
    project.write("stacks/prod.yaml", STACK + "  outputs: [rules]\n")
    for number in range(30):
        project.write(f"{number}.yaml", service(f"service-{number}"))
    assert project.slo_command("build", "--jobs", "1", "--output", "one").status == 0
    assert project.slo_command("build", "--jobs", "2", "--output", "two").status == 0
    assert len(tree(tmp_path / "one")) >= 30 * 5
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
