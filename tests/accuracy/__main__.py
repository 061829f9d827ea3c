"""How near the compiled rules come to the truth, and when they page, beside the rules of sloth and pyrra.

    make accuracy
    python -m tests.accuracy --only pages quiet

Every simulation is played through the rules of a real Prometheus by tools/replay. It writes the tables of
docs/accuracy.md, and exits with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from compiler.replay.player import find
from tests.accuracy import counts, gaps, months, pages, quiet, young
from tests.accuracy.page import put
from tests.accuracy.verdict import Verdict

CHAPTERS = {
    "young": young,
    "pages": pages,
    "counts": counts,
    "gaps": gaps,
    "months": months,
    "quiet": quiet,
}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"


def main() -> int:
    """Measure the chapters that are asked for; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=CHAPTERS, default=list(CHAPTERS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--page", type=Path, default=PAGE, help="the page whose tables are written")
    chosen = parser.parse_args()
    verdicts: list[Verdict] = []
    pool = ProcessPoolExecutor(chosen.jobs)
    try:
        chapters = {name: start(pool, CHAPTERS[name]) for name in CHAPTERS if name in chosen.only}
        for name, futures in chapters.items():
            chapter = CHAPTERS[name].tell([wait(name, future) for future in futures])
            put(chosen.page, name, chapter.block, "make accuracy")
            print(*chapter.verdicts, sep="\n", flush=True)
            verdicts += chapter.verdicts
    finally:
        pool.shutdown(cancel_futures=True)
    missed = sum(not verdict.met for verdict in verdicts)
    print(f"{len(verdicts) - missed} of {len(verdicts)} bounds met")
    return 1 if missed else 0


def start(pool: ProcessPoolExecutor, chapter: ModuleType) -> list[Future[tuple[float, Any]]]:
    """Its simulations, begun or waiting."""
    return [pool.submit(timed, task) for task in chapter.tasks(find())]


def timed(task: Callable[[], Any]) -> tuple[float, Any]:
    """What it gives, and how many seconds it took."""
    begin = time.monotonic()
    found = task()
    return time.monotonic() - begin, found


def wait(name: str, future: Future[tuple[float, Any]]) -> Any:
    """What a simulation gave."""
    took, found = future.result()
    print(f"{name}, {took:.0f} s: {found}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
