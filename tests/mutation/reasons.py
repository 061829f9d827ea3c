"""Why a change lives that no test sees: by what it is, written ``file rule: kind: change``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tests.mutation.mutants import Mutant

_IDLE = "A series in which nothing came in the window gives 0 here, and would give 0 by its rate as well."
_ONE_OF_MANY = "One value that the regular expression admits is fed, not each of its alternatives."
_EXACT = "They differ at the very threshold, to the last bit of a double, where no events that can be fed lead."
_NEVER_NONE = "A count of samples is never 0; a calendar's budget is spent to the last bit only by chance."
_MONTHS = "A month is a whole number, and the day of it tells the same where the month is read minutes apart."
_SWITCH = "The clock is wrong for minutes around a switch, when no planned maintenance begins or ends."
_MINUTES = "A zone of whole hours reads the same minute."
_ONE_SERIES = "The group records one series of the clock for each SLO: its sum and its greatest value are the same."
_ONE_EACH = "Where there are no groups there is one series on either side."
_ONE_RECORDED = "Loki's ruler records one series for each SLO and group."
_PUT_ON_AGAIN = "The labels that are lost are those that the rule itself puts on."
_SAME_LABELS = "Both sides carry the same labels: the SLO's, and the month where there is one."
_TWICE = "Only an hour that the clock has twice makes more tiles than there is time, by at most fifteen."
_OTHER_SIDE = "The other side of the operator leaves those series out."
_TAKES_OVER = "Where the one branch ends, the other raises the same ticket: absent for a day, or gone within it."
_IN_STEP = "The tests evaluate the groups in step; any offset above 0s and up to one interval reads the same samples."
_MONTH = "A tile carries its month as a label, by which those of another one are left out."
_SELDOM = "The tests evaluate the group so seldom that either window holds one sample of the calendar."
_IS_ONE = "The calendar's series is always 1: what it tells is its label."
_NEVER_BELOW = "Of what is never below 0 the average is above 0 where the greatest is."
_THERE = "The series is always 1: what the alert asks is whether it is there."
_ANY = "Counters only grow: one of them grew, where the sum is above 0 and where the greatest is, by any measure."
_SUBSET = "An error series is a series of the total: where it is there, total is there."
_AS_YOUNG = "What is newborn is younger than either window: it, and a target as young, has as many samples in both."
_ENDED = "A series that ended adds 0 or nothing; where the other factor or the other sum lacks it, nothing is left."
_OTHER_FACTOR = "Where the other factor, of the same histogram, has nothing, nothing is left of the product."
_NEGATIVE = "Of a histogram that is less than before the slow ones are none already."
_IDLE_ALONE = "A histogram's errors are missing only where nothing came at all, and the total is 0 as well."
_SAME_SHARE = "The share of slow ones is that of a rate, of an increase, and of any part of the loop that is fed."
_FEW_PROBES = "So few probes come in the short window that no number of failures lies between the two."
_KEPT = "Failures that are enough for the long window raise the page, and it is kept until that window has lost them."
_NEVER_ZERO = "Probes come whatever happens: their number is never 0, and 0 divided by it is 0 as well."

_ERRORS = re.compile(r"slo:errors:")

_ANYTHING = ""
_ALONE = r"(?s)^(?!.*\bsum by \()"
_COUNTERS = r"resets\("
_DIFFERENCE = r"histogram_fraction\(|clamp_min\(\n?sum\("
_HISTOGRAM = r"histogram_count\("
_LOGS = r"slo:log_\w+:count"
_PROBES = r"count_over_time\([^)]*\)\n\s*-\n\s*sum_over_time\("

REASONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    _ANYTHING: (
        (r"(fast|slices-\w+) slo:(errors|total):(slice)?rate\w+: comparison: >= -> >", _IDLE),
        (r"(fast|slices-\w+) slo:(errors|total):(slice)?rate\w+: number: 0 -> 1", _IDLE),
        (r'fast slo:(errors|total):rate\w+: matcher: \w+=~".*" -> ".*x"', _ONE_OF_MANY),
        (r'(fast slo:(errors|total):rate\w+|slow nodata BlindIndicator): matcher: \w+!~".*" -> ".*x"', _ONE_OF_MANY),
        (r"(fast|slices-\w+) slo:errors:(slice)?rate\w+: operand: no \w+ and", _SUBSET),
        (r"(fast page|slow ticket): comparison: > -> >=", _EXACT),
        (r"period budget (BudgetAtRisk|BudgetSpent): comparison: <= -> <", _EXACT),
        (r"period budget BudgetAtRisk: (comparison: > -> >=|operand: no > 0)", _NEVER_NONE),
        (r"period slo:calendar\w*:\w+: function: sum -> max", _ONE_SERIES),
        (r"period (slo:window_coverage:ratio|budget BudgetAtRisk): function: sum -> max", _ONE_SERIES),
        (r"period slo:calendar_elapsed:seconds: operand: no \+ sum\(slo:timezone_offset:seconds\)", _MINUTES),
        (r"period slo:calendar_elapsed:seconds: arithmetic: \+ -> -", _MINUTES),
        (r"period slo:timezone_offset:seconds: number: \d+ -> \S+", _MONTHS),
        (r"fast slo:maintenance:active: number: 3 -> 3.3", _MONTHS),
        (r"fast slo:maintenance:active: (number: 3600 -> \d+|operand: no - 3600|arithmetic: - -> \+)", _SWITCH),
        (r"period slo:(errors|total):increase(month|quarter|week): function: sum -> max", _ONE_SERIES),
        (r"period slo:\S+: clause: no without \((month|quarter|week)\)", _PUT_ON_AGAIN),
        (r"period slo:\S+: clause: no on \((month|quarter|week)\)", _SAME_LABELS),
        (r"period slo:\S+: function: last_over_time -> min_over_time", _IS_ONE),
        (r"period slo:window_coverage:ratio: number: 1 -> \S+", _TWICE),
        (r"period slo:(errors|total):increasemonth: window: 746h -> 5371200s", _MONTH),
        (r"period slo:window_coverage:ratio: window: 746h -> 5371200s", _MONTH),
        (r"period slo:(errors|total):increase(4m:month|month): window: 4m -> .*", _SELDOM),
        (r"period slo:window_coverage:ratio: window: 4m -> .*", _SELDOM),
        (
            r"period slo:(errors|total):increase4m:month: (arithmetic: \* -> /|function: last_over_time -> .*)",
            _IS_ONE,
        ),
        (r"slow nodata missing: function: avg_over_time -> max_over_time", _NEVER_BELOW),
        (r"slow nodata missing: window: 1d -> \w+", _TAKES_OVER),
        (r"period slo:(errors|total):increase4m: offset: offset 30s -> 15s", _IN_STEP),
        (r"meta SloSeriesStopped: function: (max -> min|last_over_time -> min_over_time)", _THERE),
        (r"meta Slo\w+: function: (sum -> max|increase -> rate)", _ANY),
        (r"slow nodata vanished: comparison: > -> >=", _EXACT),
        (r"fast slo:errors:rate\w+: window: 6m -> 720s", _AS_YOUNG),
        (r"slices-\w+ slo:errors:slicerate\w+: window: 150s -> (75|300)s", _AS_YOUNG),
        (r"slow nodata (vanished|missing): clause: no on \(\)", _SAME_LABELS),
    ),
    _ALONE: (
        (r"fast slo:(errors|total):rate\w+: clause: no group_left \(\)", _ONE_EACH),
        (r"period slo:total:expected: clause: no group_left \(\)", _ONE_EACH),
    ),
    _COUNTERS: ((r'fast slo:errors:rate\w+: matcher: \w+!=".*" -> ".*x"', _OTHER_SIDE),),
    _DIFFERENCE: ((r"fast slo:errors:rate\w+: window: 5m -> 600s", _ENDED),),
    _HISTOGRAM: (
        (r"fast slo:errors:rate\w+: operand: no == 0", _NEGATIVE),
        (r"fast slo:errors:rate\w+: operand: no 0 \*", _IDLE_ALONE),
        (r"fast slo:errors:rate\w+: window: 1h -> (1800|7200)s", _OTHER_FACTOR),
        (r'fast slo:(errors|total):rate\w+: matcher: no job=".*"', _OTHER_FACTOR),
        (r"fast slo:errors:rate\w+: (function: increase -> rate|window: 5m -> 150s)", _SAME_SHARE),
    ),
    _LOGS: ((r"fast slo:(errors|total):rate\w+: function: sum -> max", _ONE_RECORDED),),
    _PROBES: (
        (r"fast page: number: (13\.44|0\.005) -> \S+", _FEW_PROBES),
        (r"fast page: operand: no (13\.44 \*|.*> 13\.44 \* 0\.005( and)?)", _KEPT),
        (r"fast slo:total:increase\w+: arithmetic: \* -> /", _NEVER_ZERO),
    ),
}
"""By what the errors of the SLO are counted from, searched for in their rule: patterns that the whole of a change
matches, and the reason. The first that fits counts."""


def about(mutant: Mutant) -> str:
    """What a mutant is, wherever it stands."""
    return f"{mutant.group.speed} {mutant.name}: {mutant.kind}: {mutant.change}"


def reason(mutant: Mutant) -> str:
    """Why it lives; empty where no reason is known."""
    return next((why for shape, pattern, why in _rows() if _fits(mutant, shape, pattern)), "")


def idle(living: Iterable[Mutant]) -> list[str]:
    """The patterns that fit nothing that lives: what they explain is seen now, and they can go."""
    everything = list(living)
    return [
        pattern for shape, pattern, _ in _rows() if not any(_fits(mutant, shape, pattern) for mutant in everything)
    ]


def _rows() -> Iterator[tuple[str, str, str]]:
    for shape, rows in REASONS.items():
        yield from ((shape, *row) for row in rows)


def _fits(mutant: Mutant, shape: str, pattern: str) -> bool:
    return bool(re.fullmatch(pattern, about(mutant)) and re.search(shape, _counted(mutant)))


def _counted(mutant: Mutant) -> str:
    """What the errors of its SLO are counted from; empty where its file has no such rule."""
    rules = (rule for rule in mutant.group.rules if rule["labels"].get("slo") == mutant.slo)
    return next((str(rule["expr"]) for rule in rules if _ERRORS.match(rule.get("record", ""))), "")
