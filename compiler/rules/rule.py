"""Rules and groups as data, and the facts about an SLO that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from compiler import names
from compiler.model.catalog import Catalog, Objective, Service
from compiler.promql import Matcher, Selector
from compiler.prose.template import alert_label
from compiler.schema.documents import kinds
from compiler.sli.kind import Frame, SliKind, Words
from compiler.sli.sliced import Sliced
from compiler.sli.stand_in import StandIn
from compiler.units import Duration

SLICES, FAST, SLOW, PERIOD = "slices", "fast", "slow", "period"
SPEEDS = (FAST, SLOW, PERIOD)
EVENTS = ("total", "errors")


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule."""

    name: str
    expr: str
    labels: Mapping[str, str]

    def as_rule(self) -> dict[str, Any]:
        """As Prometheus reads it."""
        return {"record": self.name, "expr": self.expr, "labels": dict(self.labels)}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule, and what tests and runbooks need to know of it."""

    name: str
    kind: str
    """One of names.ALERT_KINDS."""
    tier: str
    """The label slo_tier: page, ticket, budget or nodata."""
    state: str
    """The label state, of no-data alerts: down, vanished or missing."""
    reaction: str
    """page, ticket or none: what it is worth in this house."""
    speed: str
    expr: str
    labels: Mapping[str, str]
    hold: Duration = Duration(0)
    keep: Duration = Duration(0)
    annotations: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    """The labels of the groups for each of which it is raised by itself."""

    def as_rule(self) -> dict[str, Any]:
        """As Prometheus reads it."""
        rule: dict[str, Any] = {"alert": self.name, "expr": self.expr}
        if self.hold.milliseconds:
            rule["for"] = str(self.hold)
        if self.keep.milliseconds:
            rule["keep_firing_for"] = str(self.keep)
        return rule | {"labels": dict(self.labels), "annotations": dict(self.annotations)}


@dataclass(frozen=True, slots=True)
class Group:
    """Rules evaluated in order at one instant."""

    name: str
    interval: Duration
    rules: tuple[Record | Alert, ...]
    query_offset: Duration = Duration(0)

    def as_group(self) -> dict[str, Any]:
        """As Prometheus reads it."""
        head: dict[str, Any] = {"name": self.name, "interval": str(self.interval)}
        if self.query_offset.milliseconds:
            head["query_offset"] = str(self.query_offset)
        return head | {"rules": [rule.as_rule() for rule in self.rules]}


@dataclass(frozen=True)
class Context:
    """One SLO of one service in one stack."""

    catalog: Catalog
    service: Service
    objective: Objective

    @cached_property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """S: the labels that every recorded series of this SLO carries."""
        labels = (("service", self.service.name), ("slo", self.objective.name))
        stack = self.catalog.stack
        return (("cluster", stack.spec.cluster), *labels) if stack.is_global else labels

    @cached_property
    def frame(self) -> Frame:
        """Where its indicator is counted."""
        stack = self.catalog.stack
        added = (Matcher("cluster", "=", stack.spec.cluster),) if stack.is_global else ()
        return Frame(stack.base_window, self.identity, added, self.objective.groups, self.interval)

    @cached_property
    def here(self) -> Frame:
        """The same for the texts of an alert, which ask of the alert's own group alone."""
        values = tuple((name, alert_label(name)) for _, name in self.objective.groups)
        return replace(self.frame, identity=(*self.identity, *values))

    @cached_property
    def kind(self) -> SliKind:
        """Its indicator's kind; where another stands for it, that which is counted."""
        found, slices = _kind(self.objective.indicator.kind), self.objective.slices
        assert isinstance(found, SliKind)
        if not slices:
            return found
        return Sliced(found, slices.slices, slices.good, self.catalog.stack.spec.prometheus.scrape_interval)

    @property
    def sliced(self) -> Sliced | None:
        """The same where time slices are judged."""
        return self.kind if isinstance(self.kind, Sliced) else None

    @cached_property
    def words(self) -> Words:
        """How people speak of its events."""
        indicator = self.objective.indicator
        if not indicator.declared_kind:
            return self.kind.words(indicator.spec)
        said = _kind(indicator.declared_kind).words(indicator.declared)
        return self.sliced.said(said) if self.sliced else said

    @cached_property
    def targets(self) -> str:
        """The ``up`` series of what is measured; empty where nothing of it is scraped, or no job is named."""
        return self.kind.targets(self.objective.indicator.spec, self.frame)

    @cached_property
    def replicas(self) -> str:
        """How many pods its workload is asked to have; empty where no exporter says so."""
        workload = self.service.workload
        metrics = {"deployment": "kube_deployment_spec_replicas", "stateful_set": "kube_statefulset_replicas"}
        if not workload or workload.kind not in metrics:
            return ""
        labels = (("namespace", workload.namespace), (workload.kind.replace("_", ""), workload.name))
        matchers = tuple(Matcher(name, "=", value) for name, value in labels)
        return str(self.frame.pick(Selector(metrics[workload.kind], matchers)))

    @property
    def mask(self) -> Duration:
        """How long after maintenance its last events still stand in the base window."""
        return self.frame.base + self.catalog.stack.spec.prometheus.scrape_interval

    @property
    def interval(self) -> Duration:
        """i, the interval of the fast group."""
        return self.catalog.stack.spec.prometheus.rule_interval

    @property
    def title(self) -> str:
        """``checkout/availability``."""
        return f"{self.service.name}/{self.objective.name}"

    @property
    def place(self) -> str:
        """``prod-1/shop``: the cluster, and the namespace where one is known."""
        cluster = self.catalog.stack.spec.cluster
        return f"{cluster}/{self.service.namespace}" if self.service.namespace else cluster

    @cached_property
    def alert_base(self) -> str:
        """What its alert names begin with."""
        return self.objective.alerting.name or names.alert_base(self.service.name, self.objective.name)

    def alert_name(self, kind: str, tier: str = "") -> str:
        """The name of its alert of a kind.

        Where it is grouped, a ticket has a name of its own: the inhibition that kube-prometheus-stack ships would
        silence it for the page of another group.
        """
        alerting = self.objective.alerting
        own = {"page": alerting.page.name, "ticket": alerting.ticket.name}.get(tier, "")
        apart = kind == names.BURN and tier == "ticket" and self.objective.groups
        return own or self.alert_base + kind + ("Ticket" if apart else "")

    @cached_property
    def grouped_by(self) -> tuple[str, ...]:
        """What recorded series call the labels that it is grouped by."""
        return tuple(name for _, name in self.objective.groups)

    @property
    def tiles(self) -> int:
        """How many tiles its window holds."""
        return self.objective.window.milliseconds // names.TILE.milliseconds

    def reaction(self, wanted: str) -> str:
        """What a page or a ticket is worth under this SLO's mode."""
        mode = self.objective.alerting.mode
        return "none" if mode == "observe" else "ticket" if mode == "ticket" else wanted

    def labels(self, reaction: str, tier: str, state: str = "") -> dict[str, str]:
        """The labels of an alert."""
        service, stack = self.service, self.catalog.stack
        labels = dict(self.identity) | dict(service.labels) | dict(self.objective.alerting.labels)
        labels |= dict(stack.spec.severities.labels(reaction)) | {"slo_tier": tier}
        raised = self.objective.alerting.raised(tier)
        labels |= {"severity": raised.severity} if raised.severity and reaction != "none" else {}
        labels |= dict(raised.labels)
        labels["namespace"] = service.namespace or stack.objects_namespace
        labels = {name: text for name, text in labels.items() if name not in self.grouped_by}
        if service.owner.team:
            labels["team"] = service.owner.team
        return labels | ({"state": state} if state else {})


def _kind(name: str) -> SliKind | StandIn:
    return next(kind for kind in kinds() if kind.kind == name)


def contexts(catalog: Catalog, service: Service) -> tuple[Context, ...]:
    """One context for each SLO of a service."""
    return tuple(Context(catalog, service, objective) for objective in service.objectives)
