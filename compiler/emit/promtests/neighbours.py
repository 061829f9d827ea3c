"""Recorded series of another service and of another SLO beside those that a case feeds: no rule may read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compiler import names
from compiler.emit.promtests.case import Case, constant
from compiler.emit.promtests.subject import Subject
from compiler.promql import Matcher, Selector, selector
from compiler.rules.windows import tile

_BUSY = 777
_IDENTITY = ("service", "slo")


def among_others(subject: Subject, case: Case) -> Case:
    """The same case, with busy neighbours of each recorded series that it feeds, of the base and of its tiles.

    Their budgets are spent. A rule that left out the condition on ``service`` or on ``slo`` would count them, or fail
    at two series of one name.
    """
    frame, own = subject.frame, dict(subject.context.identity)
    base = [text for events in ("errors", "total") for text in (frame.rate(events), tile(events, frame))]
    spent = frame.named(names.REMAINING)
    found: dict[str, str] = {}
    for text in [*base, spent, *(name for name in case.series if name.startswith("slo:"))]:
        value = constant(-_BUSY if text == spent else _BUSY, _samples(case))
        found.update((name, value) for name in _neighbours(selector(text), own))
    return replace(case, series={**found, **case.series})


def _samples(case: Case) -> int:
    """As many as are asked for."""
    asked = [value.at for value in case.values] + [alert.at for alert in case.alerts]
    return max(asked, default=case.interval).milliseconds // case.interval.milliseconds + 2


def _neighbours(series: Selector, own: dict[str, str]) -> Iterator[str]:
    """The same series of another SLO, and of a service of another name; none where it is another's already."""
    labels = {matcher.label: matcher.value for matcher in series.matchers}
    if any(labels.get(name) != own[name] for name in _IDENTITY):
        return
    for name in _IDENTITY:
        # No service and no SLO can be called so.
        other = (Matcher(m.label, "=", f"another {name}") if m.label == name else m for m in series.matchers)
        yield str(Selector(series.metric, tuple(other)))
