"""Pods that are not ready, and so get no requests."""

from __future__ import annotations

from compiler.causes.cause import Cause, Finding, Kubectl, pods_of
from compiler.model.catalog import Service

_METRICS = {
    "deployment": (
        "kube_deployment_status_replicas_unavailable",
        "kube_deployment_spec_replicas",
        "deployment",
    ),
    "daemon_set": (
        "kube_daemonset_status_number_unavailable",
        "kube_daemonset_status_desired_number_scheduled",
        "daemonset",
    ),
}


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many pods are not ready."""
    workload = service.workload
    if not workload or not workload.kind or workload.kind == "rollout":
        return ()
    wanted, missing = _counts(service, kubectl)
    pods = kubectl.series(
        "kube_pod_status_ready", namespace=workload.namespace, pod="~" + pods_of(service), condition="true"
    )
    found = '{{ printf "%.0f" .Value }}{{ if $wanted }} of {{ $wanted }}{{ end }} pods not ready'
    return (
        Finding(
            "readiness",
            missing,
            found,
            f"pods of {workload.name}",
            look=(
                kubectl.run("get pods -o wide", workload.namespace),
                kubectl.run(f"describe {workload.reference}", workload.namespace),
                kubectl.run("get events --sort-by=.lastTimestamp", workload.namespace),
            ),
            numbers=(("wanted", wanted),),
            pods=f"{pods} == 0",
        ),
    )


def _counts(service: Service, kubectl: Kubectl) -> tuple[str, str]:
    workload = service.workload
    assert workload is not None
    if workload.kind == "stateful_set":
        at = {"namespace": workload.namespace, "statefulset": workload.name}
        wanted = f"max({kubectl.series('kube_statefulset_replicas', **at)})"
        return wanted, f"{wanted} - max({kubectl.series('kube_statefulset_status_replicas_ready', **at)})"
    missing, wanted, label = _METRICS[workload.kind]
    at = {"namespace": workload.namespace, label: workload.name}
    return f"max({kubectl.series(wanted, **at)})", f"max({kubectl.series(missing, **at)})"


CAUSE = Cause("readiness", "Pods that are not ready", findings)
