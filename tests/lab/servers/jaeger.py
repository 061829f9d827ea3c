"""Jaeger: traces in memory, and its monitor page from the span metrics in Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.lab.places import Places
from tests.lab.process import Process
from tests.lab.servers.telemetry import own_metrics


def server(program: Path, places: Places) -> Process:
    """Jaeger in one process."""
    folder = places.folder / "jaeger"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "jaeger.yaml").write_text(yaml.safe_dump(_configuration(places)), "utf-8")
    command = [str(program), "--config", str(folder / "jaeger.yaml")]
    return Process("jaeger", command, f"{places.url('jaeger-health')}/status", folder)


def _configuration(places: Places) -> dict[str, Any]:
    return {
        "service": {
            "extensions": ["jaeger_storage", "jaeger_query", "healthcheckv2"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["batch"],
                    "exporters": ["jaeger_storage_exporter"],
                }
            },
            "telemetry": {
                "resource": {"service.name": "jaeger"},
                "metrics": own_metrics(places.port["jaeger-own"]),
                "logs": {"level": "warn"},
            },
        },
        "extensions": {
            "healthcheckv2": {
                "use_v2": True,
                "http": {"endpoint": places.at("jaeger-health")},
                # Left out, it opens a port of its own choice.
                "grpc": {"endpoint": places.at("jaeger-health-grpc")},
            },
            "jaeger_storage": {
                "backends": {"traces": {"memory": {"max_traces": 50_000}}},
                "metric_backends": {"spans": {"prometheus": _span_metrics(places)}},
            },
            "jaeger_query": {
                "storage": {"traces": "traces", "metrics": "spans"},
                # Else it sends its own spans to a port of its own choice.
                "enable_tracing": False,
                "http": {"endpoint": places.at("jaeger")},
                "grpc": {"endpoint": places.at("jaeger-grpc")},
            },
        },
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": places.at("jaeger-otlp")},
                    "http": {"endpoint": places.at("jaeger-otlp-http")},
                }
            }
        },
        "processors": {"batch": {"timeout": "200ms"}},
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "traces"}},
    }


def _span_metrics(places: Places) -> dict[str, Any]:
    return {
        "endpoint": places.url("prometheus"),
        "metric_namespace": "traces_span_metrics",
        "latency_unit": "s",
        "normalize_calls": True,
        "normalize_duration": True,
    }
