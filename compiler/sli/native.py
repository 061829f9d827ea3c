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
    resets = frame.base + Duration.of("1m")
    now = f"last_over_time({histogram}[{frame.base}])"
    came = f"{now} - last_over_time({histogram}[{RECOVERY}] offset {frame.base})"
    known, rate = f"{_count(came)} >= 0", _count(frame.extrapolated(histogram))
    if bound:
        new = f"{_slow(now, bound)} >= 0 and {younger(histogram, histogram, frame)}"
        known, rate = f"{_slow(came, bound)} >= 0 or {new}", f"{_slow(frame.extrapolated(histogram), bound)} >= 0"
    return f"({known}) unless resets({histogram}[{resets}]) > 0\nor\n{rate}"
