"""One program of the lab: started on a leash, waited for, and stopped."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
READY, STOP = 90.0, 15.0
"""Seconds to become ready, and to end when asked to."""


class LabError(Exception):
    """The lab cannot run; the message says which part, and its last words."""


@dataclass(slots=True)
class Process:
    """A program that runs; ``ready`` is an address that answers 200 once it does its work, or empty."""

    name: str
    command: Sequence[str]
    ready: str
    folder: Path
    """Where it runs, and where its words are kept."""
    env: Mapping[str, str] | None = None
    started: float = field(default=0.0, init=False)
    took: float = field(default=0.0, init=False)
    """Seconds until it was ready."""
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def said(self) -> Path:
        """What it has written to its two outputs."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Of the program; 0 where it does not run."""
        return self._child.pid if self._child and self._child.poll() is None else 0

    def start(self) -> None:
        """Start it, without waiting.

        Raises:
            LabError: another program has its port, and would answer in its place.
        """
        if self.ready and _answers(self.ready):
            raise LabError(f"another program answers where {self.name} should: {self.ready}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.started = time.monotonic()
        with self.said.open("ab") as said:
            self._child = subprocess.Popen(
                [sys.executable, str(LEASH), *self.command],
                cwd=self.folder,
                env=None if self.env is None else dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Wait until it is ready.

        Raises:
            LabError: it ended, or is not ready in time.
        """
        while time.monotonic() < self.started + READY:
            if not self.pid:
                raise LabError(f"{self.name} ended at its start:\n{self.last_words()}")
            if not self.ready or _answers(self.ready):
                self.took = time.monotonic() - self.started
                return
            time.sleep(0.05)
        raise LabError(f"{self.name} is not ready after {READY:g}s:\n{self.last_words()}")

    def last_words(self, size: int = 2_000) -> str:
        """The end of what it wrote."""
        return self.said.read_text("utf-8", errors="replace")[-size:] if self.said.exists() else ""

    def ask_to_stop(self) -> None:
        """Ask, without waiting."""
        if self._child and self.pid:
            self._child.terminate()

    def stop(self) -> bool:
        """End it; whether it ended by itself when asked."""
        if not self._child:
            return True
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(STOP)
            return True
        self._child.kill()
        self._child.wait()
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False
