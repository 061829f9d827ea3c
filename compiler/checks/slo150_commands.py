"""SLO150: runbook commands that cannot be pasted, or that change something unasked."""

from __future__ import annotations

import re

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.model.service import Step

_PLACEHOLDER = re.compile(r"<[A-Za-z][^<>]*>|\{[a-z_]+\}|\{\{")
_CHANGING = re.compile(
    r"\bkubectl\b.*\b(apply|create|delete|patch|edit|scale|replace|annotate|label|drain|cordon|uncordon|taint|set"
    r"|rollout (undo|restart|pause|resume))\b"
)


def run(catalog: Catalog, report: Report) -> None:
    """Every step of every runbook."""
    for _, objective in objectives(catalog):
        for step in objective.runbook.steps:
            _step(step, report)


def _step(step: Step, report: Report) -> None:
    found = _PLACEHOLDER.search(step.run)
    if found:
        text = f"unknown placeholder {found.group()} in a command"
        report.error("SLO150", text, step.at("run"), "write what stands for a value in capitals: REVISION, POD")
    if "\n" in step.run.strip():
        report.error("SLO150", "a command is one line", step.at("run"), "one step a command")
    if step.look and _CHANGING.search(step.run):
        text = "this command changes something, but stands under look"
        report.error("SLO150", text, step.at("run"), "write change: and when: instead of look:")
    if re.search(r"rollout undo\b(?!.*--to-revision)", step.run):
        text = "rollout undo without --to-revision: two people would undo each other"
        report.error("SLO150", text, step.at("run"), "add --to-revision=REVISION")


CHECK = Check(("SLO150",), "Runbook commands do no harm.", run)
