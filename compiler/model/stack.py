"""What a cluster's observability stack is: addresses, charts, the words of the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compiler.model.conventions import CONVENTIONS, DEFAULT, Conventions, conventions
from compiler.model.routing import AlertmanagerStack
from compiler.model.words import DURATION, LABEL, LABELS, NAME, NOTHING, OBJECT_NAME, PAUSE, URL, WORD
from compiler.shapes import Choice, Integer, ListOf, MapOf, Record, Spec, Text, Variant, key
from compiler.units import Duration

OUTPUTS = ("rules", "tests", "runbooks", "dashboards", "provisioning", "values", "manifests", "loki")
_LABEL_KEY = r"([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_LABEL = Text("a label's value of Kubernetes", r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", longest=63)
_KEY = "a key like team or example.com/team"
_SIZE = Text("a size like 100Gi", r"[1-9]\d*(Ki|Mi|Gi|Ti)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls(Spec):
    """Addresses that people open; what is missing gives no link, never a dead one."""

    grafana: str = key(URL, "Grafana.", default="")
    runbooks: str = key(URL, "Where the runbook pages are served, or a repository's view of them.", default="")
    jaeger: str = key(URL, "Jaeger's own page.", default="")
    alertmanager: str = key(URL, "Alertmanager, for silences.", default="")
    prometheus: str = key(URL, "Prometheus.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusStack(Spec):
    """The release of kube-prometheus-stack and what its Prometheus is set to."""

    release: str = key(NAME, "The Helm release; rules carry it as label.", default="kube-prometheus-stack")
    namespace: str = key(NAME, "Its namespace.", default="monitoring")
    chart: str = key(Text("a chart version", r"\d+\.\d+\.\d+"), "kube-prometheus-stack's version.", default="88.5.3")
    version: str = key(
        Text("a version of Prometheus, 3.0 or later", r"[3-9]\.\d+(\.\d+)?"), "Prometheus.", default="3.14"
    )
    scrape_interval: Duration = key(DURATION, "The scrape interval.", default=Duration.of("30s"))
    rule_interval: Duration = key(DURATION, "The fast group's interval.", default=Duration.of("30s"))
    query_offset: Duration = key(PAUSE, "How far back rules look.", default=Duration(0))
    replicas: int = key(Integer(1, 10), "Prometheus replicas.", default=2)
    retention: Duration | None = key(DURATION, "How long Prometheus keeps samples.", default=None)
    storage: str = key(_SIZE, "The volume of each replica.", default="100Gi")
    scope: str = key(
        Choice(("cluster", "global")),
        "cluster: the cluster's own Prometheus; global: a central ruler, where every selector names the cluster.",
        default="cluster",
    )
    rules: str = key(
        Choice(("objects", "values")),
        "objects: PrometheusRule; values: inside the chart's values, where only Helm may write.",
        default="objects",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects(Spec):
    """Metadata of the Kubernetes objects."""

    namespace: str = key(
        Text("a namespace, or the word workload", NAME.pattern, longest=63),
        "Where PrometheusRules and dashboards go; workload puts each rule object beside its service.",
        default="",
    )
    labels: Mapping[str, str] = key(MapOf(_LABEL, _LABEL_KEY, _KEY), "More labels on each object.", default=NOTHING)
    annotations: Mapping[str, str] = key(
        MapOf(Text(), _LABEL_KEY, _KEY), "More annotations on each object.", default=NOTHING
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Severities(Spec):
    """The words of this house: one word, or labels among which ``severity`` is."""

    page: str | Mapping[str, str] = key(Variant(WORD, LABELS), "Wakes somebody.", default="critical")
    ticket: str | Mapping[str, str] = key(Variant(WORD, LABELS), "Waits for the morning.", default="warning")
    info: str | Mapping[str, str] = key(Variant(WORD, LABELS), "Tells.", default="info")

    def labels(self, reaction: str) -> Mapping[str, str]:
        """The labels of ``page``, ``ticket`` or ``info``; of ``none``, severity none."""
        value = "none" if reaction == "none" else getattr(self, reaction)
        return MappingProxyType(
            {"severity": value} if isinstance(value, str) else {"severity": reaction} | dict(value)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSources(Spec):
    """The uids of Grafana's data sources."""

    prometheus: str = key(WORD, "Prometheus.", default="prometheus")
    loki: str = key(WORD, "Loki.", default="loki")
    traces: str = key(WORD, "Jaeger.", default="jaeger")
    alertmanager: str = key(WORD, "Alertmanager.", default="alertmanager")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaStack(Spec):
    """Grafana."""

    admin_secret: str = key(OBJECT_NAME, "The Secret with admin-user and admin-password.", default="")
    folder: str = key(Text("a folder's name", longest=100), "The dashboards' folder.", default="SLO")
    org_id: int = key(Integer(1, 1_000_000), "The organisation, for links.", default=1)
    data_sources: DataSources = key(Record(DataSources), "The data sources' uids.", default=DataSources())


