"""``slo`` on a terminal of its own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

from tests.unit.language import ROOT

SECONDS = 30.0


class Terminal:
    """A command whose three streams are a terminal, in a session of its own so that Ctrl-C reaches it alone."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.said = ""
        self._end, inner = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "compiler", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - there are no threads
        )
        os.close(inner)

    def wait_for(self, words: str) -> None:
        """Read until these words were said."""
        until = time.monotonic() + SECONDS
        while words not in self.said:
            assert time.monotonic() < until, f"{words!r} was not said, but: {self.said!r}"
            assert self._read(), f"{words!r} was not said, but: {self.said!r}"

    def type(self, text: str) -> None:
        """Type this."""
        os.write(self._end, text.encode())

    def stop(self) -> int:
        """Press Ctrl-C until it is noticed: one that comes just before a question waits with it. The exit status.

        Not faster than a program needs to end: a second one in its last moments would kill it.
        """
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            self.type("\x03")
            try:
                self._process.wait(5)
                break
            except subprocess.TimeoutExpired:
                continue
        return self.end()

    def end(self) -> int:
        """Read to the end; the exit status."""
        while self._read():
            pass
        os.close(self._end)
        return self._process.wait(SECONDS)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._end], [], [], SECONDS)
        assert ready, f"nothing more was said after: {self.said!r}"
        try:
            block = os.read(self._end, 1 << 16)
        except OSError:  # Linux' word for the end of a terminal
            return False
        self.said += block.decode().replace("\r\n", "\n")
        return bool(block)


def _take_terminal() -> None:
    """Make standard input the controlling terminal, which Ctrl-C needs."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
