"""Builds a program from its pinned module."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools.golang import go_environment
from tools.pins import Tool, ToolError
from tools.running import last_words, run, say
from tools.usable import why_unusable


def build(tool: Tool, program: Path, go: Path) -> None:
    """Build in a folder beside ``program`` and move it there when it is whole and runs.

    Raises:
        ToolError: with the last words of ``go``.
    """
    named = f"{tool.name} {tool.module_version}".strip()
    say(f"building {named} from its pinned module, {tool.takes}, once")
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent, prefix=".build-") as folder:
        made = Path(folder) / tool.name
        instead = _completed(tool, Path(folder), go) if tool.adds else ()
        _go(tool, go, "build", "-o", str(made), *instead, *tool.build_arguments)
        fault = why_unusable(tool, made)
        if fault:
            raise ToolError(f"what was built is not usable: {fault}")
        made.replace(program)


def _completed(tool: Tool, folder: Path, go: Path) -> tuple[str, ...]:
    """A copy of the tool's module with the files that its archive lacks, and what tells ``go build`` to take it.

    Files beneath the module cache can be neither written nor overlaid.
    """
    _go(tool, go, "mod", "download", tool.module)
    source = _go(tool, go, "list", "-m", "-f", "{{.Dir}}", tool.module)
    copy = folder / "module"
    shutil.copytree(source, copy, copy_function=shutil.copyfile)
    for place, name in tool.adds:
        copy.joinpath(place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tool.folder / name, copy / place)
    pins = folder / "pins.mod"
    shutil.copyfile(tool.folder / "go.mod", pins)
    shutil.copyfile(tool.folder / "go.sum", pins.with_suffix(".sum"))
    _go(tool, go, "mod", "edit", f"-replace={tool.module}={copy}", str(pins))
    return "-modfile", str(pins)


def _go(tool: Tool, go: Path, *arguments: str) -> str:
    """What ``go`` says, run in the tool's folder.

    Raises:
        ToolError: it failed, with its last words.
    """
    ran = run([str(go), *arguments], tool.folder, go_environment())
    if ran.returncode:
        raise ToolError(f"cannot build {tool.name} with {go}: {last_words(ran)}")
    return ran.stdout.strip()
