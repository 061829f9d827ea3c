"""What was staged is swapped into output/ file by file, the manifests last.

What fails midway is put back. A killed run leaves output/ partly new with the old manifests; the next run repairs it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiler import manifest
from compiler.diagnostics import ToolError
from compiler.manifest import Entry
from compiler.staging import Staged, Staging


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing changes: paths below output/, manifests among them, and what is nobody's."""

    written: tuple[str, ...]
    deleted: tuple[str, ...]
    strays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be swapped in: staged files and manifests that differ, and files that are no longer made."""

    staged: tuple[Staged, ...]
    manifests: tuple[Staged, ...]
    gone: tuple[str, ...]
    old_manifests: tuple[str, ...]
    paths: frozenset[str]
    """All that stays, changed or not."""

    @property
    def change(self) -> Change:
        """The paths."""
        written = tuple(item.path for item in (*self.staged, *self.manifests))
        return Change(written, (*self.gone, *self.old_manifests))


def prepare(area: Staging, staged: Iterable[Staged], kept: Iterable[Entry], before: manifest.Owned) -> Publication:
    """What differs between output/ and what was made; stages the manifests.

    Args:
        area: with the staged files.
        staged: this run's files.
        kept: files of earlier runs that this one was not asked for.
        before: what the manifests there own.
    """
    made, rest = tuple(staged), tuple(kept)
    texts = manifest.texts((*made, *rest))
    listed = [area.put(path, "", (), text) for path, text in texts.items()]
    stays = {entry.path for entry in (*made, *rest)} | set(texts)
    gone = (e.path for e in before.entries if e.path not in stays and _there(area.output / e.path))
    return Publication(
        staged=tuple(sorted((item for item in made if item.name), key=lambda item: item.path)),
        manifests=tuple(item for item in listed if item.name),
        gone=tuple(sorted(gone)),
        old_manifests=tuple(path for path in before.manifests if path not in texts),
        paths=frozenset(stays),
    )


def _there(path: Path) -> bool:
    return path.is_file() or path.is_symlink()


def publish(area: Staging, publication: Publication) -> None:
    """Swap the staged files in, delete what is no longer made, and write the manifests last.

    Raises:
        ToolError: a path of output/ leads through a symbolic link or a folder; nothing was changed.
        OSError: it could not be written; what had been changed is as it was.
    """
    change = publication.change
    _refuse(area.output, change)
    swap = _Swap(area)
    try:
        for item in publication.staged:
            swap.write(item)
        for path in publication.gone:
            swap.delete(path)
        for item in publication.manifests:
            swap.write(item)
        for path in publication.old_manifests:
            swap.delete(path)
    except BaseException:
        swap.undo()
        raise
    _prune(area.output, change.deleted)


def _refuse(output: Path, change: Change) -> None:
    seen: dict[str, bool] = {}
    for path in (*change.written, *change.deleted):
        parts = path.split("/")
        for number in range(1, len(parts) + 1):
            at = "/".join(parts[:number])
            if at not in seen:
                seen[at] = _real(output / at)
    for path in change.written:
        if (output / path).is_dir():
            raise ToolError(f"{output / path} is a folder where a file is to be written; nothing was changed")


def _real(path: Path) -> bool:
    if path.is_symlink():
        raise ToolError(
            f"{path} is a symbolic link; nothing is written through it or deleted, and nothing was changed"
        )
    return True


class _Swap:
    """Changes output/ step by step and remembers how to put each back."""

    def __init__(self, area: Staging) -> None:
        self._area = area
        self._before: list[tuple[Path, Path | None]] = []
        self._folders: set[Path] = set()

    def write(self, item: Staged) -> None:
        target = self._area.output / item.path
        self._remember(target)
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        (self._area.root / item.name).replace(target)

    def delete(self, path: str) -> None:
        target = self._area.output / path
        self._remember(target)
        target.unlink()

    def _remember(self, target: Path) -> None:
        """Keep the old file, by a second name where the file system has such."""
        kept = self._area.root / f"old-{len(self._before)}"
        if not target.exists():
            self._before.append((target, None))
            return
        try:
            kept.hardlink_to(target)
        except OSError:
            shutil.copy2(target, kept)
        self._before.append((target, kept))

    def undo(self) -> None:
        for target, kept in reversed(self._before):
            with suppress(OSError):
                if kept:
                    kept.replace(target)
                else:
                    target.unlink(missing_ok=True)
        _prune(self._area.output, (str(t.relative_to(self._area.output)) for t, kept in self._before if not kept))


def _prune(output: Path, paths: Iterable[str]) -> None:
    """Remove the folders that lost their last file."""
    for path in paths:
        folder = (output / path).parent
        with suppress(OSError):
            while folder != output:
                folder.rmdir()
                folder = folder.parent
