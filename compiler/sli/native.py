"""Slow requests of a native histogram: what ``latency`` counts where ``native: true``.

A native histogram is one series that holds every bucket. Its differences are histograms again; of each, the
observations above the threshold are counted. A threshold that is no bound of a bucket is interpolated within the one
bucket that it lies in.
"""

from __future__ import annotations

from math import frexp

from compiler.promql import Selector
from compiler.sli.frame import RECOVERY, Base, Frame, younger
from compiler.sli.kind import HISTOGRAM, Feed
from compiler.units import Duration


def lower(histogram: Selector, bound: str, frame: Frame, counting: str) -> Base:
    """The two base expressions.

    Errors are filled with zero where total is there: of an idle histogram no share can be told, and none is needed.

    Args:
        histogram: the series.
        bound: between fast and slow, in the histogram's unit.
        frame: where it is counted.
        counting: ``exact``, or ``rate`` for Prometheus' extrapolating rate alone.
    """
    picked = frame.pick(histogram)
    rate = f"rate({picked}[{frame.reach}])"
    all_events, slow = [_count(rate)], [f"{_slow(rate, bound)} >= 0"]
    if counting == "exact":
        all_events = [_difference(picked, "", frame.base), *all_events]
        slow = [_difference(picked, bound, frame.base), _newborn(picked, bound, frame), *slow]
    total = frame.sum("\nor\n".join(all_events))
    errors = frame.sum("\nor\n".join(slow))
    return Base(total, f"{errors}\nor\n{frame.zero()}")


def feed(histogram: Selector, bound: float) -> Feed:
    """Good observations in the last bucket of schema 0 below the bound, bad ones in the first above it."""
    part, power = frexp(bound)
    return Feed(histogram, good=1, bad=1, form=HISTOGRAM, bounds=(power - 1, power if part == 0.5 else power + 1))


def facts(histogram: Selector, bound: str) -> dict[str, str]:
    """Labels of slo:info: the heatmap asks the one series as it asks buckets, and counts slow requests so."""
    return {"latency_bucket": str(histogram), "bad_events": _slow(f"increase({histogram}[range])", bound)}


def _count(histogram: str) -> str:
    return f"histogram_count({histogram})"


def _slow(histogram: str, bound: str) -> str:
    """Observations above the bound; NaN where there are none at all."""
    return f"histogram_fraction({bound}, +Inf, {histogram}) * {_count(histogram)}"


def _difference(histogram: Selector, bound: str, base: Duration) -> str:
    """The exact difference between the last values known now and before, per second; not across a reset."""
    resets = base + Duration.of("1m")
    came = f"last_over_time({histogram}[{base}]) - last_over_time({histogram}[{RECOVERY}] offset {base})"
    events = _slow(came, bound) if bound else _count(came)
    return f"(({events} >= 0) unless resets({histogram}[{resets}]) > 0) / {base.seconds}"


def _newborn(histogram: Selector, bound: str, frame: Frame) -> str:
    """A series born while its target was up counts from 0, per second."""
    born = f"{histogram} unless {histogram} offset {frame.base}"
    return f"(({_slow(born, bound)} >= 0) and {younger(histogram, histogram, frame)}) / {frame.base.seconds}"
