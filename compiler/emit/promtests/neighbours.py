"""Recorded series of another service and of another SLO beside those that a case feeds: no rule may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from compiler import names
from compiler.emit.promtests.case import Case, constant
from compiler.emit.promtests.clock import called
from compiler.emit.promtests.subject import Subject
from compiler.promql import Matcher, Selector, selector
from compiler.rules.windows import tile

_BUSY = 777
_IDENTITY = ("service", "slo")


def among_others(subject: Subject, case: Case) -> Case:
    """The same case, with busy neighbours of each recorded series that it feeds, of base, tiles, clock and sources.

    Their budgets are spent. A rule that left out the condition on ``service`` or on ``slo`` would count them, or fail
    at two series of one name.
    """
    frame, own = subject.frame, (subject.context.service.name, subject.context.objective.name)
    base = [text for events in ("errors", "total") for text in (frame.rate(events), tile(events, frame))]
    spent = frame.named(names.REMAINING)
    found: dict[str, str] = {}
    count = _samples(case)
    busy, gone = constant(_BUSY, count), constant(-_BUSY, count)
    for text in [
        *base,
        spent,
        *_clock(subject),
        *_first(subject),
        *(name for name in case.series if name.startswith("slo:")),
    ]:
        found.update(dict.fromkeys(_neighbours(text, own), gone if text == spent else busy))
    return replace(case, series={**found, **case.series})


def _clock(subject: Subject) -> Iterable[str]:
    """What a calendar window knows of the clock."""
    frame, period = subject.context.frame, subject.context.objective.period
    if not period:
        return []
    # A test that says nothing else begins at the unix time 0, in the first period that there is.
    first = frame.within(period.unit, called(period, period.around(0)[0]))
    tagged = [first.named(names.tagged(events, period.unit)) for events in ("errors", "total")]
    return [*map(frame.named, (names.TIMEZONE, names.ELAPSED, names.LEFT)), *tagged]


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
