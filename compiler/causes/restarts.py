"""Containers that restart: a crash loop, or too little memory."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, counted, pod_of, pods_of
from compiler.model.catalog import Service
from compiler.model.service import Workload
from compiler.prose.forms import COUNT
from compiler.prose.parts import If, Number, Plain, Shown

_RESTARTS = "kube_pod_container_status_restarts_total"
_LAST = "kube_pod_container_status_last_terminated_reason"


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many containers restarted within 15 minutes."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    at = {"namespace": workload.namespace, "pod": "~" + pods_of(service)}
    pods, killed = kubectl.series(_RESTARTS, **at), kubectl.series(_LAST, **at, reason="OOMKilled")
    by = kubectl.by("pod", "container")
    grown = f"max {by} (increase({pods}[15m])) > 0"
    memory = Number("memory", f"count({grown} and {kubectl.on('pod', 'container')} max {by} ({killed}) > 0)", COUNT)
    about, words = f"containers of {workload.name}", "restarted in the last 15m"
    return (
        Finding(
            "restarts",
            f"count({grown}) or 0 * count({pods})",
            (
                counted(about, f"container {words}", f"containers {words}"),
                If(memory, (Plain(", "), Shown(memory), Plain(" out of memory"))),
            ),
            about,
            look=_look(workload, kubectl),
            numbers=(memory,),
            healthy=_state(service, kubectl, restarts=False),
            sick=_state(service, kubectl, restarts=True),
        ),
    )


def _look(workload: Workload, kubectl: Kubectl) -> tuple[str, ...]:
    """Logs of the container before; kubectl finds no pods by an Argo Rollout."""
    pods = kubectl.run("get pods", workload.namespace)
    if workload.kind == "rollout":
        return (pods,)
    return (kubectl.run(f"logs {workload.reference} --previous --tail=50", workload.namespace), pods)


def _state(service: Service, kubectl: Kubectl, restarts: bool) -> Evidence:
    """One container that has restarted before for want of memory, and does so now or does not."""
    workload = service.workload
    assert workload is not None
    one = {"namespace": workload.namespace, "pod": pod_of(service), "container": workload.name}
    samples = (
        Sample(kubectl.series(_RESTARTS, **one), grows=restarts),
        Sample(kubectl.series(_LAST, **one, reason="OOMKilled"), 1),
    )
    return Evidence(samples, int(restarts), numbers=(("memory", 1.0),) if restarts else ())


CAUSE = Cause("restarts", "Containers that restart", findings)
