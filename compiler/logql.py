"""The only place that builds and escapes LogQL."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.promql import quote


def stream(labels: Mapping[str, str]) -> str:
    """A stream selector of exactly these labels."""
    return "{" + ", ".join(f"{name}={quote(value)}" for name, value in labels.items()) + "}"


def errors(labels: Mapping[str, str], pipeline: str) -> str:
    """The error lines of a stream."""
    return f"{stream(labels)} {pipeline}".strip()
