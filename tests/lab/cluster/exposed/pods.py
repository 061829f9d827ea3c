"""What kube-state-metrics tells of one pod and its container."""

from __future__ import annotations

from collections.abc import Iterator

from tests.lab.cluster.exposed.text import Sample
from tests.lab.cluster.pod import LIMIT, NO_NODE, Pod

SHOP = {"namespace": "shop"}


def of_pod(pod: Pod) -> Iterator[Sample]:
    """All of it."""
    at = {**SHOP, "pod": pod.name}
    container = {**at, "container": pod.service}
    yield (
        "kube_pod_info",
        {**at, "node": pod.node, "created_by_kind": "ReplicaSet", "created_by_name": pod.revision},
        1,
    )
    yield "kube_pod_owner", {**at, "owner_kind": "ReplicaSet", "owner_name": pod.revision}, 1
    yield "kube_pod_created", at, pod.created
    for phase in ("Pending", "Running", "Succeeded", "Failed", "Unknown"):
        yield "kube_pod_status_phase", {**at, "phase": phase}, phase == ("Pending" if pod.waits else "Running")
    for condition in ("true", "false", "unknown"):
        yield "kube_pod_status_ready", {**at, "condition": condition}, condition == str(pod.ready).lower()
    if pod.waits == NO_NODE:
        yield "kube_pod_status_unschedulable", at, 1
    else:
        yield from _container(pod, container)
    for resource, unit, limit, request in (("memory", "byte", LIMIT, LIMIT / 2), ("cpu", "core", 0.5, 0.1)):
        of = {**container, "resource": resource, "unit": unit}
        yield "kube_pod_container_resource_limits", of, limit
        yield "kube_pod_container_resource_requests", of, request


def _container(pod: Pod, container: dict[str, str]) -> Iterator[Sample]:
    """What is told of a container once a node has its pod."""
    yield "kube_pod_container_status_restarts_total", container, pod.restarts
    yield "kube_pod_container_status_ready", container, pod.ready
    if pod.restarts:
        reason = "OOMKilled" if pod.out_of_memory else "Error"
        yield "kube_pod_container_status_last_terminated_reason", {**container, "reason": reason}, 1
    waits = pod.waits or ("CrashLoopBackOff" if pod.restarts and not pod.process else "")
    if waits:
        yield "kube_pod_container_status_waiting_reason", {**container, "reason": waits}, 1
