"""Prometheus: scrapes everything, takes span metrics and the counts of Loki's ruler, evaluates the compiled rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.lab.places import Places
from tests.lab.process import Process

SCRAPE = "10s"
"""As the lab's stack says."""


def server(program: Path, places: Places) -> Process:
    """Prometheus, with what has been compiled for this lab."""
    folder = places.folder / "prometheus"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(places)), "utf-8")
    command = [
        str(program),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=1d",
        f"--web.listen-address={places.at('prometheus')}",
        f"--web.external-url={places.url('prometheus')}",
        "--enable-feature=exemplar-storage",
        "--web.enable-remote-write-receiver",
        "--web.enable-otlp-receiver",
        "--log.level=warn",
    ]
    return Process("prometheus", command, f"{places.url('prometheus')}/-/ready", folder)


def _configuration(places: Places) -> dict[str, Any]:
    return {
        "global": {
            "scrape_interval": SCRAPE,
            "scrape_timeout": "8s",
            "evaluation_interval": "15s",
            "external_labels": {"cluster": "lab"},
        },
        "rule_files": [str(path) for path in sorted(places.output.glob("*/*/rules/*.yaml"))],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [places.at("alertmanager")]}]}]},
        "otlp": {
            "translation_strategy": "UnderscoreEscapingWithSuffixes",
            "keep_identifying_resource_attributes": True,
            "promote_resource_attributes": ["service.name", "k8s.namespace.name"],
        },
        "storage": {"exemplars": {"max_exemplars": 20_000}, "tsdb": {"out_of_order_time_window": "10m"}},
        "scrape_configs": [
            {
                "job_name": "shop",
                "file_sd_configs": [{"files": [str(places.targets)], "refresh_interval": "5s"}],
            },
            *_played(places),
            *_servers(places),
        ],
    }


def _played(places: Places) -> list[dict[str, Any]]:
    """What exporters say of the cluster, each under the job and path that the chart gives it."""
    paths = {
        "kube-state-metrics": ("/kube-state-metrics",),
        "kubelet": ("/metrics", "/metrics/cadvisor", "/metrics/probes"),
        "node-exporter": ("/node-exporter",),
        "apiserver": ("/apiserver",),
        "kube-etcd": ("/etcd",),
    }
    return [
        {
            "job_name": job if len(found) == 1 else f"{job}{path}",
            "honor_labels": True,
            "metrics_path": path,
            "static_configs": [{"targets": [places.at("cluster")], "labels": {"job": job, "metrics_path": path}}],
        }
        for job, found in paths.items()
        for path in found
    ]


def _servers(places: Places) -> list[dict[str, Any]]:
    """The servers themselves; a pod's name is what tells one from another on the page about them."""
    own = {
        "prometheus": ("lab-kube-prometheus-stack-prometheus", "prometheus"),
        "alertmanager": ("lab-kube-prometheus-stack-alertmanager", "alertmanager"),
        "loki": ("loki", "loki"),
        "jaeger": ("jaeger", "jaeger-own"),
        "otelcol": ("opentelemetry-collector", "collector-own"),
    }
    return [
        {
            "job_name": job,
            "static_configs": [
                {"targets": [places.at(port)], "labels": {"namespace": "monitoring", "pod": f"{name}-0"}}
            ],
        }
        for name, (job, port) in own.items()
    ]
