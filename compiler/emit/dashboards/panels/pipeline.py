"""What carries alerts, log lines and spans: Alertmanager, Loki, Jaeger, the OpenTelemetry collector."""

from __future__ import annotations

from compiler.emit.dashboards.panels.plots import EVENTS, RANGE, Plot, Section, counted, either, rates, series
from compiler.emit.dashboards.view import View

_JAEGER = ".*jaeger.*"
"""Jaeger is a collector itself and counts by the same names; its job is told by this."""
_STORE = "=~jaeger_storage_exporter.*"
_NO_LOKI = "Loki is not scraped: monitoring.serviceMonitor.enabled of its chart"
_NO_JAEGER = "Jaeger is not scraped: service.telemetry.metrics of its configuration, a job with jaeger in its name"
_NO_COLLECTOR = "the collector is not scraped: its port 8888, serviceMonitor.enabled of its chart"
_SIGNALS = {"spans": "spans", "metrics": "metric_points", "log lines": "log_records"}


def alertmanager(view: View) -> Section:
    """Whether notifications leave, and what keeps them back."""
    sent = series(view, "alertmanager_notifications_total")
    failed = series(view, "alertmanager_notifications_failed_total")
    lost = {
        "could not be sent": series(view, "prometheus_notifications_errors_total"),
        "dropped": series(view, "prometheus_notifications_dropped_total"),
    }
    used = f"sum by (integration) (increase({sent}[$__range] @ end())) > 0"
    silences = series(view, "alertmanager_silences", state="=~active|pending")
    nothing = "Alertmanager is not scraped"
    plots = (
        Plot(
            title="Notifications by integration",
            about="alertmanager_notifications_total a minute, of the integrations that are used.",
            expr=f"60 * sum by (integration) (rate({sent}{RANGE})) and on (integration) {used}",
            legend="{{integration}}",
            unit="suffix:/min",
            nothing=f"none was sent in this range, or {nothing}",
        ),
        Plot(
            title="Notifications that failed",
            about="alertmanager_notifications_failed_total, by integration and reason: nobody was told.",
            expr=f"sum by (integration, reason) (increase({failed}{RANGE})) > 0",
            legend="{{integration}} {{reason}}",
            unit="none",
            nothing=nothing,
            counts=True,
            known=failed,
        ),
        Plot(
            title="Alerts that did not reach Alertmanager",
            about="prometheus_notifications_errors_total and prometheus_notifications_dropped_total, by Prometheus.",
            expr=counted(lost, "instance"),
            legend="{{what}} {{instance}}",
            unit="none",
            nothing="Prometheus does not scrape itself",
            counts=True,
            known=lost["dropped"],
        ),
        Plot(
            title="Silences",
            about="alertmanager_silences: active ones keep notifications back.",
            expr=f"max by (state) ({silences})",
            legend="{{state}}",
            unit="none",
            nothing=nothing,
        ),
    )
    return Section(200, "Alertmanager", plots, columns=4)


def loki(view: View) -> Section:
    """Requests that failed, what is taken in, what is dropped."""
    requests = series(view, "loki_request_duration_seconds_count")
    errors = series(view, "loki_request_duration_seconds_count", status_code="=~5..|error")
    taken = series(view, "loki_distributor_bytes_received_total")
    dropped = series(view, "loki_discarded_samples_total")
    plots = (
        Plot(
            title="Requests that failed, by route",
            about="The share of each route's requests that ended in an error: loki_request_duration_seconds.",
            expr=f"sum by (route) (rate({errors}{RANGE})) / (sum by (route) (rate({requests}{RANGE})) > 0) > 0",
            legend="{{route}}",
            unit="percentunit",
            nothing=_NO_LOKI,
            known=requests,
        ),
        Plot(
            title="Lines taken in",
            about="loki_distributor_bytes_received_total, by tenant.",
            expr=f"sum by (tenant) (rate({taken}{RANGE}))",
            legend="{{tenant}}",
            unit="Bps",
            nothing=_NO_LOKI,
        ),
        Plot(
            title="Lines dropped",
            about="loki_discarded_samples_total: lines over a limit, by reason; most senders do not try again.",
            expr=f"sum by (reason) (increase({dropped}{RANGE})) > 0",
            legend="{{reason}}",
            unit="none",
            nothing=_NO_LOKI,
            counts=True,
            known=taken,
        ),
    )
    return Section(300, "Loki", plots)


