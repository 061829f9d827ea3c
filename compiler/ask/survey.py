"""What a server knows of each indicator: a wrong metric name or bucket is fault number one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.ask.client import Client
from compiler.ask.hints import Hints
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.promql import Matcher
from compiler.rules.rule import Context, contexts
from compiler.sli.kind import Base

_DAY = 86_400


def survey(catalogs: Iterable[Catalog], client: Client, report: Report) -> Iterator[str]:
    """One line an SLO; what is wrong goes to the report.

    Args:
        catalogs: what is declared.
        client: of the server that scrapes it.
        report: gets SLO300 where a selector finds nothing, SLO301 where errors exceed total, SLO302 where an
            indicator is blind or scraped too seldom.
    """
    hints = Hints(client)
    for catalog in catalogs:
        for service in catalog.services:
            for context in contexts(catalog, service):
                yield f"{context.title} in {catalog.stack.name}: {_Question(context, client, hints, report).answer()}"


class _Question:
    """One SLO."""

    def __init__(self, context: Context, client: Client, hints: Hints, report: Report) -> None:
        self._context, self._client, self._hints, self._report = context, client, hints, report
        self._spec, self._span = context.objective.indicator.spec, context.objective.indicator.span
        # Of slices the events within them are asked for: slices are there only once the rules are.
        self._kind = context.sliced.inner if context.sliced else context.kind
        self._total = context.frame.pick(self._kind.total(self._spec))

    def answer(self) -> str:
        """What there is, in a line."""
        count = self._client.number(f"count({self._total})")
        if not count and self._total.metric.startswith("slo:"):
            return f"{self._total} is not recorded yet"
        if not count:
            hint = self._hints.missing(self._total)
            self._report.error("SLO300", f"the server has no series of {self._total}", self._span, hint)
            return "no series"
        lowered = self._kind.lower(self._spec, self._context.frame)
        total = self._measured(lowered.total)
        base = Base(total, self._measured(lowered.errors).replace(self._context.frame.rate("total"), f"({total})"))
        events, errors = self._client.number(base.total), self._client.number(base.errors)
        self._judge(events, errors, base)
        parts = [
            f"{count:,.0f} series{self._of_errors()}{self._groups()}",
            f"{_DAY * (events or 0):,.0f} events a day",
        ]
        parts += [self._bad(events, errors)] if errors is not None else []
        return ", ".join([*parts, *self._scrapes()])

    def _of_errors(self) -> str:
        """How many series the selector of errors finds; none yet is no fault."""
        errors = self._kind.errors(self._spec)
        if errors is None:
            return ""
        count = self._client.number(f"count({self._context.frame.pick(errors)})")
        return f" and {count or 0:,.0f} of errors"

    def _groups(self) -> str:
        """How many groups there are; a label that no series has is an error."""
        group_by = self._context.objective.group_by
        if not group_by:
            return ""
        for index, (label, _) in enumerate(group_by.pairs):
            labelled = self._total.adding(Matcher(label, "!=", ""))
            if not self._client.number(f"count({labelled})"):
                text = f"no series of {self._total} has the label {label!r}, by which it is grouped"
                self._report.error("SLO300", text, group_by.at(f"labels.{index}"), self._hints.labels(self._total))
        by = ", ".join(label for label, _ in group_by.pairs)
        found = self._client.number(f"count(count by ({by}) ({self._total}))") or 0
        if found > group_by.limit:
            text = f"there are {found:,.0f} groups, more than the limit of {group_by.limit}"
            self._report.warning("SLO302", text, group_by.span, "group by less, or raise the limit")
        return f" in {found:,.0f} group{'' if found == 1 else 's'}"

    def _judge(self, events: float | None, errors: float | None, base: Base) -> None:
        if errors is None:
            text = "the server counts no bad events: is the bucket or label there?"
            self._report.error("SLO300", text, self._span, self._buckets())
        elif events is not None and errors > events:
            text = f"the server counts more errors than events: {errors:g}/s of {events:g}/s"
            self._report.error("SLO301", text, self._span)
        for way in self._kind.blindness(self._spec, self._context.frame) if errors is not None else ():
            if self._client.query(self._on_raw(way.expr, base)):
                self._report.warning("SLO302", f"now: {way.meaning}", self._span)

    def _buckets(self) -> str:
        """The buckets that there are, where the indicator has such."""
        facts = self._kind.facts(self._spec, self._context.frame)
        return self._hints.buckets(facts["latency_bucket"]) if "latency_bucket" in facts else ""

    def _bad(self, events: float | None, errors: float) -> str:
        share = f" ({errors / events:.3%})" if events else ""
        return f"{_DAY * errors:,.0f} of them bad{share}"

    def _scrapes(self) -> list[str]:
        """How often it is scraped, which the base window must hold four times."""
        gap = self._client.number(f"max(300 / count_over_time({self._total}[5m]))")
        if not gap:
            return []
        base = self._context.frame.base
        if gap * 4 > base.seconds * 1.1:  # a scrape more or less within 5 m is no fault
            text = f"it is scraped every {gap:.0f}s, and the base window of {base} needs four scrapes"
            self._report.warning("SLO302", text, self._span, "set prometheus.scrapeInterval in the stack")
        return [f"scraped every {gap:.0f}s"]

    def _on_raw(self, expr: str, base: Base) -> str:
        """The expression with the recorded series, which may not exist yet, written out."""
        frame = self._context.frame
        expr = expr.replace(frame.rate("errors"), f"({base.errors})").replace(frame.rate("total"), f"({base.total})")
        return self._measured(expr)

    def _measured(self, expr: str) -> str:
        """The same for what is recorded before the base; a range of it is asked as a subquery."""
        frame = self._context.frame
        for name, made in reversed(self._kind.records(self._spec, frame)):
            series = frame.named(name)
            expr = expr.replace(f"{series}[{frame.base}]", f"({made})[{frame.base}:{frame.interval}]")
            expr = expr.replace(series, f"({made})")
        return expr
