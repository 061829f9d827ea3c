"""The kubelet: its own metrics, cAdvisor's about containers, and those of its probes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.lab.cluster.deployment import NODES
from tests.lab.cluster.exposed.text import Sample
from tests.lab.cluster.pod import LIMIT, MIB
from tests.lab.cluster.state import Cluster
from tests.lab.process import Process

PERIOD = 0.1
"""Seconds of one period of the scheduler."""


def own(cluster: Cluster) -> Iterator[Sample]:
    """What each kubelet says of itself."""
    for node in NODES:
        yield "kubelet_running_pods", {"node": node}, sum(pod.node == node for pod in cluster.pods)
        yield "kubelet_node_name", {"node": node}, 1
        yield "kubelet_started_containers_total", {"node": node}, sum(1 + pod.restarts for pod in cluster.pods)


def probes(cluster: Cluster) -> Iterator[Sample]:
    """How its probes ended, by pod."""
    for pod in cluster.pods:
        if pod.waits:
            continue
        at = {"namespace": "shop", "pod": pod.name, "container": pod.service, "probe_type": "Readiness"}
        for result, count in pod.probes.items():
            yield "prober_probe_total", {**at, "result": result}, count


def containers(cluster: Cluster) -> Iterator[Sample]:
    """Processor and memory of the containers, as cAdvisor counts them."""
    for pod in cluster.pods:
        if not pod.process:
            continue
        at = {"namespace": "shop", "pod": pod.name, "container": pod.service, "node": pod.node, "image": "shop"}
        cpu, memory = _used(pod.process, pod.restarts)
        busy = 0.6 if cluster.load / max(1, len(cluster.deployments["checkout"].ready)) > 4 else 0.02
        periods, throttled = pod.scheduled(busy, PERIOD)
        yield "container_cpu_usage_seconds_total", {**at, "cpu": "total"}, cpu
        yield "container_cpu_cfs_periods_total", at, periods
        yield "container_cpu_cfs_throttled_periods_total", at, throttled
        yield "container_memory_working_set_bytes", at, memory
        yield "container_memory_rss", at, memory
        yield "container_spec_memory_limit_bytes", at, LIMIT


def _used(process: Process, restarts: int) -> tuple[float, float]:
    """Seconds and bytes of the process that the pod really is; near the limit where it ran out before."""
    try:
        told = Path(f"/proc/{process.pid}/stat").read_text("ascii")
    except OSError:
        return 0.0, 30.0 * MIB
    fields = told.rpartition(")")[2].split()
    seconds = (int(fields[11]) + int(fields[12])) / 100
    return seconds, 0.97 * LIMIT if restarts else int(fields[21]) * 4096
