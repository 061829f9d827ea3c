"""What the workload stands on: the quota of its namespace, the nodes of its pods."""

from __future__ import annotations

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import Panel, graph, ranged, shaded
from compiler.emit.dashboards.panels.causes import NAMESPACE, NODES, PODS, QUOTA
from compiler.emit.dashboards.panels.pods import STACKED
from compiler.emit.dashboards.panels.quiet import WELL, quiet
from compiler.emit.dashboards.panels.replicas import COUNT, UNSEEN, limited
from compiler.emit.dashboards.view import View


def quota(view: View, place: tuple[int, int, int, int]) -> Panel:
    """Each resource of the namespace's quotas, as a share of what may be used."""
    name = view.labels.label("resourcequota")
    by = f"max {view.exporters.by('resourcequota', 'resource')}"
    used, hard = (
        f"{by} ({view.exporters.series('kube_resourcequota', namespace=NAMESPACE, type=word)})"
        for word in ("used", "hard")
    )
    panel = Panel(
        id=QUOTA,
        title="Quota of ${workload:text}",
        description="What is used of each resource that a quota limits; at the dashed line no pod is added.",
        place=place,
        queries=[ranged(view.metrics, f"{used} / ({hard} > 0)", f"{{{{resource}}}} of {{{{{name}}}}}")],
    )
    shape = {"unit": "percentunit", "min": 0, "noValue": f"the namespace has no quota, or {UNSEEN}"}
    return graph(panel, shape | limited(1), "right")


def nodes(view: View, place: tuple[int, int, int, int]) -> Panel:
    """The nodes of the workload's pods that are not well."""
    asked, node = view.exporters, view.labels.label("node")
    pods = asked.series("kube_pod_info", namespace=NAMESPACE, pod=f"~{PODS}", node="!")
    ready = asked.series("kube_node_status_condition", condition="Ready", status="true")
    pressed = asked.series("kube_node_status_condition", condition="~.+Pressure|NetworkUnavailable", status="true")
    here = f"and {asked.on('node')} {pods}"
    bad = tagged(f"(max {asked.by('node')} ({ready}) == 0 {here})", "condition", "not ready")
    unwell = f"{bad} or max {asked.by('node', 'condition')} ({pressed}) > 0 {here}"
    panel = Panel(
        id=NODES,
        title="Nodes of its pods that are not well",
        description="Nodes on which the workload has pods and that are not ready or under pressure.",
        place=place,
        queries=[
            ranged(
                view.metrics,
                quiet(f"1 + 0 * ({unwell})", f"{ready} {here}", node),
                f"{{{{{node}}}}} {{{{condition}}}}",
            )
        ],
        overrides=[WELL],
    )
    return graph(panel, COUNT | shaded("orange") | {"noValue": UNSEEN, "custom": STACKED}, "list")
