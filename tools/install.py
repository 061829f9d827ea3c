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
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run by its path, it finds its siblings all the same

from tools.building import build
from tools.golang import usable_go
from tools.pins import Tool, ToolError, known_tools, read_tool
from tools.running import locked, say
from tools.usable import why_unusable


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
    found = shutil.which(tool.on_path) if tool.minimum else None
    if not found:
        return None
    fault = why_unusable(tool, Path(found))
    if fault:
        say(f"{fault}; not used")
        return None
    return Path(found).absolute()


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


if __name__ == "__main__":
    sys.exit(main())
