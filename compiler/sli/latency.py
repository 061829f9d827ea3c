"""``latency``: requests slower than a threshold, from a classic histogram or a native one.

PASS:  histogram: http_request_duration_seconds    threshold: 300ms
FAIL:  histogram: http_request_duration_seconds_bucket    (the base name is meant)
"""

from __future__ import annotations

from dataclasses import dataclass

from compiler import promql
from compiler.diagnostics import Report
from compiler.model.words import DURATION
from compiler.promql import Matcher, Selector
from compiler.shapes import Bool, Choice, ListOf, Spec, Text, key
from compiler.sli import native
from compiler.sli.frame import Base, Frame, counted
from compiler.sli.kind import Blindness, Feed, SliKind, Words
from compiler.units import Duration

_METRIC = Text("a metric's name", r"[a-zA-Z_:][a-zA-Z0-9_:]*", longest=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencySpec(Spec):
    """A histogram and the bound between fast and slow."""

    histogram: str = key(_METRIC, "The base name, without _bucket.", example="http_request_duration_seconds")
    selector: str = key(
        Text('conditions like job="checkout"', longest=2_000), "Conditions on its labels.", default=""
    )
    threshold: Duration = key(DURATION, "Slower than this is bad; a classic bucket's bound.", example="300ms")
    native: bool = key(Bool(), "Whether it is a native histogram: one series without buckets.", default=False)
    buckets: tuple[Duration, ...] = key(ListOf(DURATION), "The buckets, where known.", default=())
    unit: str = key(
        Choice(("seconds", "milliseconds")), "The metric's unit, where its name does not say.", default=""
    )
    counting: str = "exact"

    @property
    def bound(self) -> str:
        """The threshold as a number in the metric's unit."""
        return promql.bucket_bound(self.threshold, self.scale)[0]

    @property
    def scale(self) -> str:
        """``seconds`` or ``milliseconds``: as given, else by the metric's name; empty where neither says."""
        if self.unit:
            return self.unit
        endings = (("_seconds", "seconds"), ("_milliseconds", "milliseconds"), ("_ms", "milliseconds"))
        return next((unit for ending, unit in endings if self.histogram.endswith(ending)), "")


class Latency(SliKind):
    """Requests slower than a threshold."""

    kind = "latency"
    record = LatencySpec
    doc = "Requests slower than a threshold, by a classic or a native histogram."
    example = "{histogram: http_request_duration_seconds, selector: 'job=\"checkout\"', threshold: 300ms}"

    def lower(self, spec: LatencySpec, frame: Frame) -> Base:
        """Errors of buckets are never filled with zero: one that does not exist must leave them absent."""
        if spec.native:
            return native.lower(self.total(spec), spec.bound, frame, spec.counting)
        count, bucket = self.total(spec), self._bucket(spec)
        total = counted(count, frame, spec.counting)
        slow = (counted(part, frame, spec.counting, born=count) for part in (count, bucket))
        return Base(total, "clamp_min(\n" + "\n-\n".join(slow) + ",\n0)")

    def total(self, spec: LatencySpec) -> Selector:
        """The count of all requests; a native histogram holds it."""
        return Selector(spec.histogram + ("" if spec.native else "_count"), self._matchers(spec))

    def errors(self, spec: LatencySpec) -> Selector | None:
        """None: slow requests are a difference of two series."""
        return None

    def blindness(self, spec: LatencySpec, frame: Frame) -> tuple[Blindness, ...]:
        """The bucket does not exist, or went; a native histogram always has one for the threshold."""
        if spec.native:
            return ()
        expr = f"{frame.rate('total')} unless {frame.rate('errors')}"
        meaning = f"the histogram {spec.histogram} has no bucket le={spec.bound!r}, by which slow is told from fast"
        return (Blindness(expr, Duration.of("10m"), meaning),)

    def feeds(self, spec: LatencySpec) -> tuple[Feed, ...]:
        """Count and bucket, or the one series that is both."""
        if spec.native:
            return (native.feed(self.total(spec), float(spec.bound)),)
        return (Feed(self.total(spec), good=1, bad=1), Feed(self._bucket(spec), good=1))

    def words(self, spec: LatencySpec) -> Words:
        """Requests that take longer than the threshold."""
        return Words("requests", f"take over {spec.threshold}", f"one that takes longer than {spec.threshold}")

    def facts(self, spec: LatencySpec, frame: Frame) -> dict[str, str]:
        """The buckets, for the heatmap, and the one of good events."""
        if spec.native:
            whole = native.facts(frame.pick(self.total(spec)), spec.bound)
            return super().facts(spec, frame) | whole | {"unit": spec.scale}
        buckets = Selector(f"{spec.histogram}_bucket", self._matchers(spec))
        found = {"latency_bucket": buckets, "selector_good": self._bucket(spec)}
        picked = {name: str(frame.pick(selector)) for name, selector in found.items()}
        return super().facts(spec, frame) | picked | {"unit": spec.scale}

    def check(self, spec: LatencySpec, report: Report) -> None:
        """The name is a base name, the unit is known, the threshold is a bucket."""
        ending = next((e for e in ("_bucket", "_count", "_sum") if spec.histogram.endswith(e)), "")
        if ending:
            base = spec.histogram.removesuffix(ending)
            report.error("SLO124", "the histogram's base name is meant", spec.at("histogram"), base)
        elif not spec.scale:
            text = f"the name of {spec.histogram} does not tell its unit"
            report.error("SLO124", text, spec.at("histogram"), "add unit: seconds or unit: milliseconds")
        self._check_selector(spec, report)
        self._check_threshold(spec, report)

    def _check_selector(self, spec: LatencySpec, report: Report) -> None:
        try:
            matchers = self._matchers(spec)
        except promql.PromqlError as error:
            report.error("SLO120", str(error), spec.at("selector"), 'like job="checkout",route="/pay"')
            return
        if any(m.label == "le" for m in matchers):
            report.error("SLO120", "the bucket is chosen by threshold, not by le", spec.at("selector"))

    def _check_threshold(self, spec: LatencySpec, report: Report) -> None:
        if spec.native and spec.buckets:
            text = "a native histogram has no buckets of its own"
            report.error("SLO124", text, spec.at("buckets"), "leave out buckets, or native")
        elif spec.native:
            return
        elif not spec.buckets:
            text = f"whether {spec.threshold} is a bucket of {spec.histogram} is not known"
            report.note("SLO126", text, spec.at("threshold"), "name the buckets, or ask with slo check")
        elif spec.threshold not in spec.buckets:
            known = ", ".join(str(b) for b in sorted(spec.buckets))
            text = f"{spec.threshold} is none of the buckets"
            report.error("SLO125", text, spec.at("threshold"), f"one of: {known}")

    def _matchers(self, spec: LatencySpec) -> tuple[Matcher, ...]:
        return promql.selector(f"{spec.histogram}{{{spec.selector}}}").matchers

    def _bucket(self, spec: LatencySpec) -> Selector:
        _, bound = promql.bucket_bound(spec.threshold, spec.scale)
        return Selector(f"{spec.histogram}_bucket", (*self._matchers(spec), bound))


SLI = Latency()
