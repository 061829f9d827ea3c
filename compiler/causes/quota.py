"""A resource quota that is used up, so that no pod can start."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, counted
from compiler.model.catalog import Service


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many resources of the namespace's quotas are used up; 0 where it has none."""
    workload = service.workload
    if not workload:
        return ()
    at = {"namespace": workload.namespace}
    by = f"max {kubectl.by('resourcequota', 'resource')}"
    used = f"{by} ({kubectl.series('kube_resourcequota', **at, type='used')})"
    hard = f"{by} ({kubectl.series('kube_resourcequota', **at, type='hard')})"
    present = kubectl.series("kube_namespace_status_phase", **at, phase="Active")
    about, of = f"namespace {workload.namespace}", f"of the quota of {workload.namespace}"
    return (
        Finding(
            "quota",
            f"count({used} >= {hard} > 0) or 0 * count({present})",
            (counted(about, f"resource {of} is used up", f"resources {of} are used up"),),
            about,
            look=(kubectl.run("describe quota", workload.namespace),),
            healthy=Evidence((Sample(present, 1), *_pods(kubectl, workload.namespace, used=9))),
            sick=Evidence((Sample(present, 1), *_pods(kubectl, workload.namespace, used=10)), 1),
        ),
    )


def _pods(kubectl: Kubectl, namespace: str, used: int) -> tuple[Sample, Sample]:
    at = {"namespace": namespace, "resourcequota": "pods", "resource": "pods"}
    return (
        Sample(kubectl.series("kube_resourcequota", **at, type="used"), used),
        Sample(kubectl.series("kube_resourcequota", **at, type="hard"), 10),
    )


CAUSE = Cause("quota", "The namespace's quota", findings)
