"""The drill-down: what its queries say of a workload that is in trouble, and of one of which nothing is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler import names, promql
from compiler.emit.dashboards.panels.causes import (
    EVENTS,
    LATENESS,
    MEMORY,
    NODES,
    PROBES,
    QUOTA,
    READY,
    REPLICAS,
    REQUESTS,
    RESTARTS,
    SCALER,
    TARGET,
    THROTTLED,
)
from compiler.emit.dashboards.panels.lines import events
from compiler.emit.dashboards.view import View
from compiler.model.stack import Events
from tests.unit import logql_grammar
from tests.unit.dashboards import FACTS, catalog, page, panels, resolved
from tests.unit.test_dashboards_queries import Answer, judge, of, query_of, read_by, series, target

POD = "checkout-6d4cf56db6-8xk2q"
OTHER = "checkout-6d4cf56db6-aaaaa"
SCALED = {"namespace": "shop", "horizontalpodautoscaler": "checkout"}
CPU = {"metric_name": "cpu", "metric_target_type": "utilization"}


def asked(panel: int) -> str:
    """The query of a panel of the drill-down."""
    return target(names.WORKLOAD_UID, panel)


@pytest.mark.slow
def test_requests_by_status(tmp_path: Path) -> None:
    """The SLO's own counter by its own label; what has no such label says so."""
    inputs = [
        series("http_requests_total", {"job": "checkout", "code": "200", "pod": "a"}, "0+600x80"),
        series("http_requests_total", {"job": "checkout", "code": "200", "pod": "b"}, "0+60x80"),
        series("http_requests_total", {"job": "checkout", "code": "503", "pod": "a"}, "0+6x80"),
        series("http_requests_total", {"job": "checkout", "pod": "c"}, "0+60x80"),
        series("http_requests_total", {"job": "payment", "code": "500"}, "0+60x80"),
    ]
    answer: Answer = [({"status": "200"}, 11), ({"status": "503"}, 0.1), ({"status": "not told"}, 1)]
    judge(tmp_path, inputs, {asked(REQUESTS): answer})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "slo", "found"),
    [
        ("checkout", "availability", ('http_requests_total{job="checkout"}', "code")),
        ("checkout", "latency", ('http_request_duration_seconds_count{job="checkout"}', "code")),
        ("front-page", "reachable", ("slo:none", "code")),
        ("purchase", "", ("slo:none", "code")),
        ("orders", "sent", ('orders_send_attempts_total{job="orders"}', "code")),
        ("orders", "labels", ("slo:none", "code")),
        ("orders", "queue", ("slo:none", "code")),
        ("payment", "answers", ('http_server_duration_seconds{job="payment"}', "code")),
    ],
)
def test_what_is_counted_is_a_counter(service: str, slo: str, found: tuple[str, str], tmp_path: Path) -> None:
    """Of a probe, a journey, or lines of a log there is no rate of requests: nothing is asked that means nothing."""
    objectives = {s.name: [o.name for o in s.objectives] for s in catalog().services}
    chosen = slo or objectives[service][0]
    inputs = [series(names.INFO, of(name, o), "1x80") for name, all_of in objectives.items() for o in all_of]
    labels = {"selector_total": found[0], "split_by": found[1]}
    facts = FACTS | {"service": (service, service), "slo": (chosen, chosen)}
    judge(tmp_path, inputs, {query_of("requests", facts, names.WORKLOAD_UID): [(labels, 1)]})
    assert read_by("requests", labels, names.WORKLOAD_UID) == found
    promql.parse(found[0])


@pytest.mark.slow
def test_requests_of_a_native_histogram(tmp_path: Path) -> None:
    """Its observations are the requests."""
    grows = "{{schema:0 count:0 sum:0 buckets:[0]}}+{{schema:0 count:120 sum:12 buckets:[120]}}x80"
    inputs = [series("http_server_duration_seconds", {"job": "payment", "code": "200"}, grows)]
    facts = FACTS | {"requests": ('http_server_duration_seconds{job="payment"}', "code")}
    answer: Answer = [({"status": "200"}, 2)]
    judge(tmp_path, inputs, {target(names.WORKLOAD_UID, REQUESTS, facts=facts): answer})


