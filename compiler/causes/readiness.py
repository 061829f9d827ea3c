"""Pods that are not ready, and so get no requests."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample, counted, pod_of, pods_of
from compiler.model.catalog import Service
from compiler.prose.forms import COUNT
from compiler.prose.parts import If, Number, Own, Plain, Shown

_METRICS = {
    "deployment": ("kube_deployment_spec_replicas", "kube_deployment_status_replicas_unavailable"),
    "stateful_set": ("kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"),
    "daemon_set": ("kube_daemonset_status_desired_number_scheduled", "kube_daemonset_status_number_unavailable"),
    "rollout": ("rollout_info_replicas_desired", "rollout_info_replicas_unavailable"),
}
"""By kind: how many pods are wanted, and how many are missing; of a StatefulSet, how many are ready."""
WAITS = ("kube_pod_container_status_waiting_reason", "kube_pod_init_container_status_waiting_reason")
"""Why a container waits, by the kubelet's ``reason``: there where one does."""
NO_NODE = "kube_pod_status_unschedulable"
"""There for a pod that no node takes."""
_REASONS = {
    "image": "ErrImageNeverPull|ErrImagePull|ImagePullBackOff|InvalidImageName",
    "config": "CreateContainerConfigError|CreateContainerError",
}
_WORDS = {"image": "unable to pull the image", "config": "misconfigured", "unplaced": "unschedulable"}
"""What is said of so many pods, by the number's name."""


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """How many pods are not ready."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    wanted, missing = _counts(service, kubectl)
    pods = kubectl.series(
        "kube_pod_status_ready", namespace=workload.namespace, pod="~" + pods_of(service), condition="true"
    )
    about = f"pods of {workload.name}"
    # While a rollout has more pods than are wanted, more may be missing: no "13 of 10".
    whole = Number("wanted", f"{wanted} >= {missing}", COUNT)
    why = _why(service, kubectl)
    of_all = (Own(about, COUNT), Plain(" of "), Shown(whole), Plain(" pods not ready"))
    return (
        Finding(
            "readiness",
            missing,
            (
                If(whole, of_all, (counted(about, "pod not ready", "pods not ready"),)),
                *(If(number, (Plain(", "), Shown(number), Plain(f" {_WORDS[number.name]}"))) for number in why),
            ),
            about,
            look=(
                kubectl.run("get pods -o wide", workload.namespace),
                kubectl.run(f"describe {workload.reference}", workload.namespace),
                kubectl.run("get events --sort-by=.lastTimestamp", workload.namespace),
            ),
            numbers=(whole, *why),
            pods=f"{pods} == 0",
            healthy=_state(service, kubectl, missing=0),
            sick=_state(service, kubectl, missing=3),
        ),
    )


def _series(service: Service, kubectl: Kubectl) -> tuple[str, str]:
    """Two selectors, as _METRICS has them."""
    workload = service.workload
    assert workload is not None
    wanted, seen = _METRICS[workload.kind]
    if workload.kind == "rollout":
        at = workload.namespace, workload.name
        return kubectl.rollouts(wanted, *at), kubectl.rollouts(seen, *at)
    at_kind = {"namespace": workload.namespace, workload.kind.replace("_", ""): workload.name}
    return kubectl.series(wanted, **at_kind), kubectl.series(seen, **at_kind)


def _counts(service: Service, kubectl: Kubectl) -> tuple[str, str]:
    """How many are wanted, and how many are missing."""
    workload = service.workload
    assert workload is not None
    wanted, seen = (f"max({series})" for series in _series(service, kubectl))
    return wanted, f"clamp_min({wanted} - {seen}, 0)" if workload.kind == "stateful_set" else seen


def _why(service: Service, kubectl: Kubectl) -> tuple[Number, ...]:
    """How many pods wait for each reason that an exporter knows; of the others it knows none."""
    workload = service.workload
    assert workload is not None
    at = {"namespace": workload.namespace, "pod": "~" + pods_of(service)}
    found = {
        name: " or ".join(kubectl.series(metric, **at, reason=f"~{reasons}") for metric in WAITS)
        for name, reasons in _REASONS.items()
    }
    found["unplaced"] = kubectl.series(NO_NODE, **at)
    by = kubectl.by("pod")
    return tuple(Number(name, f"count(max {by} ({series}) > 0)", COUNT) for name, series in found.items())


def _state(service: Service, kubectl: Kubectl, missing: int) -> Evidence:
    """Ten pods, of which so many are not ready: one for each reason, where any is."""
    workload = service.workload
    assert workload is not None
    names = tuple(pod_of(service, n) for n in range(missing))
    at = {"namespace": workload.namespace, "condition": "true"}
    pods = tuple(Sample(kubectl.series("kube_pod_status_ready", **at, pod=name), 0) for name in names)
    wanted, seen = _series(service, kubectl)
    counts = (Sample(seen, 10 - missing if workload.kind == "stateful_set" else missing), Sample(wanted, 10))
    samples = (*counts, *pods, *_reasons(service, kubectl, names))
    waiting = tuple((name, 1.0) for name in _WORDS) if missing else ()
    return Evidence(samples, missing, numbers=(("wanted", 10), *waiting), names=names)


def _reasons(service: Service, kubectl: Kubectl, names: tuple[str, ...]) -> tuple[Sample, ...]:
    """Of the first three pods: no image, an init container that is misconfigured, no node."""
    workload = service.workload
    assert workload is not None
    if not names:
        return ()
    image, config, unplaced = ({"namespace": workload.namespace, "pod": name} for name in names[:3])
    container, init = WAITS
    return (
        Sample(kubectl.series(container, **image, container=workload.name, reason="ImagePullBackOff"), 1),
        Sample(kubectl.series(init, **config, container="setup", reason="CreateContainerConfigError"), 1),
        Sample(kubectl.series(NO_NODE, **unplaced), 1),
    )


CAUSE = Cause("readiness", "Pods that are not ready", findings)
