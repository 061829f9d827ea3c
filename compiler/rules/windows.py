"""Which windows an SLO needs, and the expression that derives each from the base series or from tiles."""

from __future__ import annotations

from dataclasses import dataclass, replace

from compiler import names, promql
from compiler.burn.policy import at_risk_window
from compiler.model.catalog import Objective
from compiler.rules.rule import FAST, SLOW
from compiler.sli.kind import Frame
from compiler.units import Duration

TILED_FROM = Duration.of("6h")
HEADED_TO = Duration.of("3h")


@dataclass(frozen=True, slots=True)
class Window:
    """A recorded length, the form of its sum and the group that records it."""

    length: Duration
    form: str
    """``tap``, ``head``, ``sum`` or ``tiles``."""
    speed: str
    within: Duration | None = None
    """Of a head: the next shorter one, whose events are not summed again."""


def windows(objective: Objective, base: Duration) -> tuple[Window, ...]:
    """Every recorded window but the base and the SLO's own, shortest first, each once."""
    pages = {length for tier in objective.tiers if tier.alert == "page" for length in (tier.short, tier.long)}
    lengths = pages | {length for tier in objective.tiers for length in (tier.short, tier.long)}
    lengths.add(at_risk_window(objective.window))
    lengths -= {base} if objective.period else {base, objective.window}
    found = [_window(length, length in pages, base) for length in sorted(lengths)]
    heads = [window.length for window in found if window.form == "head"]
    shorter = dict(zip(heads[1:], heads, strict=False))
    return tuple(replace(window, within=shorter.get(window.length)) for window in found)


def _window(length: Duration, pages: bool, base: Duration) -> Window:
    if base < length <= base * 2:
        return Window(length, "tap", FAST)
    if length >= TILED_FROM:
        return Window(length, "tiles", SLOW)
    if pages and length <= HEADED_TO:
        return Window(length, "head", FAST)
    return Window(length, "sum", SLOW)


def expression(window: Window, events: str, frame: Frame, interval: Duration) -> str:
    """Events within a window.

    Args:
        window: its length and form.
        events: ``errors`` or ``total``.
        frame: the SLO's base window and identity.
        interval: i, of the group that records the base series; the literal in the sums is i, never the scrape.
    Source: docs/rules.md, Windows: the head counts the newest events once, the body starts W/2 before they end.
    """
    m, w, i = frame.rate(events), frame.base, interval.seconds
    if window.form == "tiles":
        return f"sum_over_time({tile(events, frame)}[{window.length}])"
    if window.form == "sum":
        return f"{i} * sum_over_time({m}[{window.length}])"
    half = Duration(w.milliseconds // 2)
    if window.form == "tap":
        newest, counted = f"{w.seconds} * {m}", w
    elif window.within:
        newest, counted = frame.increase(events, window.within), window.within
    else:
        newest, counted = f"{w.seconds} * ({m} + ({m} offset {w} or 0 * {m}))", w * 2
    body = f"sum_over_time({m}[{window.length - counted}] offset {counted - half})"
    return f"{newest} + {i} * ({body} or 0 * {m})"


def tile(events: str, frame: Frame) -> str:
    """The recorded tiles of ``errors`` or ``total``."""
    return promql.series(names.increase(events, names.TILE), frame.identity)


def events_in(length: Duration, events: str, frame: Frame) -> str:
    """The recorded events of a window of any length that is recorded; of the base window, from its rate."""
    if length == frame.base:
        return f"{frame.base.seconds} * {frame.rate(events)}"
    return frame.increase(events, length)


def of_window(events: str, objective: Objective, frame: Frame) -> str:
    """The recorded events of the SLO's own window."""
    return frame.named(names.increase(events, objective.window_name))


def share(length: Duration, frame: Frame) -> str:
    """Errors over total in a window; NaN without traffic."""
    if length == frame.base:
        return f"{frame.rate('errors')} / {frame.rate('total')}"
    return f"{frame.increase('errors', length)} / {frame.increase('total', length)}"
