"""A place for files before they are published, and the lock that keeps one build out of another's way."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from compiler.artifact import Artifact
from compiler.diagnostics import ToolError
from compiler.manifest import Entry


@dataclass(frozen=True, slots=True)
class Staged(Entry):
    """A file of this run; ``name`` is its place in the staging folder, empty where output/ holds the same bytes."""

    name: str = ""


class Staging:
    """A folder that takes files before they are published, unless output/ has them as they are."""

    def __init__(self, output: Path, dry: bool) -> None:
        self.output = output
        self.root = _beside(output)
        self._dry = dry
        self._numbers = count()

    def write(self, stack: str, output: str, artifact: Artifact) -> Staged:
        """Stage one file; may be called by several processes, for different files."""
        return self.put(f"{stack}/{artifact.path}", output, artifact.sources, artifact.text)

    def put(self, path: str, output: str, sources: tuple[str, ...], text: str) -> Staged:
        """Stage a text for a path below output/."""
        raw = text.encode("utf-8")
        name = "" if _holds(self.output / path, raw) else f"{os.getpid()}-{next(self._numbers)}"
        if name and not self._dry:
            (self.root / name).write_bytes(raw)
        return Staged(path, output, sources, hashlib.sha256(raw).hexdigest(), name)


def _beside(output: Path) -> Path:
    """The staging folder: beside output/, or in it where files cannot be moved from there."""
    real = output.resolve()
    parent = real.parent
    movable = not real.exists() or real.stat().st_dev == parent.stat().st_dev
    writable = os.access(parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    return parent / f".{real.name}.staging" if movable and writable else real / ".staging"


def _holds(path: Path, raw: bytes) -> bool:
    try:
        return path.lstat().st_size == len(raw) and not path.is_symlink() and path.read_bytes() == raw
    except OSError:
        return False


@contextmanager
def staging(output: Path, dry: bool = False) -> Iterator[Staging]:
    """Lock output/ and give a clean staging folder, which is gone afterwards.

    Args:
        output: the folder of all stacks.
        dry: nothing will be published; several such runs may be at work, and nothing is written anywhere.
    Raises:
        ToolError: another build holds the lock, or output/ cannot be written.
    """
    made = not dry and not output.exists()
    try:
        if made:
            output.mkdir(parents=True, exist_ok=True)
        with _locked(output, dry):
            area = Staging(output, dry)
            try:
                if not dry:
                    _fresh(area.root)
                yield area
            finally:
                if not dry:
                    shutil.rmtree(area.root, ignore_errors=True)
                if made and not any(output.iterdir()):
                    output.rmdir()
    except OSError as error:
        raise ToolError(f"{_place(error, output)} cannot be written: {error.strerror or error}") from error


def _place(error: OSError, output: Path) -> str:
    return str(output if error.filename is None or ".staging" in str(error.filename) else error.filename)


def _fresh(root: Path) -> None:
    """Delete what a killed run left, and make an empty folder that git does not see."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (root / ".gitignore").write_text("*\n", "utf-8")


@contextmanager
def _locked(output: Path, shared: bool) -> Iterator[None]:
    if not output.exists():
        yield
        return
    folder = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ToolError(f"another build is at work on {output}; wait for it to end") from error
    finally:
        os.close(folder)
