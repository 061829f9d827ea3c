"""Other programs, run; and one message for people."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path


def say(message: str) -> None:
    """One message for people; stdout is for the path."""
    print(f"tools/install.py: {message}", file=sys.stderr, flush=True)


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
