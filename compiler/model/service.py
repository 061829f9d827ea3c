"""What a service declares about itself: who owns it, what runs it, how it is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from compiler.model.words import (
    LABEL,
    LABELS,
    NAME,
    OBJECT_NAME,
    PERCENT,
    REACTION,
    URL,
    WORD,
)
from compiler.shapes import Bool, Choice, Integer, ListOf, MapOf, Record, Spec, Text, Variant, key
from compiler.units import Ratio

NOTHING: Mapping[str, str] = MappingProxyType({})
WORKLOAD_KINDS = {
    "deployment": "deploy",
    "stateful_set": "statefulset",
    "daemon_set": "daemonset",
    "rollout": "rollout",
}
CAUSES = ("rollout", "autoscaler", "readiness", "restarts", "node", "quota", "dependency")


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

    service: str = key(Text("a service name", longest=200), "service.name of the spans.")
    failed_tag: str = key(
        Text("a tag like http.response.status_code=503", r"[-\w.]+=\S+"),
        "The tag that finds failed requests.",
        default="http.response.status_code=503",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoData(Spec):
    """What each kind of silence is worth; a total of 0 is idle and never alerts."""

    target_down: str = key(REACTION, "Every scrape target is down.", default="page")
    vanished: str = key(REACTION, "Over ten events were due, and the series is gone.", default="page")
    missing: str = key(REACTION, "No series for an hour, or never one.", default="ticket")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinEvents(Spec):
    """A fixed least number of errors."""

    min_events: int = key(Integer(1, 1_000_000), "Errors in the long window below which nothing fires.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket(Spec):
    """The slow tiers."""

    enabled: bool = key(Bool(), "Whether tickets are raised.", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting(Spec):
    """How an SLO alerts."""

    mode: str = key(
        Choice(("page", "ticket", "observe")),
        "page; ticket, where nothing pages; observe, where all is recorded and shown and severity is none.",
        default="page",
    )
    policy: str = key(NAME, "A BurnRatePolicy.", default="google-30d")
    low_traffic: str | MinEvents = key(
        Variant(Choice(("guard", "off")), Record(MinEvents)),
        "guard asks for more errors than chance explains; off; or a least number of errors.",
        default="guard",
    )
    no_data: NoData = key(Record(NoData), "What silence is worth.", default=NoData())
    name: str = key(
        Text("a name in camel case", r"[A-Z][A-Za-z0-9]{0,99}", "like SloCheckoutAvailability"),
        "What the alerts' names begin with.",
        default="",
    )
    labels: Mapping[str, str] = key(LABELS, "Labels on every alert of this SLO.", default=NOTHING)
    annotations: Mapping[str, str] = key(LABELS, "Annotations on every alert of this SLO.", default=NOTHING)
    ticket: Ticket = key(Record(Ticket), "The slow tiers.", default=Ticket())


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLabel(Spec):
    """A label to group by, under another name where its own is taken."""

    label: str = key(LABEL, "The label of the source series.", example="service")
    name: str = key(LABEL, "What recorded series and alerts call it.", alias="as", example="upstream")


GROUPED = Variant(LABEL, Record(GroupLabel))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBy(Spec):
    """A budget and alerts for each value of some labels."""

    labels: tuple[str | GroupLabel, ...] = key(ListOf(GROUPED, least=1), "The labels.", example="[region]")
    limit: int = key(Integer(1, 10_000), "More groups than this raise a ticket.", default=50)
    objectives: Mapping[str, Ratio] = key(
        MapOf(PERCENT), "Objectives of single groups, by the value of the one label.", default=NOTHING
    )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each label of the source, and what recorded series call it."""
        return tuple((g.label, g.name) if isinstance(g, GroupLabel) else (g, g) for g in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Spec):
    """One step of a runbook: something to look at, or something to change."""

    look: str = key(Text(longest=300), "A question that a read-only command answers.", default="")
    change: str = key(Text(longest=300), "What the command changes.", default="")
    run: str = key(Text("a command", longest=1_000), "The command.")
    when: str = key(Text(longest=300), "The condition; needed where something is changed.", default="")

    one_of: ClassVar[tuple[str, ...]] = ("look", "change")
    needs: ClassVar[Mapping[str, str]] = MappingProxyType({"change": "when"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook(Spec):
    """What whoever is woken should know."""

    url: str = key(URL, "A page that exists already; the generated one links to it.", default="")
    impact: str = key(Text(longest=300), "What users feel.", default="", example="Customers cannot pay.")
    causes: tuple[str, ...] | None = key(
        ListOf(Choice(CAUSES)),
        "The causes to look into; by default all that the workload declares.",
        default=None,
    )
    steps: tuple[Step, ...] = key(ListOf(Record(Step)), "Steps of your own, before the generated ones.", default=())


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
    depends_on: tuple[str, ...] = key(
        ListOf(NAME), "Services that it calls; their SLOs join the diagnosis.", default=()
    )
