"""The workload's pods: probes that fail, pods that are not ready, restarts, throttling and memory."""

from __future__ import annotations

from typing import Any

from compiler.emit.dashboards.grafana import Panel, graph, ranged, shaded, steps
from compiler.emit.dashboards.panels.causes import MEMORY, NAMESPACE, PODS, PROBES, READY, RESTARTS, THROTTLED
from compiler.emit.dashboards.panels.replicas import COUNT, DASHED_LIMIT, UNSEEN
from compiler.emit.dashboards.view import View
from compiler.promql import Matcher, Selector

_SHADES = shaded("orange")
STACKED: dict[str, Any] = {
    "fillOpacity": 50,
    "lineInterpolation": "stepAfter",
    "lineWidth": 0,
    "stacking": {"mode": "normal", "group": "A"},
}
_SCRAPED = "the kubelet's {} is not scraped"


def probes(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Readiness, liveness and startup probes that failed."""
    failed = _kubelet(view, "prober_probe_total", Matcher("result", "=", "failed"))
    panel = Panel(
        id=PROBES,
        title="Probe failures by pod",
        description=(
            "Failed readiness, liveness and startup probes a minute: prober_probe_total of the kubelet's "
            "/metrics/probes, which kube-prometheus-stack scrapes."
        ),
        place=place,
        queries=[
            ranged(
                view.metrics,
                f"60 * sum by (pod, probe_type) (rate({failed}[$__rate_interval])) > 0",
                "{{probe_type}} {{pod}}",
            )
        ],
    )
    nothing = f"no probe failed in this range, or {_SCRAPED.format('/metrics/probes')}"
    return graph(panel, {"unit": "cpm", "min": 0, "noValue": nothing} | _SHADES, "list")


def unready(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Pods that run and are not ready."""
    pod = view.labels.label("pod")
    ready = f"max {view.exporters.by('pod')} ({_states(view, 'kube_pod_status_ready', condition='true')}) == 0"
    phases = _states(view, "kube_pod_status_phase", phase="~Succeeded|Failed")
    ended = f"max {view.exporters.by('pod')} ({phases}) == 1"
    panel = Panel(
        id=READY,
        title="Pods that are not ready",
        description="Pods that have not ended and are not ready: kube_pod_status_ready of kube-state-metrics.",
        place=place,
        queries=[ranged(view.metrics, f"1 + ({ready} unless {view.exporters.on('pod')} {ended})", f"{{{{{pod}}}}}")],
    )
    nothing = f"all pods were ready in this range, or {UNSEEN}"
    return graph(panel, COUNT | {"noValue": nothing, "custom": STACKED} | _SHADES, "list")


def restarts(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Restarts of containers."""
    counted = _states(view, "kube_pod_container_status_restarts_total")
    panel = Panel(
        id=RESTARTS,
        title="Restarts",
        description="Restarts of containers within 15 minutes, by pod, of kube-state-metrics.",
        place=place,
        queries=[
            ranged(
                view.metrics,
                f"max {view.exporters.by('pod')} (increase({counted}[15m])) > 0",
                f"{{{{{view.labels.label('pod')}}}}}",
            )
        ],
    )
    return graph(panel, COUNT | _SHADES | {"noValue": f"no restarts in this range, or {UNSEEN}"}, "list")


def throttling(view: View, place: tuple[int, int, int, int]) -> Panel:
    """How much of its time a pod's containers were held back by their CPU limit."""
    inside = Matcher("container", "!=", "")
    throttled, periods = (
        f"sum by (pod) (rate({_kubelet(view, metric, inside)}[$__rate_interval]))"
        for metric in ("container_cpu_cfs_throttled_periods_total", "container_cpu_cfs_periods_total")
    )
    panel = Panel(
        id=THROTTLED,
        title="CPU throttling",
        description=(
            "The share of scheduling periods in which the CPU limit held a pod back: "
            "container_cpu_cfs_throttled_periods_total of the kubelet's cAdvisor. There is none without a limit."
        ),
        place=place,
        queries=[ranged(view.metrics, f"{throttled} / {periods}", "{{pod}}")],
    )
    nothing = f"no CPU limit is set, or {_SCRAPED.format('cAdvisor')}"
    return graph(panel, {"unit": "percentunit", "min": 0, "noValue": nothing, **shaded("blue")}, "bottom")


def memory(view: View, place: tuple[int, int, int, int]) -> Panel:
    """The working set of each container against its limit."""
    used = _kubelet(view, "container_memory_working_set_bytes", Matcher("container", "!=", ""))
    limits = _states(view, "kube_pod_container_resource_limits", resource="memory")
    for label in ("pod", "container"):
        named = view.labels.label(label)
        limits = limits if named == label else f'label_replace({limits}, "{label}", "$1", "{named}", "(.+)")'
    by = "max by (pod, container)"
    panel = Panel(
        id=MEMORY,
        title="Memory against its limit",
        description=(
            "The working set of each container as a share of its limit; at the dashed line it is killed. "
            "container_memory_working_set_bytes of the kubelet's cAdvisor, the limit of kube-state-metrics."
        ),
        place=place,
        queries=[ranged(view.metrics, f"{by} ({used}) / {by} ({limits})", "{{pod}} {{container}}")],
    )
    nothing = f"no memory limit is set, or {_SCRAPED.format('cAdvisor')}"
    line = {"thresholds": steps(("text", None), ("orange", 1))}
    return graph(
        panel, {"unit": "percentunit", "min": 0, "noValue": nothing, **shaded("blue")} | line | DASHED_LIMIT, "bottom"
    )


def _states(view: View, metric: str, **labels: str) -> str:
    """A selector of kube-state-metrics' series about the workload's pods, of those that are chosen."""
    pod = view.labels.label("pod")
    found = view.exporters.series(metric, namespace=NAMESPACE, pod=f"~{PODS}", **labels)
    return f'{found[:-1]},{pod}=~"$pod"}}'


def _kubelet(view: View, metric: str, *more: Matcher) -> str:
    """A selector of the kubelet's own series, whose labels are called the same everywhere."""
    at = (
        Matcher("namespace", "=", NAMESPACE),
        Matcher("pod", "=~", PODS),
        Matcher("pod", "=~", "$pod"),
        *more,
        *view.added,
    )
    return str(Selector(metric, at))
