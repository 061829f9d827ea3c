"""Values of Loki's chart: a ruler that counts lines and writes the counts to Prometheus, which must take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler import charts
from compiler.artifact import Artifact
from compiler.emit import addresses
from compiler.emit.loki import counts
from compiler.emit.values.document import Section, of_chart
from compiler.model.catalog import Catalog, Stack

RECEIVER = "Counts of log lines are written to Prometheus by Loki's ruler."
_ABOUT = """\
What Loki must do beside storing lines: its ruler counts those that SLOs are made of, every minute, and writes the
counts to Prometheus. Goes before the values that the cluster has, so that what they say wins."""
_RULER = """\
The ruler reads its rules from files, evaluates them, and writes what it records."""
_RULER_OVERLAY = """\
Where the ruler keeps its rules is left to you; for the sidecar below, loki.rulerConfig.storage must be
{type: local, local: {directory: /rules}}. Rules kept elsewhere are taken from platform/loki by lokitool."""
_SIDECAR = """\
Rules come as ConfigMaps by their label. The folder is that of the tenant: fake, where auth_enabled is false."""


def loki(catalog: Catalog) -> Iterator[Artifact]:
    """``platform/values/loki.yaml``, where lines are counted."""
    if counts(catalog):
        yield of_chart(catalog, charts.LOKI, _ABOUT, _sections(catalog))


def receiver(catalog: Catalog) -> dict[str, bool]:
    """Settings of prometheusSpec; none where no line is counted."""
    return {"enableRemoteWriteReceiver": True} if counts(catalog) else {}


def remote_write(stack: Stack) -> str:
    """Where the ruler writes to: as the stack file says, else Prometheus as its chart names it."""
    said = stack.spec.logs.remote_write if stack.spec.logs else ""
    return said or f"{addresses.prometheus(stack)}/api/v1/write"


def _sections(catalog: Catalog) -> Iterator[Section]:
    is_full = catalog.stack.spec.values.mode == "full"
    yield Section(_RULER if is_full else _RULER_OVERLAY, {"loki": {"rulerConfig": _ruler(catalog.stack, is_full)}})
    sidecar = {"enabled": True, "label": "loki_rule", "folder": "/rules/fake"}
    yield Section(_SIDECAR, {"sidecar": {"rules": {**sidecar, "searchNamespace": catalog.stack.objects_namespace}}})


def _ruler(stack: Stack, is_full: bool) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "storage": {"type": "local", "local": {"directory": "/rules"}},
        "rule_path": "/var/loki/rules-temp",
        "enable_api": True,
        "wal": {"dir": "/var/loki/ruler-wal"},
    }
    written = {"remote_write": {"enabled": True, "clients": {"prometheus": {"url": remote_write(stack)}}}}
    return (kept if is_full else {}) | written
