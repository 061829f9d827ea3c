"""What the platform and the stack expose: nodes, the API server, etcd, Prometheus with all its groups, others."""

from __future__ import annotations

from collections.abc import Iterator

from tests.boardcost.apps import NODES
from tests.boardcost.series import FLAT, GROWS, WAVES, Form, Series, grid, named, numbered
from tests.boardcost.services import Service

CPUS = numbered("cpu", 16)
MODES = ("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user")
CONDITIONS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
VERBS = ("GET", "LIST", "WATCH", "POST", "PUT", "PATCH", "DELETE", "APPLY")
RESOURCES = numbered("resource", 50)
APISERVERS = numbered("10.0.0.10:6443", 3)
MEMBERS = numbered("10.0.0.10:2381", 3)
FSYNC = tuple(str(0.001 * 2**power) for power in range(14))
LATENCY = ("0.05", "0.1", "0.5", "1", "2", "5", "10", "60", "+Inf")
SERVER = {"job": "prometheus", "namespace": "monitoring", "pod": "prometheus-0", "instance": "10.1.0.2:9090"}
SPEEDS = ("fast", "period", "slow")
OTHER_GROUPS = 40
"""Rule groups that are not ours: what the chart brings."""
COUNTERS = (
    *(f"prometheus_target_scrapes_exceeded_{what}_limit_total" for what in ("sample", "body_size")),
    *(f"prometheus_target_scrape_pool_exceeded_{what}_total" for what in ("target_limit", "label_limits")),
    *(f"prometheus_target_scrapes_sample_{what}_total" for what in ("duplicate_timestamp", "out_of_order")),
    *(f"prometheus_tsdb_{what}_failed_total" for what in ("wal_truncations", "wal_writes", "head_truncations")),
    *(f"prometheus_tsdb_{what}_total" for what in ("wal_corruptions", "compactions_failed", "reloads_failures")),
    "prometheus_tsdb_checkpoint_creations_failed_total", "prometheus_target_sync_failed_total",
    "prometheus_notifications_dropped_total", "prometheus_notifications_errors_total",
)  # fmt: skip
GAUGES = {
    "prometheus_config_last_reload_successful": 1, "prometheus_tsdb_head_series": 400_000,
    "prometheus_tsdb_storage_blocks_bytes": 5e10, "prometheus_tsdb_wal_storage_size_bytes": 2e9,
    "alertmanager_config_last_reload_successful": 1,
}  # fmt: skip
SIGNALS = ("spans", "metric_points", "log_records")


def platform(services: list[Service]) -> Iterator[Series]:
    """Everything that stands below the services, or watches them."""
    yield from _nodes()
    yield from _api_server()
    yield from _etcd()
    yield from _prometheus(services)
    yield from _alertmanager()
    yield from _logs_and_traces()


def _nodes() -> Iterator[Series]:
    for node in numbered("node", NODES):
        of = {"job": "kube-state-metrics", "node": node}
        for condition in CONDITIONS:
            for status in ("true", "false", "unknown"):
                value = int(status == ("true" if condition == "Ready" else "false"))
                labels = {**of, "condition": condition, "status": status}
                yield named("kube_node_status_condition", Form(FLAT, value), labels)
        exporter = {"job": "node-exporter", "instance": f"{node}:9100"}
        yield named("up", Form(), exporter)
        yield from grid("node_cpu_seconds_total", Form(GROWS, 0.1), cpu=CPUS, mode=MODES, **exporter)
        for what, form in (("Available", Form(WAVES, 4e10)), ("Total", Form(FLAT, 6e10))):
            yield named(f"node_memory_Mem{what}_bytes", form, exporter)
        disks = {"mountpoint": ("/", "/boot", "/var/lib", "/data"), "fstype": "ext4", "device": "/dev/sda"}
        for what, form in (("avail", Form(WAVES, 4e10)), ("size", Form(FLAT, 6e10))):
            yield from grid(f"node_filesystem_{what}_bytes", form, **disks, **exporter)


