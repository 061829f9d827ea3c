"""Whether processes run."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path


def alive(pid: int) -> bool:
    """Whether it runs; one that is dead and not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def left(pids: Iterable[int], seconds: float = 10) -> set[int]:
    """Those that still run after so many seconds at most."""
    end = time.monotonic() + seconds
    running = {pid for pid in pids if alive(pid)}
    while running and time.monotonic() < end:
        time.sleep(0.02)
        running = {pid for pid in running if alive(pid)}
    return running