@pytest.mark.slow
def test_replicas_and_the_autoscaler_at_its_ceiling(tmp_path: Path) -> None:
    """Wanted, ready and unavailable by state, of two replicas of the exporter once; the metric as a share."""
    deployment = {"namespace": "shop", "deployment": "checkout"}
    inputs = [
        series(f"kube_deployment_{metric}", {**deployment, "instance": instance}, f"{value}x80")
        for metric, value in (("spec_replicas", 10), ("status_replicas_ready", 7), ("status_replicas_unavailable", 3))
        for instance in "ab"
    ]
    of_scaler = {"spec_max_replicas": 10, "spec_min_replicas": 2}
    of_scaler |= {"status_desired_replicas": 10, "status_current_replicas": 10}
    inputs += [series(f"kube_horizontalpodautoscaler_{name}", SCALED, f"{n}x80") for name, n in of_scaler.items()]
    inputs.append(series("kube_horizontalpodautoscaler_spec_target_metric", SCALED | CPU, "60x80"))
    inputs.append(series("kube_horizontalpodautoscaler_status_target_metric", SCALED | CPU, "90x80"))
    states = {"wanted": 10, "ready": 7, "unavailable": 3}
    limits = {"ceiling": 10, "wanted": 10, "now": 10, "floor": 2}
    judge(
        tmp_path,
        inputs,
        {
            asked(REPLICAS): [({"state": state}, value) for state, value in states.items()],
            asked(SCALER): [({"state": state}, value) for state, value in limits.items()],
            asked(TARGET): [(CPU, 1.5)],
        },
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "metric", "late", "over"),
    [
        ("4x69 9x10", "55x64 90x15", 11, 16),  # behind since minute 70, over since minute 65; asked at 80
        ("4x80", "66x80", 0, 0),  # at the ceiling of what is tolerated
        ("9x80", "90x80", 60, 60),  # for as long as is looked back
        ("9x60 4x20", "90x60 55x20", 0, 0),  # it has caught up
    ],
)
def test_how_late_the_autoscaler_is(wanted: str, metric: str, late: int, over: int, tmp_path: Path) -> None:
    """Counted from the last minute in which it was not behind."""
    inputs = [
        series("kube_horizontalpodautoscaler_status_desired_replicas", SCALED, wanted),
        series("kube_horizontalpodautoscaler_status_current_replicas", SCALED, "4x80"),
        series("kube_horizontalpodautoscaler_spec_target_metric", SCALED | CPU, "60x80"),
        series("kube_horizontalpodautoscaler_status_target_metric", SCALED | CPU, metric),
    ]
    answer: Answer = [
        ({"late": "more pods wanted than there are"}, late),  # minutes
        ({"late": "a metric over its target"}, over),
    ]
    judge(tmp_path, inputs, {asked(LATENESS): answer})


