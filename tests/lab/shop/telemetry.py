"""Spans and lines by OTLP; every line is JSON and carries the trace that it was written in."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

NAMESPACE = "shop"
CALLED = 'the "shop"'
"""What its services call their namespace: links have to bear such a value."""
PATIENCE = 2
"""Seconds for which a collector is tried: one that is gone must not keep a process from ending."""
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where one pod's spans and lines go."""

    tracer: trace.Tracer
    log: logging.Logger
    pod: str

    @classmethod
    def of(cls, service: str, pod: str, collector: str) -> Telemetry:
        """For a pod of a service; ``collector`` is the address of its OTLP receiver over HTTP."""
        resource = Resource.create(
            {
                "service.name": service,
                "service.namespace": CALLED,
                # Left to the SDK, it is a new one at every start.
                "service.instance.id": pod,
                "k8s.namespace.name": NAMESPACE,
                "k8s.pod.name": pod,
            }
        )
        spans = TracerProvider(resource=resource)
        spans.add_span_processor(
            BatchSpanProcessor(
                OTLPSpanExporter(f"{collector}/v1/traces", timeout=PATIENCE), schedule_delay_millis=500
            )
        )
        return cls(spans.get_tracer("shop"), logger(service, resource, collector), pod)

    def line(self, level: str, message: str, **fields: Any) -> None:
        """Write one line, as JSON."""
        context = trace.get_current_span().get_span_context()
        ids = {"trace_id": f"{context.trace_id:032x}"} if context.is_valid else {}
        text = json.dumps({"msg": message, **fields, "level": level, "pod": self.pod, **ids})
        self.log.log(_LEVELS[level], text)


def trace_id() -> str:
    """The trace that is under way."""
    return f"{trace.get_current_span().get_span_context().trace_id:032x}"


def logger(name: str, resource: Resource, collector: str) -> logging.Logger:
    """A log whose lines go to the collector alone."""
    lines = LoggerProvider(resource=resource)
    exporter = OTLPLogExporter(f"{collector}/v1/logs", timeout=PATIENCE)
    lines.add_log_record_processor(BatchLogRecordProcessor(exporter, schedule_delay_millis=500))
    log = logging.getLogger(name)
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(LoggingHandler(logger_provider=lines))
    return log
