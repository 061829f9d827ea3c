"""SLO116 to SLO119: what Helm values cannot do by themselves, and says so at build."""

from __future__ import annotations

from compiler import charts
from compiler.checks.check import Check
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Stack

KEPT = ("null", "heartbeat")
"""Receivers that the values bring along."""


def run(catalog: Catalog, report: Report) -> None:
    """The chart's version, lists that stay the cluster's own, rules that would go nowhere, names of receivers."""
    stack = catalog.stack
    if stack.spec.role == "services":
        _rules(stack, report)
        return
    if "values" in stack.spec.outputs:
        _chart(stack, report)
        _overlay(stack, report)
        _mail(stack, report)
    _rules(stack, report)
    _receivers(stack, report)


def _chart(stack: Stack, report: Report) -> None:
    chart, known = stack.spec.prometheus.chart, charts.versions()
    if chart not in known:
        text = f"the keys of {charts.STACK} {chart} are not known; values are checked against {known[-1]}"
        hint = f"known: {', '.join(known)}; tools/chart_keys.py adds one"
        report.warning("SLO117", text, stack.spec.prometheus.at("chart"), hint)


def _overlay(stack: Stack, report: Report) -> None:
    """Said where there is something to add: exemplars lead to traces."""
    if stack.spec.values.mode == "overlay" and stack.spec.traces:
        text = f"the values of {stack.name} are an overlay, which sets no list: exemplar-storage is left to you"
        hint = "the head of platform/values/kube-prometheus-stack.yaml lists what to add"
        given = stack.spec.values.at("mode")
        report.note("SLO116", text, given if given.file else stack.span, hint)


def _mail(stack: Stack, report: Report) -> None:
    mail = [receiver for receiver in stack.spec.alertmanager.receivers if receiver.email]
    if mail and stack.spec.values.mode == "full":
        text = "Alertmanager does not start with a receiver by mail and no smarthost, which no stack file states"
        hint = "set alertmanager.config.global.smtp_smarthost and smtp_from in a values file of your own"
        report.note("SLO116", text, mail[0].at("email"), hint)


def _rules(stack: Stack, report: Report) -> None:
    written = "values" in stack.spec.outputs and stack.spec.role != "services"
    if stack.spec.prometheus.rules == "values" and not written:
        text = "rules travel inside the values, and no values are written: no rule reaches the cluster"
        report.warning("SLO118", text, stack.spec.prometheus.at("rules"), "rules: objects, or write the values here")


def _receivers(stack: Stack, report: Report) -> None:
    for receiver in stack.spec.alertmanager.receivers:
        if receiver.name in KEPT:
            text = f"the receiver {receiver.name!r} is there already"
            report.error("SLO119", text, receiver.at("name"), "give it another name")


CHECK = Check(("SLO116", "SLO117", "SLO118", "SLO119"), "Values reach what they are meant for.", run)
