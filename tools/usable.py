"""Whether a program is new enough."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
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
        version = program_version(program, tool.asks)
    except ToolError as error:
        return f"{error}; {needed}"
    if version < tool.minimum:
        return f"{program} is {tool.name} {show(version)}, which is too old: {needed}"
    return None


def program_version(program: Path, asks: Sequence[str]) -> Version:
    """The release that a program says it is: ``version 3.14.0``, or ``"gitVersion":"v2.13.0"``.

    Args:
        program: its path.
        asks: the arguments that make it say so.

    Raises:
        ToolError: it says nothing of the kind, or nothing in time.
    """
    command = [str(program), *asks]
    asked = " ".join(command)
    try:
        ran = run(command, seconds=VERSION_SECONDS)
    except subprocess.TimeoutExpired:
        raise ToolError(f"{asked} gave no answer in {VERSION_SECONDS:g} s") from None
    except OSError as error:
        raise ToolError(f"{program} does not run: {error.strerror}") from None
    found = re.search(r"version\W+v?(\d+\.\d+[^\s\",]*)", ran.stdout, re.IGNORECASE)
    if ran.returncode or not found:
        raise ToolError(f"{asked} does not say which version it is")
    return parse_version(found[1])
