"""What the compiled rules cost a real Prometheus, beside the rules of sloth and pyrra for the same SLOs.

    make rulecost
    python -m tests.rulecost --slos 50 --seconds 300

Servers with a month of history run side by side on the same scraped metrics. It writes the tables of docs/cost.md,
and exits with 1 where a bound is missed. Use a machine that does nothing else: on a busy one small evaluations cost
more than large ones.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from compiler.replay.player import find
from tests.accuracy.page import put
from tests.accuracy.verdict import Chapter, Verdict, table
from tests.rulecost.cost import Cost, Plan, measure, ratio
from tests.rulecost.rules import OURS, PYRRA, SLOTH, SLOTH_MINUTE

ROUNDS = {50: ((OURS, SLOTH), (OURS, SLOTH_MINUTE, PYRRA)), 500: ((OURS, SLOTH), (OURS, PYRRA))}
"""Which servers run at once: so many that two cores are enough."""
TENTH = 0.1
LATE = 0.05
"""Beyond that the machine is too slow, or too busy, for figures that mean anything."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "cost.md"


def main() -> int:
    """Measure each size that is asked for; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slos", type=int, nargs="+", choices=ROUNDS, default=list(ROUNDS))
    parser.add_argument("--warm", type=float, default=120, help="seconds before the measurement")
    parser.add_argument("--seconds", type=float, default=480, help="how long is measured; best a multiple of 240")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page whose tables are written")
    chosen = parser.parse_args()
    program = Path(os.environ["PROMETHEUS"])
    missed = 0
    for slos in chosen.slos:
        rounds = [measure(Plan(who, slos, chosen.warm, chosen.seconds, program, find())) for who in ROUNDS[slos]]
        chapter = tell(rounds)
        put(chosen.page, f"{slos} SLOs", chapter.block, "make rulecost")
        print(chapter.text, *chapter.verdicts, sep="\n", flush=True)
        missed += sum(not verdict.met for verdict in chapter.verdicts)
    return 1 if missed else 0


def tell(rounds: Sequence[Sequence[Cost]]) -> Chapter:
    """The table of one size."""
    rows = [_row(cost, costs) for costs in rounds for cost in costs]
    head = (
        "rules of", "rules/SLO", "CPU-s", "times ours", "samples read", "samples written", "series/SLO",
        "evaluations late",
    )  # fmt: skip
    return Chapter(table(head, rows), tuple(_verdicts(rounds)))


def _row(cost: Cost, costs: Sequence[Cost]) -> tuple[str, ...]:
    return (
        cost.who, f"{cost.rules / cost.slos:.0f}", f"{cost.cpu:.2f}", f"{ratio(costs, cost.who):.1f}",
        f"{cost.read:,.0f}", f"{cost.written:,.0f}", f"{cost.series:.0f}", f"{cost.late:.0%}",
    )  # fmt: skip


def _verdicts(rounds: Sequence[Sequence[Cost]]) -> list[Verdict]:
    shares = [1 / ratio(costs, SLOTH) for costs in rounds if any(cost.who == SLOTH for cost in costs)]
    ours = [cost for costs in rounds for cost in costs if cost.who == OURS]
    return [
        Verdict("our CPU seconds, as a share of sloth's", TENTH, max(shares)),
        Verdict("rules that failed", 0, sum(cost.failed for cost in ours)),
        Verdict("alerts that were active", 0, sum(len(cost.active) for cost in ours)),
        Verdict("evaluations for which this machine was too slow", LATE, max(map(_late, rounds)), "%"),
    ]


def _late(costs: Sequence[Cost]) -> float:
    return max(cost.late for cost in costs)


if __name__ == "__main__":
    sys.exit(main())