def jaeger(view: View) -> Section:
    """Spans that came, and what became of them."""
    received, refused, sent, failed = (
        either(view, f"otelcol_{what}_spans", **labels)
        for what, labels in (
            ("receiver_accepted", {"job": f"=~{_JAEGER}"}),
            ("receiver_refused", {"job": f"=~{_JAEGER}"}),
            ("exporter_sent", {"exporter": _STORE}),
            ("exporter_send_failed", {"exporter": _STORE}),
        )
    )
    plots = (
        Plot(
            title="Spans received",
            about="otelcol_receiver_{accepted,refused}_spans of Jaeger 2, which is built on the collector.",
            expr=rates({"accepted": received}, {"refused": refused}, "receiver"),
            bad="/refused/",
            legend="{{what}} {{receiver}}",
            unit=EVENTS,
            nothing=_NO_JAEGER,
        ),
        Plot(
            title="Spans stored",
            about="otelcol_exporter_{sent,send_failed}_spans of jaeger_storage_exporter.",
            expr=rates({"stored": sent}, {"not stored": failed}, "exporter"),
            bad="/not stored/",
            legend="{{what}}",
            unit=EVENTS,
            nothing=_NO_JAEGER,
        ),
    )
    return Section(400, "Jaeger", plots, columns=2)


def collector(view: View) -> Section:
    """What came in, what went out, what waits."""
    own = {"job": f"!~{_JAEGER}"}

    def of(side: str, *ends: str) -> dict[str, str]:
        return {
            f"{signal} {end.replace('_', ' ')}": either(view, f"otelcol_{side}_{end}_{name}", **own)
            for signal, name in _SIGNALS.items()
            for end in ends
        }

    size, room = (
        f"max by (exporter, data_type) ({series(view, f'otelcol_exporter_queue_{word}', **own)})"
        for word in ("size", "capacity")
    )
    plots = (
        Plot(
            title="Received by the collector",
            about="otelcol_receiver_{accepted,refused}_{spans,metric_points,log_records}.",
            expr=rates(of("receiver", "accepted"), of("receiver", "refused"), "receiver"),
            bad="/refused/",
            legend="{{what}} {{receiver}}",
            unit=EVENTS,
            nothing=_NO_COLLECTOR,
        ),
        Plot(
            title="Sent on by the collector",
            about="otelcol_exporter_{sent,send_failed,enqueue_failed}_{spans,metric_points,log_records}.",
            expr=rates(of("exporter", "sent"), of("exporter", "send_failed", "enqueue_failed"), "exporter"),
            bad="/failed/",
            legend="{{what}} {{exporter}}",
            unit=EVENTS,
            nothing=_NO_COLLECTOR,
        ),
        Plot(
            title="Queues of the collector",
            about="otelcol_exporter_queue_size over queue_capacity; at the dashed line it drops what comes.",
            expr=f"{size} / {room}",
            legend="{{exporter}} {{data_type}}",
            unit="percentunit",
            nothing=_NO_COLLECTOR,
            limit=1,
        ),
    )
    return Section(500, "OpenTelemetry collector", plots)


def wrong(view: View) -> dict[str, str]:
    """How much there is something wrong with, by words; nothing of what is not scraped."""
    up = series(view, "up")
    found = {"targets down": f"count({up} == 0) or 0 * count({up})"}
    for who in ("prometheus", "alertmanager"):
        reloaded = series(view, f"{who}_config_last_reload_successful")
        name = f"{who.title()} configurations not loaded"
        found[name] = f"count({reloaded} == 0) or 0 * count({reloaded})"
    return found
