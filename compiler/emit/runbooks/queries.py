"""What a page asks Prometheus and Loki: expressions to paste, each with the address that has it typed in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from compiler import logql, promql
from compiler.burn.timing import threshold
from compiler.emit.runbooks.markdown import Markdown, fence, link
from compiler.model.catalog import Catalog, Tier
from compiler.rules.rule import Context
from compiler.rules.windows import share
from compiler.units import decimal_text


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL expression, and where Prometheus answers it; an empty address where that is not known."""

    expr: str
    address: str


@dataclass(frozen=True, slots=True)
class Check:
    """A query whose value must be at or below a level before an alert of ``severity`` ends."""

    query: Query
    window: str
    level: str
    percent: str
    raises: str


def query(expr: str, context: Context) -> Query:
    """An expression to ask this stack's Prometheus.

    Raises:
        compiler.promql.PromqlError: it does not parse; nobody else would notice before somebody needs it.
    """
    return asked_of(expr, context.catalog)


def asked_of(expr: str, catalog: Catalog) -> Query:
    """The same, of a stack alone."""
    promql.check(expr)
    site = catalog.stack.spec.urls.prometheus.rstrip("/")
    return Query(expr, f"{site}/query?g0.expr={quote(expr, safe='')}&g0.tab=table" if site else "")


def ask(asked: Query) -> Markdown:
    """The expression in lines of its own, with the link below it."""
    body = fence(asked.expr, "promql")
    return Markdown(f"{body}\n\n{link('Ask Prometheus', asked.address)}") if asked.address else body


def check(tier: Tier, context: Context) -> Check:
    """The short window of a tier: the first to fall once an incident is over."""
    level = threshold(context.objective.objective, tier)
    asked = query(share(tier.short, context.frame), context)
    return Check(asked, str(tier.short), decimal_text(level), f"{decimal_text(level * 100)}%", tier.alert)


def what_fails(context: Context) -> tuple[str, Query] | None:
    """The failing events by the label that tells them, the buckets, or the value that is bad; as the kind says."""
    facts = context.kind.facts(context.objective.indicator.spec, context.frame)
    window = context.frame.base
    steps = context.kind.steps(context.objective.indicator.spec, context.frame)
    if steps:
        return "slo", query(f"topk(5, sum by (service, slo) ({steps}))", context)
    if "selector_errors" in facts:
        label = facts.get("split_by", "instance")
        return label, query(f"topk(5, sum by ({label}) (rate({facts['selector_errors']}[{window}])))", context)
    if "latency_bucket" in facts:
        buckets = f"sum by (le) (rate({facts['latency_bucket']}[{window}]))"
        return "", query(f"histogram_quantile({context.objective.objective}, {buckets})", context)
    if "value_series" in facts:
        return "", query(facts["value_series"], context)
    return None


def error_lines(context: Context) -> str:
    """LogQL that finds the error lines; empty where no logs are declared."""
    logs = context.service.logs
    return logql.errors(logs.selector, logs.errors) if logs and context.catalog.stack.spec.logs else ""
