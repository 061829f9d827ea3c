"""Staging and swapping: all or nothing, whatever stops it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from compiler import manifest
from compiler.artifact import Artifact
from compiler.diagnostics import ToolError
from compiler.publish import Change, _Swap, prepare, publish
from compiler.staging import staging
from tests.unit.trees import as_nobody, failed, in_child, killed, open_folder, stopping, tree

OLD = {"services/a/rules/x.yaml": "old\n", "services/a/same.yaml": "same\n", "services/b/gone.yaml": "gone\n"}
NEW = {"services/a/rules/x.yaml": "new\n", "services/a/same.yaml": "same\n", "services/c/born.yaml": "born\n"}


def put(output: Path, files: dict[str, str], dry: bool = False) -> Change:
    """Publish these files of one stack."""
    with staging(output, dry) as area:
        staged = [area.write("prod", "rules", Artifact(path, text, ("slo/a.yaml",))) for path, text in files.items()]
        publication = prepare(area, staged, (), manifest.owned(output))
        if not dry:
            publish(area, publication)
        return publication.change


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An output/ that was published before."""
    put(tmp_path / "output", OLD)
    return tmp_path / "output"


def test_first(tmp_path: Path) -> None:
    """The files and one manifest a folder are there, and nothing else, neither in output/ nor beside it."""
    change = put(tmp_path / "output", OLD)
    assert sorted(tree(tmp_path)) == [
        "output/prod/services/a/manifest.json",
        "output/prod/services/a/rules/x.yaml",
        "output/prod/services/a/same.yaml",
        "output/prod/services/b/gone.yaml",
        "output/prod/services/b/manifest.json",
    ]
    assert sorted(change.written) == sorted(tree(tmp_path / "output"))


def test_change(output: Path) -> None:
    """What differs is written, what is no longer made goes with folder and manifest, the rest is not touched."""
    same = output / "prod" / "services" / "a" / "same.yaml"
    before = same.stat()
    change = put(output, NEW)
    assert change == Change(
        written=(
            "prod/services/a/rules/x.yaml",
            "prod/services/c/born.yaml",
            "prod/services/a/manifest.json",
            "prod/services/c/manifest.json",
        ),
        deleted=("prod/services/b/gone.yaml", "prod/services/b/manifest.json"),
    )
    assert not (output / "prod" / "services" / "b").exists()
    assert (same.stat().st_ino, same.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_again(output: Path) -> None:
    """The same once more changes nothing."""
    assert put(output, OLD) == Change((), ())


def test_dry(output: Path) -> None:
    """A dry run says what would change and writes nothing."""
    before = tree(output.parent)
    assert put(output, NEW, dry=True).deleted == ("prod/services/b/gone.yaml", "prod/services/b/manifest.json")
    assert tree(output.parent) == before


def test_dry_without_output(tmp_path: Path) -> None:
    """A dry run does not even make the folder."""
    assert put(tmp_path / "output", NEW, dry=True).written
    assert list(tmp_path.iterdir()) == []


def test_not_owned(output: Path) -> None:
    """What no manifest owns stays, also in the folder of a service that goes."""
    mine = output / "prod" / "services" / "b" / "notes.md"
    mine.write_text("mine", "utf-8")
    put(output, NEW)
    assert mine.read_text("utf-8") == "mine"
    assert sorted(tree(output / "prod" / "services" / "b")) == ["notes.md"]


def test_lost_manifest(output: Path) -> None:
    """Without its manifest a file is nobody's, and stays."""
    (output / "prod" / "services" / "b" / "manifest.json").unlink()
    put(output, NEW)
    assert (output / "prod" / "services" / "b" / "gone.yaml").is_file()


def test_manifest_without_files(output: Path) -> None:
    """The manifest of a service that goes goes too, where its files are gone already."""
    (output / "prod" / "services" / "b" / "gone.yaml").unlink()
    assert put(output, NEW).deleted == ("prod/services/b/manifest.json",)
    assert not (output / "prod" / "services" / "b").exists()


CHANGES = 6
"""How many files the change from OLD to NEW writes or deletes."""


@pytest.mark.parametrize("step", range(CHANGES))
def test_killed(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Killed before any of its changes, the next run repairs all: every owned file is accounted for."""
    put(tmp_path / "other", OLD)
    put(tmp_path / "other", NEW)
    monkeypatch.setattr(_Swap, "_remember", stopping(step, killed, _Swap._remember))
    assert in_child(lambda: put(output, NEW)) == -signal.SIGKILL
    monkeypatch.undo()
    put(output, NEW)
    assert tree(output) == tree(tmp_path / "other")
    assert not (tmp_path / ".output.staging").exists()


@pytest.mark.parametrize("step", range(CHANGES))
def test_killed_then_given_up(output: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Killed, and then built from the old input again, output/ is as before, but for files that were born unowned."""
    before = tree(output)
    monkeypatch.setattr(_Swap, "_remember", stopping(step, killed, _Swap._remember))
    assert in_child(lambda: put(output, NEW)) == -signal.SIGKILL
    monkeypatch.undo()
    put(output, OLD)
    after = tree(output)
    born = after.pop("prod/services/c/born.yaml", b"born\n")
    assert (after, born) == (before, b"born\n")


@pytest.mark.parametrize("step", range(CHANGES))
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "copies"])
def test_put_back(output: Path, monkeypatch: pytest.MonkeyPatch, step: int, links: bool) -> None:
    """A failure before any of its changes leaves every byte as it was, and nothing beside."""
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", failed)
    before = tree(output.parent)
    monkeypatch.setattr(_Swap, "_remember", stopping(step, failed, _Swap._remember))
    with pytest.raises(ToolError, match="cannot be written: No space left on device"):
        put(output, NEW)
    assert tree(output.parent) == before


