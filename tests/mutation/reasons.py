"""Why a change lives that no test sees: by what it is, written ``file rule: kind: change``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.mutation.mutants import Mutant

_IDLE = "A series in which nothing came in the window gives 0 here, and would give 0 by its rate as well."
_ONE_OF_MANY = "One value that the regular expression admits is fed, not each of its alternatives."
_EXACT = "They differ at the very threshold, to the last bit of a double, where no events that can be fed lead."
_FLOOR = "A floor against dividing by nothing: any number well below one event in the window does as well."
_TAKES_OVER = "Where the one branch ends, the other raises the same ticket: absent for a day, or gone within it."
_IN_STEP = "The tests evaluate the groups in step; any offset above 0s and up to one interval reads the same samples."
_SUBSET = "An error series is a series of the total: where it is there, total is there."

REASONS: tuple[tuple[str, str], ...] = (
    (r"fast slo:(errors|total):rate\w+: comparison: >= -> >", _IDLE),
    (r"fast slo:(errors|total):rate\w+: number: 0 -> 1", _IDLE),
    (r'fast slo:(errors|total):rate\w+: matcher: \w+=~".*" -> ".*x"', _ONE_OF_MANY),
    (r'fast slo:(errors|total):rate\w+: matcher: \w+!~".*" -> ".*x"', _ONE_OF_MANY),
    (r"fast slo:errors:rate\w+: operand: no \w+ and", _SUBSET),
    (r"(fast page|slow ticket): comparison: > -> >=", _EXACT),
    (r"period budget BudgetAtRisk: comparison: (<= -> <|> -> >=)", _EXACT),
    (r"period (slo:budget_remaining:ratio|budget BudgetAtRisk): number: 1 -> (1\.1|0\.9)", _FLOOR),
    (r"slow nodata missing: window: 1d -> \w+", _TAKES_OVER),
    (r"period slo:(errors|total):increase4m: offset: offset 30s -> 15s", _IN_STEP),
)
"""A pattern that the whole of it matches, and the reason; the first that fits counts."""


def about(mutant: Mutant) -> str:
    """What a mutant is, wherever it stands."""
    return f"{mutant.group.speed} {mutant.name}: {mutant.kind}: {mutant.change}"


def reason(mutant: Mutant) -> str:
    """Why it lives; empty where no reason is known."""
    return next((why for pattern, why in REASONS if re.fullmatch(pattern, about(mutant))), "")


def idle(living: Iterable[Mutant]) -> list[str]:
    """The patterns that fit nothing that lives: what they explain is seen now, and they can go."""
    texts = [about(mutant) for mutant in living]
    return [pattern for pattern, _ in REASONS if not any(re.fullmatch(pattern, text) for text in texts)]
