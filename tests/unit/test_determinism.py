"""The same bytes on every machine: what is around a build has no part in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.language import ROOT
from tests.unit.trees import tree


def built(
    folder: Path, *arguments: str, cwd: Path | None = None, umask: int = 0o022, **environment: str
) -> dict[str, bytes]:
    """What the repository's slo/ compiles to in a process of its own, under other circumstances."""
    output = folder / "output"
    shutil.rmtree(output, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "compiler", "build", "--output", str(output), *arguments],
        cwd=cwd or folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tree(output)


def copied(target: Path, more: int) -> Path:
    """A copy of slo/ with more services."""
    shutil.copytree(ROOT / "slo", target / "slo")
    text = (target / "slo" / "shop" / "payment.yaml").read_text("utf-8")
    for number in range(more):
        (target / "slo" / "shop" / f"more-{number}.yaml").write_text(
            text.replace("payment", f"more-{number}"), "utf-8"
        )
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many services that two processes are used."""
    return copied(tmp_path_factory.mktemp("copy"), 30)


ONLY = ("--only", "rules,runbooks,dashboards,values,manifests")


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, bytes]:
    """One process, in the folder itself."""
    return built(folder, "--jobs", "1", *ONLY, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")


@pytest.mark.parametrize(
    ("jobs", "umask", "environment"),
    [
        ("1", 0o022, {"PYTHONHASHSEED": "1"}),
        ("2", 0o022, {"PYTHONHASHSEED": "2"}),
        ("3", 0o077, {"PYTHONHASHSEED": "4294967295"}),
        ("2", 0o022, {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "random"}),
        ("2", 0o022, {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        ("2", 0o022, {"LC_ALL": "de_DE.ISO-8859-1", "LANGUAGE": "tr", "PYTHONUTF8": "0"}),
        ("1", 0o022, {"HOME": "/nowhere", "USER": "someone", "HOSTNAME": "elsewhere", "PYTHONOPTIMIZE": "1"}),
    ],
    ids=lambda value: str(value).replace("'", ""),
)
def test_circumstances(
    folder: Path, expected: dict[str, bytes], jobs: str, umask: int, environment: dict[str, str]
) -> None:
    """Hash seed, processes, time zone, locale, mask of new files and user make no difference."""
    found = built(folder, "--jobs", jobs, *ONLY, umask=umask, **environment)
    assert sorted(found) == sorted(expected)
    assert [path for path in expected if found[path] != expected[path]] == []


def test_other_folder(folder: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    """Nor does the folder: a build from elsewhere, of a copy whose files were made in another order."""
    copy = tmp_path / "another place"
    copy.mkdir()
    for path in sorted(folder.rglob("*.yaml"), reverse=True):
        if path.is_relative_to(folder / "slo"):
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert built(copy, "--slo", str(copy / "slo"), *ONLY, cwd=Path("/")) == expected


def test_nothing_of_the_machine(expected: dict[str, bytes], folder: Path) -> None:
    """No path of the machine, host, user or carriage return is in any file; each ends in one line feed."""
    host = os.uname().nodename.encode()
    usual = [f"/{name}/".encode() for name in ("tmp", "home", "root")]
    words = [str(folder).encode(), str(ROOT).encode(), *usual, b"\r"]
    words += [host] if len(host) > 4 else []
    for path, raw in expected.items():
        assert [word for word in words if word in raw] == [], path
        assert raw.endswith(b"\n"), path
        assert not raw.endswith(b"\n\n"), path


def test_rewritten_from_any_state(folder: Path, expected: dict[str, bytes]) -> None:
    """Whatever stood there before, the build makes the same of it."""
    output = folder / "output"
    shutil.rmtree(output, ignore_errors=True)
    for path, raw in expected.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(raw.replace(b"slo", b"SLO") if path.endswith(".yaml") else raw)
    command = [sys.executable, "-m", "compiler", "build", *ONLY]
    subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    assert tree(output) == expected


@pytest.mark.slow
def test_everything(tmp_path: Path) -> None:
    """All outputs, the unit tests among them: one process and two, two hash seeds."""
    folder = copied(tmp_path, 8)
    one = built(folder, "--jobs", "1", PYTHONHASHSEED="1")
    assert built(folder, "--jobs", "2", PYTHONHASHSEED="2", TZ="Asia/Kathmandu") == one
    assert any("/tests/" in path for path in one)
