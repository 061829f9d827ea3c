"""How each kind of workload tells of its rollouts: what is asked, and what is seen in two states of it, for tests."""

from __future__ import annotations

from dataclasses import dataclass

from compiler import promql
from compiler.causes.cause import Kubectl, Sample
from compiler.model.service import Workload

_HASH = "6d4cf56db6"
_CURRENT, _UPDATE = "kube_statefulset_status_current_revision", "kube_statefulset_status_update_revision"
_RECENT = 3600
"""Seconds in which a rollout is recent."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Expressions of one series without labels, each with nothing where it does not hold."""

    known: str
    """Is there where the exporter tells all that decides whether a rollout is under way."""
    stuck: str
    """1 where a rollout failed or is stuck; empty where no metric tells."""
    under_way: str
    """1 while pods of the revision before are still there."""
    recent: str
    """1 where the newest revision is less than an hour old."""
    newest: str
    """When it was made, in unix seconds; empty where no metric tells."""
    whole: tuple[Sample, ...]
    """All pods are of one revision."""
    half: tuple[Sample, ...]
    """Some are of the one before."""
    made: tuple[str, ...] = ()
    """The series of when the newest revision was made."""


def progress(workload: Workload, kubectl: Kubectl) -> Progress:
    """What tells of the workload's rollouts."""
    makers = {
        "deployment": _deployment,
        "stateful_set": _stateful_set,
        "daemon_set": _daemon_set,
        "rollout": _rollout,
    }
    return makers[workload.kind](workload, kubectl)


def _all(*series: str) -> str:
    """Is there where each of them is: without one of them nothing would be found, and nothing must be called ok."""
    return f"({' and '.join(f'max({each})' for each in series)})"


def _more(one: str, other: str) -> str:
    """1 where the one is more than the other, nothing else."""
    return f"(max({one}) > bool max({other})) > 0"


def _deployment(workload: Workload, kubectl: Kubectl) -> Progress:
    """More pods than updated ones: some are old. Fewer than wanted: so it is too where an autoscaler wants more."""
    at = {"namespace": workload.namespace, "deployment": workload.name}
    failed = kubectl.series("kube_deployment_status_condition", **at, condition="Progressing", status="false")
    wanted = kubectl.series("kube_deployment_spec_replicas", **at)
    pods = kubectl.series("kube_deployment_status_replicas", **at)
    updated = kubectl.series("kube_deployment_status_replicas_updated", **at)
    newest = _newest(workload, kubectl, "Deployment")
    recent = f"(time() - {newest} < bool {_RECENT}) > 0"
    return Progress(
        known=_all(wanted, pods, updated, newest),
        stuck=f"max({failed}) > 0",
        under_way=f"{_more(pods, updated)} or {_more(wanted, updated)} and on () {recent}",
        recent=recent,
        newest=newest,
        whole=(
            Sample(failed, 0),
            Sample(wanted, 10),
            Sample(pods, 10),
            Sample(updated, 10),
            _owned(workload, kubectl),
        ),
        half=(Sample(failed, 0), Sample(wanted, 10), Sample(pods, 10), Sample(updated, 7), _owned(workload, kubectl)),
        made=(_replica_set(workload, kubectl),),
    )


def _stateful_set(workload: Workload, kubectl: Kubectl) -> Progress:
    """The revision that new pods get is another than that of the pods; nobody says when it was made."""
    at = {"namespace": workload.namespace, "statefulset": workload.name}
    wanted = kubectl.series("kube_statefulset_replicas", **at)
    before, after = kubectl.series(_CURRENT, **at), kubectl.series(_UPDATE, **at)
    by, now = "by (revision)", f"max by (revision) ({after})"
    earlier = f"{after} offset 1h"
    old, new = f"{workload.name}-{_HASH}", f"{workload.name}-7f9c8d5b44"
    first = Sample(kubectl.series(_CURRENT, **at, revision=old), 1)
    return Progress(
        known=_all(wanted, before, after),
        stuck="",
        under_way=f"count({now} unless on (revision) max {by} ({before}) and on () count({before})) > bool 0",
        recent=f"count({now} unless on (revision) max {by} ({earlier}) and on () count({earlier})) > bool 0",
        newest="",
        whole=(Sample(wanted, 10), first, Sample(kubectl.series(_UPDATE, **at, revision=old), 1)),
        half=(Sample(wanted, 10), first, Sample(kubectl.series(_UPDATE, **at, revision=new), 1)),
    )


def _daemon_set(workload: Workload, kubectl: Kubectl) -> Progress:
    """More nodes with a pod than with an updated one; a spec that was changed within the hour."""
    at = {"namespace": workload.namespace, "daemonset": workload.name}
    wanted = kubectl.series("kube_daemonset_status_desired_number_scheduled", **at)
    pods = kubectl.series("kube_daemonset_status_current_number_scheduled", **at)
    updated = kubectl.series("kube_daemonset_status_updated_number_scheduled", **at)
    generation = kubectl.series("kube_daemonset_metadata_generation", **at)
    same = (Sample(wanted, 10), Sample(pods, 10), Sample(generation, 3))
    return Progress(
        known=_all(wanted, pods, updated, generation),
        stuck="",
        under_way=_more(pods, updated),
        recent=_more(generation, f"{generation} offset 1h"),
        newest="",
        whole=(*same, Sample(updated, 10)),
        half=(*same, Sample(updated, 7)),
    )


def _rollout(workload: Workload, kubectl: Kubectl) -> Progress:
    """The controller's own word; ``Degraded`` is none of its phases."""
    at = workload.namespace, workload.name
    known, failed, going, done = (
        kubectl.rollouts("rollout_info", *at, **({"phase": phase} if phase else {}))
        for phase in ("", "~Abort|Error|InvalidSpec|Timeout", "~Paused|Progressing", "Completed")
    )
    newest = _newest(workload, kubectl, "Rollout")
    return Progress(
        known=_all(known, newest),
        stuck=f"max({failed})",
        under_way=f"max({going})",
        recent=f"(time() - {newest} < bool {_RECENT}) > 0",
        newest=newest,
        whole=(Sample(done, 1), _owned(workload, kubectl)),
        half=(Sample(kubectl.rollouts("rollout_info", *at, phase="Progressing"), 1), _owned(workload, kubectl)),
        made=(_replica_set(workload, kubectl),),
    )


def _newest(workload: Workload, kubectl: Kubectl, kind: str) -> str:
    """When the newest ReplicaSet of a Deployment or an Argo Rollout was made, in unix seconds."""
    sets = {"namespace": workload.namespace, "replicaset": f"~{promql.regex_quote(workload.name)}-[a-z0-9]+"}
    created = f"max {kubectl.by('replicaset')} ({kubectl.series('kube_replicaset_created', **sets)})"
    owner = {"owner_kind": kind, "owner_name": workload.name}
    owned = kubectl.series("kube_replicaset_owner", namespace=workload.namespace, **owner)
    return f"max({created} and {kubectl.on('replicaset')} {owned})"


def _replica_set(workload: Workload, kubectl: Kubectl) -> str:
    at = {"namespace": workload.namespace, "replicaset": f"{workload.name}-{_HASH}"}
    return kubectl.series("kube_replicaset_created", **at)


def _owned(workload: Workload, kubectl: Kubectl) -> Sample:
    at = {"namespace": workload.namespace, "replicaset": f"{workload.name}-{_HASH}"}
    kind = "Rollout" if workload.kind == "rollout" else "Deployment"
    return Sample(kubectl.series("kube_replicaset_owner", **at, owner_kind=kind, owner_name=workload.name), 1)
