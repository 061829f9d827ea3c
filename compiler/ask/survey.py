"""What a server knows of each indicator: a wrong metric name or bucket is fault number one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.ask.client import Client
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.rules.rule import Context, contexts


def survey(catalogs: Iterable[Catalog], client: Client, report: Report) -> Iterator[str]:
    """One line an SLO; what is wrong goes to the report.

    Args:
        catalogs: what is declared.
        client: of the server that scrapes it.
        report: gets SLO300 where a selector finds nothing, SLO301 where errors exceed total.
    """
    for catalog in catalogs:
        for service in catalog.services:
            for context in contexts(catalog, service):
                yield f"{catalog.stack.name} {context.title}: {_one(context, client, report)}"


def _one(context: Context, client: Client, report: Report) -> str:
    spec, kind = context.objective.indicator.spec, context.kind
    total = context.frame.pick(kind.total(spec))
    count = client.number(f"count({total})")
    span = context.objective.indicator.span
    if not count:
        report.error("SLO300", f"the server has no series of {total}", span, "is the name right, the job, the label?")
        return "no series"
    base = kind.lower(spec, context.frame)
    events = client.number(base.total)
    errors = client.number(base.errors.replace(context.frame.rate("total"), f"({base.total})"))
    gap = client.number(f"max(300 / count_over_time({total}[5m]))")
    if errors is None:
        report.error("SLO300", "the server counts no bad events: is the bucket or label there?", span)
    elif events is not None and errors > events:
        report.error("SLO301", f"the server counts more errors than events: {errors:g}/s of {events:g}/s", span)
    for way in kind.blindness(spec, context.frame):
        if client.query(_on_raw(way.expr, context, base.total, base.errors)):
            report.warning("SLO302", f"now: {way.meaning}", span)
    parts = [f"{count:.0f} series", f"{86_400 * (events or 0):,.0f} events a day"]
    parts += [f"{86_400 * errors:,.0f} bad"] if errors is not None else []
    parts += [f"scraped every {gap:.0f}s"] if gap else []
    return ", ".join(parts)


def _on_raw(expr: str, context: Context, total: str, errors: str) -> str:
    """The expression with the recorded series, which may not exist yet, written out."""
    frame = context.frame
    written = errors.replace(frame.rate("total"), f"({total})")
    return expr.replace(frame.rate("errors"), f"({written})").replace(frame.rate("total"), f"({total})")
