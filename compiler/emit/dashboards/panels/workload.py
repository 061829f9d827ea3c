"""The folded row about what runs the service: replicas, the autoscaler, restarts, by kube-state-metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import Panel, Row, fixed, graph, named, ranged
from compiler.emit.dashboards.panels.causes import AUTOSCALER, NAMESPACE, PODS, REPLICAS, RESTARTS, SCALER, WORKLOAD
from compiler.emit.dashboards.view import View

_UNSEEN = "kube-state-metrics has no word about it"
_COUNT: dict[str, Any] = {"unit": "none", "decimals": 0, "min": 0}
_SHADES: dict[str, Any] = {"color": {"mode": "shades", "fixedColor": "orange"}}
_COLOURS = {"wanted": "blue", "ready": "green", "unavailable": "orange"}


@dataclass(frozen=True, slots=True)
class _State:
    """A number of replicas, and the metric of each kind of workload that tells it; of a Rollout Argo's controller."""

    name: str
    deployment: str
    statefulset: str = ""
    daemonset: str = ""
    rollout: str = ""


_STATES = (
    _State("wanted", "spec_replicas", "replicas", "status_desired_number_scheduled", "desired"),
    _State("ready", "status_replicas_ready", "status_replicas_ready", "status_number_ready", "available"),
    _State("unavailable", "status_replicas_unavailable", "", "status_number_unavailable", "unavailable"),
)


def workload(view: View, y: int) -> Row:
    """Three graphs side by side."""
    replicas = Panel(
        id=REPLICAS,
        title="Replicas",
        description="Wanted, ready and unavailable replicas of the workload.",
        place=(0, y + 1, 8, 9),
        queries=[ranged(view.metrics, _replicas(view), "{{state}}")],
        overrides=[named(state, fixed(colour)) for state, colour in _COLOURS.items()],
    )
    scaler = Panel(
        id=SCALER,
        title="Autoscaler",
        description="Replicas now and wanted, between floor and ceiling; at the ceiling it can do no more.",
        place=(8, y + 1, 8, 9),
        queries=[ranged(view.metrics, _autoscaler(view), "{{state}}")],
    )
    restarts = Panel(
        id=RESTARTS,
        title="Restarts",
        description="Restarts of containers within 15 minutes, by pod.",
        place=(16, y + 1, 8, 9),
        queries=[ranged(view.metrics, _restarts(view), f"{{{{{view.labels.label('pod')}}}}}")],
    )
    return Row(
        id=50,
        title="Workload: ${workload:text}/${workload:raw}",
        y=y,
        panels=(
            graph(replicas, _COUNT | {"noValue": _UNSEEN}, "bottom"),
            graph(scaler, _COUNT | {"noValue": _UNSEEN}, "bottom"),
            graph(restarts, _COUNT | _SHADES | {"noValue": f"no restarts in this range, or {_UNSEEN}"}, "bottom"),
        ),
    )


def _replicas(view: View) -> str:
    return " or ".join(tagged(f"max({_of_any_kind(view, state)})", "state", state.name) for state in _STATES)


def _of_any_kind(view: View, state: _State) -> str:
    kinds = {"deployment": state.deployment, "statefulset": state.statefulset, "daemonset": state.daemonset}
    found = [
        view.exporters.series(f"kube_{kind}_{metric}", namespace=NAMESPACE, **{kind: WORKLOAD})
        for kind, metric in kinds.items()
        if metric
    ]
    return " or ".join(
        [*found, view.exporters.rollouts(f"rollout_info_replicas_{state.rollout}", NAMESPACE, WORKLOAD)]
    )


def _autoscaler(view: View) -> str:
    states = {
        "ceiling": "spec_max_replicas",
        "wanted": "status_desired_replicas",
        "now": "status_current_replicas",
        "floor": "spec_min_replicas",
    }
    at = {"namespace": NAMESPACE, "horizontalpodautoscaler": AUTOSCALER}
    asked = {
        state: view.exporters.series(f"kube_horizontalpodautoscaler_{name}", **at) for state, name in states.items()
    }
    return " or ".join(tagged(f"max({series})", "state", state) for state, series in asked.items())


def _restarts(view: View) -> str:
    restarts = "kube_pod_container_status_restarts_total"
    series = view.exporters.series(restarts, namespace=NAMESPACE, pod=f"~{PODS}")
    return f"max {view.exporters.by('pod')} (increase({series}[15m])) > 0"
