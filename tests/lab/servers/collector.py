"""The OpenTelemetry collector: spans to Jaeger, lines to Loki, and metrics of spans to Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.lab.places import Places
from tests.lab.process import Process
from tests.lab.servers.telemetry import own_metrics

BUCKETS = ("5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s")


def server(program: Path, places: Places) -> Process:
    """The collector; it is ready when its own metrics are served."""
    folder = places.folder / "collector"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "collector.yaml").write_text(yaml.safe_dump(_configuration(places)), "utf-8")
    command = [str(program), "--config", str(folder / "collector.yaml")]
    return Process("collector", command, f"{places.url('collector-own')}/metrics", folder)


def _configuration(places: Places) -> dict[str, Any]:
    common = ["memory_limiter", "batch"]
    return {
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": places.at("collector-otlp")},
                    "http": {"endpoint": places.at("collector-otlp-http")},
                }
            }
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": 256, "spike_limit_mib": 64},
            "batch": {"timeout": "500ms"},
        },
        "connectors": {
            "span_metrics": {
                "histogram": {"unit": "s", "explicit": {"buckets": list(BUCKETS)}},
                "dimensions": [
                    {"name": name} for name in ("http.route", "http.request.method", "http.response.status_code")
                ],
                # One collector: who made the numbers tells nothing.
                "exclude_dimensions": ["collector.instance.id"],
                "exemplars": {"enabled": True, "max_per_data_point": 5},
                "metrics_flush_interval": "5s",
                "metrics_expiration": "5m",
            }
        },
        "exporters": {
            "otlp_grpc/jaeger": {"endpoint": places.at("jaeger-otlp"), "tls": {"insecure": True}},
            "otlp_http/loki": {"endpoint": f"{places.url('loki')}/otlp"},
            "otlp_http/prometheus": {"endpoint": f"{places.url('prometheus')}/api/v1/otlp"},
        },
        "service": {
            "telemetry": {
                "logs": {"level": "warn"},
                "metrics": own_metrics(places.port["collector-own"]),
            },
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": common,
                    "exporters": ["otlp_grpc/jaeger", "span_metrics"],
                },
                "metrics": {
                    "receivers": ["otlp", "span_metrics"],
                    "processors": common,
                    "exporters": ["otlp_http/prometheus"],
                },
                "logs": {"receivers": ["otlp"], "processors": common, "exporters": ["otlp_http/loki"]},
            },
        },
    }
