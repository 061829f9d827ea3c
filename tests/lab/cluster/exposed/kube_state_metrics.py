"""kube-state-metrics: Deployments, ReplicaSets, pods, autoscalers, quotas, nodes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from tests.lab.cluster.autoscaler import TARGET
from tests.lab.cluster.deployment import NODES, Deployment
from tests.lab.cluster.exposed.pods import SHOP, of_pod
from tests.lab.cluster.exposed.text import Sample
from tests.lab.cluster.pod import LIMIT
from tests.lab.cluster.state import Cluster

PODS_ALLOWED = 10


def samples(cluster: Cluster) -> Iterator[Sample]:
    """All of it."""
    yield "kube_namespace_status_phase", {**SHOP, "phase": "Active"}, 1
    for deployment in cluster.deployments.values():
        yield from _deployment(deployment)
        yield from _replica_sets(deployment)
    for pod in cluster.pods:
        yield from of_pod(pod)
    for name, scaler in cluster.autoscalers.items():
        yield from _autoscaler(name, scaler, cluster)
    yield from _quota(cluster)
    yield from _nodes(cluster)


def _deployment(deployment: Deployment) -> Iterator[Sample]:
    at = {**SHOP, "deployment": deployment.name}
    whole, ready = len(deployment.pods), len(deployment.ready)
    missing = max(whole, deployment.wanted) - ready
    stuck = deployment.stuck(time.time())
    numbers = {
        "created": deployment.revisions[0].created,
        "metadata_generation": deployment.generation,
        "spec_replicas": deployment.wanted,
        "status_observed_generation": deployment.generation,
        "status_replicas": whole,
        "status_replicas_available": ready,
        "status_replicas_ready": ready,
        "status_replicas_unavailable": missing,
        "status_replicas_updated": len(deployment.updated),
        "spec_strategy_rollingupdate_max_surge": 1,
        "spec_strategy_rollingupdate_max_unavailable": 1,
    }
    for name, value in numbers.items():
        yield f"kube_deployment_{name}", at, value
    for status in ("true", "false", "unknown"):
        holds = status == ("false" if stuck else "true")
        yield "kube_deployment_status_condition", {**at, "condition": "Progressing", "status": status}, holds


def _replica_sets(deployment: Deployment) -> Iterator[Sample]:
    owner = {"owner_kind": "Deployment", "owner_name": deployment.name, "owner_is_controller": "true"}
    for revision in deployment.revisions:
        at = {**SHOP, "replicaset": revision.name}
        own = [pod for pod in deployment.pods if pod.revision == revision.name]
        yield "kube_replicaset_created", at, revision.created
        yield "kube_replicaset_owner", {**at, **owner}, 1
        yield "kube_replicaset_spec_replicas", at, len(own)
        yield "kube_replicaset_status_ready_replicas", at, sum(pod.ready for pod in own)


def _autoscaler(name: str, scaler: Any, cluster: Cluster) -> Iterator[Sample]:
    at = {**SHOP, "horizontalpodautoscaler": name}
    metric = {"metric_name": "http_requests_per_second", "metric_target_type": "average"}
    yield (
        "kube_horizontalpodautoscaler_info",
        {**at, "scaletargetref_kind": "Deployment", "scaletargetref_name": name},
        1,
    )
    numbers = {
        "spec_min_replicas": scaler.least,
        "spec_max_replicas": scaler.most,
        "status_current_replicas": cluster.deployments[name].wanted,
        "status_desired_replicas": scaler.wanted,
    }
    for key, value in numbers.items():
        yield f"kube_horizontalpodautoscaler_{key}", at, value
    yield "kube_horizontalpodautoscaler_spec_target_metric", {**at, **metric}, TARGET
    yield "kube_horizontalpodautoscaler_status_target_metric", {**at, **metric}, scaler.value
    limited = scaler.wanted >= scaler.most
    for condition, holds in (("ScalingActive", True), ("AbleToScale", True), ("ScalingLimited", limited)):
        for status in ("true", "false"):
            of = {**at, "condition": condition, "status": status}
            yield "kube_horizontalpodautoscaler_status_condition", of, (status == "true") == holds


def _quota(cluster: Cluster) -> Iterator[Sample]:
    used = PODS_ALLOWED if cluster.faults.on("quota") else len(cluster.pods)
    held = {
        "pods": (used, PODS_ALLOWED),
        "limits.memory": (len(cluster.pods) * LIMIT, PODS_ALLOWED * LIMIT),
        "limits.cpu": (len(cluster.pods) * 0.5, PODS_ALLOWED * 0.5),
    }
    for resource, (of_it, hard) in held.items():
        at = {**SHOP, "resourcequota": "default", "resource": resource}
        yield "kube_resourcequota", {**at, "type": "used"}, of_it
        yield "kube_resourcequota", {**at, "type": "hard"}, hard


def _nodes(cluster: Cluster) -> Iterator[Sample]:
    for node in NODES:
        ready = node not in cluster.failed_nodes
        yield "kube_node_info", {"node": node, "kubelet_version": "v1.34.1"}, 1
        yield "kube_node_spec_unschedulable", {"node": node}, 0
        conditions = {"Ready": ready, "MemoryPressure": False, "DiskPressure": False, "PIDPressure": False}
        for condition, holds in conditions.items():
            for status in ("true", "false"):
                of = {"node": node, "condition": condition, "status": status}
                yield "kube_node_status_condition", of, (status == "true") == holds
        for resource, unit, value in (("cpu", "core", 4), ("memory", "byte", 16 * 1024**3), ("pods", "integer", 110)):
            of = {"node": node, "resource": resource, "unit": unit}
            yield "kube_node_status_allocatable", of, value
            yield "kube_node_status_capacity", of, value
