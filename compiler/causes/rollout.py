"""A rollout that is stuck, under way, or less than an hour old."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample
from compiler.causes.undo import advice, history
from compiler.model.catalog import Service
from compiler.prose.forms import CLOCK
from compiler.prose.parts import Graded, If, Number, Plain, Shown


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
    about, rolled = f"deployment {workload.name}", Number("rolled", created, CLOCK)
    state = Graded(
        about,
        (
            (3, (Plain(f"rollout of {name} is stuck"),)),
            (2, (Plain(f"rollout of {name} is under way"),)),
            (0, (Plain(f"{name} was rolled out"),)),
        ),
    )
    newest = If(rolled, (Plain(" (newest revision since "), Shown(rolled), Plain(" UTC)")))
    return (
        Finding(
            "rollout",
            expr,
            (state, newest),
            about,
            look=(
                kubectl.run(f"rollout status {workload.reference} --timeout=10s", workload.namespace),
                *history(service, kubectl),
            ),
            change=advice(service, kubectl),
            numbers=(rolled,),
            healthy=_state(service, kubectl, updated=10, ago=7200, value=0),
            sick=_state(service, kubectl, updated=7, ago=600, value=2),
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


def _state(service: Service, kubectl: Kubectl, updated: int, ago: int, value: int) -> Evidence:
    """Ten replicas, of which so many are of the newest revision, made so many seconds ago."""
    workload = service.workload
    assert workload is not None
    at = {"namespace": workload.namespace, "deployment": workload.name}
    of = {"namespace": workload.namespace, "replicaset": f"{workload.name}-6d4cf56db6"}
    owner = {"owner_kind": "Deployment", "owner_name": workload.name}
    samples = (
        Sample(kubectl.series("kube_deployment_spec_replicas", **at), 10),
        Sample(kubectl.series("kube_deployment_status_replicas_updated", **at), updated),
        Sample(kubectl.series("kube_replicaset_created", **of), ago, ago=True),
        Sample(kubectl.series("kube_replicaset_owner", **of, **owner), 1),
    )
    return Evidence(samples, value, ages=(("rolled", ago),))


CAUSE = Cause("rollout", "A rollout", findings)
