"""Recorded series of another service and of another SLO beside those that a case feeds: no rule may read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from compiler import names
from compiler.emit.promtests.clock import called
from compiler.emit.promtests.stage.case import Case, constant
from compiler.emit.promtests.stage.subject import Subject
from compiler.promql import Matcher, Selector, selector
from compiler.rules.windows import tile

_BUSY = 777
_IDENTITY = ("service", "slo")


def among_others(subject: Subject, cases: Iterable[Case]) -> Iterator[Case]:
    """The same cases, with busy neighbours of each recorded series that one feeds, of base, tiles, clock and sources.

    Their budgets are spent, and maintenance is under way. A rule that left out the condition on ``service`` or on
    ``slo`` would count them, or fail at two series of one name.
    """
    frame, own = subject.frame, (subject.context.service.name, subject.context.objective.name)
    base = [text for events in ("errors", "total") for text in (frame.rate(events), tile(events, frame))]
    spent = frame.named(names.REMAINING)
    known = (*base, spent, *_clock(subject), *_first(subject))
    always = [each for text in known for each in _neighbours(text, own)]
    unlike = dict.fromkeys(_neighbours(spent, own), -_BUSY)
    unlike |= dict.fromkeys(_neighbours(frame.named(names.MAINTENANCE), own), 1)
    for case in cases:
        fed = [each for text in case.series if text.startswith("slo:") for each in _neighbours(text, own)]
        yield _beside(case, dict.fromkeys((*always, *fed)), unlike)


def _beside(case: Case, others: Iterable[str], unlike: Mapping[str, float]) -> Case:
    """The case beside these series, all of them busy but for those that say something else."""
    count = _samples(case)
    said = {value: constant(value, count) for value in {_BUSY, *unlike.values()}}
    return replace(case, series={**{text: said[unlike.get(text, _BUSY)] for text in others}, **case.series})


def _clock(subject: Subject) -> Iterable[str]:
    """What a calendar window knows of the clock."""
    frame, period = subject.context.frame, subject.context.objective.period
    if not period:
        return []
    # A test that says nothing else begins at the unix time 0, in the first period that there is.
    first = frame.within(period.unit, called(period, period.around(0)[0]))
    calendar = names.calendar(period.unit)
    tagged = [first.named(names.tagged(events, period.unit)) for events in ("errors", "total")]
    return [*map(frame.named, (names.TIMEZONE, names.ELAPSED, names.LEFT)), *tagged, first.named(calendar)]


def _first(subject: Subject) -> Iterable[str]:
    """What is recorded before the base: of whole expressions, of a journey, of planned maintenance."""
    context = subject.context
    found = [name for name, _ in context.kind.records(context.objective.indicator.spec, context.frame)]
    found += [names.MAINTENANCE] if context.service.maintenance else []
    found += [names.slice_rate("total", context.sliced.length)] if context.sliced else []
    return map(subject.frame.named, found)


def _samples(case: Case) -> int:
    """As many as are asked for."""
    asked = [value.at for value in case.values] + [alert.at for alert in case.alerts]
    return max(asked, default=case.interval).milliseconds // case.interval.milliseconds + 2


@lru_cache(maxsize=4096)
def _neighbours(text: str, own: tuple[str, str]) -> tuple[str, ...]:
    """The same series of another SLO, and of a service of another name; none where it is another's already.

    Every case of an SLO feeds the same few.
    """
    series = selector(text)
    labels = {matcher.label: matcher.value for matcher in series.matchers}
    if tuple(labels.get(name) for name in _IDENTITY) != own:
        return ()
    # No service and no SLO can be called so.
    others = (
        (Matcher(m.label, "=", f"another {name}") if m.label == name else m for m in series.matchers)
        for name in _IDENTITY
    )
    return tuple(str(Selector(series.metric, tuple(matchers))) for matchers in others)
