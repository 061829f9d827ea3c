"""Slow requests of a native histogram: what ``latency`` counts where ``native: true``.

A native histogram is one series that holds every bucket. Its differences are histograms again; of each, the
observations above the threshold are counted. A threshold that is no bound of a bucket is interpolated within the one
bucket that it lies in.
"""

from __future__ import annotations

from math import frexp

from compiler.promql import Selector
from compiler.sli.frame import Base, Frame, came, last, without_resets, younger
from compiler.sli.kind import HISTOGRAM, Feed


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
    if counting != "exact":
        rate = f"rate({picked}[{frame.reach}])"
        total, errors = frame.sum(_count(rate)), frame.sum(f"{_slow(rate, bound)} >= 0")
    else:
        total, errors = (frame.per_second(_exact(picked, slow, frame)) for slow in ("", bound))
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


def _exact(histogram: Selector, bound: str, frame: Frame) -> str:
    """The difference between the last values known now and before, which is a histogram; not across a reset.

    Of slow requests, a series born while its target was up counts from 0.
    """
    base, estimate = frame.base, frame.extrapolated(histogram)
    difference = came(histogram, base)
    if not bound:
        known, rate = f"{_count(difference)} >= 0", _count(estimate)
    else:
        new = f"{_slow(last(histogram, base), bound)} >= 0 and {younger(histogram, histogram, frame)}"
        # Of no observation no share can be told; but it is known that none came, and so none is new.
        none = f"{_count(difference)} == 0"
        known, rate = f"{_slow(difference, bound)} >= 0 or {none} or {new}", f"{_slow(estimate, bound)} >= 0"
    return f"{without_resets(known, histogram, base)}\nor\n{rate}"
