"""Tests of the fast group: source series in; counts, pages and "target down" out."""

from __future__ import annotations

from collections.abc import Iterator

from compiler import names
from compiler.emit.promtests.alerts.groups import apart
from compiler.emit.promtests.alerts.pages import Pages
from compiler.emit.promtests.clock import maintenance_by_the_clock
from compiler.emit.promtests.counts.counting import Counting
from compiler.emit.promtests.counts.flows import flows
from compiler.emit.promtests.counts.recorded import recorded
from compiler.emit.promtests.maintenance import maintenance
from compiler.emit.promtests.stage.case import Case, constant, firing, flat
from compiler.emit.promtests.stage.expected import fired
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.subject import Subject, identify
from compiler.rules.rule import FAST, Alert


def fast(subject: Subject) -> Iterator[Case]:
    """The cases of one SLO; none that needs source series where no example of a selector was found."""
    live = Live(subject)
    late = live.at(subject.late(live.step))
    cases = (case.beginning(subject.start) for case in _cases(subject, live.asked(live.base + 2)))
    yield from (case.going_on(late) for case in cases)


def _cases(subject: Subject, live: Live) -> Iterator[Case]:
    yield from recorded(live)
    yield from flows(live)
    if subject.sources and subject.exact:
        yield from Counting(live).cases()
    yield from maintenance(live)
    yield from maintenance_by_the_clock(live)
    for alert in subject.alerts:
        if alert.speed == FAST and alert.kind == names.BURN and subject.sources:
            yield from Pages(live, alert).cases()
            yield from apart(live, alert)
        elif alert.speed == FAST and alert.state == "down" and subject.up:
            yield from _down(live, alert)


def _down(live: Live, alert: Alert) -> Iterator[Case]:
    """Every target down; then one of two."""
    hold, keep = live.steps(alert.hold), live.steps(alert.keep)
    begin, end = live.base, live.base + hold + 2
    up, other = live.subject.up or "", _other(live.subject)
    gone = flat([(1, begin), (0, end - begin), (1, keep + 4)])
    title, labels = live.subject.context.title, identify(alert)
    values = [firing(live.at(begin + hold - 1), labels, False), firing(live.at(begin + hold), labels, True)]
    if keep:
        values.append(firing(live.at(end + keep - 1), labels, True))
    values.append(firing(live.at(end + keep), labels, False))
    told = {"known": 1, "since": live.seen(begin).seconds}
    alerts = [fired(alert, live.subject, live.seen(begin + hold), told, start=live.subject.start)]
    elsewhere = dict.fromkeys(live.subject.up_elsewhere, constant(1, end + keep + 4))
    series = {up: gone, **elsewhere}
    yield Case(f"{title}: every target is down, and one comes back", live.step, series, values, alerts)
    if other:
        series = {up: gone, other: constant(1, end + keep + 4)}
        values = [firing(live.at(begin + hold + 1), labels, False)]
        yield Case(f"{title}: one of two targets is down", live.step, series, values)


def _other(subject: Subject) -> str | None:
    """A second target; none where the selector names the instance."""
    found = subject.up_of("b")
    return None if found == subject.up else found
