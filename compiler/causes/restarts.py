"""Containers that restart: a crash loop, or too little memory."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, pod_of, pods_of
from compiler.model.catalog import Service
from compiler.prose.forms import COUNT
from compiler.prose.parts import Own, Plain


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many containers restarted within 15 minutes."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    pods = kubectl.series(
        "kube_pod_container_status_restarts_total", namespace=workload.namespace, pod="~" + pods_of(service)
    )
    one = kubectl.series(
        "kube_pod_container_status_restarts_total",
        namespace=workload.namespace,
        pod=pod_of(service),
        container=workload.name,
    )
    growth = f"max by (pod, container) (increase({pods}[15m]))"
    about = f"containers of {workload.name}"
    return (
        Finding(
            "restarts",
            f"count({growth} > 0) or 0 * count({pods})",
            (Own(about, COUNT), Plain(" containers restarted in the last 15m")),
            about,
            look=(
                kubectl.run(f"logs {workload.reference} --previous --tail=50", workload.namespace),
                kubectl.run("get pods", workload.namespace),
            ),
            healthy=Evidence((Sample(one),)),
            sick=Evidence((Sample(one, grows=True),), 1),
        ),
    )


CAUSE = Cause("restarts", "Containers that restart", findings)
