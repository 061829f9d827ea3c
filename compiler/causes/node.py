"""Nodes that are not ready under the workload's pods."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, pod_of, pods_of
from compiler.model.catalog import Service
from compiler.prose.forms import COUNT
from compiler.prose.parts import Own, Plain


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many of the nodes that run its pods are not ready."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    pods = kubectl.series("kube_pod_info", namespace=workload.namespace, pod="~" + pods_of(service))
    ready = kubectl.series("kube_node_status_condition", condition="Ready", status="true")
    bad = f"count(max by (node) ({pods}) and on (node) (max by (node) ({ready}) == 0))"
    return (
        Finding(
            "node",
            f"{bad} or 0 * count({ready})",
            (Own("nodes", COUNT), Plain(" of its nodes are not ready")),
            "nodes",
            look=(kubectl.run("get nodes"), kubectl.run("get pods -o wide", workload.namespace)),
            healthy=_nodes(service, kubectl, ready=1),
            sick=_nodes(service, kubectl, ready=0),
        ),
    )


def _nodes(service: Service, kubectl: Kubectl, ready: int) -> Evidence:
    workload = service.workload
    assert workload is not None
    pod = kubectl.series("kube_pod_info", namespace=workload.namespace, pod=pod_of(service), node="node-1")
    node = kubectl.series("kube_node_status_condition", node="node-1", condition="Ready", status="true")
    return Evidence((Sample(pod, 1), Sample(node, ready)), 1 - ready)


CAUSE = Cause("node", "Its nodes", findings)
