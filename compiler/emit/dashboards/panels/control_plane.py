"""The API server and etcd."""

from __future__ import annotations

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import WORST
from compiler.emit.dashboards.panels.plots import RANGE, Plot, Section, series, worst
from compiler.emit.dashboards.view import View

_SERVER = "=~(kube-)?apiserver"
"""The jobs of kube-prometheus-stack and of the mixin."""
_LATENCY = "apiserver_request_sli_duration_seconds"
_BOUNDS = r"(0\.1|0\.5|1|5|10|60)(\.0)?|\+Inf"
"""Buckets that are read, of thousands: hardly fewer than kube-prometheus-stack keeps."""
_NO_SERVER = "the job apiserver or kube-apiserver is not scraped"
_NO_ETCD = "etcd is not scraped: managed control planes hide it, and kubeadm's listens on 127.0.0.1"
_EXPOSED = "kubeEtcd scrapes it where etcd runs with --listen-metrics-urls on an address that Prometheus reaches."


def api_server(view: View) -> Section:
    """Requests, errors, latency, and what waits or is refused."""
    every = series(view, "apiserver_request_total", job=_SERVER)
    bad = series(view, "apiserver_request_total", job=_SERVER, code="=~5..|429")
    inflight = series(view, "apiserver_current_inflight_requests", job=_SERVER)
    rejected = series(view, "apiserver_flowcontrol_rejected_requests_total", job=_SERVER)
    plots = (
        Plot(
            title=f"Requests by verb, the {WORST} most frequent",
            about="apiserver_request_total of the API server's /metrics.",
            expr=worst(lambda at: f"sum by (verb) (rate({every}{RANGE}{at}))"),
            legend="{{verb}}",
            unit="reqps",
            nothing=_NO_SERVER,
        ),
        Plot(
            title="Failed requests by code",
            about="The share of requests that ended in 5xx or 429: apiserver_request_total.",
            expr=f"sum by (code) (rate({bad}{RANGE})) / on () group_left () sum(rate({every}{RANGE}))",
            legend="{{code}}",
            unit="percentunit",
            nothing=_NO_SERVER,
            known=every,
        ),
        Plot(
            title="Latency, p99",
            about=(
                "99% of GET, of LIST, and of all writes were faster: apiserver_request_sli_duration_seconds, which "
                "leaves out time in webhooks. Coarse, for kube-prometheus-stack drops most of its buckets."
            ),
            expr=_quantiles(view),
            legend="{{verb}}",
            unit="s",
            nothing=_NO_SERVER,
            every="2m",
        ),
        Plot(
            title="Requests in flight",
            about="apiserver_current_inflight_requests, by kind, of all API servers.",
            expr=f"sum by (request_kind) ({inflight})",
            legend="{{request_kind}}",
            unit="none",
            nothing=_NO_SERVER,
        ),
        Plot(
            title="Requests refused to keep it alive",
            about="By API priority and fairness: apiserver_flowcontrol_rejected_requests_total.",
            expr=f"sum by (priority_level, reason) (rate({rejected}{RANGE})) > 0",
            legend="{{priority_level}} {{reason}}",
            unit="reqps",
            nothing=_NO_SERVER,
            known=inflight,
        ),
    )
    return Section(100, "API server", plots)


def _quantiles(view: View) -> str:
    """How soon 99% of GET, of LIST and of all writes are answered; each bucket is read once, for they are many."""
    reads, writes = (
        series(view, f"{_LATENCY}_bucket", job=_SERVER, verb=f"=~{verbs}", le=f"=~{_BOUNDS}")
        for verbs in ("GET|LIST", "POST|PUT|PATCH|APPLY|DELETE|DELETECOLLECTION")
    )
    written = tagged(f"histogram_quantile(0.99, sum by (le) (rate({writes}{RANGE})))", "verb", "writes")
    return f"histogram_quantile(0.99, sum by (verb, le) (rate({reads}{RANGE}))) or {written}"


def etcd(view: View) -> Section:
    """Its disk, its leaders, its size."""
    fsync = series(view, "etcd_disk_wal_fsync_duration_seconds_bucket")
    changes = series(view, "etcd_server_leader_changes_seen_total")
    leader = series(view, "etcd_server_has_leader")
    size, quota = (
        f"max by (instance) ({series(view, metric)})"
        for metric in ("etcd_mvcc_db_total_size_in_bytes", "etcd_server_quota_backend_bytes")
    )
    plots = (
        Plot(
            title="WAL fsync, p99",
            about=f"etcd_disk_wal_fsync_duration_seconds; above half a second the disk is too slow. {_EXPOSED}",
            expr=f"histogram_quantile(0.99, sum by (instance, le) (rate({fsync}{RANGE})))",
            legend="{{instance}}",
            unit="s",
            nothing=_NO_ETCD,
            limit=0.5,
        ),
        Plot(
            title="Leader changes in 15 minutes",
            about=f"etcd_server_leader_changes_seen_total, as each member saw them. {_EXPOSED}",
            expr=f"max by (instance) (increase({changes}[15m]))",
            legend="{{instance}}",
            unit="none",
            nothing=_NO_ETCD,
        ),
        Plot(
            title="Database against its quota",
            about=(
                "etcd_mvcc_db_total_size_in_bytes over etcd_server_quota_backend_bytes; at the dashed line it takes "
                f"no more writes. {_EXPOSED}"
            ),
            expr=f"{size} / {quota}",
            legend="{{instance}}",
            unit="percentunit",
            nothing=_NO_ETCD,
            limit=1,
        ),
        Plot(
            title="Members without a leader",
            about=f"etcd_server_has_leader is 0. {_EXPOSED}",
            expr=f"1 + (max by (instance) ({leader}) == 0)",
            legend="{{instance}}",
            unit="none",
            nothing=_NO_ETCD,
            counts=True,
            known=leader,
        ),
    )
    return Section(200, "etcd", plots, columns=4)
