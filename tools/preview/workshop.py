"""What draws, in the user's cache: the packages that the lock pins, and beside them the built page.

The work tree stays as it is. ``preview-<hash of the lock>/`` holds the packages, half a gigabyte; below it
``<hash of the sources>/`` holds a copy of the sources, built, so that a change of the page installs nothing anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tools.install import cache_folder
from tools.preview.faults import PreviewError
from tools.preview.programs import node, npm
from tools.running import last_words, locked, run

HERE = Path(__file__).resolve().parent
READY = ".ready"
"""A file that stands in a folder which was made to the end."""


def lock_files(folder: Path = HERE) -> list[Path]:
    """What says which packages are installed."""
    return [folder / name for name in (".npmrc", "package-lock.json", "package.json")]


def page_files(folder: Path = HERE) -> list[Path]:
    """What the page is made of, and what opens it in a browser."""
    found = [*folder.glob("*.mjs"), *folder.glob("src/**/*.ts"), *folder.glob("src/**/*.tsx"), folder / "page.html"]
    return sorted(found)


def key(files: Iterable[Path], folder: Path = HERE) -> str:
    """Sixteen digits that change with the name or the content of any file."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def workshop(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder with the built page, made first where there is none.

    Raises:
        PreviewError: it cannot be made.
    """
    packages = cache_folder(environment).parent / f"preview-{key(lock_files())}"
    page = packages / key(page_files())
    once(packages, install)
    once(page, build)
    return page


def once(folder: Path, make: Callable[[Path], None]) -> None:
    """Make a folder unless it is there, one process at a time.

    Raises:
        PreviewError: it cannot be made.
    """
    if (folder / READY).is_file():
        return
    with locked(folder.with_suffix(".lock"), "another drawing to make what it needs"):
        # The one that held the lock may have made it.
        if not (folder / READY).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            (folder / READY).touch()


def install(folder: Path) -> None:
    """The packages of the lock, each checked against its hash; none of their own programs runs.

    Raises:
        PreviewError: npm is missing or fails.
    """
    installer = npm()
    print("tools/preview: installing the packages that draw, once; some minutes", file=sys.stderr, flush=True)
    copy(lock_files(), folder)
    step("npm ci", [installer, "ci", "--ignore-scripts"], folder)


def build(folder: Path) -> None:
    """The page, from a copy of its sources.

    Raises:
        PreviewError: node is missing, or the sources are at fault.
    """
    runner = node()
    copy(page_files(), folder)
    step("the build of the page", [runner, "build.mjs"], folder)


def copy(files: Iterable[Path], folder: Path) -> None:
    """Files from here to the same places there."""
    for path in files:
        target = folder / path.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def step(name: str, command: list[str], folder: Path) -> None:
    """One program, run in the folder.

    Raises:
        PreviewError: it failed; with the end of what it said.
    """
    ran = run(command, folder)
    if ran.returncode:
        raise PreviewError(f"{name} failed in {folder}:\n  {last_words(ran)}")
