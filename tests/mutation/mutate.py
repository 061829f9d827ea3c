"""Changes every rule of output/ one thing at a time and runs the tests that came with it: each change must be seen.

    PROMTOOL=… REPLAY=… python -m tests.mutation.mutate --write docs/mutation.md
    PROMTOOL=… REPLAY=… python -m tests.mutation.mutate --sample 300 --seed 4
    PROMTOOL=… REPLAY=… python -m tests.mutation.mutate --stack prod --only 'fast slo:errors:measured: comparison'

What nothing sees, and no reason is known for, is printed. Exit status 1: there is such a one, or less than 95 % of
what is not proved to be no change is seen.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from compiler.replay import player
from compiler.verify import tools
from tests.mutation import answers, judge, mutants, page, reasons, timing
from tests.mutation.judge import Bench, Memory
from tests.mutation.mutants import TIMING, Mutant
from tests.mutation.verdict import REPLAY, SAME, Verdict

ROOT = Path(__file__).resolve().parents[2]
BAR = 0.95
OWN = ("fast", "meta")
"""Files whose tests evaluate them as often as Prometheus does: promtool times their alerts."""
_NEWS = 500


@dataclass(frozen=True)
class Court:
    """Tries mutants: the generated tests first, and a replay where it is about times."""

    timer: timing.Timer

    def try_one(self, each: tuple[Bench, Mutant]) -> Verdict:
        """What becomes of a mutant."""
        bench, mutant = each
        if mutant.same:
            return Verdict(mutant, SAME)
        timed = mutant.kind in TIMING
        seen = "" if timed and mutant.group.speed not in OWN else bench.seen_by(mutant)
        if not seen and timed and not self.timer.is_right(timing.of_mutant(mutant)):
            seen = REPLAY
        return Verdict(mutant, seen)

    def try_all(self, chosen: Sequence[tuple[Bench, Mutant]], jobs: int) -> Iterator[Verdict]:
        """What becomes of each, in their order."""
        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(self.try_one, chosen)


def found(output: Path, chosen: argparse.Namespace, memory: Memory) -> list[tuple[Bench, Mutant]]:
    """Every change of every rule file that is meant, with the bench that tries it."""
    promtool = str(tools.promtool().path)
    pairs = []
    for path in sorted(output.glob(f"{chosen.stack}/*/{chosen.service}/rules/{chosen.speed}.yaml")):
        bench = judge.bench(mutants.read(path), promtool, memory)
        meant = (mutant for mutant in mutants.of_group(bench.group) if chosen.only.search(reasons.about(mutant)))
        pairs += [(bench, mutant) for mutant in meant]
    return pairs


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "output")
    parser.add_argument("--stack", default="*")
    parser.add_argument("--service", default="*", help="a service or a pack")
    parser.add_argument("--speed", default="*", help="a rule file: fast, slow, period …")
    parser.add_argument(
        "--only", type=re.compile, default="", help="a regular expression within `file rule: kind: change`"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int, default=0, help="so many only, chosen by the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--answers", type=Path, default=answers.default(), help="what promtool said before")
    parser.add_argument("--write", type=Path, help="the page that tells what lives")
    return parser.parse_args(given)


def _is_all(chosen: argparse.Namespace) -> bool:
    """Whether no part of the rules was left out."""
    return chosen.stack == chosen.service == chosen.speed == "*" and not chosen.only.pattern


def main() -> None:
    """Try them, tell what lives, and write the page."""
    chosen = arguments()
    memory = Memory(answers=answers.Answers(chosen.answers))
    everything = found(chosen.output, chosen, memory)
    todo = mutants.sample(everything, chosen.sample, chosen.seed)
    results: list[Verdict] = []
    start = time.monotonic()
    for verdict in Court(timing.Timer(player.find())).try_all(todo, chosen.jobs):
        results.append(verdict)
        _tell(verdict)
        if not len(results) % _NEWS:
            spent = f"{time.monotonic() - start:.0f}s, {memory.answers.asked} runs of promtool"
            print(f"{len(results)} of {len(todo)} in {spent}", file=sys.stderr, flush=True)
    if chosen.write:
        chosen.write.write_text(page.page(results, len(everything), chosen.seed), "utf-8")
    sys.exit(_judge(results, whole=len(todo) == len(everything) and _is_all(chosen)))


def _tell(verdict: Verdict) -> None:
    if verdict.lives and not reasons.reason(verdict.mutant):
        print(f"lives without a reason: {verdict.mutant}", flush=True)


def _judge(results: Sequence[Verdict], whole: bool) -> int:
    """The tally, and the exit status."""
    living = [each.mutant for each in results if each.lives]
    tally = page.Tally.of(results)
    print(tally)
    for pattern in reasons.idle(living) if whole else ():
        print(f"a reason that explains nothing any more: {pattern}")
    return int(tally.share < BAR or any(not reasons.reason(mutant) for mutant in living))


if __name__ == "__main__":
    main()
