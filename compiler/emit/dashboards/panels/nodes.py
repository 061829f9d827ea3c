"""Nodes, and the quotas of namespaces."""

from __future__ import annotations

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import WORST
from compiler.emit.dashboards.panels.plots import RANGE, Plot, Section, series, worst
from compiler.emit.dashboards.panels.replicas import UNSEEN
from compiler.emit.dashboards.view import View

_NO_EXPORTER = "the node exporter is not scraped"
_MEMORY = ("node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes")
_DISK = ("node_filesystem_avail_bytes", "node_filesystem_size_bytes")
_ON_DISK = "!~tmpfs|ramfs|squashfs|overlay|nsfs|autofs"


def nodes(view: View) -> Section:
    """Those that are not well, and how full the fullest are."""
    plots = (
        Plot(
            title="Nodes that are not well",
            about="Not ready or under pressure: kube_node_status_condition of kube-state-metrics.",
            expr=f"1 + 0 * ({_not_ready(view)} or {_pressed(view)})",
            legend=f"{{{{{view.labels.label('node')}}}}} {{{{condition}}}}",
            unit="none",
            nothing=UNSEEN,
            counts=True,
            known=view.exporters.series("kube_node_status_condition", condition="Ready", status="true"),
        ),
        Plot(
            title=f"CPU, the busiest {WORST}",
            about="The share of time that no CPU was idle: node_cpu_seconds_total of the node exporter.",
            expr=worst(lambda at: _busy(view, at)),
            legend="{{instance}}",
            unit="percentunit",
            nothing=_NO_EXPORTER,
            limit=1,
        ),
        Plot(
            title=f"Memory, the fullest {WORST}",
            about="node_memory_MemAvailable_bytes of node_memory_MemTotal_bytes, of the node exporter.",
            expr=worst(lambda at: _used(view, "instance", *_MEMORY, at)),
            legend="{{instance}}",
            unit="percentunit",
            nothing=_NO_EXPORTER,
            limit=1,
        ),
        Plot(
            title=f"Disks, the fullest {WORST}",
            about="node_filesystem_avail_bytes of node_filesystem_size_bytes, of the node exporter.",
            expr=worst(lambda at: _used(view, "instance, mountpoint", *_DISK, at, fstype=_ON_DISK)),
            legend="{{instance}} {{mountpoint}}",
            unit="percentunit",
            nothing=_NO_EXPORTER,
            limit=1,
        ),
    )
    return Section(300, "Nodes", plots, columns=2)


def _busy(view: View, at: str) -> str:
    idle = series(view, "node_cpu_seconds_total", mode="idle")
    return f"(1 - avg by (instance) (rate({idle}{RANGE}{at})))"


def _used(view: View, by: str, free: str, whole: str, at: str, **labels: str) -> str:
    left, size = (f"max by ({by}) ({series(view, metric, **labels)}{at})" for metric in (free, whole))
    return f"(1 - {left} / {size})"


def _not_ready(view: View) -> str:
    asked = view.exporters
    ready = asked.series("kube_node_status_condition", condition="Ready", status="true")
    return tagged(f"(max {asked.by('node')} ({ready}) == 0)", "condition", "not ready")


def _pressed(view: View) -> str:
    asked = view.exporters
    pressed = asked.series("kube_node_status_condition", condition="~.+Pressure|NetworkUnavailable", status="true")
    return f"max {asked.by('node', 'condition')} ({pressed}) > 0"


def quotas(view: View) -> Section:
    """The fullest quotas, of the namespaces that are chosen."""
    namespace, name = view.labels.label("namespace"), view.labels.label("resourcequota")
    plots = (
        Plot(
            title=f"Quotas, the fullest {WORST}",
            about="What is used of each resource that a quota limits: kube_resourcequota of kube-state-metrics.",
            expr=worst(lambda at: f"({share_of_quota(view, at)})"),
            legend=f"{{{{{namespace}}}}}: {{{{resource}}}} of {{{{{name}}}}}",
            unit="percentunit",
            nothing=f"no namespace has a quota, or {UNSEEN}",
            limit=1,
        ),
    )
    return Section(400, "Quota by namespace", plots)


def share_of_quota(view: View, at: str = "") -> str:
    """What is used of each resource of each quota."""
    by = f"max {view.exporters.by('namespace', 'resourcequota', 'resource')}"
    used, hard = (
        f"{by} ({view.exporters.series('kube_resourcequota', namespace='~$namespace', type=word)}{at})"
        for word in ("used", "hard")
    )
    return f"{used} / ({hard} > 0)"


def wrong(view: View) -> dict[str, str]:
    """How many nodes and quotas there is something wrong with, by words; nothing of what is not scraped."""
    asked = view.exporters
    by = asked.by("node")
    ready = f"max {by} ({asked.series('kube_node_status_condition', condition='Ready', status='true')})"
    leader = f"max by (instance) ({series(view, 'etcd_server_has_leader')})"
    full = share_of_quota(view)
    return {
        "nodes not ready": f"count({ready} == 0) or 0 * count({ready})",
        "nodes under pressure": f"count(max {by} ({_pressed(view)})) or 0 * count({ready})",
        "quotas used up": f"count({full} >= 1) or 0 * count({full})",
        "etcd members without a leader": f"count({leader} == 0) or 0 * count({leader})",
    }
