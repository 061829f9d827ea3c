"""A resource quota that is used up, so that no pod can start."""

from __future__ import annotations

from compiler.causes.cause import Cause, Finding, Kubectl
from compiler.model.catalog import Service


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many resources of the namespace's quotas are used up; 0 where it has none."""
    workload = service.workload
    if not workload:
        return ()
    at = {"namespace": workload.namespace}
    by = "max by (resourcequota, resource)"
    used = f"{by} ({kubectl.series('kube_resourcequota', **at, type='used')})"
    hard = f"{by} ({kubectl.series('kube_resourcequota', **at, type='hard')})"
    present = kubectl.series("kube_namespace_status_phase", **at, phase="Active")
    return (
        Finding(
            "quota",
            f"count({used} >= {hard} > 0) or 0 * count({present})",
            f'{{{{ printf "%.0f" .Value }}}} resources of the quota of {workload.namespace} are used up',
            f"namespace {workload.namespace}",
            look=(kubectl.run("describe quota", workload.namespace),),
        ),
    )


CAUSE = Cause("quota", "The namespace's quota", findings)
