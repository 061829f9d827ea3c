"""What opening our pages costs a real Prometheus that holds 2,000 SLOs.

    make boardcost
    python -m tests.boardcost --slos 200 --rounds 3

Rules and pages are compiled from a catalogue of that size. It writes the tables of docs/boardcost.md, and exits
with 1 where a bound is missed. It takes about fifteen minutes, and 4 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from compiler.replay.player import find
from tests.accuracy.page import put
from tests.boardcost.cost import tell
from tests.boardcost.measure import Plan, measure

SLOS = 2_000
PAGE = Path(__file__).resolve().parents[2] / "docs" / "boardcost.md"
CHAPTER = "pages"


def main() -> int:
    """Measure; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slos", type=int, default=SLOS)
    parser.add_argument("--rounds", type=int, default=8, help="of which the first is the cold one")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page whose tables are written")
    chosen = parser.parse_args()
    found = measure(Plan(chosen.slos, chosen.rounds, Path(os.environ["PROMETHEUS"]), find()))
    chapter = tell(found.costs, found.holds, found.loads)
    put(chosen.page, CHAPTER, chapter.block, "make boardcost")
    print(chapter.text, *chapter.verdicts, sep="\n", flush=True)
    for cost in found.costs:
        print(*(f"FAILED {cost.page}: {each.of.where}: {each.of.error}" for each in cost.failed), sep="\n")
    return 0 if all(verdict.met for verdict in chapter.verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
