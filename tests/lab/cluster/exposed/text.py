"""Samples as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Sample = tuple[str, Mapping[str, str], float]
"""A metric, its labels, its value."""


def text(samples: Iterable[Sample]) -> str:
    """The text format; types are left out, for nothing here asks for them."""
    return "".join(f"{name}{_labels(labels)} {value:.10g}\n" for name, labels, value in samples)


def _labels(labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
