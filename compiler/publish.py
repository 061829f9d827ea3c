"""Everything staged first, then swapped into output/ file by file, the manifests last.

A killed run leaves output/ as it was or partly new with the old manifests; the next run repairs it.
Nothing is deleted that a manifest does not own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from compiler.artifact import Artifact, to_json
from compiler.diagnostics import ToolError

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was staged: its path below output/, the output it belongs to, its hash and its sources."""

    path: str
    output: str
    sha256: str
    sources: tuple[str, ...]

    @property
    def owner(self) -> str:
        """The folder whose manifest lists it: a stack, its platform/, or one of its services."""
        stack, *rest = self.path.split("/")
        if len(rest) > 2 and rest[0] in ("services", "packs"):
            return f"{stack}/{rest[0]}/{rest[1]}"
        return f"{stack}/platform" if rest[0] == "platform" else stack


class Staging:
    """A folder beside output/ that takes its files before they are published."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.root = output.parent / f".{output.name}.staging"

    def write(self, stack: str, output: str, artifact: Artifact) -> Staged:
        """Stage one file; may be called by several processes, for different files."""
        path = f"{stack}/{artifact.path}"
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        raw = artifact.text.encode("utf-8")
        target.write_bytes(raw)
        return Staged(path, output, hashlib.sha256(raw).hexdigest(), artifact.sources)


@contextmanager
def staging(output: Path) -> Iterator[Staging]:
    """Lock output/ and give a clean staging folder, which is gone afterwards.

    Raises:
        ToolError: another build holds the lock, or output/ cannot be written.
    """
    made = not output.exists()
    try:
        output.mkdir(parents=True, exist_ok=True)
        folder = os.open(output, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ToolError(f"{output} cannot be written: {error.strerror}") from error
    area = Staging(output)
    try:
        _lock(folder, output)
        shutil.rmtree(area.root, ignore_errors=True)
        yield area
    except OSError as error:
        raise ToolError(f"{output} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(area.root, ignore_errors=True)
        os.close(folder)
        if made and not any(output.iterdir()):
            output.rmdir()


def _lock(folder: int, output: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ToolError(f"another build is writing {output}; wait for it to end") from error


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing changes: paths below output/."""

    written: tuple[str, ...]
    deleted: tuple[str, ...]
    strays: tuple[str, ...] = ()


def manifests(staged: Iterable[Staged], kept: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """The text of each manifest by its path.

    Args:
        staged: this run's files.
        kept: entries of files that this run did not ask for, by path.
    """
    files: dict[str, dict[str, Mapping[str, object]]] = {}
    for item in staged:
        entry: dict[str, object] = {"output": item.output, "sources": list(item.sources), "sha256": item.sha256}
        files.setdefault(item.owner, {})[_below(item.path, item.owner)] = entry
    for path, before in kept.items():
        owner = Staged(path, "", "", ()).owner
        files.setdefault(owner, {}).setdefault(_below(path, owner), before)
    return {
        f"{owner}/{MANIFEST}": to_json({"files": dict(sorted(found.items()))})
        for owner, found in sorted(files.items())
    }


def _below(path: str, owner: str) -> str:
    return path.removeprefix(f"{owner}/")


def owned(output: Path, stacks: Iterable[str]) -> dict[str, Mapping[str, object]]:
    """Every file that a manifest of these stacks owns, with its entry; an unreadable one owns nothing."""
    found: dict[str, Mapping[str, object]] = {}
    for stack in stacks:
        folder = output / stack
        for path in sorted([*folder.glob(MANIFEST), *folder.glob(f"*/{MANIFEST}"), *folder.glob(f"*/*/{MANIFEST}")]):
            try:
                files = json.loads(path.read_text("utf-8"))["files"]
            except (OSError, ValueError, KeyError, TypeError):
                continue
            base = path.parent.relative_to(output).as_posix()
            found |= {f"{base}/{name}": entry for name, entry in files.items() if _inside(name)}
    return found


def _inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/")


def plan_change(area: Staging, texts: Mapping[str, str], staged: Iterable[Staged], before: Iterable[str]) -> Change:
    """What differs between output/ and what was staged.

    Args:
        area: with the staged files.
        texts: the manifests.
        staged: this run's files.
        before: what the last manifests own and this run may delete.
    """
    now = {item.path for item in staged}
    written = [p for p in sorted(now) if not _same(area.output / p, (area.root / p).read_bytes())]
    written += [p for p, text in sorted(texts.items()) if not _same(area.output / p, text.encode("utf-8"))]
    gone = sorted(path for path in before if path not in now and (area.output / path).is_file())
    old = {f"{Staged(path, '', '', ()).owner}/{MANIFEST}" for path in gone} - set(texts)
    return Change(tuple(written), tuple(gone + sorted(path for path in old if (area.output / path).is_file())))


def _same(path: Path, raw: bytes) -> bool:
    try:
        return path.read_bytes() == raw
    except OSError:
        return False


def publish(area: Staging, texts: Mapping[str, str], change: Change) -> None:
    """Swap the staged files in, delete what is no longer made, write the manifests last.

    Raises:
        ToolError: a path of output/ leads through a symbolic link.
    """
    for path in (*change.written, *change.deleted):
        _real(area.output, path)
    for path, text in texts.items():
        target = area.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    for path in sorted(change.written, key=lambda p: (p.endswith(f"/{MANIFEST}"), p)):
        target = area.output / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (area.root / path).replace(target)
    for path in change.deleted:
        (area.output / path).unlink()
        _prune(area.output, (area.output / path).parent)


def _real(output: Path, path: str) -> None:
    at = output
    for part in Path(path).parts:
        at = at / part
        if at.is_symlink():
            raise ToolError(f"{at} is a symbolic link; nothing is written through it")


def _prune(output: Path, folder: Path) -> None:
    while folder != output and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def strays(output: Path, known: Iterable[str]) -> tuple[str, ...]:
    """Files below output/ that nothing makes."""
    made = set(known)
    found = (path.relative_to(output).as_posix() for path in output.rglob("*") if not path.is_dir())
    return tuple(sorted(path for path in found if path not in made))