@pytest.mark.slow
def test_probes_and_pods(tmp_path: Path) -> None:
    """Failed probes a minute; pods that are not ready, each once, with a reason; one that has ended is no trouble."""
    probe = {"namespace": "shop", "pod": POD, "container": "app", "probe_type": "Readiness"}
    ended, image, unplaced = (f"checkout-6d4cf56db6-{end}" for end in ("ended", "image", "place"))
    states = {POD: (0, "Running"), OTHER: (1, "Running"), ended: (0, "Succeeded")}
    states |= {image: (0, "Pending"), unplaced: (0, "Pending")}
    inputs = [
        series("prober_probe_total", {**probe, "result": "failed"}, "0+6x80"),
        series("prober_probe_total", {**probe, "result": "successful"}, "0+6x80"),
        series("prober_probe_total", {**probe, "pod": OTHER, "result": "failed"}, "3x80"),
    ]
    waits = {"namespace": "shop", "pod": image}
    for container, reason in (("app", "ImagePullBackOff"), ("proxy", "ContainerCreating")):
        of = {**waits, "container": container, "reason": reason}
        inputs.append(series("kube_pod_container_status_waiting_reason", of, "1x80"))
    inputs.append(
        series("kube_pod_init_container_status_waiting_reason", {**waits, "pod": OTHER, "reason": "x"}, "0x80")
    )
    inputs.append(series("kube_pod_status_unschedulable", {**waits, "pod": unplaced}, "1x80"))
    for pod, (ready, phase) in states.items():
        at = {"namespace": "shop", "pod": pod}
        inputs.append(series("kube_pod_status_ready", {**at, "condition": "true"}, f"{ready}x80"))
        inputs.append(series("kube_pod_status_phase", {**at, "phase": phase}, "1x80"))
    judge(
        tmp_path,
        inputs,
        {
            asked(PROBES): [({"pod": POD, "probe_type": "Readiness"}, 6)],
            asked(READY): [
                ({"pod": POD}, 1),
                ({"pod": image, "reason": "ImagePullBackOff"}, 0.5),
                ({"pod": image, "reason": "ContainerCreating"}, 0.5),
                ({"pod": unplaced, "reason": "Unschedulable"}, 1),
            ],
        },
    )


@pytest.mark.slow
def test_limits_quota_and_nodes(tmp_path: Path) -> None:
    """Shares of what is allowed, and the nodes under the pods that are not well."""
    container = {"namespace": "shop", "pod": POD, "container": "app"}
    limit = {**container, "resource": "memory", "unit": "byte"}
    quota = {"namespace": "shop", "resourcequota": "all", "resource": "pods"}
    inputs = [
        series("container_cpu_cfs_periods_total", container, "0+600x80"),
        series("container_cpu_cfs_throttled_periods_total", container, "0+150x80"),
        series("container_memory_working_set_bytes", {**container, "id": "/a"}, "80x80"),
        series("container_memory_working_set_bytes", {**container, "container": "", "id": "/b"}, "90x80"),
        *(series("kube_pod_container_resource_limits", {**limit, "instance": i}, "100x80") for i in "ab"),
        series("kube_resourcequota", {**quota, "type": "used"}, "9x80"),
        series("kube_resourcequota", {**quota, "type": "hard"}, "10x80"),
        *(
            series("kube_pod_info", {"namespace": "shop", "pod": p, "node": n}, "1x80")
            for p, n in ((POD, "n1"), (OTHER, "n2"))
        ),
    ]
    for node, condition, status in (
        ("n1", "Ready", 0),
        ("n2", "Ready", 1),
        ("n2", "DiskPressure", 1),
        ("n3", "Ready", 0),
    ):
        at = {"node": node, "condition": condition, "status": "true"}
        inputs.append(series("kube_node_status_condition", at, f"{status}x80"))
    judge(
        tmp_path,
        inputs,
        {
            asked(THROTTLED): [({"pod": POD}, 0.25)],
            asked(MEMORY): [({"pod": POD, "container": "app"}, 0.8)],
            asked(QUOTA): [({"resourcequota": "all", "resource": "pods"}, 0.9)],
            asked(NODES): [
                ({"node": "n1", "condition": "not ready"}, 1),
                ({"node": "n2", "condition": "DiskPressure"}, 1),
            ],
        },
    )


@pytest.mark.slow
def test_a_workload_of_which_nothing_is_known(tmp_path: Path) -> None:
    """No panel makes a number up."""
    answers: dict[str, Answer] = {
        target_of["expr"]: []
        for panel in panels(page(names.WORKLOAD_UID))
        for target_of in ({"expr": resolved(t["expr"])} for t in panel["targets"] if "expr" in t)
        if not target_of["expr"].startswith("{")
    }
    judge(tmp_path, [series(names.INFO, of("checkout", "availability"), "1x80")], answers)
    assert len(answers) == 12


