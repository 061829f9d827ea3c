"""What a service declares about itself: who owns it, what runs it, where its logs and traces are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from compiler.model.words import (
    DURATION,
    LABELS,
    MOMENT,
    NAME,
    OBJECT_NAME,
    WEEKLY,
    WORD,
    ZONE,
)
from compiler.shapes import Bool, Choice, ListOf, Record, Spec, Text, Variant, key
from compiler.units import Duration

WORKLOAD_KINDS = {
    "deployment": "deploy",
    "stateful_set": "statefulset",
    "daemon_set": "daemonset",
    "rollout": "rollout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Spec):
    """Who answers for a service."""

    team: str = key(WORD, "The team; the one source of the label team.", default="", example="payments")
    channel: str = key(Text(longest=100), "Where to find them, for pages.", default="", example='"#payments"')


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgoCd(Spec):
    """Delivery by an Argo CD application."""

    application: str = key(OBJECT_NAME, "The Application that syncs the workload.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgoCdDelivery(Spec):
    """Delivery by Argo CD."""

    argocd: ArgoCd = key(Record(ArgoCd), "Argo CD, which reverts what is changed beside it.")


NONE = Choice(("none",))
DELIVERY = Variant(Choice(("kubectl", "rollouts", "flagger", "helm")), Record(ArgoCdDelivery))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Spec):
    """What runs a service: the names that commands and diagnosis are made of."""

    namespace: str = key(NAME, "The Kubernetes namespace.")
    deployment: str = key(OBJECT_NAME, "The Deployment.", default="")
    stateful_set: str = key(OBJECT_NAME, "The StatefulSet.", default="")
    daemon_set: str = key(OBJECT_NAME, "The DaemonSet.", default="")
    rollout: str = key(OBJECT_NAME, "The Argo Rollout.", default="")
    autoscaler: str = key(OBJECT_NAME, "The HorizontalPodAutoscaler.", default="")
    service: str = key(OBJECT_NAME, "The Kubernetes Service in front of it.", default="")
    delivery: str | ArgoCdDelivery = key(DELIVERY, "How a change is delivered, and so undone.", default="kubectl")

    @property
    def kind(self) -> str:
        """The field of WORKLOAD_KINDS that is set; empty where only a namespace is."""
        return next((kind for kind in WORKLOAD_KINDS if getattr(self, kind)), "")

    @property
    def name(self) -> str:
        """The name of what runs it; empty where only a namespace is known."""
        return str(getattr(self, self.kind)) if self.kind else ""

    @property
    def reference(self) -> str:
        """``deploy/checkout``, as kubectl takes it."""
        return f"{WORKLOAD_KINDS[self.kind]}/{self.name}" if self.kind else ""

    @property
    def argocd_application(self) -> str:
        """The Argo CD application; empty where delivery is another."""
        return self.delivery.argocd.application if isinstance(self.delivery, ArgoCdDelivery) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs(Spec):
    """Where the log lines are: index labels of Loki, and what an error line looks like."""

    selector: Mapping[str, str] = key(LABELS, "Stream labels and their values.", example="{app: checkout}")
    errors: str = key(
        Text("a LogQL filter", longest=1_000), "A LogQL pipeline that leaves the error lines.", default=""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces(Spec):
    """Where the traces are."""

    service: str = key(
        Text("a service name without quotes and backslashes", r'[^"\\\s]+( +[^"\\\s]+)*', longest=200),
        "service.name of the spans.",
    )
    failed_tag: str = key(
        Text("a tag like http.response.status_code=503", r"[-\w.]+=[-\w.:/@]+"),
        "The tag that finds failed requests.",
        default="http.response.status_code=503",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance(Spec):
    """A window in which events do not count and nothing pages: every week, or once."""

    weekly: int | None = key(WEEKLY, "When it begins, every week.", default=None, example="Sun 02:00")
    lasts: Duration | None = key(DURATION, "How long it lasts, every week.", default=None, alias="for", example="2h")
    time_zone: str = key(ZONE, "By whose clock, every week.", default="UTC", example="Europe/Berlin")
    begin: int | None = key(MOMENT, "When it begins, once.", default=None, alias="from")
    end: int | None = key(MOMENT, "When it ends, once.", default=None, alias="to")

    one_of: ClassVar[tuple[str, ...]] = ("weekly", "from")
    needs: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"weekly": "for", "from": "to", "for": "weekly", "to": "from"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboards(Spec):
    """Dashboards about one service."""

    own: bool = key(
        Bool(), "A page of its own, to which its alerts lead, beside the one that serves all services.", default=False
    )


@dataclass(frozen=True, kw_only=True)
class ServiceFields(Spec):
    """What a ServiceLevel and a ServiceDefaults both may say."""

    description: str = key(Text(longest=1_000), "What the service does.", default="")
    owner: Owner = key(Record(Owner), "Who answers for it.", default=Owner(), partial=True)
    stacks: tuple[str, ...] = key(
        ListOf(Text("a stack's name or a pattern", r"[-a-z0-9*?]+"), least=1),
        "The stacks it is compiled for, with * as wildcard.",
        default=("*",),
    )
    workload: Workload | str | None = key(
        Variant(NONE, Record(Workload)),
        "What runs it; none, where there is nothing on purpose.",
        default=None,
        partial=True,
    )
    logs: Logs | str | None = key(
        Variant(NONE, Record(Logs)),
        "Where its log lines are; none, where there is nothing on purpose.",
        default=None,
        partial=True,
    )
    traces: Traces | str | None = key(
        Variant(NONE, Record(Traces)),
        "Where its traces are; none, where there is nothing on purpose.",
        default=None,
        partial=True,
    )
    maintenance: tuple[Maintenance, ...] = key(
        ListOf(Record(Maintenance)),
        "When events do not count and nothing pages.",
        default=(),
        example='[{weekly: "Sun 02:00", for: 2h, timeZone: Europe/Berlin}]',
    )
    dashboards: Dashboards = key(
        Record(Dashboards), "Dashboards about it alone.", default=Dashboards(), partial=True, example="{own: true}"
    )
    depends_on: tuple[str, ...] = key(
        ListOf(NAME), "Services that it calls; their SLOs join the diagnosis.", default=()
    )
