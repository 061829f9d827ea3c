"""docs/mutation.md, from what became of the mutants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.mutation import reasons
from tests.mutation.verdict import REPLAY, Verdict

_HEAD = """\
# Mutation

Every rule of `output/` is changed one thing at a time, and the tests that came with it are run. A change that turns
no test red lives. This page is written by `make mutate`; do not edit it.

"""
_HOW = """
## What is changed

| kind | how |
|---|---|
| number | a tenth more, a tenth less; 0 becomes 1 |
| window, offset | twice and half as long; the offset left out |
| comparison, set operator, arithmetic, function | another: `>=` and `<` for `>`, `or` for `and`, `max` for `sum` |
| matcher | another value; left out |
| clause | `by (…)`, `on (…)`, `bool` and their like left out |
| operand | one side of an operator left out: a zero-fill, a guard, a branch, a factor |
| label, annotation | another text; left out |
| for, keep_firing_for, interval | twice and half as long; left out |
| name, rule | renamed; left out |

## How it is tried

- A mutant meets the cases of its own SLO that need its rule, one by one, each with those rules alone that it needs;
  the first red one ends it. A case counts only where it is green with the same rules unchanged.
- Alerts' texts are left out where a case does not ask for them.
- Two runs of promtool whose rules and tests are equal byte by byte, but for the names of the stack, the service and
  the SLO and for a stack's words for a severity, are one run: these names mean nothing to promtool.
- `for` and `keep_firing_for` of `slow` and `period`, and the `interval` of every group, promtool cannot time. A
  replay of the group at its own interval turns a switch on and off in place of the alert's expression, and holds the
  number of evaluations and the times of firing and resolving against those that [Rules](rules.md) names.
- *No change* is what is proved to be none by PromQL's own rules: a condition that the other side of an operator
  makes too, a label that the result has anyhow, a factor of 1, `max` for `sum` of a single number.
  `tests/mutation/proof.py` is the proof, and nothing else is taken for equal.

"""


@dataclass(frozen=True)
class Tally:
    """How many mutants there were, and what became of them."""

    tried: int
    same: int
    lives: int
    replayed: int

    @classmethod
    def of(cls, results: Sequence[Verdict]) -> Tally:
        """Counted."""
        lives, same = sum(each.lives for each in results), sum(each.same for each in results)
        return cls(len(results), same, lives, sum(each.seen_by == REPLAY for each in results))

    @property
    def dies(self) -> int:
        """What a test or the replay saw."""
        return self.tried - self.same - self.lives

    @property
    def share(self) -> float:
        """How much of what is not proved to be no change is seen."""
        return self.dies / max(self.tried - self.same, 1)

    def __str__(self) -> str:
        return (
            f"{self.dies} of {self.tried - self.same} changes are seen, {100 * self.share:.1f}% ({self.replayed} of"
            f" them by replay); {self.lives} live. {self.same} more are proved to be no change:"
            f" {100 * self.dies / max(self.tried, 1):.1f}% of all {self.tried} mutants die."
        )


def page(results: Sequence[Verdict], everything: int, seed: int) -> str:
    """The whole page."""
    part = ""
    if len(results) < everything:
        part = f"A sample of {len(results)} of {everything} mutants, chosen by the seed {seed}.\n\n"
    return f"{_HEAD}{part}{Tally.of(results)}\n\n{_by_kind(results)}{_HOW}{_living(results)}"


def _by_kind(results: Sequence[Verdict]) -> str:
    rows = ["| kind | mutants | no change | seen | live |", "|---|---|---|---|---|"]
    for kind in sorted({each.mutant.kind for each in results}):
        tally = Tally.of([each for each in results if each.mutant.kind == kind])
        rows.append(f"| {kind} | {tally.tried} | {tally.same} | {tally.dies} | {tally.lives} |")
    return "\n".join(rows) + "\n"


def _living(results: Sequence[Verdict]) -> str:
    rows = ["## What lives, and why", "", "| file | rule | change | times | why |", "|---|---|---|---|---|"]
    return "\n".join([*rows, *_rows([each for each in results if each.lives])]) + "\n"


def _rows(living: Sequence[Verdict]) -> Iterator[str]:
    """Changes of one rule for one reason are one row."""
    groups: dict[tuple[str, str, str], Counter[str]] = {}
    for each in living:
        why = reasons.reason(each.mutant) or "**no reason is known**"
        key = each.mutant.group.speed, each.mutant.name, why
        groups.setdefault(key, Counter())[f"{each.mutant.kind}: {each.mutant.change}"] += 1
    for (speed, rule, why), changes in sorted(groups.items()):
        yield f"| {speed} | {_code(rule)} | {_examples(changes)} | {changes.total()} | {why} |"


def _examples(changes: Counter[str]) -> str:
    """The three most frequent ones."""
    most = sorted(changes, key=lambda text: (-changes[text], text))
    more = f" and {len(most) - 3} more" if len(most) > 3 else ""
    return ", ".join(map(_code, most[:3])) + more


def _code(text: str) -> str:
    return f"`{re.sub('[|]', '¦', text).replace('`', '')}`"
