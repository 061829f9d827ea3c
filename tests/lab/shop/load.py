"""Those who buy: ``python -m tests.lab.shop.load --folder F``, five a second; three times as many while told so."""

from __future__ import annotations

import argparse
import itertools
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.lab.faults import Switched
from tests.lab.files import Watched
from tests.lab.places import Places

PER_SECOND, TIMES = 5.0, 3
AT_ONCE = 24
"""Requests under way at most: a shop that hangs is not asked without end."""


def main() -> None:
    """Buy until stopped, evenly, so that how many fail is no matter of chance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    places = Places.read(parser.parse_args().folder)
    faults, endpoints = Switched(places), Watched(places.endpoints, {})
    room = threading.Semaphore(AT_ONCE)
    due = time.monotonic()
    for turn in itertools.count():
        due = max(due, time.monotonic() - 1) + 1 / (PER_SECOND * (TIMES if faults.on("ceiling") else 1))
        time.sleep(max(0.0, due - time.monotonic()))
        pods = endpoints.get().get("frontend", [])
        if pods and room.acquire(blocking=False):
            threading.Thread(target=_buy, args=(pods[turn % len(pods)], room), daemon=True).start()


def _buy(port: int, room: threading.Semaphore) -> None:
    try:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/buy", b"", timeout=8):
            pass
    finally:
        room.release()


if __name__ == "__main__":
    main()
