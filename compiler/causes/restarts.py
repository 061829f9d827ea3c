"""Containers that restart: a crash loop, or too little memory."""

from __future__ import annotations

from compiler.causes.cause import Cause, Finding, Kubectl, pods_of
from compiler.model.catalog import Service


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many containers restarted within 15 minutes."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    pods = kubectl.series(
        "kube_pod_container_status_restarts_total", namespace=workload.namespace, pod="~" + pods_of(service)
    )
    growth = f"max by (pod, container) (increase({pods}[15m]))"
    return (
        Finding(
            "restarts",
            f"count({growth} > 0) or 0 * count({pods})",
            '{{ printf "%.0f" .Value }} containers restarted in the last 15m',
            f"containers of {workload.name}",
            look=(
                kubectl.run(f"logs {workload.reference} --previous --tail=50", workload.namespace),
                kubectl.run("get pods", workload.namespace),
            ),
        ),
    )


CAUSE = Cause("restarts", "Containers that restart", findings)
