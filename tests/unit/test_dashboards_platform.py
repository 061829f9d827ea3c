"""The pages about the platform and the stack: what their queries say of trouble, and of what is not scraped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler import names
from tests.unit.dashboards import page, panels
from tests.unit.test_dashboards_queries import Answer, judge, series, target


def asked(uid: str, title: str) -> str:
    """The query of a panel, by its heading."""
    found = next(p["id"] for p in panels(page(uid)) if p["title"].startswith(title))
    return target(uid, found)


def rounded(uid: str, title: str) -> str:
    """The same to a thousandth, where the engine's floats are no round numbers."""
    return f"round({asked(uid, title)}, 0.001)"


def many(metric: str, values: Mapping[tuple[str, ...], str], *labels: str) -> list[dict[str, str]]:
    """Series of one metric that differ in these labels."""
    return [series(metric, dict(zip(labels, key, strict=True)), value) for key, value in values.items()]


def node(name: str, condition: str, value: int) -> dict[str, str]:
    """The condition of a node."""
    return series(
        "kube_node_status_condition", {"node": name, "condition": condition, "status": "true"}, f"{value}x80"
    )


@pytest.mark.slow
def test_the_api_server(tmp_path: Path) -> None:
    """Failed requests as a share of all; an aggregated server of another job is not counted; writes are one line."""
    inputs = many(
        "apiserver_request_total",
        {
            ("apiserver", "GET", "200"): "0+5940x80",
            ("apiserver", "LIST", "503"): "0+60x80",
            ("metrics-server", "GET", "500"): "0+6000x80",
        },
        *("job", "verb", "code"),
    )
    inputs += many(
        "apiserver_request_sli_duration_seconds_bucket",
        {
            ("apiserver", verb, le): f"0+{n}x80"
            for verb, slow in (("GET", 2), ("POST", 0), ("DELETE", 2), ("WATCH", 100))
            for le, n in (("0.1", 100 - slow), ("1", 100), ("+Inf", 100))
        },
        *("job", "verb", "le"),
    )
    judge(
        tmp_path,
        inputs,
        {
            rounded(names.PLATFORM_UID, "Requests by verb"): [({"verb": "GET"}, 99), ({"verb": "LIST"}, 1)],
            rounded(names.PLATFORM_UID, "Failed requests"): [({"code": "503"}, 0.01)],
            rounded(names.PLATFORM_UID, "Latency, p99"): [({"verb": "GET"}, 0.55), ({"verb": "writes"}, 0.1)],
        },
    )


@pytest.mark.slow
def test_etcd(tmp_path: Path) -> None:
    """A slow disk, a database that is nearly full, a member that has lost its leader."""
    inputs = [
        *many(
            "etcd_disk_wal_fsync_duration_seconds_bucket",
            {("a", le): f"0+{n}x80" for le, n in (("0.512", 98), ("1.024", 100), ("+Inf", 100))},
            *("instance", "le"),
        ),
        *many("etcd_mvcc_db_total_size_in_bytes", {("a",): "1.5e9x80"}, "instance"),
        *many("etcd_server_quota_backend_bytes", {("a",): "2e9x80"}, "instance"),
        *many("etcd_server_has_leader", {("a",): "1x80", ("b",): "0x80"}, "instance"),
        *many("etcd_server_leader_changes_seen_total", {("a",): "0+1x80"}, "instance"),
    ]
    judge(
        tmp_path,
        inputs,
        {
            rounded(names.PLATFORM_UID, "WAL fsync"): [({"instance": "a"}, 0.768)],
            asked(names.PLATFORM_UID, "Database"): [({"instance": "a"}, 0.75)],
            asked(names.PLATFORM_UID, "Members without"): [({"instance": "b"}, 1)],
            rounded(names.PLATFORM_UID, "Leader changes"): [({"instance": "a"}, 15)],
        },
    )


