"""What exporters say of one service in its namespace, by their own names, as every label convention has it.

The names are those of kube-state-metrics and of the controller of Argo Rollouts, written out here by hand: a
diagnosis that asks for another one finds nothing. A sample each 30s for 75 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STEPS = 150
WHOLE = "1x150"
MINUTE = 70
"""When it is asked: an hour and ten minutes after the first sample."""
OLD, NEW = "checkout-6d4cf56db6", "checkout-7f9c8d5b44"
PODS: Mapping[str, tuple[str, ...]] = {
    "deployment": tuple(f"{OLD}-8xk2{n}" for n in range(4)),
    "statefulSet": tuple(f"checkout-{n}" for n in range(4)),
    "daemonSet": tuple(f"checkout-8xk2{n}" for n in range(4)),
    "rollout": tuple(f"{OLD}-8xk2{n}" for n in range(4)),
}
EXPORTER, CONTROLLER = "10.1.0.1:8080", "10.1.0.3:8090"
_EXPORTED = {"namespace": "exported_namespace", "pod": "exported_pod", "container": "exported_container"}
_OTLP = {
    "namespace": "k8s_namespace_name",
    "pod": "k8s_pod_name",
    "container": "k8s_container_name",
    "node": "k8s_node_name",
    "deployment": "k8s_deployment_name",
    "statefulset": "k8s_statefulset_name",
    "daemonset": "k8s_daemonset_name",
    "replicaset": "k8s_replicaset_name",
    "horizontalpodautoscaler": "k8s_hpa_name",
    "resourcequota": "k8s_resourcequota_name",
}


@dataclass(frozen=True, slots=True)
class Convention:
    """What a stack is told, and what its labels are then called."""

    said: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    of_rollouts: Mapping[str, str] = field(default_factory=lambda: {"namespace": "exported_namespace"})
    job: str = "kube-state-metrics"
    targets: Mapping[str, str] = field(default_factory=dict)
    """Labels of the scraped pod, where those of the metric do not take their place."""


_TARGET = {"namespace": "monitoring", "pod": "ksm-0", "container": "ksm"}
CONVENTIONS = {
    "kube-prometheus-stack": Convention("kube-prometheus-stack"),
    "exported": Convention("exported", _EXPORTED, targets=_TARGET),
    "otlp": Convention("otlp", _OTLP, {"namespace": "k8s_namespace_name"}),
    "alloy": Convention("alloy", job="integrations/kubernetes/kube-state-metrics"),
    "keys": Convention(
        "{preset: exported, pod: my_pod, rolloutNamespace: namespace, kubeStateMetricsJob: ksm}",
        {**_EXPORTED, "pod": "my_pod"},
        {},
        "ksm",
        _TARGET,
    ),
}

Name = tuple[str, tuple[tuple[str, str], ...]]
World = dict[Name, str]
"""Series by metric and labels, with their values."""


def one(metric: str, **labels: str) -> Name:
    """A series in the namespace."""
    return metric, (("namespace", "shop"), *labels.items())


def held(value: float, then: float | None = None, minute: int = 30) -> str:
    """A value, and from a minute on another one."""
    if then is None:
        return f"{value:g}x{STEPS}"
    return f"{value:g}x{2 * minute - 1} {then:g}x{STEPS - 2 * minute}"


def hpa(what: str, **labels: str) -> Name:
    """A series about the autoscaler."""
    return one(f"kube_horizontalpodautoscaler_{what}", horizontalpodautoscaler="checkout", **labels)


def deploy(what: str, **labels: str) -> Name:
    """A series about the Deployment."""
    return one(f"kube_deployment_{what}", deployment="checkout", **labels)


def stateful(what: str, **labels: str) -> Name:
    """A series about the StatefulSet."""
    return one(f"kube_statefulset_{what}", statefulset="checkout", **labels)


def daemon(what: str) -> Name:
    """A series about the DaemonSet."""
    return one(f"kube_daemonset_{what}", daemonset="checkout")


def argo(what: str, **labels: str) -> Name:
    """A series about the Argo Rollout."""
    return one(f"rollout_info{what}", name="checkout", **labels)


def node(number: int) -> Name:
    """Whether a node is ready."""
    return "kube_node_status_condition", (("node", f"node-{number}"), ("condition", "Ready"), ("status", "true"))


def quota(resource: str, of: str) -> Name:
    """What a quota allows, or what of it is used."""
    return one("kube_resourcequota", resourcequota="default", resource=resource, type=of)


CPU = {"metric_name": "cpu", "metric_target_type": "utilization"}
QUEUE = {"metric_name": "queue", "metric_target_type": "average"}
BLIND = hpa("status_condition", condition="ScalingActive", status="false")
PROGRESSING = deploy("status_condition", condition="Progressing", status="false")
INFO = ("slo:info", (("service", "payment"), ("slo", "availability")))


def alert(tier: str, state: str = "") -> Name:
    """An alert of the neighbour that fires."""
    more = (("state", state),) if state else ()
    return "ALERTS", (("service", "payment"), ("slo_tier", tier), ("alertstate", "firing"), *more)


def revision(kind: str, name: str, made: float) -> World:
    """A ReplicaSet of the workload's, made at a second."""
    owner = {"owner_kind": "Rollout" if kind == "rollout" else "Deployment", "owner_name": "checkout"}
    return {
        one("kube_replicaset_created", replicaset=name): held(made),
        one("kube_replicaset_owner", replicaset=name, **owner): WHOLE,
    }


