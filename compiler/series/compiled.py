"""SLOs of every form, compiled: what the page is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compiler import pipeline
from compiler.diagnostics import Report, render
from compiler.model.catalog import Catalog
from compiler.rules.rule import Context, Record
from compiler.rules.service import plan

FOLDER = Path(__file__).with_name("examples")


@cache
def catalog() -> Catalog:
    """The examples; what is written of them here is ours, and compiles."""
    report = Report()
    found = pipeline.catalogs(FOLDER, report)
    assert len(found) == 1, render(report.sorted(), "text", FOLDER)
    return found[0]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording rule, the SLO that it belongs to, and its group."""

    context: Context
    speed: str
    rule: Record


@cache
def recorded() -> tuple[Recorded, ...]:
    """Every recording rule of the examples, in the order in which they are evaluated."""
    found = [plan(catalog(), service) for service in catalog().services]
    return tuple(
        Recorded(context, speed, rule)
        for each in found
        for name, group in each.groups.items()
        for speed in (name.split("-")[0],)  # the group of slices is called by their length, too
        for rule in group.rules
        for context in each.contexts
        if isinstance(rule, Record) and rule.labels["slo"] == context.objective.name
    )
