"""The API server and etcd: counters that grow as those of a small, healthy cluster do."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from tests.lab.cluster.exposed.text import Sample
from tests.lab.cluster.state import Cluster

_FAST = (("0.005", 0.4), ("0.025", 0.9), ("0.05", 0.96), ("0.1", 0.99), ("0.5", 0.998), ("1.0", 1.0), ("+Inf", 1.0))
_DISK = (("0.001", 0.3), ("0.002", 0.8), ("0.004", 0.95), ("0.008", 0.99), ("0.016", 1.0), ("+Inf", 1.0))


def api_server(cluster: Cluster) -> Iterator[Sample]:
    """Requests by verb and code, how long they took, how many are under way."""
    age = time.time() - cluster.began
    for verb, rate in (("GET", 12.0), ("LIST", 2.0), ("PATCH", 3.0), ("WATCH", 0.5), ("POST", 1.0)):
        at = {"verb": verb, "resource": "pods", "scope": "namespace", "group": "", "version": "v1", "subresource": ""}
        for code, share in (("200", 0.9995), ("500", 0.0005)):
            yield "apiserver_request_total", {**at, "code": code}, rate * share * age
        if verb != "WATCH":
            for metric in ("request_sli_duration_seconds", "request_duration_seconds"):
                yield from _histogram(f"apiserver_{metric}", at, _FAST, rate * age, 0.02)
    for kind, number in (("readOnly", 7), ("mutating", 3)):
        yield "apiserver_current_inflight_requests", {"request_kind": kind}, number
    yield "apiserver_storage_objects", {"resource": "pods"}, len(cluster.pods)
    yield "process_start_time_seconds", {}, cluster.began


def etcd(cluster: Cluster) -> Iterator[Sample]:
    """Its log's fsync, leaders, proposals and size."""
    age, at = time.time() - cluster.began, {"instance": "etcd-0"}
    yield from _histogram("etcd_disk_wal_fsync_duration_seconds", at, _DISK, 20 * age, 0.0015)
    yield from _histogram("etcd_disk_backend_commit_duration_seconds", at, _DISK, 8 * age, 0.002)
    numbers = {
        "server_has_leader": 1.0,
        "server_leader_changes_seen_total": 1,
        "server_proposals_failed_total": 0,
        "server_proposals_pending": 0,
        "server_proposals_committed_total": 20 * age,
        "mvcc_db_total_size_in_bytes": 240 * 1024**2,
        "mvcc_db_total_size_in_use_in_bytes": 180 * 1024**2,
        "server_quota_backend_bytes": 2 * 1024**3,
    }
    for name, value in numbers.items():
        yield f"etcd_{name}", at, value


def _histogram(
    name: str, at: Mapping[str, str], shares: Sequence[tuple[str, float]], count: float, mean: float
) -> Iterator[Sample]:
    for bound, share in shares:
        yield f"{name}_bucket", {**at, "le": bound}, share * count
    yield f"{name}_count", at, count
    yield f"{name}_sum", at, mean * count