def _api_server() -> Iterator[Series]:
    of = {"job": "apiserver", "instance": APISERVERS}
    asked = {"verb": VERBS, "resource": RESOURCES, "group": "apps", "version": "v1", "scope": "namespace", **of}
    yield from grid("apiserver_request_total", Form(GROWS, 0.5), code=("200", "404", "503"), **asked)
    yield from grid("apiserver_request_sli_duration_seconds_bucket", Form(GROWS, 0.5), le=LATENCY, **asked)
    kinds = ("mutating", "readOnly")
    yield from grid("apiserver_current_inflight_requests", Form(WAVES, 40), request_kind=kinds, **of)
    levels, reasons = numbered("level", 8), ("queue-full", "time-out")
    yield from grid(
        "apiserver_flowcontrol_rejected_requests_total", Form(FLAT, 0), priority_level=levels, reason=reasons, **of
    )


def _etcd() -> Iterator[Series]:
    of = {"job": "kube-etcd", "instance": MEMBERS}
    yield from grid("etcd_disk_wal_fsync_duration_seconds_bucket", Form(GROWS, 20), le=(*FSYNC, "+Inf"), **of)
    values = {
        "server_has_leader": 1, "server_leader_changes_seen_total": 2,
        "mvcc_db_total_size_in_bytes": 1e9, "server_quota_backend_bytes": 8e9,
    }  # fmt: skip
    for name, value in values.items():
        yield from grid(f"etcd_{name}", Form(FLAT, value), **of)


def _prometheus(services: list[Service]) -> Iterator[Series]:
    ours = (f"/etc/rules/{s.name}.yaml;{s.name}.{speed}" for s in services for speed in SPEEDS)
    others = (f"/etc/rules/{name}.yaml;{name}" for name in numbered("kubernetes", OTHER_GROUPS))
    for group in (*ours, *others):
        of = {**SERVER, "rule_group": group}
        yield named("prometheus_rule_group_last_duration_seconds", Form(WAVES, 0.04), of)
        yield named("prometheus_rule_group_interval_seconds", Form(FLAT, 30), of)
        yield named("prometheus_rule_group_last_evaluation_timestamp_seconds", Form(GROWS, 1), of)
        yield named("prometheus_rule_evaluation_failures_total", Form(FLAT, 0), of)
        yield named("prometheus_rule_group_iterations_missed_total", Form(FLAT, 0), of)
    for name in COUNTERS:
        yield named(name, Form(FLAT, 0), SERVER)
    for name, value in GAUGES.items():
        yield named(name, Form(FLAT, value), SERVER)
    yield named("prometheus_tsdb_head_samples_appended_total", Form(GROWS, 12_000), SERVER)


def _alertmanager() -> Iterator[Series]:
    of = {"job": "alertmanager", "instance": numbered("10.1.0.3:9093", 3)}
    integrations = ("pagerduty", "slack", "email", "webhook", "opsgenie")
    failed = {"integration": integrations, "reason": ("clientError", "serverError", "other")}
    yield from grid("alertmanager_notifications_total", Form(GROWS, 0.01), integration=integrations, **of)
    yield from grid("alertmanager_notifications_failed_total", Form(FLAT, 0), **failed, **of)
    yield from grid("alertmanager_silences", Form(FLAT, 1), state=("active", "pending", "expired"), **of)


def _logs_and_traces() -> Iterator[Series]:
    loki = {"job": "loki", "instance": numbered("10.1.0.4:3100", 3)}
    asked = {"route": numbered("loki_api_v1", 20), "status_code": ("200", "400", "500")}
    yield from grid("loki_request_duration_seconds_count", Form(GROWS, 1), method="GET", **asked, **loki)
    yield from grid("loki_distributor_bytes_received_total", Form(GROWS, 1e6), tenant="fake", **loki)
    yield from grid("loki_discarded_samples_total", Form(FLAT, 0), reason=("rate_limited", "too_old"), **loki)
    for job, exporter in (("jaeger", "jaeger_storage_exporter"), ("otelcol", "otlp")):
        of = {"job": job, "instance": numbered(f"{job}:8888", 3)}
        out = {"exporter": exporter, **of}
        for signal in SIGNALS:
            for done in ("accepted", "refused"):
                name = f"otelcol_receiver_{done}_{signal}_total"
                yield from grid(name, Form(GROWS, 50), receiver="otlp", transport="grpc", **of)
            for done in ("sent", "send_failed", "enqueue_failed"):
                yield from grid(f"otelcol_exporter_{done}_{signal}_total", Form(GROWS, 50), **out)
        for what, form in (("size", Form(WAVES, 100)), ("capacity", Form(FLAT, 1_000))):
            yield from grid(f"otelcol_exporter_queue_{what}", form, data_type=("traces", "metrics", "logs"), **out)
