"""What is shipped: the wheel, the locks, and what no file may say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import compiler

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# In parts, so that this file does not name them either.
REGISTRIES = [
    ("pypi", "org"),
    ("pypi", "python", "org"),
    ("pythonhosted", "org"),
    ("crates", "io"),
    ("proxy", "golang", "org"),
    ("sum", "golang", "org"),
    ("npmjs", "org"),
    ("repo1", "maven", "org"),
    ("deb", "debian", "org"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel that is built from a copy of this folder."""
    copy = tmp_path_factory.mktemp("tree") / "copy"
    skipped = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "output", "cases")
    shutil.copytree(ROOT, copy, ignore=skipped)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", "made"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    (made,) = (copy / "made").glob("*.whl")
    assert made.name == f"slo_compiler-{compiler.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(made) as opened:
        return set(opened.namelist())


def tracked() -> list[Path]:
    """The files of the repository: those that git has, and those that it would take."""
    git = shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def requirements(text: str) -> dict[str, list[str]]:
    """Each pinned package of a lock with its hashes."""
    joined = re.sub(r"\\\n\s*", "", text)
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.split()[0]: line.split()[1:] for line in lines}


def test_wheel_holds_the_package_alone(wheel: set[str]) -> None:
    """The wheel has compiler/ and its own metadata, and nothing else of the repository."""
    metadata = f"slo_compiler-{compiler.__version__}.dist-info"
    assert {name.partition("/")[0] for name in wheel} == {"compiler", metadata}


def test_wheel_holds_all_of_the_package(wheel: set[str]) -> None:
    """Every file of compiler/, code and data, is in the wheel."""
    files = (path for path in (ROOT / "compiler").rglob("*") if path.is_file())
    expected = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert {name for name in wheel if name.startswith("compiler/")} == expected


def test_wheel_installs_the_command(wheel: set[str]) -> None:
    """The wheel brings an entry point for `slo`."""
    assert f"slo_compiler-{compiler.__version__}.dist-info/entry_points.txt" in wheel


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_by_hash(lock: Path) -> None:
    """Every line of a lock is one exact version with hashes."""
    pinned = requirements(lock.read_text(encoding="utf-8"))
    assert pinned
    for requirement, hashes in pinned.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", requirement)
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", given) for given in hashes)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_name_no_place(lock: Path) -> None:
    """A lock says what to install, never where from, and has no path of the machine that made it."""
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)/", text, re.MULTILINE)


def test_locks_agree() -> None:
    """What both locks pin, they pin to the same version."""
    build, test = (
        requirements((ROOT / "requirements" / name).read_text(encoding="utf-8")) for name in ("build.txt", "test.txt")
    )
    assert build.items() <= test.items()


def test_locks_hold_what_the_package_declares() -> None:
    """The requirements of the package, and of its build, are those that the lock is made from."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {*declared["project"]["dependencies"], *declared["build-system"]["requires"]}
    lines = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} - {"editables"} == wanted


def test_no_file_names_a_registry() -> None:
    """Where packages come from is a setting of the user's machine: no file names a registry."""
    hosts = re.compile("|".join(re.escape(".".join(parts)) for parts in REGISTRIES).encode())
    naming = [str(path.relative_to(ROOT)) for path in tracked() if hosts.search(path.read_bytes())]
    assert naming == []


def test_no_unit_test_needs_what_the_lab_alone_has() -> None:
    """``make test`` installs none of it; ``.ci/run`` has both, and would not tell."""
    names = [f"tests.unit.{path.stem}" for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    code = (
        "import importlib, sys\n"
        "sys.modules.update({'opentelemetry': None, 'prometheus_client': None})\n"
        "for name in sys.argv[1:]: importlib.import_module(name)"
    )
    ran = subprocess.run([sys.executable, "-c", code, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
