"""``spans``: calls of a service as its traces tell them, by the span metrics of the OpenTelemetry collector.

PASS:  service: checkout    operation: POST /pay
PASS:  service: checkout    threshold: 250ms
FAIL:  service: checkout    kind: server span
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler import promql
from compiler.diagnostics import Report
from compiler.model.words import DURATION
from compiler.promql import Matcher
from compiler.shapes import Bool, Choice, ListOf, Record, Spec, Text, key
from compiler.sli.kind import Words
from compiler.sli.stand_in import StandIn
from compiler.units import Duration

_METRIC = Text("a metric's name", r"[a-zA-Z_:][a-zA-Z0-9_:]*", longest=300)
_KINDS = ("server", "client", "producer", "consumer", "internal")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanMetrics(Spec):
    """What the collector calls its metrics, where it was given a namespace of its own."""

    calls: str = key(_METRIC, "The counter of calls.", default="traces_span_metrics_calls_total")
    duration: str = key(
        _METRIC,
        "The base name of the histogram.",
        default="",
        example="traces_span_metrics_duration_seconds",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpansSpec(Spec):
    """Spans of a service: those that failed, or with ``threshold`` those that took longer."""

    service: str = key(Text("a service name", longest=300), "service.name of the spans.", example="checkout")
    operation: str = key(
        Text("a span's name", longest=1_000),
        "The span's name; all where it is left out.",
        default="",
        example="POST /pay",
    )
    kind: str = key(Choice(_KINDS), "The kind of span; a call has one at each of its ends.", default="server")
    threshold: Duration | None = key(DURATION, "Slower than this is bad.", default=None, example="250ms")
    unit: str = key(
        Choice(("seconds", "milliseconds")), "The unit that the collector measures in.", default="seconds"
    )
    native: bool = key(Bool(), "Whether the collector makes exponential histograms of them.", default=False)
    buckets: tuple[Duration, ...] = key(ListOf(DURATION), "The buckets, where known.", default=())
    selector: str = key(
        Text('conditions like service_namespace="shop"', longest=2_000), "More conditions on labels.", default=""
    )
    metrics: SpanMetrics = key(Record(SpanMetrics), "What the metrics are called.", default=SpanMetrics())
    counting: str = "exact"


class Spans(StandIn):
    """Spans that fail, or take too long: a ratio or a latency by other names."""

    kind = "spans"
    record = SpansSpec
    doc = "Spans of a service that fail or are slow, by the OpenTelemetry collector's span metrics."
    example = "{service: checkout, operation: POST /pay}"

    def reduces(self, spec: SpansSpec) -> tuple[str, Mapping[str, Any]]:
        """A ratio of calls; with a threshold a latency. Success is STATUS_CODE_UNSET, so errors are selected."""
        conditions = self._conditions(spec)
        if spec.threshold:
            histogram = spec.metrics.duration or f"traces_span_metrics_duration_{spec.unit}"
            return "latency", {
                "histogram": histogram,
                "selector": conditions,
                "threshold": spec.threshold,
                "buckets": spec.buckets,
                "unit": spec.unit,
                "native": spec.native,
            }
        failed = Matcher("status_code", "=", "STATUS_CODE_ERROR")
        calls = spec.metrics.calls
        return "ratio", {"total": f"{calls}{{{conditions}}}", "errors": f"{calls}{{{conditions},{failed}}}"}

    def words(self, spec: SpansSpec) -> Words:
        """Calls, as people speak of server spans."""
        events = "calls" if spec.kind in ("server", "client") else "spans"
        if spec.threshold:
            return Words(events, f"take over {spec.threshold}", f"one that takes longer than {spec.threshold}")
        return Words(events, "fail", "one whose span has the status ERROR")

    def check(self, spec: SpansSpec, report: Report) -> None:
        """The conditions parse; what belongs to a threshold has one."""
        try:
            more = promql.selector(f"calls{{{spec.selector}}}")
        except promql.PromqlError as error:
            report.error("SLO120", str(error), spec.at("selector"), 'like service_namespace="shop"')
            return
        taken = {"service_name": "service", "span_name": "operation", "span_kind": "kind", "status_code": "threshold"}
        for label in more.labels:
            if label in taken:
                text = f"the label {label!r} is chosen by {taken[label]}"
                report.error("SLO120", text, spec.at("selector"), "leave it out here")
        if spec.buckets and not spec.threshold:
            text = "buckets are of use beside a threshold alone"
            report.error("SLO125", text, spec.at("buckets"), "add threshold, or leave out buckets")

    def _conditions(self, spec: SpansSpec) -> str:
        labels = {"service_name": spec.service, "span_kind": f"SPAN_KIND_{spec.kind.upper()}"}
        labels |= {"span_name": spec.operation} if spec.operation else {}
        own = [str(Matcher(name, "=", value)) for name, value in labels.items()]
        return ",".join([*own, spec.selector] if spec.selector else own)


SLI = Spans()
