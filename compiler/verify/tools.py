"""Real tools by subprocess: found, of a known version, within a time limit, in their own words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import ToolError

LEAST = 3
"""The major version of promtool that knows what the rules use."""
_LINES = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said: its exit status and its words, cut to what a person reads."""

    status: int
    words: str


def run(command: Sequence[str], seconds: float, folder: Path | None = None) -> Answer:
    """Run a tool.

    Raises:
        ToolError: it is missing, cannot be started, or takes longer than ``seconds``.
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"{name} gave no answer within {seconds:.0f} s") from error
    except OSError as error:
        raise ToolError(f"{name} cannot be run: {error.strerror}") from error
    words = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    return Answer(done.returncode, _cut(words))


def _cut(words: str) -> str:
    lines = words.splitlines()
    more = [f"… and {len(lines) - _LINES:,} lines more"] if len(lines) > _LINES else []
    return "\n".join([line[:500] for line in lines[:_LINES]] + more)


def promtool() -> Path:
    """A promtool of version 3 or later: from $PROMTOOL, from PATH, or built by the Makefile into the cache.

    Raises:
        ToolError: there is none; it says which were found and what to do.
    """
    refused = []
    for path in _candidates():
        version = _version(path)
        if version is None:
            refused.append(f"{path} does not say its version")
        elif version[0] < LEAST:
            refused.append(f"{path} is version {'.'.join(map(str, version))}, too old: {LEAST}.0 is needed")
        else:
            return path
    advice = "set PROMTOOL, put promtool of Prometheus 3 on PATH, or run `make test` once, which builds it"
    raise ToolError("; ".join([*refused, f"no promtool >= {LEAST} was found: {advice}"]))


def _candidates() -> Iterator[Path]:
    named = os.environ.get("PROMTOOL")
    if named:
        yield Path(named)
        return
    on_path = shutil.which("promtool")
    if on_path:
        yield Path(on_path)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    yield from sorted((cache / "slo-compiler" / "tools").glob("promtool-*/promtool"), reverse=True)


def _version(path: Path) -> tuple[int, ...] | None:
    answer = run([str(path), "--version"], 20)
    match = re.search(r"version (\d+)\.(\d+)(?:\.(\d+))?", answer.words)
    return tuple(int(part) for part in match.groups() if part) if match else None
