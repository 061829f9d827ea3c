"""What runs the service: replicas, and the autoscaler that decides how many; by kube-state-metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.causes.autoscaler import OVER
from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import LINES, Panel, fixed, graph, named, ranged, reaching, steps
from compiler.emit.dashboards.panels.causes import AUTOSCALER, LATENESS, NAMESPACE, REPLICAS, SCALER, TARGET, WORKLOAD
from compiler.emit.dashboards.view import View

UNSEEN = "kube-state-metrics has no word about it"
_NO_SCALER = f"no autoscaler is declared for this service, or {UNSEEN}"
COUNT: dict[str, Any] = {"unit": "none", "decimals": 0, "min": 0}
_COLOURS = {"wanted": "blue", "ready": "green", "unavailable": "orange"}
_SCALER_COLOURS = {"ceiling": "orange", "wanted": "blue", "now": "green", "floor": "text"}
_LATE_COLOURS = {"more pods wanted than there are": "blue", "a metric over its target": "orange"}
_HOUR = 3600
"""So many seconds lateness is looked back for."""


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


def replicas(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Wanted, ready and unavailable."""
    panel = Panel(
        id=REPLICAS,
        title="Replicas of ${workload:text}/${workload:raw}",
        description="Wanted, ready and unavailable replicas of the workload. Vertical marks: rollouts.",
        place=place,
        queries=[ranged(view.metrics, _replicas(view), "{{state}}")],
        overrides=[named(state, fixed(colour)) for state, colour in _COLOURS.items()],
    )
    return graph(panel, COUNT | {"noValue": f"no workload is declared for this service, or {UNSEEN}"}, "list")


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


def scaler(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Where the autoscaler stands between floor and ceiling."""
    states = {
        "ceiling": "spec_max_replicas",
        "wanted": "status_desired_replicas",
        "now": "status_current_replicas",
        "floor": "spec_min_replicas",
    }
    asked = [tagged(f"max({_scaler(view, metric)})", "state", state) for state, metric in states.items()]
    panel = Panel(
        id=SCALER,
        title="Autoscaler ${autoscaler:raw}",
        description="Replicas now and wanted, between floor and ceiling; at the ceiling it can do no more.",
        place=place,
        queries=[ranged(view.metrics, " or ".join(asked), "{{state}}")],
        overrides=[named(state, fixed(colour)) for state, colour in _SCALER_COLOURS.items()],
    )
    return graph(panel, COUNT | {"noValue": _NO_SCALER}, "list")


def target(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Each metric that it scales by, as a share of its target."""
    panel = Panel(
        id=TARGET,
        title="Its metric against its target",
        description=(
            f"Each metric as a share of its target. Above the dashed line, {OVER} of the target, it adds pods. "
            "kube_horizontalpodautoscaler_status_target_metric and spec_target_metric."
        ),
        place=place,
        queries=[ranged(view.metrics, _share(view), "{{metric_name}}, {{metric_target_type}}")],
    )
    shape = {"unit": "percentunit", "min": 0, "noValue": f"{_NO_SCALER}, or it reads no metric"}
    return graph(panel, shape | limited(OVER), "list")


def limited(limit: float) -> dict[str, Any]:
    """Lines, and a dashed one at a limit, which is in sight however far below it they are."""
    shown = {"axisSoftMax": limit, "thresholdsStyle": {"mode": "dashed"}}
    return {"custom": LINES | shown, "thresholds": steps(("text", None), ("orange", limit))}


def lateness(view: View, place: tuple[int, int, int, int]) -> Panel:
    """For how long it has been behind: no metric tells, so it is counted from when it last was not."""
    now, wanted = (f"max({_scaler(view, f'status_{word}_replicas')})" for word in ("current", "desired"))
    behind = {
        "more pods wanted than there are": f"({wanted} > bool {now})",
        "a metric over its target": f"(max({_share(view)}) > bool {OVER})",
    }
    asked = [tagged(f"({_lasting(bad)})", "late", name) for name, bad in behind.items()]
    panel = Panel(
        id=LATENESS,
        title="How late it is",
        description=(
            "For how long, without a break, more pods were wanted than there were, and for how long a metric has "
            "been over its target. An hour means an hour or more."
        ),
        place=place,
        queries=[ranged(view.metrics, " or ".join(asked), "{{late}}")],
        overrides=[named(name, fixed(colour)) for name, colour in _LATE_COLOURS.items()],
    )
    shape = {"unit": "m", "min": 0, "noValue": _NO_SCALER}
    return graph(panel, shape | reaching(1), "list")


def _share(view: View) -> str:
    by = "max by (metric_name, metric_target_type)"
    return f"{by} ({_scaler(view, 'status_target_metric')}) / {by} ({_scaler(view, 'spec_target_metric')})"


def _lasting(bad: str) -> str:
    """Minutes that a condition, 1 or 0, has been 1 without a break; looked back for an hour, minute by minute."""
    last_well = f"max_over_time((vector(time()) and {bad} == 0)[1h:1m])"
    return f"{bad} * (time() - {last_well} or {_HOUR} + 0 * {bad}) / 60"


def _scaler(view: View, what: str) -> str:
    at = {"namespace": NAMESPACE, "horizontalpodautoscaler": AUTOSCALER}
    return view.exporters.series(f"kube_horizontalpodautoscaler_{what}", **at)
