"""What the servers that are built on the collector's libraries have in common."""

from __future__ import annotations

from typing import Any


def own_metrics(port: int) -> dict[str, Any]:
    """Their metrics about themselves, to be scraped from this port of loopback."""
    return {
        "level": "normal",
        "readers": [{"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": port}}}}],
    }
