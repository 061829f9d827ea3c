"""How many events come, where the indicator itself says so: slices of time, values that are judged, probes."""

from __future__ import annotations

from fractions import Fraction

from compiler.burn.traffic import Traffic
from compiler.rules.rule import Context
from compiler.sli.kind import LEVEL
from compiler.units import Duration

_MINUTE = Duration.of("1m")


def pace(context: Context, asked: Traffic | None) -> Traffic | None:
    """The traffic to reckon with.

    Args:
        context: the SLO.
        asked: what the user named; it stands for requests, and for the probes of many targets.
    Returns:
        One a slice, or one an evaluation where values are judged, whatever was named; one a scrape for a probe
        where nothing was; else what was named.
    """
    if context.sliced:
        return _one_each(context.sliced.length)
    levels = [feed for feed in context.kind.feeds(context.objective.indicator.spec) if feed.form == LEVEL]
    if any(feed.recorded for feed in levels):
        return _one_each(context.interval)
    return asked or (_one_each(context.catalog.stack.spec.prometheus.scrape_interval) if levels else None)


def _one_each(length: Duration) -> Traffic:
    return Traffic(_MINUTE.fraction / Fraction(length.milliseconds, 1000), "m")
