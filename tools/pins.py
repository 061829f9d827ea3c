"""The pinned programs: what each folder of tools/ with a ``go.mod`` and a ``build.json`` says of itself."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
Version = tuple[int, ...]


class ToolError(Exception):
    """There is no usable program, and the message says why."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, as its folder describes it."""

    name: str
    folder: Path
    package: str
    module: str
    """The module that holds the package; empty where it is the folder's own."""
    module_version: str
    go: Version
    minimum: Version | None
    on_path: str
    """What its releases call it, which is looked for on PATH."""
    asks: tuple[str, ...]
    """Arguments with which it says its version."""
    tags: str
    ldflags: str
    takes: str
    adds: tuple[tuple[str, str], ...]
    """Files that the module's archive lacks: each its place in the module, and a file of the folder."""

    @property
    def variable(self) -> str:
        """The environment variable that names one to use, as PROMTOOL for promtool."""
        return self.name.upper().replace("-", "_")

    @property
    def build_arguments(self) -> tuple[str, ...]:
        """What ``go build`` is told, without the place of the result."""
        return ("-trimpath", "-tags", self.tags, "-ldflags", self.ldflags, self.package)

    @property
    def key(self) -> str:
        """Names this build: it changes with the pinned modules, our own source, the flags and the kind of machine."""
        digest = hashlib.sha256()
        own = [*sorted(self.folder.glob("*.go")), *(self.folder / name for _, name in self.adds)]
        for path in (self.folder / "go.mod", self.folder / "go.sum", *own):
            digest.update(path.read_bytes())
        added = (place for place, _ in self.adds)
        digest.update("\0".join((*self.build_arguments, *added, platform.system(), platform.machine())).encode())
        return digest.hexdigest()[:16]


def known_tools() -> list[str]:
    """The folders here that say how to build something."""
    return sorted(path.parent.name for path in HERE.glob("*/build.json"))


def read_tool(name: str, root: Path = HERE) -> Tool:
    """Read ``go.mod`` and ``build.json`` of one folder.

    Raises:
        ToolError: a line that is needed is not there.
    """
    folder = root / name
    module = (folder / "go.mod").read_text(encoding="utf-8")
    build = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    package = go_mod_line(module, r"tool[ \t]+(\S+)", name)
    required = dict(re.findall(r"^(?:require)?[ \t]+(\S+)[ \t]+(v\S+)", module, re.MULTILINE))
    holding = holder(package, required)
    return Tool(
        name=name,
        folder=folder,
        package=package,
        module=holding,
        module_version=required.get(holding, ""),
        go=parse_version(go_mod_line(module, r"go[ \t]+(\S+)", name)),
        minimum=parse_version(build["minimum"]) if "minimum" in build else None,
        on_path=build.get("on_path", name),
        asks=tuple(build.get("asks", ["--version"])),
        tags=build.get("tags", ""),
        ldflags=build.get("ldflags", ""),
        takes=build.get("takes", "some minutes"),
        adds=tuple(sorted(build.get("adds", {}).items())),
    )


def go_mod_line(module: str, pattern: str, name: str) -> str:
    """The one value of a directive of go.mod."""
    found = re.search(rf"^{pattern}", module, re.MULTILINE)
    if not found:
        word = pattern.partition("[")[0]
        raise ToolError(f"tools/{name}/go.mod has no line that begins with {word!r}")
    return found[1]


def holder(package: str, modules: Iterable[str]) -> str:
    """The module among these that holds ``package``; empty for a package of the module itself."""
    parts = package.split("/")
    prefixes = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    known = frozenset(modules)
    return next((prefix for prefix in prefixes if prefix in known), "")


def parse_version(text: str) -> Version:
    """``3.14.0-rc.1`` as (3, 14, 0)."""
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[-+a-z]", text)[0]))


def show(version: Version) -> str:
    """A version as people write it."""
    return ".".join(str(part) for part in version)