def healthy(kind: str) -> World:
    """Four pods on three nodes, an autoscaler with room, and a quota that is not used up."""
    world = {
        hpa("spec_max_replicas"): held(20),
        hpa("status_current_replicas"): held(4),
        hpa("spec_target_metric", **CPU): held(60),
        hpa("status_target_metric", **CPU): held(55),
        BLIND: held(0),
        quota("pods", "hard"): held(10),
        quota("pods", "used"): held(4),
        quota("limits.cpu", "hard"): held(40),
        quota("limits.cpu", "used"): held(8),
        one("kube_namespace_status_phase", phase="Active"): WHOLE,
        INFO: WHOLE,
        **{node(number): WHOLE for number in range(3)},
    }
    for number, pod in enumerate(PODS[kind]):
        world |= {
            one("kube_pod_info", pod=pod, node=f"node-{number % 3}"): WHOLE,
            one("kube_pod_status_ready", pod=pod, condition="true"): WHOLE,
            one("kube_pod_container_status_restarts_total", pod=pod, container="checkout"): held(2),
        }
    return world | _WORKLOADS[kind]


_WORKLOADS: Mapping[str, World] = {
    "deployment": {
        deploy("spec_replicas"): held(4),
        deploy("status_replicas"): held(4),
        deploy("status_replicas_updated"): held(4),
        deploy("status_replicas_unavailable"): held(0),
        PROGRESSING: held(0),
        **revision("deployment", OLD, -86_400),
    },
    "statefulSet": {
        stateful("replicas"): held(4),
        stateful("status_replicas_ready"): held(4),
        stateful("status_current_revision", revision=OLD): WHOLE,
        stateful("status_update_revision", revision=OLD): WHOLE,
    },
    "daemonSet": {
        daemon("status_desired_number_scheduled"): held(4),
        daemon("status_current_number_scheduled"): held(4),
        daemon("status_updated_number_scheduled"): held(4),
        daemon("status_number_unavailable"): held(0),
        daemon("metadata_generation"): held(3),
    },
    "rollout": {
        argo("", phase="Completed"): WHOLE,
        argo("_replicas_desired"): held(4),
        argo("_replicas_unavailable"): held(0),
        **revision("rollout", OLD, -86_400),
    },
}


def changed(world: World, changes: Mapping[Name, str | None]) -> World:
    """The world with other values; without a series where there is none."""
    found = {**world, **{name: values for name, values in changes.items() if values is not None}}
    return {name: values for name, values in found.items() if changes.get(name, "") is not None}


def written(world: Mapping[Name, str], convention: Convention, exporter: str = EXPORTER) -> dict[str, str]:
    """The series in promtool's notation, as Prometheus has them under a convention."""
    return {_series(*name, convention, exporter): values for name, values in world.items()}


def _series(metric: str, labels: tuple[tuple[str, str], ...], convention: Convention, exporter: str) -> str:
    found = dict(labels)
    if metric.startswith("kube_"):
        renamed = {convention.renamed.get(name, name): text for name, text in labels}
        found = {**convention.targets, **renamed, "job": convention.job, "instance": exporter}
    elif metric.startswith("rollout_"):
        renamed = {convention.of_rollouts.get(name, name): text for name, text in labels}
        found = {**renamed, "job": "argo-rollouts", "instance": CONTROLLER}
    pairs = ",".join(f'{name}="{text}"' for name, text in found.items() if text)
    return f"{metric}{{{pairs}}}"
