"""Loki: lines by OTLP, and its ruler with the compiled rules."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.lab.places import Places
from tests.lab.process import Process

TENANT = "fake"
"""What Loki calls the only one, where nobody has to name himself."""


def server(program: Path, places: Places) -> Process:
    """Loki in one process, on the disk."""
    folder = places.folder / "loki"
    rules = folder / "rules" / TENANT
    rules.mkdir(parents=True, exist_ok=True)
    for path in sorted((places.output / "platform" / "loki").glob("*.yaml")):
        shutil.copy(path, rules)
    (folder / "loki.yaml").write_text(yaml.safe_dump(_configuration(places, folder)), "utf-8")
    command = [str(program), f"-config.file={folder / 'loki.yaml'}", "-target=all"]
    return Process("loki", command, f"{places.url('loki')}/ready", folder)


def _configuration(places: Places, folder: Path) -> dict[str, Any]:
    data, memory = folder / "data", {"kvstore": {"store": "inmemory"}}
    return {
        "auth_enabled": False,
        "server": {
            "http_listen_address": "127.0.0.1",
            "http_listen_port": places.port["loki"],
            "grpc_listen_address": "127.0.0.1",
            "grpc_listen_port": places.port["loki-grpc"],
            "log_level": "warn",
            # What comes while it ends is answered by nobody, and waited for: 30 s here, of a question 5 min below.
            "graceful_shutdown_timeout": "1s",
        },
        "common": {
            "instance_addr": "127.0.0.1",
            "path_prefix": str(data),
            "replication_factor": 1,
            "ring": memory,
            "storage": {
                "filesystem": {"chunks_directory": str(data / "chunks"), "rules_directory": str(data / "no-rules")}
            },
        },
        "schema_config": {
            "configs": [
                {
                    "from": "2024-04-01",
                    "store": "tsdb",
                    "object_store": "filesystem",
                    "schema": "v13",
                    "index": {"prefix": "index_", "period": "24h"},
                }
            ]
        },
        "limits_config": {
            "allow_structured_metadata": True,
            "volume_enabled": True,
            "otlp_config": {"resource_attributes": _INDEXED},
        },
        "ingester": {"wal": {"dir": str(data / "wal")}, "lifecycler": {"min_ready_duration": "1s"}},
        # Ten seconds each, if not told otherwise: it is not ready before.
        "frontend": {"scheduler_dns_lookup_period": "1s", "graceful_shutdown_timeout": "1s"},
        "frontend_worker": {"dns_lookup_duration": "1s"},
        "ruler": {
            "storage": {"type": "local", "local": {"directory": str(folder / "rules")}},
            "rule_path": str(data / "rules"),
            "external_url": places.url("loki"),
            "alertmanager_url": places.url("alertmanager"),
            "enable_alertmanager_v2": True,
            "enable_api": True,
            "evaluation_interval": "1m",
            "poll_interval": "10s",
            "ring": memory,
            "wal": {"dir": str(data / "ruler-wal")},
            "remote_write": {
                "enabled": True,
                "clients": {"prometheus": {"url": f"{places.url('prometheus')}/api/v1/write"}},
            },
        },
        "analytics": {"reporting_enabled": False},
    }


# Loki's own list has pods and instances in it: a stream for each process.
_INDEXED: dict[str, Any] = {
    "ignore_defaults": True,
    "attributes_config": [
        {"action": "index_label", "attributes": ["service.name", "service.namespace", "k8s.namespace.name"]}
    ],
}
