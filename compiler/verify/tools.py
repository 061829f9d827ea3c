"""Real tools by subprocess: found, of a known version, within a time limit, in their own words."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import ToolError

LEAST = 3
"""The major version of promtool that knows what the rules use."""
VERSION_SECONDS = 20.0
_LINES = 40
_COLUMNS = 500
_KEPT = 1 << 20
"""Bytes of a tool's words that are kept in memory; the rest is read and counted."""
_RUNNING: set[subprocess.Popen[bytes]] = set()
_ENDING = threading.Event()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said: its exit status and its words, in the order in which they came."""

    status: int
    words: str

    @property
    def short(self) -> str:
        """The words, cut to what a person reads."""
        lines = [line for line in self.words.splitlines() if line.strip()]
        more = [f"… and {len(lines) - _LINES:,} lines more"] if len(lines) > _LINES else []
        return "\n".join([line[:_COLUMNS] for line in lines[:_LINES]] + more)


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that said its version."""

    path: Path
    version: str

    @property
    def name(self) -> str:
        """``promtool 3.14.0``."""
        return f"{self.path.name} {self.version}"


def run(command: Sequence[str], seconds: float, folder: Path | None = None) -> Answer:
    """Run a tool; it and all that it started are ended where it takes too long.

    Raises:
        ToolError: it is missing, cannot be started, takes longer than ``seconds``, or was killed.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{command[0]} cannot be run: {error.strerror}") from error
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _end(process)

    timer = threading.Timer(seconds, give_up)
    timer.start()
    _RUNNING.add(process)
    if _ENDING.is_set():
        _end(process)
    try:
        words = _words(process)
        status = process.wait()
    finally:
        timer.cancel()
        _RUNNING.discard(process)
        _end(process)
    if late.is_set():
        raise ToolError(f"{name} gave no answer within {seconds:g} s")
    answer = Answer(status, words)
    if status < 0:
        raise ToolError(f"{name} was ended by {signal.Signals(-status).name}: {answer.short or 'not a word'}")
    return answer


@contextmanager
def ending() -> Iterator[None]:
    """Kill every tool that runs, for Ctrl-C does not reach them by itself, and each that starts within the block."""
    _ENDING.set()
    for process in tuple(_RUNNING):
        _end(process)
    try:
        yield
    finally:
        _ENDING.clear()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the tool's whole session, for a child of it may hold the pipe open."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _words(process: subprocess.Popen[bytes]) -> str:
    """What it writes until it ends; of megabytes the first."""
    assert process.stdout is not None
    kept, dropped = bytearray(), 0
    with process.stdout as pipe:
        while block := os.read(pipe.fileno(), 1 << 16):
            room = _KEPT - len(kept)
            kept += block[:room]
            dropped += max(len(block) - room, 0)
    text = kept.decode("utf-8", errors="replace")
    return text + (f"\n… and {dropped:,} bytes more" if dropped else "")


def promtool() -> Tool:
    """A promtool of version 3 or later: from $PROMTOOL, from PATH, or built by the Makefile into the cache.

    Raises:
        ToolError: there is none; it says which were found and what to do.
    """
    refused = []
    for path, where in _candidates():
        try:
            version = _version(path)
        except ToolError as error:
            refused.append(f"{where}{error}")
            continue
        if int(version.split(".")[0]) >= LEAST:
            return Tool(path, version)
        refused.append(f"{where}{path} is version {version}, too old")
    advice = "set PROMTOOL, put promtool of Prometheus 3 on PATH, or run `make test` once, which builds it"
    raise ToolError("; ".join([*refused, f"no promtool >= {LEAST}.0 was found: {advice}"]))


def _candidates() -> Iterator[tuple[Path, str]]:
    """Where to look, with a word that tells it; what $PROMTOOL names is never passed over."""
    named = os.environ.get("PROMTOOL")
    if named:
        yield Path(shutil.which(named) or named), "$PROMTOOL: "
        return
    on_path = shutil.which("promtool")
    if on_path:
        yield Path(on_path), ""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for path in sorted((cache / "slo-compiler" / "tools").glob("promtool-*/promtool")):
        yield path, ""


def _version(path: Path) -> str:
    """What ``--version`` says.

    Raises:
        ToolError: it does not run, or says nothing of the kind.
    """
    answer = run([str(path), "--version"], VERSION_SECONDS)
    match = re.search(r"version v?(\d+\.\d+(?:\.\d+)?)", answer.words)
    if answer.status or not match:
        raise ToolError(f"{path} does not say its version")
    return match[1]
