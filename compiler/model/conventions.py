"""What the labels of other people's metrics are called: of kube-state-metrics and of Argo Rollouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from types import MappingProxyType

from compiler.model.words import LABEL
from compiler.shapes import Choice, Record, Spec, Text, Variant, key

DEFAULT = "kube-prometheus-stack"
PRESET_NAMES = (DEFAULT, "exported", "otlp", "alloy")
_JOB = Text("a job's name", r"[^\s{}\"\\]+", "like kube-state-metrics", 200)
_OWN = MappingProxyType(
    {
        "statefulset": "stateful_set",
        "daemonset": "daemon_set",
        "replicaset": "replica_set",
        "horizontalpodautoscaler": "autoscaler",
        "resourcequota": "resource_quota",
    }
)
"""The exporter's labels that our keys spell otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions(Spec):
    """A preset, and the labels that differ from it."""

    preset: str = key(Choice(PRESET_NAMES), "What is taken where a key is not given.", default=DEFAULT)
    namespace: str = key(LABEL, "The label for the namespace of an object.", default="")
    pod: str = key(LABEL, "The label for a pod.", default="")
    container: str = key(LABEL, "The label for a container.", default="")
    node: str = key(LABEL, "The label for a node.", default="")
    deployment: str = key(LABEL, "The label for a Deployment.", default="")
    stateful_set: str = key(LABEL, "The label for a StatefulSet.", default="")
    daemon_set: str = key(LABEL, "The label for a DaemonSet.", default="")
    replica_set: str = key(LABEL, "The label for a ReplicaSet.", default="")
    autoscaler: str = key(LABEL, "The label for a HorizontalPodAutoscaler.", default="")
    resource_quota: str = key(LABEL, "The label for a ResourceQuota.", default="")
    rollout_namespace: str = key(
        LABEL, "The label for the namespace of a Rollout, on the metrics of Argo Rollouts.", default=""
    )
    kube_state_metrics_job: str = key(
        _JOB, "The job of kube-state-metrics; without it, any job that has the object's name is asked.", default=""
    )

    def label(self, name: str) -> str:
        """What a label of the exporter's is called here; one that nobody renames keeps its name."""
        found = getattr(self, _OWN.get(name, name), "") if name in _RENAMED else ""
        return str(found or name)


_LABELS = tuple(f.name for f in fields(Conventions) if f.metadata.get("shape") is LABEL)
_RENAMED = frozenset({*_LABELS, *_OWN}) - {"rollout_namespace"}
CONVENTIONS = Variant(Choice(PRESET_NAMES), Record(Conventions))

_PLAIN = Conventions(
    namespace="namespace",
    pod="pod",
    container="container",
    node="node",
    deployment="deployment",
    stateful_set="statefulset",
    daemon_set="daemonset",
    replica_set="replicaset",
    autoscaler="horizontalpodautoscaler",
    resource_quota="resourcequota",
    # The chart of Argo Rollouts does not honour labels: its namespace is that of the controller.
    rollout_namespace="exported_namespace",
)
PRESETS: Mapping[str, Conventions] = MappingProxyType(
    {
        DEFAULT: _PLAIN,
        # Where labels are not honoured, the target's own namespace, pod and container push these aside.
        "exported": replace(
            _PLAIN,
            preset="exported",
            namespace="exported_namespace",
            pod="exported_pod",
            container="exported_container",
        ),
        # Resource attributes of OpenTelemetry's conventions for Kubernetes, their dots as underscores.
        "otlp": replace(
            _PLAIN,
            preset="otlp",
            namespace="k8s_namespace_name",
            pod="k8s_pod_name",
            container="k8s_container_name",
            node="k8s_node_name",
            deployment="k8s_deployment_name",
            stateful_set="k8s_statefulset_name",
            daemon_set="k8s_daemonset_name",
            replica_set="k8s_replicaset_name",
            autoscaler="k8s_hpa_name",
            resource_quota="k8s_resourcequota_name",
            rollout_namespace="k8s_namespace_name",
        ),
        "alloy": replace(_PLAIN, preset="alloy", kube_state_metrics_job="integrations/kubernetes/kube-state-metrics"),
    }
)
"""By name, each with every label."""


@lru_cache(maxsize=64)
def conventions(said: str | Conventions) -> Conventions:
    """Every label: the preset's, but for the keys that were given."""
    if isinstance(said, str):
        return PRESETS[said]
    given = {name: getattr(said, name) for name in (*_LABELS, "kube_state_metrics_job") if getattr(said, name)}
    return replace(PRESETS[said.preset], **given)
