"""SLO150: runbook commands that cannot be pasted, or that change something unasked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.model.slo import Step

_PLACEHOLDER = re.compile(r"<[A-Za-z][^<>]*>|\{[a-z_]+\}|\{\{")
_VALUED = ("-n", "--namespace", "--context", "--kube-context", "-c", "--container", "-l", "--selector")
"""Flags whose value is the next word."""
_KUBECTL = r"""annotate|apply|autoscale|cordon|create|delete|drain|edit|expose|label|patch|replace|run|scale|set|taint
    |uncordon|rollout\ (pause|restart|resume|undo)"""
_CHANGING = re.compile(
    rf"""kubectl\ ({_KUBECTL})
    |helm\ (delete|install|rollback|uninstall|upgrade)
    |argocd\ app\ (delete|patch|rollback|set|sync)""",
    re.VERBOSE,
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
    changing = next((name for name in _calls(step.run) if _CHANGING.fullmatch(name)), "")
    if step.look and changing:
        text = f"{changing} changes something, but stands under look"
        report.error("SLO150", text, step.at("run"), "write change: and when: instead of look:")
    if re.search(r"rollout undo\b(?!.*--to-revision)", step.run):
        text = "rollout undo without --to-revision: two people would undo each other"
        report.error("SLO150", text, step.at("run"), "add --to-revision=REVISION")


def _calls(command: str) -> Iterator[str]:
    """``kubectl scale``, ``kubectl rollout undo``: each tool in the command with its first two and three words."""
    words = re.split(r"[\s|;&()`]+", command)
    for index, tool in enumerate(words):
        if tool in ("kubectl", "helm", "argocd"):
            said = _without_flags(words[index + 1 :])
            yield " ".join([tool, *said[:1]])
            yield " ".join([tool, *said[:2]])


def _without_flags(words: list[str]) -> list[str]:
    before = ["", *words]
    return [w for w, last in zip(words, before, strict=False) if not w.startswith("-") and last not in _VALUED]


CHECK = Check(("SLO150",), "Runbook commands do no harm.", run)
