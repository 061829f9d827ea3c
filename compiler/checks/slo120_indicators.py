"""SLO120 to SLO126: what each indicator kind checks of itself."""

from __future__ import annotations

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.schema.documents import kinds


def run(catalog: Catalog, report: Report) -> None:
    """Hands each indicator to its kind."""
    by_name = {kind.kind: kind for kind in kinds()}
    for _, objective in objectives(catalog):
        indicator = objective.indicator
        by_name[indicator.kind].check(indicator.spec, report)


CHECK = Check(
    ("SLO120", "SLO122", "SLO123", "SLO124", "SLO125", "SLO126"), "Indicators are what they claim to be.", run
)
