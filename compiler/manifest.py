"""Manifests: which files of output/ are the compiler's own, where each came from, and what is nobody's.

A stack's folder, its platform/ and each of its services has one. Nothing is deleted that none of them owns.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.artifact import to_json

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a manifest says of one file: its path below output/, which output it is, its sources and its hash."""

    path: str
    output: str
    sources: tuple[str, ...]
    sha256: str

    @property
    def stack(self) -> str:
        """The first folder."""
        return self.path.split("/", 1)[0]

    @property
    def owner(self) -> str:
        """The folder whose manifest lists it: a stack, its platform/, or one of its services."""
        stack, *rest = self.path.split("/")
        if len(rest) > 2 and rest[0] in ("services", "packs"):
            return f"{stack}/{rest[0]}/{rest[1]}"
        return f"{stack}/platform" if rest[0] == "platform" else stack

    @property
    def manifest(self) -> str:
        """The manifest that lists it."""
        return f"{self.owner}/{NAME}"


@dataclass(frozen=True, slots=True)
class Owned:
    """What the manifests below output/ say: every file that is owned, and the manifests themselves."""

    entries: tuple[Entry, ...]
    manifests: tuple[str, ...]


def texts(entries: Iterable[Entry]) -> dict[str, str]:
    """The text of each manifest by its path, for these files."""
    files: dict[str, dict[str, Mapping[str, object]]] = {}
    for entry in sorted(entries, key=lambda e: e.path):
        said = {"output": entry.output, "sources": list(entry.sources), "sha256": entry.sha256}
        files.setdefault(entry.owner, {})[entry.path.removeprefix(f"{entry.owner}/")] = said
    return {f"{owner}/{NAME}": to_json({"files": found}) for owner, found in sorted(files.items())}


def owned(output: Path, stack: str = "") -> Owned:
    """What belongs to the compiler below output/, or below one stack's folder.

    A file of this name that is no manifest of ours, or that a symbolic link leads to, owns nothing.
    """
    entries: list[Entry] = []
    manifests: list[str] = []
    for path in places(output, stack):
        found = read(path, path.parent.relative_to(output).as_posix())
        if found is not None:
            manifests.append(path.relative_to(output).as_posix())
            entries += (entry for entry in found if entry.manifest == manifests[-1] and entry.path != manifests[-1])
    return Owned(tuple(entries), tuple(manifests))


def places(output: Path, stack: str = "") -> Iterator[Path]:
    """Where manifests can be: one to three folders down, none of them a symbolic link."""
    for pattern in (NAME, f"*/{NAME}", f"*/*/{NAME}"):
        for folder in [output / stack] if stack else sorted(output.glob("[!.]*")):
            yield from (path for path in sorted(folder.glob(pattern)) if not _linked(output, path))


def _linked(output: Path, path: Path) -> bool:
    return any(part.is_symlink() for part in (path, *path.parents) if part.is_relative_to(output) and part != output)


def read(path: Path, folder: str) -> tuple[Entry, ...] | None:
    """The entries of one manifest; None where the file is none.

    Args:
        path: the manifest.
        folder: its folder, which the paths begin with; they are those in the manifest where it is empty.
    """
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        return tuple(_entry(f"{folder}/{name}".lstrip("/"), said) for name, said in files.items() if _inside(name))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _entry(path: str, said: Mapping[str, object]) -> Entry:
    output, sources, sha256 = said["output"], said["sources"], said["sha256"]
    if not (isinstance(output, str) and isinstance(sources, list) and isinstance(sha256, str)):
        raise TypeError(path)
    return Entry(path, output, tuple(str(source) for source in sources), sha256)


def _inside(name: str) -> bool:
    return not any(part in ("", ".", "..") for part in name.split("/")) and "\0" not in name


def strays(output: Path, made: Container[str], stack: str = "", hidden: Path | None = None) -> tuple[str, ...]:
    """What lies below output/ and nothing makes: files, and symbolic links of any kind.

    Args:
        output: the folder.
        made: every path below it that is accounted for.
        stack: look below this one's folder alone.
        hidden: a folder that does not count.
    """
    found: list[str] = []
    for root, folders, files in os.walk(output / stack):
        here = Path(root)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if name not in links and here / name != hidden]
        found += ((here / name).relative_to(output).as_posix() for name in files + links)
    return tuple(sorted(path for path in found if path not in made))
