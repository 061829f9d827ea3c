"""Prometheus: does it scrape, does it evaluate, does it keep what it has."""

from __future__ import annotations

from compiler.emit.dashboards.asks import tagged
from compiler.emit.dashboards.grafana import WORST
from compiler.emit.dashboards.panels.plots import EVENTS, RANGE, Plot, Section, counted, series, worst
from compiler.emit.dashboards.view import View

_NO_PROMETHEUS = "Prometheus does not scrape itself"


def prometheus(view: View) -> Section:
    """Scrapes, rules, storage."""
    plots = (*_scrapes(view), *_rules(view), *_storage(view))
    return Section(100, "Prometheus", plots)


def _scrapes(view: View) -> tuple[Plot, ...]:
    down = series(view, "up")
    limits = {
        "over the sample limit": "prometheus_target_scrapes_exceeded_sample_limit_total",
        "over the body size limit": "prometheus_target_scrapes_exceeded_body_size_limit_total",
        "over a target limit": "prometheus_target_scrape_pool_exceeded_target_limit_total",
        "over a label limit": "prometheus_target_scrape_pool_exceeded_label_limits_total",
        "samples out of order": "prometheus_target_scrapes_sample_out_of_order_total",
        "samples twice at one time": "prometheus_target_scrapes_sample_duplicate_timestamp_total",
        "discovery failed": "prometheus_target_sync_failed_total",
    }
    return (
        Plot(
            title="Targets that are down",
            about="Targets whose scrape failed, by job: up is 0.",
            expr=f"sum by (job) ({down} == bool 0) > 0",
            legend="{{job}}",
            unit="none",
            nothing="no target is scraped",
            counts=True,
            known=down,
        ),
        Plot(
            title="Scrapes that were refused",
            about="What Prometheus left out of a scrape and why: prometheus_target_*_total.",
            expr=counted({word: series(view, metric) for word, metric in limits.items()}, "instance"),
            legend="{{what}} {{instance}}",
            unit="none",
            nothing=_NO_PROMETHEUS,
            counts=True,
            known=series(view, limits["discovery failed"]),
        ),
        Plot(
            title="Series in memory",
            about="prometheus_tsdb_head_series; a jump is a label with too many values.",
            expr=f"max by (instance) ({series(view, 'prometheus_tsdb_head_series')})",
            legend="{{instance}}",
            unit="short",
            nothing=_NO_PROMETHEUS,
        ),
    )


def _rules(view: View) -> tuple[Plot, ...]:
    failed = {
        "rules failed": "prometheus_rule_evaluation_failures_total",
        "rounds missed": "prometheus_rule_group_iterations_missed_total",
    }
    return (
        Plot(
            title=f"Rule groups against their interval, the slowest {WORST}",
            about=(
                "prometheus_rule_group_last_duration_seconds over prometheus_rule_group_interval_seconds; above the "
                "dashed line rounds are missed."
            ),
            expr=worst(lambda at: _by_group(_slow(view, at))),
            legend="{{group}}",
            unit="percentunit",
            nothing=f"no rules are loaded, or {_NO_PROMETHEUS}",
            limit=1,
        ),
        Plot(
            title="Rules that failed, rounds that were missed",
            about="prometheus_rule_evaluation_failures_total and prometheus_rule_group_iterations_missed_total.",
            expr=_by_group(counted({word: series(view, m) for word, m in failed.items()}, "rule_group"), "what, "),
            legend="{{what}} {{group}}",
            unit="none",
            nothing=f"no rules are loaded, or {_NO_PROMETHEUS}",
            counts=True,
            known=series(view, failed["rules failed"]),
        ),
        Plot(
            title=f"How long ago rules were evaluated, the latest {WORST}",
            about=(
                "prometheus_rule_group_last_evaluation_timestamp_seconds, in minutes; up to the group's interval "
                "where all is well."
            ),
            expr=worst(lambda at: _by_group(_late(view, at))),
            legend="{{group}}",
            unit="m",
            nothing=f"no rules are loaded, or {_NO_PROMETHEUS}",
        ),
    )


def _slow(view: View, at: str) -> str:
    took, interval = (
        f"{series(view, f'prometheus_rule_group_{word}_seconds')}{at}" for word in ("last_duration", "interval")
    )
    return f"{took} / {interval}"


def _late(view: View, at: str) -> str:
    # Of a group that was never evaluated the metric is a time long before all clocks.
    return f"(time() - ({series(view, 'prometheus_rule_group_last_evaluation_timestamp_seconds')}{at} > 0)) / 60"


def _by_group(expr: str, more: str = "") -> str:
    """The greatest of each group, by its name without the path of its file."""
    return f'max by ({more}group) (label_replace({expr}, "group", "$1", "rule_group", ".*;(.+)"))'


def _storage(view: View) -> tuple[Plot, ...]:
    failures = {
        "WAL corrupted": "wal_corruptions",
        "WAL writes failed": "wal_writes_failed",
        "WAL truncations failed": "wal_truncations_failed",
        "checkpoints failed": "checkpoint_creations_failed",
        "head truncations failed": "head_truncations_failed",
        "compactions failed": "compactions_failed",
        "reloads failed": "reloads_failures",
    }
    failures = {word: series(view, f"prometheus_tsdb_{metric}_total") for word, metric in failures.items()}
    sizes = {
        "blocks": "prometheus_tsdb_storage_blocks_bytes",
        "WAL": "prometheus_tsdb_wal_storage_size_bytes",
    }
    return (
        Plot(
            title="Failures of its storage",
            about="Counters of prometheus_tsdb_*: each is a disk that is full or broken.",
            expr=counted(failures, "instance"),
            legend="{{what}} {{instance}}",
            unit="none",
            nothing=_NO_PROMETHEUS,
            counts=True,
            known=failures["WAL corrupted"],
        ),
        Plot(
            title="Disk in use",
            about="prometheus_tsdb_storage_blocks_bytes and prometheus_tsdb_wal_storage_size_bytes.",
            expr=" or ".join(
                tagged(f"max by (instance) ({series(view, metric)})", "what", word) for word, metric in sizes.items()
            ),
            legend="{{what}} {{instance}}",
            unit="bytes",
            nothing=_NO_PROMETHEUS,
        ),
        Plot(
            title="Samples taken in",
            about="prometheus_tsdb_head_samples_appended_total, per second.",
            expr=f"sum by (instance) (rate({series(view, 'prometheus_tsdb_head_samples_appended_total')}{RANGE}))",
            legend="{{instance}}",
            unit=EVENTS,
            nothing=_NO_PROMETHEUS,
        ),
    )
