"""node-exporter: processor, memory and disk of two nodes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.lab.cluster.deployment import NODES
from tests.lab.cluster.exposed.text import Sample
from tests.lab.cluster.state import Cluster

_GIB = 1024**3


def samples(cluster: Cluster) -> Iterator[Sample]:
    """All of it; a node that is gone says nothing."""
    age = time.time() - cluster.began
    for number, node in enumerate(NODES):
        if node in cluster.failed_nodes:
            continue
        at = {"instance": node}
        for mode, share in (("idle", 0.7), ("user", 0.2), ("system", 0.08), ("iowait", 0.02)):
            for cpu in ("0", "1", "2", "3"):
                yield "node_cpu_seconds_total", {**at, "cpu": cpu, "mode": mode}, 1_000 + share * age
        yield "node_uname_info", {**at, "nodename": node}, 1
        yield "node_load1", at, 1.1 + number
        yield "node_memory_MemTotal_bytes", at, 16 * _GIB
        yield "node_memory_MemAvailable_bytes", at, (9 - 2 * number) * _GIB
        disk = {**at, "device": "/dev/vda1", "mountpoint": "/", "fstype": "ext4"}
        yield "node_filesystem_size_bytes", disk, 100 * _GIB
        yield "node_filesystem_avail_bytes", disk, (60 - 15 * number) * _GIB
        yield "node_filesystem_files", disk, 6_500_000
        yield "node_filesystem_files_free", disk, 6_000_000
        yield "node_network_receive_bytes_total", {**at, "device": "eth0"}, 2e5 * age
        yield "node_network_transmit_bytes_total", {**at, "device": "eth0"}, 1e5 * age
