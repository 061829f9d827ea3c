"""What the services expose themselves, and what a cluster says of what runs them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.boardcost.series import FLAT, GROWS, WAVES, Form, Series, grid, named, numbered
from tests.boardcost.services import PODS, ROUTES, Service

CODES = {"200": 1.5, "204": 0.2, "404": 0.05, "500": 0.002, "503": 0.001}
"""Requests a second of one pod and route."""
BUCKETS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf")
NODES = 80
REVISIONS = 10
SINCE = Form(FLAT, 1.7e9)
"""A time long ago."""


def apps(services: list[Service]) -> Iterator[Series]:
    """Everything about every service."""
    for service in services:
        yield from _workload(service)
        for number, pod in enumerate(service.pods):
            yield from _requests(service, pod)
            yield from _pod(service, pod, f"node-{(service.number * PODS + number) % NODES}")
    for namespace in sorted({service.namespace for service in services}):
        yield from _namespace(namespace)


def _waiting(state: dict[str, str]) -> tuple[Series, ...]:
    """Why a pod does not start, by each of the reasons that pages tell apart."""
    image, config = (
        {"container": "app", "reason": reason} for reason in ("ImagePullBackOff", "CreateContainerError")
    )
    return (
        named("kube_pod_container_status_waiting_reason", _bool(True), {**state, **image}),
        named("kube_pod_init_container_status_waiting_reason", _bool(True), {**state, **config}),
        named("kube_pod_status_unschedulable", _bool(True), state),
    )


def _requests(service: Service, pod: str) -> Iterator[Series]:
    target = {
        "job": service.name, "namespace": service.namespace, "pod": pod, "container": "app",
        "instance": f"{pod}:8080", "endpoint": "http", "service": service.name,
    }  # fmt: skip
    yield named("up", Form(), target)
    for code, rate in CODES.items():
        yield from grid("http_requests_total", Form(GROWS, rate), code=code, route=ROUTES, method="GET", **target)
    latency = "http_request_duration_seconds"
    for place, le in enumerate(BUCKETS):
        yield named(f"{latency}_bucket", Form(GROWS, round(4.5 - 2 / (1 + place), 3)), {**target, "le": le})
    yield named(f"{latency}_count", Form(GROWS, 4.5), target)


def _pod(service: Service, pod: str, node: str) -> Iterator[Series]:
    of = {"namespace": service.namespace, "pod": pod}
    state = {"job": "kube-state-metrics", **of, "uid": f"uid-{pod}"}
    owner = {"created_by_kind": "ReplicaSet", "created_by_name": pod.rsplit("-", 1)[0], "host_ip": "10.0.0.1"}
    yield named("kube_pod_info", Form(), {**state, **owner, "node": node, "pod_ip": "10.1.0.1"})
    waiting = dict(zip(service.pods, _waiting(state), strict=False)).get(pod)
    for condition in ("true", "false", "unknown"):
        ready = condition == str(waiting is None).lower()
        yield named("kube_pod_status_ready", _bool(ready), {**state, "condition": condition})
    for phase in ("Running", "Pending", "Succeeded", "Failed", "Unknown"):
        yield named("kube_pod_status_phase", _bool(phase == "Running"), {**state, "phase": phase})
    inside = {**state, "container": "app"}
    if waiting:
        yield waiting
    yield named("kube_pod_container_status_restarts_total", Form(FLAT, 3), inside)
    for resource, unit in (("memory", "byte"), ("cpu", "core")):
        limit = {**inside, "resource": resource, "unit": unit, "node": node}
        yield named("kube_pod_container_resource_limits", Form(FLAT, 5e8), limit)
    kubelet = {"job": "kubelet", **of, "container": "app", "node": node, "instance": f"{node}:10250"}
    probed = {"probe_type": ("Readiness", "Liveness"), "pod_uid": f"uid-{pod}"}
    yield from grid("prober_probe_total", Form(GROWS, 0.1), result="successful", **probed, **kubelet)
    yield from grid("prober_probe_total", Form(FLAT, 2), result="failed", **probed, **kubelet)
    contained = {**kubelet, "id": f"/kubepods/{pod}", "image": "registry.example.com/app:1", "name": f"c-{pod}"}
    yield named("container_memory_working_set_bytes", Form(WAVES, 4e8), contained)
    yield named("container_cpu_cfs_periods_total", Form(GROWS, 10), contained)
    yield named("container_cpu_cfs_throttled_periods_total", Form(GROWS, 0.5), contained)


def _workload(service: Service) -> Iterator[Series]:
    state = {"job": "kube-state-metrics", "namespace": service.namespace}
    deployment = {**state, "deployment": service.name}
    for metric in ("spec_replicas", "status_replicas", "status_replicas_ready", "status_replicas_updated"):
        yield named(f"kube_deployment_{metric}", Form(FLAT, PODS), deployment)
    yield named("kube_deployment_status_replicas_unavailable", Form(FLAT, 0), deployment)
    for status in ("true", "false", "unknown"):
        for condition in ("Progressing", "Available"):
            labels = {**deployment, "condition": condition, "status": status}
            yield named("kube_deployment_status_condition", _bool(status == "true"), labels)
    yield from _autoscaler({**state, "horizontalpodautoscaler": service.name})
    for revision in range(REVISIONS):
        replicaset = {**state, "replicaset": f"{service.name}-7d9f8b6c{revision}d"}
        owner = {"owner_kind": "Deployment", "owner_name": service.name, "owner_is_controller": "true"}
        yield named("kube_replicaset_created", SINCE, replicaset)
        yield named("kube_replicaset_owner", Form(), {**replicaset, **owner})


def _autoscaler(scaler: dict[str, str]) -> Iterator[Series]:
    sizes = {
        "spec_max_replicas": 2 * PODS, "spec_min_replicas": 2,
        "status_desired_replicas": PODS, "status_current_replicas": PODS,
    }  # fmt: skip
    for metric, size in sizes.items():
        yield named(f"kube_horizontalpodautoscaler_{metric}", Form(FLAT, size), scaler)
    cpu = {**scaler, "metric_name": "cpu", "metric_target_type": "utilization"}
    yield named("kube_horizontalpodautoscaler_spec_target_metric", Form(FLAT, 70), cpu)
    yield named("kube_horizontalpodautoscaler_status_target_metric", Form(WAVES, 80), cpu)
    for condition in ("AbleToScale", "ScalingActive", "ScalingLimited"):
        for status in ("true", "false", "unknown"):
            labels = {**scaler, "condition": condition, "status": status}
            name = "kube_horizontalpodautoscaler_status_condition"
            yield named(name, _bool(status == ("false" if condition == "ScalingLimited" else "true")), labels)


def _namespace(namespace: str) -> Iterator[Series]:
    state = {"job": "kube-state-metrics", "namespace": namespace}
    yield named("kube_namespace_status_phase", Form(), {**state, "phase": "Active"})
    yield named("kube_namespace_status_phase", Form(FLAT, 0), {**state, "phase": "Terminating"})
    resources = ("pods", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", *numbered("count/x", 5))
    for kind, value in (("hard", 200), ("used", 120)):
        of = {**state, "resourcequota": "default", "resource": resources, "type": kind}
        yield from grid("kube_resourcequota", Form(WAVES if kind == "used" else FLAT, value), **of)


def _bool(true: bool) -> Form:
    return Form(FLAT, int(true))