@pytest.mark.slow
def test_nodes_and_quotas(tmp_path: Path) -> None:
    """The fullest of many, and each node that is not well; counted, and told from what is not scraped."""
    quotas: dict[tuple[str, ...], str] = {
        ("shop", "all", "pods", "hard"): "10x80",
        ("shop", "all", "pods", "used"): "10x80",
    }
    quotas |= {("calm", "all", "pods", "hard"): "10x80", ("calm", "all", "pods", "used"): "1x80"}
    disk = ("instance", "mountpoint", "fstype")
    inputs = [
        *(node("n1", "Ready", 0), node("n2", "Ready", 1), node("n2", "MemoryPressure", 1), node("n3", "Ready", 1)),
        *many("kube_resourcequota", quotas, "namespace", "resourcequota", "resource", "type"),
        *many("node_cpu_seconds_total", {("a", "0"): "0+15x80", ("a", "1"): "0+45x80"}, "instance", "cpu"),
        *many("node_memory_MemTotal_bytes", {("a",): "100x80"}, "instance"),
        *many("node_memory_MemAvailable_bytes", {("a",): "20x80"}, "instance"),
        *many("node_filesystem_size_bytes", {("a", "/", "ext4"): "100x80", ("a", "/run", "tmpfs"): "9x80"}, *disk),
        *many("node_filesystem_avail_bytes", {("a", "/", "ext4"): "5x80", ("a", "/run", "tmpfs"): "0x80"}, *disk),
    ]
    for item in inputs:
        item["series"] = item["series"].replace("node_cpu_seconds_total{", 'node_cpu_seconds_total{mode="idle",')
    pods = {"resourcequota": "all", "resource": "pods"}
    judge(
        tmp_path,
        inputs,
        {
            asked(names.PLATFORM_UID, "Nodes that are not well"): [
                ({"node": "n1", "condition": "not ready"}, 1),
                ({"node": "n2", "condition": "MemoryPressure"}, 1),
            ],
            asked(names.PLATFORM_UID, "CPU"): [({"instance": "a"}, 0.5)],
            asked(names.PLATFORM_UID, "Memory"): [({"instance": "a"}, 0.8)],
            asked(names.PLATFORM_UID, "Disks"): [({"instance": "a", "mountpoint": "/"}, 0.95)],
            asked(names.PLATFORM_UID, "Quotas"): [
                ({"namespace": "shop", **pods}, 1),
                ({"namespace": "calm", **pods}, 0.1),
            ],
            # etcd is not scraped, and not said to be well
            asked(names.PLATFORM_UID, "The platform now"): [
                ({"what": "nodes not ready"}, 1),
                ({"what": "nodes under pressure"}, 1),
                ({"what": "quotas used up"}, 1),
            ],
        },
    )


@pytest.mark.slow
def test_of_many_only_the_worst_are_drawn(tmp_path: Path) -> None:
    """Four of twelve, by how full they are at the end of the range."""
    sizes: dict[tuple[str, ...], str] = {(f"n{n:02}",): "100x80" for n in range(12)}
    free: dict[tuple[str, ...], str] = {(f"n{n:02}",): f"{99 - n}x80" for n in range(12)}
    inputs = [
        *many("node_memory_MemTotal_bytes", sizes, "instance"),
        *many("node_memory_MemAvailable_bytes", free, "instance"),
    ]
    expr = asked(names.PLATFORM_UID, "Memory")
    judge(tmp_path, inputs, {f"count({expr})": [({}, 4)], f"min(round({expr}, 0.01))": [({}, 0.09)]})


