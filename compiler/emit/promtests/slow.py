"""Tests of the slow group: base series and tiles in; windows, tickets and what tells silence from health out."""

from __future__ import annotations

from collections.abc import Iterator

from compiler import names
from compiler.emit.promtests.alerts.groups import too_many
from compiler.emit.promtests.alerts.silence import Silence
from compiler.emit.promtests.alerts.tickets import Tickets
from compiler.emit.promtests.stage.case import Case, counted, spikes
from compiler.emit.promtests.stage.fed import EVENTS, Fed
from compiler.emit.promtests.stage.subject import Subject
from compiler.names import TILE
from compiler.rules.rule import SLOW
from compiler.rules.windows import tile
from compiler.units import Duration

_SAMPLES = 9_000
"""Promtool refuses a query of more than 10,000 samples; a longer window is fed seldomer, by itself."""


def slow(subject: Subject, every: Duration) -> Iterator[Case]:
    """The cases of one SLO."""
    fed = Fed(subject, every)
    yield from _windows(fed)
    for alert in subject.alerts:
        if alert.speed != SLOW:
            continue
        if alert.kind == names.BURN:
            yield from Tickets(fed, alert).cases()
        elif alert.kind == names.TOO_MANY:
            yield from too_many(fed, alert)
        else:
            silence = Silence(fed, alert)
            yield from {"vanished": silence.vanished, "missing": silence.missing}.get(alert.state, silence.blind)()


def _windows(fed: Fed) -> Iterator[Case]:
    """What lies just inside each window counts, what lies just outside does not."""
    interval = fed.subject.context.interval
    for form, step, factor in (("sum", interval, interval.seconds), ("tiles", TILE, 1)):
        lengths = sorted(length for length, of in fed.forms.items() if of == form)
        at_once = [length for length in lengths if length <= step * _SAMPLES]
        if at_once:
            yield _edges(fed, at_once, step, factor)
        for length in lengths[len(at_once) :]:
            wider = next((step * n for n in (2, 3, 5) if not length.milliseconds % (step * n).milliseconds), None)
            if wider:
                yield _edges(fed, [length], wider, factor)


def _edges(fed: Fed, lengths: list[Duration], step: Duration, factor: int) -> Case:
    subject = fed.subject
    frame = subject.frame
    late = subject.late(step)
    moment = fed.on_grid(lengths[-1] + step * (1 + late))
    count = moment.milliseconds // step.milliseconds + 2
    series, values = {}, []
    for events, unit in zip(EVENTS, (3, 5), strict=True):
        amounts = _amounts(lengths, step, unit)
        name = frame.rate(events) if factor > 1 else tile(events, frame)
        places = {(moment - age).milliseconds // step.milliseconds - late: n for age, n in amounts.items()}
        series[name] = spikes(places, count)
        for length in lengths:
            held = factor * sum(n for age, n in amounts.items() if age < length)
            values.append(counted(moment, frame.increase(events, length), subject.identity, held))
    title = f"{subject.context.title}: {', '.join(map(str, lengths))} count what lies just inside, not just outside"
    return Case(title, step, series, values)


def _amounts(lengths: list[Duration], step: Duration, unit: int) -> dict[Duration, int]:
    """Events by their age: a few now, some at the end of each window, and more just outside it."""
    amounts: dict[Duration, int] = {Duration(0): unit}
    for n, length in enumerate(lengths):
        for age, number in ((length - step, unit * 10 ** (2 * n)), (length, unit * 10 ** (2 * n + 1))):
            amounts[age] = amounts.get(age, 0) + number
    return amounts
