"""Nodes under the workload's pods that are not ready, or gone."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, counted, pod_of, pods_of
from compiler.model.catalog import Service


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many of the nodes that its pods are on are not ready, or known no more."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    # A pod that has no node yet waits for one: that is no node's fault.
    pods = kubectl.series("kube_pod_info", namespace=workload.namespace, pod="~" + pods_of(service), node="!")
    ready = kubectl.series("kube_node_status_condition", condition="Ready", status="true")
    of_pods, by = f"max {kubectl.by('node')} ({pods})", kubectl.by("node")
    bad = f"count({of_pods} unless {kubectl.on('node')} (max {by} ({ready}) == 1) and on () count({ready}))"
    about = f"nodes of {workload.name}"
    return (
        Finding(
            "node",
            f"{bad} or 0 * (count({pods}) and on () count({ready}))",
            (counted(about, "of its nodes is not ready or gone", "of its nodes are not ready or gone"),),
            about,
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
