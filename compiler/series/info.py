"""What the labels of slo:info say."""

from __future__ import annotations

INFO_LABELS = {
    "autoscaler": "the HorizontalPodAutoscaler of the workload",
    "bad_events": "an expression of the bad events, where no selector tells them; `range` in it is a range's place",
    "catalog": "the stack's `catalog`",
    "depends_on": "the services that it calls: `payment;ledger`",
    "group_by": "the labels of `groupBy`, as recorded series call them",
    "indicator": "the kind of the indicator, as it is declared",
    "latency_bucket": "the selector of a histogram's buckets",
    "log_errors": "the LogQL behind the stream selector that finds lines of errors",
    "log_selector": "the stream selector of the service's logs",
    "namespace": "the workload's namespace",
    "objective": "the objective in percent, like `99.9`",
    "page_above": "the least share of errors that pages, by the long windows",
    "page_tiers": "the tiers that page: `;14.4 (1h, 5m);6 (6h, 30m);`, factor and windows",
    "runbook": "the path of the page's runbook below the stack's folder",
    "selector_errors": "the selector of the bad events",
    "selector_good": "the selector of the good events",
    "selector_total": "the selector of all events",
    "slice": "how long a slice is, where slices are judged",
    "source_file": "the file below `slo/` that declares the service",
    "split_by": "the labels that errors test and total does not",
    "team": "the owner",
    "time_zone": "the zone of a calendar window",
    "trace_service": "what traces call the service",
    "trace_tag": "the tag that finds failed requests",
    "unit": "the unit of a latency's histogram",
    "value_series": "the recorded series of a threshold's value",
    "window": "the window: `30d`; `month`, `week` or `quarter`",
    "workload": "the workload's name",
    "workload_kind": "its kind: `deployment`, `stateful_set` …",
}
"""By label, beside the identity and the service's own labels."""
