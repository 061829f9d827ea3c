"""Tests of planned maintenance: where it begins and ends, nothing counts in it, and nothing pages."""

from __future__ import annotations

from collections.abc import Iterator

from compiler import names
from compiler.clock.maintenance import Window
from compiler.emit.promtests.stage.case import Case, Value, active, braces, constant, flat
from compiler.emit.promtests.stage.feeds import running
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.scenario import Burst, Incident
from compiler.emit.promtests.stage.subject import identify
from compiler.rules.alerts import HOLD_DOWN
from compiler.rules.rule import FAST, Alert
from compiler.units import Duration

_MANY = 1_000_000


def maintenance(live: Live) -> Iterator[Case]:
    """Both ends of every window; a weekly one in winter and in summer."""
    for window in live.subject.context.service.maintenance:
        for start in window.starts():
            if start > live.at(4 * live.base).seconds:
                yield _begins(live, window, start)
                yield _ends(live, window, start)


def _begins(live: Live, window: Window, start: int) -> Case:
    """Everything fails from its beginning on, and the targets are down."""
    subject, before = live.subject, 3 * live.base
    length = before + 2 * live.base
    series = {}
    for feed, text in subject.sources or ():
        good = running(feed, _MANY, 0, before)
        series[text] = f"{good} {flat([(None, length - before)])}"
    if subject.up:
        series[subject.up] = f"{constant(1, before)} {constant(0, length - before)}"
    at = before
    values = [_active(live, at - 1, 0), _active(live, at, 1)]
    asked = before + live.steps(HOLD_DOWN) + 1
    if window.seconds > (live.at(asked) - live.at(before)).seconds:
        values += [active(live.at(asked), identify(alert), False) for alert in _down(subject.alerts)]
    return Case(_title(live, "begins"), live.step, series, values, start=start - live.at(before).seconds)


def _ends(live: Live, window: Window, start: int) -> Case:
    """Everything fails all the time: it counts, and pages, only once the maintenance is over."""
    subject, before = live.subject, 4 * live.base
    end = start + window.seconds + subject.context.mask.seconds
    length = before + live.longest + live.base
    series = {text: running(feed, 0, _MANY, length) for feed, text in subject.sources or ()}
    at = before
    values = [_active(live, at - 1, 1), _active(live, at, 0)]
    if window.seconds > live.at(before).seconds and series:
        zero = ((braces(subject.identity), 0),)
        values += [
            Value(live.at(at - 1), f"0 + {subject.frame.rate(events)}", zero) for events in ("errors", "total")
        ]
        values.append(
            Value(live.at(at), f"{subject.frame.rate('errors')} > bool 0", ((braces(subject.identity), 1),))
        )
        for alert in _pages(live):
            series |= live.fed(alert, Incident((Burst(0, _MANY, _MANY),)), length, _counted(live, alert))
            values.append(active(live.at(at - 1), identify(alert), False))
            values.append(active(live.at(length - 2), identify(alert), True))
    return Case(_title(live, "ends"), live.step, series, values, start=end - live.at(before).seconds)


def _title(live: Live, text: str) -> str:
    return f"{live.subject.context.title}: planned maintenance {text}"


def _active(live: Live, position: int, value: float) -> Value:
    name = live.subject.context.frame.named(names.MAINTENANCE)
    return Value(live.at(position), name, ((name, value),))


def _pages(live: Live) -> Iterator[Alert]:
    """Alerts that fire at once where everything fails, by what is counted here."""
    for alert in live.subject.alerts:
        at_once = alert.kind == names.BURN and alert.speed == FAST and not alert.hold.milliseconds
        if at_once and any(tier.short in live.forms for tier in live.subject.tiers(alert)):
            yield alert


def _counted(live: Live, alert: Alert) -> tuple[Duration, ...]:
    """The windows of tiers whose short one is counted here: a tier that is wholly fed knows no maintenance."""
    tiers = (tier for tier in live.subject.tiers(alert) if tier.short in live.forms)
    return (live.subject.frame.base, *(tier.long for tier in tiers))


def _down(alerts: tuple[Alert, ...]) -> Iterator[Alert]:
    return (alert for alert in alerts if alert.state == "down")