def test_events_are_asked_as_the_stack_says() -> None:
    """By the collector's stream, the namespace, and what is named after the workload."""
    for stack, cluster in (("prod", ""), ("global", ', cluster="prod-1"')):
        found = next(p for p in panels(page(names.WORKLOAD_UID, stack)) if p["id"] == EVENTS)
        asked_for = resolved(found["targets"][0]["expr"])
        stream = f'{{job="integrations/kubernetes/eventhandler"{cluster}}}'
        assert asked_for == f'{stream} | logfmt | namespace="shop" | name=~"checkout([-.].+)?"'
        pattern = re.search(r'name=~"(.*)"', asked_for)
        assert pattern
        assert [bool(re.fullmatch(pattern[1], name)) for name in ("checkout", POD, "checkout.17a", "checkouts")] == [
            *(True, True, True, False)
        ]


@pytest.mark.slow
def test_a_workload_that_is_well(tmp_path: Path) -> None:
    """A line at 0 by the name of none, where the metric is there: an empty graph would read like a broken one."""
    at = {"namespace": "shop", "pod": POD}
    inputs = [
        series("prober_probe_total", {**at, "probe_type": "Readiness", "result": "successful"}, "0+6x80"),
        series("kube_pod_status_ready", {**at, "condition": "true"}, "1x80"),
        series("kube_pod_container_status_restarts_total", {**at, "container": "app"}, "7x80"),
        series("kube_pod_info", {**at, "node": "n1"}, "1x80"),
        series("kube_node_status_condition", {"node": "n1", "condition": "Ready", "status": "true"}, "1x80"),
    ]
    names_of = {PROBES: "probe_type", READY: "pod", RESTARTS: "pod", NODES: "node"}
    well: dict[str, Answer] = {asked(panel): [({label: "none"}, 0)] for panel, label in names_of.items()}
    judge(tmp_path, inputs, well)
    judge(tmp_path, [series("up", {}, "1x80")], {expr: [] for expr in well})


def test_events_whose_name_is_beside_the_line() -> None:
    """As the collector writes them: the name is put before the line, for it does not say of what it speaks."""
    said = Events(selector={"service_name": "events"}, format="none", namespace="k8s_namespace_name", name="k8s_name")
    view = View.of(catalog())
    assert view.logs
    (query,) = events(view, view.logs, said, (0, 0, 24, 6)).queries
    found = resolved(query.fields["expr"])
    assert found.startswith('{service_name="events"} | k8s_namespace_name="shop" | k8s_name=~"checkout(')
    assert found.endswith(' | line_format "{{.k8s_name}}: {{__line__}}"')
    assert logql_grammar.parse(found) == "lines"


@pytest.mark.slow
def test_of_many_pods_those_are_drawn_that_reached_most(tmp_path: Path) -> None:
    """Four, by what each reached within the range: the one that was full a while ago counts as well."""
    used = {f"checkout-aaaa{n}": f"{10 * n}x80" for n in range(1, 6)} | {"checkout-aaaa0": "0x40 99x10 0x30"}
    inputs = [
        series("container_memory_working_set_bytes", {"namespace": "shop", "pod": pod, "container": "app"}, values)
        for pod, values in used.items()
    ]
    limit = {"namespace": "shop", "container": "app", "resource": "memory"}
    inputs += [series("kube_pod_container_resource_limits", {**limit, "pod": pod}, "100x80") for pod in used]
    drawn = {"checkout-aaaa0": 0, "checkout-aaaa5": 0.5, "checkout-aaaa4": 0.4, "checkout-aaaa3": 0.3}
    answer: Answer = [({"pod": pod, "container": "app"}, share) for pod, share in drawn.items()]
    judge(tmp_path, inputs, {asked(MEMORY): answer})
