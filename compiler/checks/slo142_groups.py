"""SLO142 and SLO143: groupings that cannot be recorded, and those that nobody has thought to limit."""

from __future__ import annotations

from compiler.checks.check import RESERVED, Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Objective
from compiler.model.slo import GroupBy, GroupLabel
from compiler.rules.rule import Context

CARRIED = ("namespace", "cluster")
"""Reserved labels that may be grouped by: the alerts then carry the group's value."""


def run(catalog: Catalog, report: Report) -> None:
    """Every grouping."""
    for service, objective in objectives(catalog):
        if objective.group_by:
            _names(objective.group_by, report)
            _carried(Context(catalog, service, objective), objective.group_by, report)
            _own(objective, objective.group_by, report)


def _names(group_by: GroupBy, report: Report) -> None:
    seen: set[str] = set()
    for index, (label, name) in enumerate(group_by.pairs):
        span = group_by.at(f"labels.{index}")
        if name in RESERVED and name not in CARRIED:
            renamed = isinstance(group_by.labels[index], GroupLabel)
            way = f"choose another name, like my_{name}" if renamed else f"{{label: {label}, as: my_{label}}}"
            report.error("SLO142", f"the label {name!r} is reserved: the rules set it themselves", span, way)
        elif name.startswith("__"):
            report.error("SLO142", f"the label {name!r} is Prometheus' own", span)
        if name in seen:
            report.error("SLO142", f"{name!r} is grouped by twice", span, "leave one out")
        seen.add(name)
    if "limit" not in group_by.places:
        text = f"no limit is stated: more than {group_by.limit} groups raise a ticket"
        report.warning("SLO143", text, group_by.span, f"groupBy: {{labels: [...], limit: {group_by.limit}}}")


def _carried(context: Context, group_by: GroupBy, report: Report) -> None:
    """A label that total cannot have; of an indicator that does not parse its kind tells."""
    own = Report()
    context.kind.check(context.objective.indicator.spec, own)
    if own.failed:
        return
    for index, (label, _) in enumerate(group_by.pairs):
        lacking = context.kind.lacks(context.objective.indicator.spec, label)
        if lacking:
            report.error(
                "SLO142", f"there is nothing to group by {label!r}: {lacking}", group_by.at(f"labels.{index}")
            )


def _own(objective: Objective, group_by: GroupBy, report: Report) -> None:
    if group_by.objectives and len(group_by.pairs) != 1:
        text = "objectives of single groups are told by one label, here are several"
        report.error("SLO142", text, group_by.at("objectives"), "group by one label, or write SLOs of their own")


CHECK = Check(("SLO142", "SLO143"), "Groupings can be recorded.", run)
