"""Alerts about rule groups: failing, stopped, missed, slow."""

from __future__ import annotations

from compiler import promql
from compiler.rules.meta.alert import SAYS, MetaAlert, Play
from compiler.units import Duration

GROUPS = r".+;[-a-z0-9]+\\.(fast|slow|period|slices-[0-9]+[a-z]+)"
"""Rule groups of this compiler as Prometheus names them: a file, a semicolon, the group."""
_GROUP = "/rules/x.yaml;checkout.fast"
_OTHER = "/rules/x.yaml;other"
"""A group of somebody else's."""


def about_groups() -> tuple[MetaAlert, ...]:
    """All of them."""
    return (_failing(), _stopped(), _missed(), _slow())


def _of_groups(metric: str) -> str:
    return f'{metric}{{rule_group=~"{GROUPS}"}}'


def _fed(metric: str, group: str = _GROUP) -> str:
    return promql.series(metric, {"rule_group": group})


def _before(metric: str) -> str:
    """The same of the pod that evaluated the group before."""
    return promql.series(metric, {"rule_group": _GROUP, "pod": "before"})


def once(series: str) -> tuple[Play, ...]:
    """A counter that grows by one, between 5m and 6m, is seen for as long as 15m hold its last 0."""
    return (
        Play("one, seen to the end of 15m", {series: "0x5 1x40"}, Duration.of("19m"), fires=True),
        Play("one, 15m ago", {series: "0x5 1x40"}, Duration.of("20m"), fires=False),
    )


def _failing() -> MetaAlert:
    failures = _of_groups("prometheus_rule_evaluation_failures_total")
    return MetaAlert(
        name="SloRuleFailing",
        reaction="ticket",
        expr=f"sum by (rule_group) (increase({failures}[15m])) > 0",
        hold=Duration.of("5m"),
        summary="a rule of {{ $labels.rule_group }} fails",
        meaning="What it records is missing and what it alerts on is not seen. The rest of its group is evaluated.",
        looks=(("Which groups, how often?", f"sum by (rule_group) (increase({failures}[15m])) > 0"), SAYS),
        mend="Often two series of one label set: two exporters of one object, or a label that no longer tells apart.",
        sick={_fed("prometheus_rule_evaluation_failures_total"): "0x10 1+1x20"},
        healthy={
            _fed("prometheus_rule_evaluation_failures_total"): "7x30",
            _fed("prometheus_rule_evaluation_failures_total", _OTHER): "0+1x30",
        },
        shown={"rule_group": _GROUP},
        asked=Duration.of("20m"),
        edges=once(_fed("prometheus_rule_evaluation_failures_total")),
    )


def _stopped() -> MetaAlert:
    last = _of_groups("prometheus_rule_group_last_evaluation_timestamp_seconds")
    interval = _of_groups("prometheus_rule_group_interval_seconds")
    by = "max by (rule_group)"
    return MetaAlert(
        name="SloRuleGroupStopped",
        reaction="page",
        expr=f"time() - {by} ({last}) > 3 * {by} ({interval}) + 60",
        hold=Duration.of("2m"),
        summary="{{ $labels.rule_group }} is not evaluated any more",
        meaning="Nothing that its alerts watch can page: an outage would be silent.",
        looks=(("When was it evaluated last?", f"time() - {last}"), SAYS),
        mend="Prometheus is overloaded, or hangs on a query. Its own CPU, memory and query log tell.",
        sick={
            _fed("prometheus_rule_group_last_evaluation_timestamp_seconds"): "0+60x10 600x20",
            _fed("prometheus_rule_group_interval_seconds"): "30x30",
        },
        healthy={
            _fed("prometheus_rule_group_last_evaluation_timestamp_seconds"): "0+60x30",
            _fed("prometheus_rule_group_interval_seconds"): "30x30",
            _before("prometheus_rule_group_last_evaluation_timestamp_seconds"): "0x30",
            _fed("prometheus_rule_group_last_evaluation_timestamp_seconds", _OTHER): "0x30",
            _fed("prometheus_rule_group_interval_seconds", _OTHER): "30x30",
        },
        shown={"rule_group": _GROUP},
        asked=Duration.of("20m"),
        edges=(_since("630", fires=False), _since("629", fires=True)),
    )


def _since(last: str, fires: bool) -> Play:
    """At 13m, which is 780s, an evaluation 150s ago is not too long ago; it fires 2m after one that is."""
    series = {
        _fed("prometheus_rule_group_last_evaluation_timestamp_seconds"): f"{last}x30",
        _fed("prometheus_rule_group_interval_seconds"): "30x30",
        _before("prometheus_rule_group_interval_seconds"): "10x30",
    }
    return Play(f"{780 - int(last)}s after the last evaluation", series, Duration.of("15m"), fires)


def _missed() -> MetaAlert:
    missed = _of_groups("prometheus_rule_group_iterations_missed_total")
    return MetaAlert(
        name="SloRuleGroupMissed",
        reaction="ticket",
        expr=f"sum by (rule_group) (increase({missed}[15m])) > 0",
        hold=Duration.of("5m"),
        summary="{{ $labels.rule_group }} missed evaluations",
        meaning="A missed evaluation counts too few events, errors and total alike, and pages come later.",
        looks=(
            ("How long do its evaluations take?", _of_groups("prometheus_rule_group_last_duration_seconds")),
            SAYS,
        ),
        mend="Give Prometheus more CPU, set ruleInterval to 60s, or find the query that keeps it busy.",
        sick={_fed("prometheus_rule_group_iterations_missed_total"): "0x10 1+1x20"},
        healthy={
            _fed("prometheus_rule_group_iterations_missed_total"): "7x30",
            _fed("prometheus_rule_group_iterations_missed_total", _OTHER): "0+1x30",
        },
        shown={"rule_group": _GROUP},
        asked=Duration.of("20m"),
        edges=once(_fed("prometheus_rule_group_iterations_missed_total")),
    )


def _slow() -> MetaAlert:
    last, interval = (_of_groups(f"prometheus_rule_group_{what}_seconds") for what in ("last_duration", "interval"))
    by = "max by (rule_group)"
    return MetaAlert(
        name="SloRuleGroupSlow",
        reaction="ticket",
        expr=f"{by} ({last}) > 0.5 * {by} ({interval})",
        hold=Duration.of("15m"),
        summary="{{ $labels.rule_group }} takes over half of its interval",
        meaning="It is in time yet. When it takes all of its interval, evaluations are missed.",
        looks=(("How long does it take?", f"topk(10, {last})"),),
        mend="Give Prometheus more CPU, set ruleInterval to 60s, or split the service.",
        sick={
            _fed("prometheus_rule_group_last_duration_seconds"): "1x5 16x30",
            _fed("prometheus_rule_group_interval_seconds"): "30x35",
            _before("prometheus_rule_group_last_duration_seconds"): "1x35",
        },
        healthy={
            _fed("prometheus_rule_group_last_duration_seconds"): "15x35",
            _fed("prometheus_rule_group_interval_seconds"): "30x35",
            _before("prometheus_rule_group_interval_seconds"): "10x35",
            _fed("prometheus_rule_group_last_duration_seconds", _OTHER): "16x35",
            _fed("prometheus_rule_group_interval_seconds", _OTHER): "30x35",
        },
        shown={"rule_group": _GROUP},
        asked=Duration.of("25m"),
    )
