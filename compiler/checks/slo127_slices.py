"""SLO127: time slices are counted exactly."""

from __future__ import annotations

from compiler.checks.check import Check, objectives
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Objective
from compiler.model.slo import Slices
from compiler.units import Duration

_LEAST = Duration.of("1m")
_SLICED_ALREADY = ("threshold", "composite")


def run(catalog: Catalog, report: Report) -> None:
    """A slice holds two scrapes and whole evaluations, and fits into the base window."""
    for _, objective in objectives(catalog):
        if objective.slices:
            _length(catalog, objective.slices, report)
            _kind(objective, objective.slices, report)


def _length(catalog: Catalog, slices: Slices, report: Report) -> None:
    prometheus, most = catalog.stack.spec.prometheus, catalog.stack.base_window
    interval = prometheus.rule_interval
    least = max(_LEAST, prometheus.scrape_interval * 2)
    fitting = Duration(-(-least.milliseconds // interval.milliseconds) * interval.milliseconds)
    length = slices.slices
    hint = f"write {fitting if length < most else most}"
    if not least <= length <= most:
        text = f"a slice in {catalog.stack.name} lasts from {least} (two scrapes) to {most} (the base window)"
        report.error("SLO127", f"{text}, {length} does not", slices.at("slices"), hint)
    elif length.milliseconds % interval.milliseconds:
        text = f"a slice is a multiple of the rule interval, {interval}; {length} is not"
        report.error("SLO127", text, slices.at("slices"), hint)


def _kind(objective: Objective, slices: Slices, report: Report) -> None:
    kind = objective.indicator.kind
    if kind not in _SLICED_ALREADY:
        return
    why = {
        "threshold": "threshold counts slices of time already",
        "composite": "a journey is judged by the events of its steps",
    }[kind]
    report.error("SLO127", f"budgeting by slices is not to be had here: {why}", slices.span, "leave budgeting out")


CHECK = Check(("SLO127",), "Time slices hold whole evaluations.", run)
