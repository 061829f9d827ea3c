"""Addresses inside the cluster, as kube-prometheus-stack makes them of its release's name and namespace."""

from __future__ import annotations

from compiler import charts
from compiler.model.catalog import Stack


def prometheus(stack: Stack) -> str:
    """Prometheus of the release."""
    return _service(stack, "prometheus", 9090)


def alertmanager(stack: Stack) -> str:
    """Alertmanager of the release."""
    return _service(stack, "alertmanager", 9093)


def _service(stack: Stack, name: str, port: int) -> str:
    """The chart leaves its own name out where the release has it already, and cuts the whole at 26 signs."""
    set_here = stack.spec.prometheus
    whole = set_here.release if charts.STACK in set_here.release else f"{set_here.release}-{charts.STACK}"
    return f"http://{whole[:26].removesuffix('-')}-{name}.{set_here.namespace}.svc:{port}"
