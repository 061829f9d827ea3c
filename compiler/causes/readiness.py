"""Pods that are not ready, and so get no requests."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, pod_of, pods_of
from compiler.model.catalog import Service
from compiler.prose.forms import COUNT
from compiler.prose.parts import If, Number, Own, Plain, Shown

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

_STATEFUL = ("kube_statefulset_status_replicas_ready", "kube_statefulset_replicas", "statefulset")


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many pods are not ready."""
    workload = service.workload
    if not workload or not workload.kind or workload.kind == "rollout":
        return ()
    wanted, missing = _counts(service, kubectl)
    pods = kubectl.series(
        "kube_pod_status_ready", namespace=workload.namespace, pod="~" + pods_of(service), condition="true"
    )
    about, all_pods = f"pods of {workload.name}", Number("wanted", wanted, COUNT)
    of_all = If(all_pods, (Plain(" of "), Shown(all_pods)))
    return (
        Finding(
            "readiness",
            missing,
            (Own(about, COUNT), of_all, Plain(" pods not ready")),
            about,
            look=(
                kubectl.run("get pods -o wide", workload.namespace),
                kubectl.run(f"describe {workload.reference}", workload.namespace),
                kubectl.run("get events --sort-by=.lastTimestamp", workload.namespace),
            ),
            numbers=(all_pods,),
            pods=f"{pods} == 0",
            healthy=_state(service, kubectl, missing=0),
            sick=_state(service, kubectl, missing=3),
        ),
    )


def _counts(service: Service, kubectl: Kubectl) -> tuple[str, str]:
    workload = service.workload
    assert workload is not None
    stateful = workload.kind == "stateful_set"
    counted, wanted, label = _METRICS.get(workload.kind, _STATEFUL)
    at = {"namespace": workload.namespace, label: workload.name}
    number, pods = f"max({kubectl.series(counted, **at)})", f"max({kubectl.series(wanted, **at)})"
    return pods, f"{pods} - {number}" if stateful else number


def _state(service: Service, kubectl: Kubectl, missing: int) -> Evidence:
    """Ten pods, of which so many are not ready."""
    workload = service.workload
    assert workload is not None
    names = tuple(pod_of(service, n) for n in range(missing))
    at = {"namespace": workload.namespace, "condition": "true"}
    pods = tuple(Sample(kubectl.series("kube_pod_status_ready", **at, pod=name), 0) for name in names)
    counted, wanted, label = _METRICS.get(workload.kind, _STATEFUL)
    at = {"namespace": workload.namespace, label: workload.name}
    number = 10 - missing if workload.kind == "stateful_set" else missing
    counts = (Sample(kubectl.series(counted, **at), number), Sample(kubectl.series(wanted, **at), 10))
    return Evidence((*counts, *pods), missing, numbers=(("wanted", 10),), names=names)


CAUSE = Cause("readiness", "Pods that are not ready", findings)
