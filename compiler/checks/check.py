"""What a check must say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Objective, Service

RESERVED = (
    "service", "slo", "slo_tier", "state", "severity", "alertname", "team", "objective", "catalog", "window",
    "namespace", "cluster",
)  # fmt: skip
"""Labels that the rules set themselves."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: the codes that it may report, a sentence, and the function."""

    codes: tuple[str, ...]
    doc: str
    run: Callable[[Catalog, Report], None]


def objectives(catalog: Catalog) -> Iterator[tuple[Service, Objective]]:
    """Every SLO with its service."""
    for service in catalog.services:
        for objective in service.objectives:
            yield service, objective
