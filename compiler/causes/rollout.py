"""A rollout that is stuck, under way, or less than an hour old."""

from __future__ import annotations

from compiler.causes.cause import Cause, Finding, Kubectl
from compiler.causes.undo import advice, history
from compiler.model.catalog import Service


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """3 stuck, 2 under way, 1 within the hour, 0 none of it."""
    workload = service.workload
    if not workload or workload.kind != "deployment":
        return ()
    at = {"namespace": workload.namespace, "deployment": workload.name}
    stuck = kubectl.series("kube_deployment_status_condition", **at, condition="Progressing", status="false")
    wanted = kubectl.series("kube_deployment_spec_replicas", **at)
    updated = kubectl.series("kube_deployment_status_replicas_updated", **at)
    created = _newest(service, kubectl)
    expr = (
        f"3 * (max({stuck}) > 0) or 2 * ((max({wanted}) > bool max({updated})) > 0)"
        f" or (time() - {created} < bool 3600) > 0 or 0 * max({wanted})"
    )
    name = f"{workload.reference} in {workload.namespace}"
    found = (
        f"{{{{ if ge .Value 3.0 }}}}rollout of {name} is stuck"
        f"{{{{ else if ge .Value 2.0 }}}}rollout of {name} is under way"
        f"{{{{ else }}}}{name} was rolled out{{{{ end }}}}"
        "{{ if $rolled }} (newest revision since {{ $rolled }} UTC){{ end }}"
    )
    return (
        Finding(
            "rollout",
            expr,
            found,
            f"deployment {workload.name}",
            look=(
                kubectl.run(f"rollout status {workload.reference} --timeout=10s", workload.namespace),
                *history(service, kubectl),
            ),
            change=advice(service, kubectl),
            numbers=(("rolled", created),),
        ),
    )


def _newest(service: Service, kubectl: Kubectl) -> str:
    """When the Deployment's newest ReplicaSet was made, in unix seconds."""
    workload = service.workload
    assert workload is not None
    at = {"namespace": workload.namespace}
    created = f"max by (replicaset) ({kubectl.series('kube_replicaset_created', **at)})"
    owned = kubectl.series("kube_replicaset_owner", **at, owner_kind="Deployment", owner_name=workload.name)
    return f"max({created} and on (replicaset) {owned})"


CAUSE = Cause("rollout", "A rollout", findings)
