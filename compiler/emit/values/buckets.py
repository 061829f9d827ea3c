"""Histogram buckets that the chart drops although a latency SLO counts by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compiler.model.catalog import Catalog
from compiler.promql import Selector
from compiler.rules.rule import contexts


@dataclass(frozen=True, slots=True)
class Drop:
    """One of the chart's relabelings: under which key it stands, which buckets of which histograms it drops."""

    monitor: str
    histograms: str
    bounds: tuple[str, ...]

    def needed(self, selectors: frozenset[Selector]) -> frozenset[str]:
        """The dropped bounds that a selector asks for."""
        names = re.compile(self.histograms)
        asked = [m for s in selectors if names.fullmatch(s.metric) for m in s.on("le")]
        return frozenset(bound for bound in self.bounds if any(m.admits(bound) for m in asked))

    def without(self, needed: frozenset[str]) -> dict[str, Any]:
        """The same relabeling, but for the bounds that are needed."""
        kept = "|".join(re.escape(bound) for bound in self.bounds if bound not in needed)
        rule = {"action": "drop", "sourceLabels": ["__name__", "le"], "regex": rf"{self.histograms};({kept})(\.0)?"}
        return {self.monitor: {"serviceMonitor": {"metricRelabelings": [rule]}}}


DROPS = (
    Drop(
        "kubeApiServer",
        "(etcd_request|apiserver_request_slo|apiserver_request_sli|apiserver_request)_duration_seconds_bucket",
        (
            "0.15", "0.2", "0.3", "0.35", "0.4", "0.45", "0.6", "0.7", "0.8", "0.9", "1.25", "1.5", "1.75", "2", "3",
            "3.5", "4", "4.5", "6", "7", "8", "9", "15", "20", "40", "45", "50",
        ),
    ),
    Drop(
        "kubelet",
        "(csi_operations|storage_operation_duration)_seconds_bucket",
        ("0.25", "2.5", "15", "25", "120", "600"),
    ),
)  # fmt: skip
"""As chart 88.5.3 has them."""


def missed(catalog: Catalog) -> Iterator[tuple[Drop, frozenset[str]]]:
    """What the chart drops and an SLO of this stack needs, with the bounds."""
    selectors = frozenset(_asked(catalog))
    for drop in DROPS:
        needed = drop.needed(selectors)
        if needed:
            yield drop, needed


def _asked(catalog: Catalog) -> Iterator[Selector]:
    for service in catalog.services:
        for context in contexts(catalog, service):
            yield from (feed.selector for feed in context.kind.reads(context.objective.indicator.spec))