@pytest.mark.slow
def test_prometheus_in_trouble(tmp_path: Path) -> None:
    """Targets that are down, rules that are slow, late and failing, a disk that is full."""
    group = {"rule_group": "/etc/rules/slo-checkout.yaml;checkout.fast"}
    inputs = [
        *many(
            "up", {("checkout", "a"): "0x80", ("checkout", "b"): "0x80", ("payment", "a"): "1x80"}, "job", "instance"
        ),
        series("prometheus_rule_group_last_duration_seconds", group, "45x80"),
        series("prometheus_rule_group_interval_seconds", group, "30x80"),
        series("prometheus_rule_group_last_evaluation_timestamp_seconds", group, "4500x80"),
        series("prometheus_rule_evaluation_failures_total", group, "0+3x80"),
        series("prometheus_rule_group_iterations_missed_total", group, "5x80"),
        *many("prometheus_tsdb_compactions_failed_total", {("p",): "0+1x80"}, "instance"),
        *many("prometheus_tsdb_wal_corruptions_total", {("p",): "0x80"}, "instance"),
        *many("prometheus_target_scrapes_exceeded_sample_limit_total", {("p",): "0+2x80"}, "instance"),
        *many("prometheus_config_last_reload_successful", {("p",): "0x80", ("q",): "1x80"}, "instance"),
    ]
    of_group = {"group": "checkout.fast"}
    judge(
        tmp_path,
        inputs,
        {
            asked(names.STACK_UID, "Targets that are down"): [({"job": "checkout"}, 2)],
            asked(names.STACK_UID, "Rule groups"): [(of_group, 1.5)],
            asked(names.STACK_UID, "How long ago"): [(of_group, 5)],
            asked(names.STACK_UID, "Rules that failed"): [({"what": "rules failed", **of_group}, 6)],
            asked(names.STACK_UID, "Failures of its storage"): [({"what": "compactions failed", "instance": "p"}, 2)],
            asked(names.STACK_UID, "Scrapes that were"): [({"what": "over the sample limit", "instance": "p"}, 4)],
            asked(names.STACK_UID, "The stack now"): [
                ({"what": "targets down"}, 2),
                ({"what": "Prometheus configurations not loaded"}, 1),
            ],
        },
    )


@pytest.mark.slow
def test_what_carries_alerts_lines_and_spans(tmp_path: Path) -> None:
    """What failed and was dropped; Jaeger is told from the collector, whose counters end in _total or not."""
    failed = {"integration": "slack", "reason": "clientError"}
    inputs = [
        series("alertmanager_notifications_failed_total", failed, "0+1x80"),
        *many("alertmanager_silences", {("active",): "2x80", ("expired",): "9x80"}, "state"),
        *many(
            "loki_request_duration_seconds_count",
            {("push", "204"): "0+90x80", ("push", "500"): "0+10x80", ("query", "200"): "0+90x80"},
            *("route", "status_code"),
        ),
        *many("loki_discarded_samples_total", {("rate_limited",): "0+5x80"}, "reason"),
        *many(
            "otelcol_receiver_accepted_spans",
            {("jaeger", "otlp"): "0+60x80", ("otel", "otlp"): "0+120x80"},
            "job",
            "receiver",
        ),
        *many("otelcol_receiver_accepted_log_records_total", {("otel", "otlp"): "0+60x80"}, "job", "receiver"),
        *many("otelcol_exporter_sent_spans", {("jaeger", "jaeger_storage_exporter"): "0+60x80"}, "job", "exporter"),
        *many(
            "otelcol_exporter_queue_size",
            {("otel", "otlp_http/loki", "logs"): "900x80"},
            "job",
            "exporter",
            "data_type",
        ),
        *many(
            "otelcol_exporter_queue_capacity",
            {("otel", "otlp_http/loki", "logs"): "1000x80"},
            "job",
            "exporter",
            "data_type",
        ),
    ]
    judge(
        tmp_path,
        inputs,
        {
            asked(names.STACK_UID, "Notifications that failed"): [(failed, 2)],
            asked(names.STACK_UID, "Silences"): [({"state": "active"}, 2)],
            rounded(names.STACK_UID, "Requests that failed"): [({"route": "push"}, 0.1)],
            asked(names.STACK_UID, "Lines dropped"): [({"reason": "rate_limited"}, 10)],
            asked(names.STACK_UID, "Spans received"): [({"what": "accepted", "receiver": "otlp"}, 1)],
            asked(names.STACK_UID, "Spans stored"): [({"what": "stored", "exporter": "jaeger_storage_exporter"}, 1)],
            asked(names.STACK_UID, "Received by the collector"): [
                ({"what": "spans accepted", "receiver": "otlp"}, 2),
                ({"what": "log lines accepted", "receiver": "otlp"}, 1),
            ],
            asked(names.STACK_UID, "Queues"): [({"exporter": "otlp_http/loki", "data_type": "logs"}, 0.9)],
        },
    )


