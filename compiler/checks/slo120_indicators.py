"""SLO120 to SLO126: what each indicator kind checks of itself."""

from __future__ import annotations

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.promql import PromqlError
from compiler.rules.rule import Context
from compiler.schema.documents import kinds


def run(catalog: Catalog, report: Report) -> None:
    """Hands each indicator to its kind."""
    by_name = {kind.kind: kind for kind in kinds()}
    for service, objective in objectives(catalog):
        indicator, own = objective.indicator, Report()
        if indicator.declared_kind:
            by_name[indicator.declared_kind].check(indicator.declared, own)
        if not own.failed:
            by_name[indicator.kind].check(indicator.spec, own)
        if not own.failed:
            _held(Context(catalog, service, objective), own)
        report.extend(own.items)


def _held(context: Context, report: Report) -> None:
    """SLO121 where an expression of a user's cannot be held to the cluster, as it must be on a central server."""
    try:
        context.kind.records(context.objective.indicator.spec, context.frame)
    except PromqlError as error:
        hint = "on a central server every selector must name the cluster: write it more plainly"
        report.error("SLO121", str(error), context.objective.indicator.span, hint)


CODES = ("SLO120", "SLO121", "SLO122", "SLO123", "SLO124", "SLO125", "SLO126")
CHECK = Check(CODES, "Indicators are what they claim to be.", run)
