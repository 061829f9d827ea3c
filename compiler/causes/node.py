"""Nodes that are not ready under the workload's pods."""

from __future__ import annotations

from compiler.causes.cause import Cause, Finding, Kubectl, pods_of
from compiler.model.catalog import Service


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
            '{{ printf "%.0f" .Value }} of its nodes are not ready',
            "nodes",
            look=(kubectl.run("get nodes"), kubectl.run("get pods -o wide", workload.namespace)),
        ),
    )


CAUSE = Cause("node", "Its nodes", findings)