def test_stopped(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the midst of it leaves every byte as it was."""
    before = tree(output.parent)

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_Swap, "_remember", stopping(3, interrupted, _Swap._remember))
    with pytest.raises(KeyboardInterrupt):
        put(output, NEW)
    assert tree(output.parent) == before


def test_folder_of_a_service_is_read_only() -> None:
    """A folder that cannot be written into stops it halfway, and what was written before is put back."""
    with open_folder() as folder, as_nobody():
        put(folder / "output", OLD)
        locked = folder / "output" / "prod" / "services" / "b"
        locked.chmod(0o555)
        before = tree(folder)
        with pytest.raises(ToolError, match=r"gone\.yaml cannot be written: Permission denied"):
            put(folder / "output", NEW)
        assert tree(folder) == before
        locked.chmod(0o755)


def test_output_is_read_only() -> None:
    """An output/ that cannot be written is one message."""
    with open_folder() as folder, as_nobody():
        put(folder / "output", OLD)
        (folder / "output" / "prod" / "services").chmod(0o555)
        before = tree(folder)
        with pytest.raises(ToolError, match="cannot be written: Permission denied"):
            put(folder / "output", NEW)
        assert tree(folder) == before
        (folder / "output" / "prod" / "services").chmod(0o755)


def test_nothing_beside_output_can_be_written() -> None:
    """Where the folder around output/ is read-only, files are staged inside, and no trace of it is left."""
    with open_folder() as folder, as_nobody():
        output = folder / "project" / "output"
        put(output, OLD)
        output.parent.chmod(0o555)
        put(output, NEW)
        assert (output / "prod" / "services" / "c" / "born.yaml").is_file()
        assert [path.name for path in output.iterdir()] == ["prod"]
        output.parent.chmod(0o755)


def test_what_a_killed_run_left(output: Path) -> None:
    """The staging folder of a killed run is cleared, and git never sees it."""
    left = output.parent / ".output.staging"
    left.mkdir()
    (left / "1-1").write_text("half a fi", "utf-8")
    with staging(output) as area:
        assert sorted(path.name for path in area.root.iterdir()) == [".gitignore"]
        assert (area.root / ".gitignore").read_text("utf-8") == "*\n"
    assert not left.exists()


@pytest.mark.parametrize("link", ["prod", "prod/services", "prod/services/a", "prod/services/a/rules/x.yaml"])
def test_symbolic_link(output: Path, link: str) -> None:
    """Nothing is written through a symbolic link below output/, and nothing is changed."""
    (output / link).rename(output.parent / "elsewhere")
    (output / link).symlink_to(output.parent / "elsewhere")
    before = tree(output.parent)
    with pytest.raises(ToolError, match=f"{link} is a symbolic link"):
        put(output, NEW)
    assert tree(output.parent) == before


def test_link_in_place_of_a_file_that_goes(output: Path) -> None:
    """A symbolic link in place of an owned file is not deleted, nor what it leads to."""
    gone = output / "prod" / "services" / "b" / "gone.yaml"
    gone.rename(output.parent / "kept.yaml")
    gone.symlink_to(output.parent / "kept.yaml")
    with pytest.raises(ToolError, match=r"gone\.yaml is a symbolic link"):
        put(output, NEW)
    assert (output.parent / "kept.yaml").read_text("utf-8") == "gone\n"


def test_output_is_a_link(tmp_path: Path) -> None:
    """output/ itself may be a symbolic link: that is its user's choice."""
    (tmp_path / "real").mkdir()
    (tmp_path / "output").symlink_to("real")
    put(tmp_path / "output", OLD)
    assert (tmp_path / "real" / "prod" / "services" / "a" / "same.yaml").read_text("utf-8") == "same\n"


def test_folder_in_the_way(output: Path) -> None:
    """A folder where a file is to be written is refused before anything is changed."""
    (output / "prod" / "services" / "c" / "born.yaml").mkdir(parents=True)
    before = tree(output)
    with pytest.raises(ToolError, match=r"born\.yaml is a folder where a file is to be written"):
        put(output, NEW)
    assert tree(output) == before


def test_two_at_once(output: Path) -> None:
    """A second build is told so, and takes nothing from the first."""
    with staging(output) as area:
        item = area.write("prod", "rules", Artifact("services/a/rules/x.yaml", "first\n", ("slo/a.yaml",)))
        with pytest.raises(ToolError, match="another build is at work on"):
            put(output, NEW)
        with pytest.raises(ToolError, match="another build is at work on"):
            put(output, NEW, dry=True)
        publish(area, prepare(area, [item], (), manifest.owned(output)))
    assert (output / "prod" / "services" / "a" / "rules" / "x.yaml").read_text("utf-8") == "first\n"


def test_two_checks_at_once(output: Path) -> None:
    """Two that only look do not mind each other."""
    with staging(output, dry=True):
        assert put(output, OLD, dry=True) == Change((), ())


def test_file_in_place_of_output(tmp_path: Path) -> None:
    """A file where output/ should be is one message."""
    (tmp_path / "output").write_text("", "utf-8")
    with pytest.raises(ToolError, match="output cannot be written: Not a directory"):
        put(tmp_path / "output", NEW)


def test_no_output_after_a_failure(tmp_path: Path) -> None:
    """A first run that fails leaves no empty output/."""
    with pytest.raises(ZeroDivisionError), staging(tmp_path / "output"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
