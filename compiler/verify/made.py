"""What a build proves before it publishes, without any tool: expressions parse, objects fit, paths stay inside."""

from __future__ import annotations

from collections.abc import Iterator

from compiler import promql
from compiler.artifact import Artifact
from compiler.diagnostics import Report, Span
from compiler.rules.rule import Context, Record
from compiler.rules.service import Plan
from compiler.verify.values import verify_platform

OBJECT_LIMIT = 524_288
"""Bytes above which the operator refuses a PrometheusRule."""


def verify_expressions(plan: Plan, report: Report) -> None:
    """Parse every expression of a service; SLO200 at the SLO that it belongs to."""
    spans = {context.objective.name: context.objective.span for context in plan.contexts}
    trusted = {(context.objective.name, name) for context in plan.contexts for name in _unchecked(context)}
    for group in plan.groups.values():
        for rule in group.rules:
            if (rule.labels["slo"], rule.name) in trusted:
                continue
            try:
                promql.check(rule.expr)
            except promql.PromqlError as error:
                name = rule.name
                kind = "record" if isinstance(rule, Record) else "alert"
                report.error("SLO200", f"the {kind} {name} does not parse: {error}", spans[rule.labels["slo"]])


def _unchecked(context: Context) -> Iterator[str]:
    """What is recorded of expressions that this parser has no say about; ``slo verify`` has."""
    spec = context.objective.indicator.spec
    if getattr(spec, "promql", "checked") == "unchecked":
        yield from (name for name, _ in context.kind.records(spec, context.frame))


def verify_artifact(artifact: Artifact, report: Report) -> None:
    """A path that stays inside, an object that the operator takes, values and manifests that hold."""
    verify_platform(artifact, report)
    if artifact.path.startswith("/") or ".." in artifact.path.split("/"):
        report.error("SLO201", f"the path {artifact.path!r} leads outside", Span(artifact.sources[0]))
    if artifact.path.endswith("prometheusrule.yaml"):
        largest = max(len(part.encode()) for part in artifact.text.split("\n---\n"))
        if largest > OBJECT_LIMIT:
            text = f"{artifact.path} holds an object of {largest:,} bytes, the operator takes {OBJECT_LIMIT:,}"
            report.error("SLO201", text, Span(artifact.sources[0]), "split the service")