@pytest.mark.slow
@pytest.mark.parametrize("uid", [names.PLATFORM_UID, names.STACK_UID])
def test_of_what_is_not_scraped_nothing_is_claimed(uid: str, tmp_path: Path) -> None:
    """No panel shows a number, not even 0, and each says what is missing."""
    found = list(panels(page(uid)))
    answers: dict[str, Answer] = {target(uid, panel["id"]): [] for panel in found}
    judge(tmp_path, [series("something_else", {}, "1x80")], answers)
    assert len(answers) == len(found)
    words = ("scrape", "kube-state-metrics", "up in this range", "rules are loaded", "reached it")
    assert [p["title"] for p in found if not any(w in p["fieldConfig"]["defaults"]["noValue"] for w in words)] == []


def test_a_panel_names_its_metrics() -> None:
    """Where a number comes from is said by the name of its metric, or of what exports it."""
    for uid in (names.PLATFORM_UID, names.STACK_UID):
        graphs = [p for p in panels(page(uid)) if p["type"] == "timeseries"]
        assert [p["title"] for p in graphs if "_" not in p["description"] and "up is 0" not in p["description"]] == []


def test_a_stack_without_logs_and_traces_has_no_sections_about_them() -> None:
    """What is not there cannot be ill."""
    titles = [p["title"] for p in page(names.STACK_UID, "bare")["panels"] if p["type"] == "row"]
    assert titles == ["Prometheus", "Alertmanager", "OpenTelemetry collector"]


QUIET = {
    names.PLATFORM_UID: {
        "Failed requests by code": ("code", "apiserver_request_total", {"job": "apiserver", "code": "200"}),
        "Requests refused": ("priority_level", "apiserver_current_inflight_requests", {"job": "apiserver"}),
        "Members without a leader": ("instance", "etcd_server_has_leader", {"instance": "e"}),
        "Nodes that are not well": (
            *("node", "kube_node_status_condition"),
            {"node": "n", "condition": "Ready", "status": "true"},
        ),
    },
    names.STACK_UID: {
        "Targets that are down": ("job", "up", {"job": "a"}),
        "Scrapes that were refused": ("what", "prometheus_target_sync_failed_total", {}),
        "Rules that failed": ("what", "prometheus_rule_evaluation_failures_total", {"rule_group": "f;g"}),
        "Failures of its storage": ("what", "prometheus_tsdb_wal_corruptions_total", {}),
        "Notifications that failed": ("integration", "alertmanager_notifications_failed_total", {}),
        "Alerts that did not reach": ("what", "prometheus_notifications_dropped_total", {}),
        "Requests that failed, by route": ("route", "loki_request_duration_seconds_count", {"status_code": "200"}),
        "Lines dropped": ("reason", "loki_distributor_bytes_received_total", {}),
    },
}


@pytest.mark.slow
def test_where_nothing_is_wrong_a_line_says_so(tmp_path: Path) -> None:
    """At 0, by the name of none; where what would tell is not scraped there is no line, for that would be a claim."""
    inputs, well = [], {}
    for uid, graphs in QUIET.items():
        for title, (label, metric, labels) in graphs.items():
            inputs.append(series(metric, labels, "1x80"))
            well[asked(uid, title)] = [({label: "none"}, 0.0)]
    judge(tmp_path, inputs, well)
    judge(tmp_path, [series("nothing", {}, "1x80")], {expr: [] for expr in well})
