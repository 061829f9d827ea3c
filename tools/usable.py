"""Whether a program is new enough."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tools.pins import Tool, ToolError, Version, parse_version, show
from tools.running import run

VERSION_SECONDS = 20.0
"""How long a program may take to say which version it is."""


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
