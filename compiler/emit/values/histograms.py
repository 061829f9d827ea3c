"""Native histograms, which Prometheus scrapes only where it is told to."""

from __future__ import annotations

from compiler.model.catalog import Catalog
from compiler.rules.rule import contexts
from compiler.sli.kind import HISTOGRAM

WHY = "Native histograms are scraped, for an SLO counts by one; classic ones still are, beside them."


def histograms(catalog: Catalog) -> dict[str, bool]:
    """Settings of prometheusSpec; none where no SLO counts by a native histogram."""
    forms = {
        feed.form
        for service in catalog.services
        for context in contexts(catalog, service)
        for feed in context.kind.reads(context.objective.indicator.spec)
    }
    return {"scrapeNativeHistograms": True, "scrapeClassicHistograms": True} if HISTOGRAM in forms else {}
