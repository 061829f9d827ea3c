"""The workload's pods: probes that fail, pods that are not ready, restarts, throttling and memory."""

from __future__ import annotations

from typing import Any

from compiler.causes.readiness import NO_NODE, WAITS
from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import WORST, Panel, graph, ranged, reaching, shaded
from compiler.emit.dashboards.panels.causes import MEMORY, NAMESPACE, PODS, PROBES, READY, RESTARTS, THROTTLED
from compiler.emit.dashboards.panels.quiet import WELL, quiet
from compiler.emit.dashboards.panels.replicas import COUNT, UNSEEN, limited
from compiler.emit.dashboards.view import View
from compiler.promql import Matcher, Selector

_SHADES = shaded("orange")
STACKED: dict[str, Any] = {
    "axisSoftMax": 1,
    "barWidthFactor": 1,
    "drawStyle": "bars",
    "fillOpacity": 60,
    "lineWidth": 0,
    "stacking": {"mode": "normal", "group": "A"},
}
"""Bars: of what was wrong for one step a line would show nothing, and between two steps it would go on."""
_SCRAPED = "the kubelet's {} is not scraped"


def probes(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Readiness, liveness and startup probes that failed."""
    every = _kubelet(view, "prober_probe_total")
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
                quiet(f"60 * sum by (pod, probe_type) (rate({failed}[$__rate_interval])) > 0", every, "probe_type"),
                "{{probe_type}} {{pod}}",
            )
        ],
        overrides=[WELL],
    )
    shape = {"unit": "suffix:/min", "min": 0, "noValue": _SCRAPED.format("/metrics/probes")}
    return graph(panel, shape | reaching(1) | _SHADES, "list")


def unready(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Pods that have not ended and are not ready, each with what it waits for where an exporter knows that."""
    pod, on = view.labels.label("pod"), view.exporters.on("pod")
    states = _states(view, "kube_pod_status_ready", condition="true")
    phases = _states(view, "kube_pod_status_phase", phase="~Succeeded|Failed")
    of_pods = f"max {view.exporters.by('pod')}"
    unwell = f"({of_pods} ({states}) == 0 unless {on} {of_pods} ({phases}) == 1)"
    why = _waiting(view)
    panel = Panel(
        id=READY,
        title="Pods that are not ready",
        description=(
            "Pods that have not ended and are not ready: kube_pod_status_ready of kube-state-metrics; and why a "
            "container waits, where it does: kube_pod_container_status_waiting_reason."
        ),
        place=place,
        queries=[
            ranged(
                view.metrics,
                quiet(f"{why} and {on} {unwell} or 1 + {unwell} unless {on} {why}", states, pod),
                f"{{{{{pod}}}}} {{{{reason}}}}",
            )
        ],
        overrides=[WELL],
    )
    return graph(panel, COUNT | {"noValue": UNSEEN, "custom": STACKED} | _SHADES, "list")


def _waiting(view: View) -> str:
    """1 for each pod that waits, in equal parts by its reasons; also where it waits for a node."""
    by = f"by ({view.labels.label('pod')}, reason)"
    waiting = " or ".join(_states(view, metric) for metric in WAITS)
    unplaced = tagged(_states(view, NO_NODE), "reason", "Unschedulable")
    each = f"(max {by} ({waiting} or {unplaced}) > 0)"
    return f"{each} / {view.exporters.on('pod')} group_left () count {view.exporters.by('pod')} {each}"


def restarts(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Restarts of containers."""
    counted, pod = _states(view, "kube_pod_container_status_restarts_total"), view.labels.label("pod")
    panel = Panel(
        id=RESTARTS,
        title="Restarts",
        description="Restarts of containers within 15 minutes, by pod, of kube-state-metrics.",
        place=place,
        queries=[
            ranged(
                view.metrics,
                quiet(f"max {view.exporters.by('pod')} (increase({counted}[15m])) > 0", counted, pod),
                f"{{{{{pod}}}}}",
            )
        ],
        overrides=[WELL],
    )
    return graph(panel, COUNT | _SHADES | {"noValue": UNSEEN} | reaching(1), "list")


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
            f"The share of scheduling periods in which the CPU limit held a pod back, of the {WORST} most: "
            "container_cpu_cfs_throttled_periods_total of the kubelet's cAdvisor. There is none without a limit."
        ),
        place=place,
        queries=[ranged(view.metrics, highest(f"{throttled} / {periods}"), "{{pod}}")],
    )
    nothing = f"no CPU limit is set, or {_SCRAPED.format('cAdvisor')}"
    shape = {"unit": "percentunit", "min": 0, "noValue": nothing}
    return graph(panel, shape | reaching(1), "right")


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
            f"The working set as a share of its limit, of the {WORST} fullest containers; at the dashed line one is "
            "killed. "
            "container_memory_working_set_bytes of the kubelet's cAdvisor, the limit of kube-state-metrics."
        ),
        place=place,
        queries=[ranged(view.metrics, highest(f"{by} ({used}) / {by} ({limits})"), "{{pod}} {{container}}")],
    )
    nothing = f"no memory limit is set, or {_SCRAPED.format('cAdvisor')}"
    return graph(panel, {"unit": "percentunit", "min": 0, "noValue": nothing} | limited(1), "right")


def highest(expr: str) -> str:
    """The greatest few by what they reached within the range: the pods that ended for it are gone at its end."""
    return f"{expr} and topk({WORST}, max_over_time(({expr})[$__range:1m] @ end()))"


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