@dataclass(frozen=True, slots=True, kw_only=True)
class Events(Spec):
    """How a collector writes Kubernetes events as log lines; by default as Alloy does in the chart k8s-monitoring."""

    selector: Mapping[str, str] = key(
        LABELS,
        "Stream labels of the events.",
        default=MappingProxyType({"job": "integrations/kubernetes/eventhandler"}),
        example="{job: integrations/kubernetes/eventhandler}",
    )
    format: str = key(
        Choice(("logfmt", "json", "none")), "What a line is; none, where labels say it all.", default="logfmt"
    )
    namespace: str = key(LABEL, "The label or field for the object's namespace.", default="namespace")
    name: str = key(LABEL, "The label or field for the object's name.", default="name")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStack(Spec):
    """Log lines."""

    store: str = key(Choice(("loki",)), "Where lines are kept.", default="loki")
    url: str = key(
        Text("an address inside the cluster", r"https?://[^\s{}]+"),
        "Loki's address, as Grafana reaches it.",
        default="http://loki-gateway.monitoring.svc",
    )
    remote_write: str = key(
        Text("an address inside the cluster", r"https?://[^\s{}@]+"),
        "Where Loki's ruler writes counts to; by default Prometheus, by its release and namespace.",
        default="",
        example="http://kps-kube-prometheus-stack-prometheus.monitoring.svc:9090/api/v1/write",
    )
    events: Events = key(Record(Events), "Where Kubernetes events are among them.", default=Events())


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStack(Spec):
    """Traces."""

    store: str = key(Choice(("jaeger",)), "Where traces are kept.", default="jaeger")
    url: str = key(
        Text("an address inside the cluster", r"https?://[^\s{}]+"),
        "Jaeger's query address, as Grafana reaches it.",
        default="http://jaeger.tracing.svc:16686",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Values(Spec):
    """How the chart's values are written."""

    mode: str = key(
        Choice(("overlay", "full")),
        "overlay: only what merges into values that a cluster has; full: all of it, for a new cluster.",
        default="overlay",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFields(Spec):
    """What an ObservabilityStack may say."""

    extends: str = key(NAME, "Another stack, of which this changes a few fields.", default="")
    cluster: str = key(NAME, "The cluster; a stack without one is only extended.", default="")
    environment: str = key(WORD, "production, staging …", default="")
    kube_context: str = key(
        Text("a kubeconfig context", r"[-\w.@:/]+"), "Carried by every command, if given.", default=""
    )
    urls: Urls = key(Record(Urls), "Addresses that people open.", default=Urls())
    prometheus: PrometheusStack = key(Record(PrometheusStack), "Prometheus.", default=PrometheusStack())
    objects: Objects = key(Record(Objects), "Metadata of the Kubernetes objects.", default=Objects())
    severities: Severities = key(Record(Severities), "The words of this house.", default=Severities())
    conventions: str | Conventions = key(
        CONVENTIONS, "What labels on other people's metrics are called: a preset, or single keys.", default=DEFAULT
    )
    alertmanager: AlertmanagerStack = key(Record(AlertmanagerStack), "Routing.", default=AlertmanagerStack())
    grafana: GrafanaStack = key(Record(GrafanaStack), "Grafana.", default=GrafanaStack())
    logs: LogStack | None = key(Record(LogStack), "Log lines; without it, no links to them.", default=None)
    traces: TraceStack | None = key(Record(TraceStack), "Traces; without it, no links to them.", default=None)
    values: Values = key(Record(Values), "How the chart's values are written.", default=Values())
    outputs: tuple[str, ...] = key(ListOf(Choice(OUTPUTS), least=1), "What is written.", default=OUTPUTS)
    role: str = key(
        Choice(("both", "platform", "services")),
        "Where several repositories share a Prometheus: who writes dashboards, values and routing.",
        default="both",
    )
    catalog: str = key(NAME, "A label on every object and on slo:info.", default="slo")

    @property
    def exporter_labels(self) -> Conventions:
        """What the labels of other people's metrics are called, each of them."""
        return conventions(self.conventions)
