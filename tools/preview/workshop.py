"""A copy of the sources in the user's cache, with the packages they need, built: the work tree stays as it is."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.install import cache_folder
from tools.preview.faults import PreviewError
from tools.preview.programs import node, npm
from tools.running import last_words, locked, run

HERE = Path(__file__).resolve().parent
LOCK = ("package.json", "package-lock.json", ".npmrc")
"""What says which packages are installed."""


def sources(folder: Path = HERE) -> list[Path]:
    """Everything that goes into the picture, in a fixed order: the lock, the page, and what draws it."""
    found = [folder / name for name in (*LOCK, "page.html")]
    return sorted([*found, *folder.glob("*.mjs"), *(path for path in folder.glob("src/**/*") if path.is_file())])


def key(folder: Path = HERE) -> str:
    """Sixteen digits that change with any of the sources."""
    digest = hashlib.sha256()
    for path in sources(folder):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def workshop(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder with the built page, made first where there is none.

    Raises:
        PreviewError: it cannot be made.
    """
    cache = cache_folder(environment).parent
    folder = cache / f"preview-{key()}"
    if not ready(folder):
        with locked(folder.with_suffix(".lock"), "another drawing to install what it needs"):
            # The one that held the lock may have made it.
            if not ready(folder):
                make(folder)
    return folder


def ready(folder: Path) -> bool:
    """Whether it was made to the end."""
    return (folder / ".ready").is_file()


def make(folder: Path) -> None:
    """Copy, install, build.

    Raises:
        PreviewError: a program is missing or fails.
    """
    runner, installer = node(), npm()
    print("tools/preview: installing what draws, once; some minutes", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    for path in sources():
        copy = folder / path.relative_to(HERE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    # No package's own programs run: only those that the lock pins, when they are called.
    step("npm ci", [installer, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    step("the build", [runner, "build.mjs"], folder)
    (folder / ".ready").touch()


def step(name: str, command: list[str], folder: Path) -> None:
    """One program, run in the folder.

    Raises:
        PreviewError: it failed; with the end of what it said.
    """
    ran = run(command, folder)
    if ran.returncode:
        raise PreviewError(f"{name} failed in {folder}:\n  {last_words(ran)}")
