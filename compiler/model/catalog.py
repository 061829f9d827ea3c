"""One stack and its services, resolved and frozen; equal only where they are the same, for caches hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from compiler.clock.maintenance import Window as MaintenanceWindow
from compiler.clock.period import Period
from compiler.diagnostics import Span
from compiler.model.service import Logs, Owner, Traces, Workload
from compiler.model.slo import Alerting, GroupBy, Runbook, Slices
from compiler.model.stack import StackFields
from compiler.units import BurnRate, Duration, Ratio


@dataclass(frozen=True, slots=True)
class Tier:
    """One pair of windows of a burn-rate policy, fitted to an SLO's window.

    It fires where the error ratio exceeds ``factor`` times the budget in both windows.
    """

    name: str
    alert: str
    """``page`` or ``ticket``."""
    long: Duration
    short: Duration
    factor: BurnRate
    hold: Duration = Duration(0)
    """How long the condition must last (``for``)."""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted: the kind's own record, which only the kind reads.

    Where what is declared stands for another kind, ``kind`` and ``spec`` are that one's.
    """

    kind: str
    spec: Any
    span: Span
    declared: Any = None
    """The record that stands for this one, as it was written; None where this is it."""
    declared_kind: str = ""


@dataclass(frozen=True, eq=False)
class Objective:
    """One SLO."""

    name: str
    objective: Ratio
    window: Duration
    """Of a calendar period the length that alert windows are fitted to."""
    description: str
    indicator: Indicator
    counting: str
    alerting: Alerting
    runbook: Runbook
    tiers: tuple[Tier, ...]
    span: Span
    places: Mapping[str, Span]
    group_by: GroupBy | None = None
    period: Period | None = None
    """The calendar period that it is judged over; None where the window rolls."""
    slices: Slices | None = None
    """The time slices that it is judged by; None where events are."""

    @property
    def window_name(self) -> str:
        """``30d`` or ``month``: in the names of recorded series, and where there is no room for more."""
        return self.period.unit if self.period else str(self.window)

    @property
    def over(self) -> str:
        """Behind *over*: ``30d``, ``a calendar month``."""
        return f"a calendar {self.period.unit}" if self.period else str(self.window)

    @property
    def whose(self) -> str:
        """Before *budget*: ``30d``, ``month's``."""
        return f"{self.period.unit}'s" if self.period else str(self.window)

    @property
    def history(self) -> Duration:
        """How long samples must be kept."""
        return self.period.longest if self.period else self.window

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Each label that it is grouped by, and what recorded series call it."""
        return self.group_by.pairs if self.group_by else ()

    @property
    def budget(self) -> Ratio:
        """The share of events that may be bad."""
        return self.objective.complement


@dataclass(frozen=True, eq=False)
class Service:
    """One service in one stack."""

    name: str
    labels: Mapping[str, str]
    description: str
    owner: Owner
    workload: Workload | None
    logs: Logs | None
    traces: Traces | None
    declined: frozenset[str]
    """Which of workload, logs and traces it says on purpose that it has not."""
    depends_on: tuple[str, ...]
    objectives: tuple[Objective, ...]
    sources: tuple[str, ...]
    """The files that it was resolved from, sorted."""
    span: Span
    places: Mapping[str, Span] = field(default_factory=dict)
    """Where its labels and dependencies were written: ``labels.tier``, ``depends_on.0``."""
    maintenance: tuple[MaintenanceWindow, ...] = ()
    """When events do not count and nothing pages."""
    own_page: bool = False
    """Whether it has a dashboard of its own."""

    def at(self, name: str) -> Span:
        """Where something was written, else where the service is named."""
        return self.places.get(name, self.span)

    @property
    def namespace(self) -> str:
        """The workload's namespace; empty where none is declared."""
        return self.workload.namespace if self.workload else ""


@dataclass(frozen=True, eq=False)
class Stack:
    """One cluster's observability stack."""

    name: str
    spec: StackFields
    sources: tuple[str, ...]
    span: Span

    @property
    def is_global(self) -> bool:
        """Whether rules run on a central server, where every selector must name the cluster."""
        return self.spec.prometheus.scope == "global"

    @property
    def objects_namespace(self) -> str:
        """Where objects go that belong to no workload."""
        namespace = self.spec.objects.namespace
        return namespace if namespace not in ("", "workload") else self.spec.prometheus.namespace

    @cached_property
    def base_window(self) -> Duration:
        """W: at least 5 m and four scrapes, and a multiple of the fast group's interval."""
        interval = self.spec.prometheus.rule_interval.milliseconds
        least = max(300_000, 4 * self.spec.prometheus.scrape_interval.milliseconds)
        return Duration(-(-least // interval) * interval)


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything that one stack's output is made from."""

    stack: Stack
    services: tuple[Service, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Service]:
        """The services by their names."""
        return {service.name: service for service in self.services}
