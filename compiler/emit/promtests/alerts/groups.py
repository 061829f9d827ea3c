"""Tests of an SLO that is grouped: one group's outage is no other's, and too many groups are told."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.emit.promtests.stage.case import Case, Value, active, constant, firing
from compiler.emit.promtests.stage.expected import fired
from compiler.emit.promtests.stage.fed import Fed
from compiler.emit.promtests.stage.feeds import running
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.scenario import Burst, Incident
from compiler.emit.promtests.stage.subject import ANOTHER, identify
from compiler.promql import Matcher, Selector
from compiler.rules.rule import FAST, Alert
from compiler.units import Duration

_MANY = 1_000_000
MOST = 500
"""Of a higher limit no test is made: it would be nothing but series."""


def apart(live: Live, alert: Alert) -> Iterator[Case]:
    """Everything fails in one group, and nothing in another."""
    subject = live.subject
    other = subject.of(ANOTHER)
    sources, others = subject.sources, other.sources
    if alert.speed != FAST or not sources or not others or other.groups == subject.groups:
        return
    length = live.moment + live.longest + live.steps(alert.hold) + 2 * live.base
    series: dict[str, str] = {}
    for (feed, bad), (_, good) in zip(sources, others, strict=True):
        series |= {bad: running(feed, 0, _MANY, length), good: running(feed, _MANY, 0, length)}
    series |= live.fed(alert, Incident((Burst(0, _MANY, _MANY),)), length) | other.budgets(length)
    at = live.at(length - 2)
    health = other.frame
    values = [
        active(at, identify(alert), expected=True),
        active(at, {**identify(alert), **other.groups}, expected=False),
        Value(at, f"{health.rate('errors')} > 0"),
        Value(at, f"count({health.rate('total')} > 0)", (("{}", 1),)),
    ]
    yield Case(f"{subject.context.title} {alert.tier}: groups are apart", live.step, series, values)


def too_many(fed: Fed, alert: Alert) -> Iterator[Case]:
    """As many groups as are expected, and one more."""
    subject = fed.subject
    group_by = subject.context.objective.group_by
    if not group_by or group_by.limit > MOST:
        return
    late = fed.on_grid(Duration(0) + alert.hold + fed.every * 2)
    for many, expected in ((group_by.limit, False), (group_by.limit + 1, True)):
        count = fed.position(late) + 2
        series = {_group(fed, n): constant(3, count) for n in range(many)}
        values = [firing(late, identify(alert), expected)]
        told = [fired(alert, subject, late, {"groups": many})] if expected else []
        title = f"{subject.context.title}: {many} groups, {group_by.limit} are expected"
        yield Case(title, fed.step, series, values, told)


def _group(fed: Fed, number: int) -> str:
    """The total of one of many groups."""
    context = fed.subject.context
    names = dict.fromkeys(context.grouped_by, f"g{number}")
    matchers = (Matcher(name, "=", value) for name, value in (dict(context.identity) | names).items())
    metric = context.frame.rate("total").partition("{")[0]
    return str(Selector(metric, tuple(matchers)))
