"""What the dashboards ask: every query parses, and Prometheus' own engine answers as the page then reads."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler import names, promql
from compiler.emit.dashboards.grafana import encode
from compiler.emit.dashboards.pages.service import service as draw_service
from compiler.model.catalog import Catalog
from compiler.promql import quote
from compiler.rules.info import info
from compiler.rules.rule import contexts
from compiler.verify.tools import promtool
from tests.unit.dashboards import FACTS, STACKS, Facts, catalog, page, pages, panels, resolved

PAGE = {"service": "checkout", "slo": "availability"}
IDLE = {"service": "pod-startup", "slo": "success"}
UNSEEN = {"service": "front-page", "slo": "reachable"}
BLIND = {"service": "shop-ingress", "slo": "availability"}
SLOS = (PAGE, IDLE, UNSEEN, BLIND)
END = "80m"


def asked(board: Mapping[str, Any]) -> Iterator[str]:
    """Every PromQL expression of a page: of panels, annotations and variables."""
    for panel in panels(board):
        for target in panel.get("targets", []):
            if target["datasource"]["type"] == "prometheus":
                yield target["expr"]
    for annotation in board["annotations"]["list"]:
        assert annotation["expr"] == annotation["target"]["expr"]
        yield annotation["expr"]
    for variable in board["templating"]["list"]:
        match = re.fullmatch(r"query_result\((.*)\)|label_values\((.*), \w+\)", variable.get("definition", ""))
        if match:
            yield match[1] or match[2]


@pytest.mark.parametrize("stack", STACKS)
def test_every_query_parses(stack: str) -> None:
    """With plausible values for the variables, each expression is one that Prometheus takes."""
    found = [expr for board in pages(stack) for expr in asked(board)]
    assert found
    for expr in found:
        promql.check(resolved(expr))
        promql.parse(resolved(expr))


@pytest.mark.parametrize("slo", ["availability", "latency", "reachable"])
def test_every_query_parses_for_slos_that_declare_less(slo: str) -> None:
    """Where an SLO has no workload, histogram or errors, what stands in their place parses as well."""
    nothing: Facts = FACTS | {
        "slo": (slo, slo),
        "workload": ("none", "none"),
        "autoscaler": ("none", "slo/"),
        "failed": ("slo:none", "code"),
        "bucket": ("slo:none", "seconds"),
        "requests": ("slo:none", "code"),
    }
    for uid in (names.SERVICE_UID, names.WORKLOAD_UID):
        for expr in asked(page(uid)):
            promql.parse(resolved(expr, nothing))


def test_on_a_central_server_every_query_names_the_cluster() -> None:
    """No selector of a page is without the cluster, but those of the overview, and of fixed variables."""
    boards = [board for board in pages("global") if board["uid"] != names.OVERVIEW_UID]
    for expr in (e for board in boards for e in asked(board)):
        for selector in re.findall(r"\{[^{}]*\}", resolved(expr).replace("{5}", "")):
            if not any(text in selector for text in ('job="checkout"', "declared")):
                assert 'cluster="prod-1"' in selector


def series(metric: str, labels: Mapping[str, str], values: str) -> dict[str, str]:
    """An input series of promtool."""
    inner = ",".join(f"{name}={quote(value)}" for name, value in labels.items())
    return {"series": f"{metric}{{{inner}}}", "values": values}


def of(service: str, slo: str) -> dict[str, str]:
    """What slo:info says of an SLO of slo/."""
    found = contexts(catalog(), catalog().by_name[service])
    return info(next(context for context in found if context.objective.name == slo))


def firing(slo: Mapping[str, str], alert: str, severity: str, tier: str, since: int) -> list[dict[str, str]]:
    """An alert that fires."""
    labels = {"alertname": alert, **slo, "severity": severity, "slo_tier": tier}
    return [
        series("ALERTS", {**labels, "alertstate": "firing"}, "1x80"),
        series("ALERTS_FOR_STATE", labels, f"{since}x80"),
    ]


def outage() -> list[dict[str, str]]:
    """One SLO pages, one has no traffic, one no series, and one is blind."""
    found = [series(names.INFO, of(**slo), "1x80") for slo in SLOS]
    found += [
        series(names.BUDGET, slo, f"{budget}x80")
        for slo, budget in zip(SLOS, (0.001, 0.01, 0.005, 0.001), strict=True)
    ]
    for slo, errors, total, left in ((PAGE, 5, 100, 0.6), (IDLE, 0, 0, 1), (BLIND, 0, 50, 1)):
        found.append(series("slo:errors:rate5m", slo, f"{errors}x80"))
        found.append(series("slo:total:rate5m", slo, f"{total}x80"))
        found.append(series(names.REMAINING, slo, f"{left}x80"))
    found.append(series("slo:errors:increase1h", PAGE, "10800x80"))
    found.append(series("slo:total:increase1h", PAGE, "360000x80"))
    found.append(series("slo:errors:increase30d", PAGE, "40000x80"))
    found.append(series("slo:errors:increase3d", PAGE, "1x80"))
    found += firing(PAGE, "SloCheckoutAvailabilityErrorBudgetBurn", "critical", "page", 1800)
    found += firing(PAGE, "SloCheckoutAvailabilityErrorBudgetBurn", "warning", "ticket", 900)
    found += firing(BLIND, "SloShopIngressAvailabilityBlindIndicator", "warning", "nodata", 600)
    return found


Answer = list[tuple[dict[str, str], float]]


def judge(tmp_path: Path, inputs: list[dict[str, str]], expected: Mapping[str, Answer]) -> None:
    """Have promtool evaluate each expression at END and compare."""
    tests = [
        {
            "expr": expr,
            "eval_time": END,
            "exp_samples": [{"labels": _labels(labels), "value": value} for labels, value in answer],
        }
        for expr, answer in expected.items()
    ]
    test = {"interval": "1m", "input_series": inputs, "promql_expr_test": tests}
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [test]}, width=10_000), "utf-8")
    run = subprocess.run(
        [str(promtool().path), "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


def _labels(labels: Mapping[str, str]) -> str:
    inner = ",".join(f"{name}={quote(value)}" for name, value in labels.items())
    return f"{{{inner}}}"


def target(uid: str, panel: int, ref: str = "A", facts: Facts = FACTS) -> str:
    """A query of a panel, with its variables in."""
    found = next(p for p in panels(page(uid)) if p["id"] == panel)
    return resolved(next(t["expr"] for t in found["targets"] if t["refId"] == ref), facts)


@pytest.mark.slow
def test_the_overview_in_an_outage(tmp_path: Path) -> None:
    """A page outranks all; no traffic is no failure; no series and a blind indicator are not measured."""
    shares: dict[str, Answer] = {}  # promtool holds NaN, which the page calls no traffic, for unlike itself
    for ref, value in (("C", 0.05), ("E", 30)):
        expr = target(names.OVERVIEW_UID, 3, ref)
        shares[f"({expr}) >= 0"] = [(PAGE, value)]
        shares[f"count by (service, slo) (({expr}) != ({expr}))"] = [(IDLE, 1)]
    judge(
        tmp_path,
        outage(),
        shares
        | {
            target(names.OVERVIEW_UID, 3, "B"): [(PAGE, 530), (BLIND, 400), (UNSEEN, 300), (IDLE, 0)],
            target(names.OVERVIEW_UID, 3, "F"): [(PAGE, 0.6), (IDLE, 1)],
            target(names.OVERVIEW_UID, 1): [
                ({"what": "pages firing"}, 1),
                ({"what": "tickets firing"}, 2),
                ({"what": "not measured"}, 2),
                ({"what": "SLOs"}, 4),
            ],
        },
    )


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{provider="card/visa"} 1 1764000000000', 'provider="card/visa"'),
        ('{method="GET",route="/a, {b}"} 2 1764000000000', 'method="GET",route="/a, {b}"'),
        ('{provider="bank "sepa""} 1 1764000000000', None),
        (r'{provider="a\b"} 1 1764000000000', None),
        ("{} 1 1764000000000", None),
    ],
)
def test_a_group_is_offered_where_it_is_a_condition(answer: str, found: str | None) -> None:
    """As Grafana writes an answer, which escapes nothing: with a quote or a backslash in it, it would be none."""
    regex = variable("group", names.SERVICE_UID)["regex"]
    match = re.search(regex.removeprefix("/").removesuffix("/"), answer)
    assert (match[1] if match else None) == found


@pytest.mark.slow
@pytest.mark.parametrize("own", [False, True])
def test_a_group_burns_by_its_own_budget_or_that_of_all(tmp_path: Path, own: bool) -> None:
    """Groups have budgets of their own only where an objective is; without one the SLO's holds for each."""
    inputs = []
    for provider, errors in (("card/visa", 2), ("sepa", 10)):
        group = {**PAGE, "provider": provider}
        inputs += [series("slo:errors:rate5m", group, f"{errors}x80"), series("slo:total:rate5m", group, "100x80")]
        inputs += [series(names.BUDGET, group, "0.02x80")] if own else []
    inputs += [] if own else [series(names.BUDGET, PAGE, "0.01x80")]
    chosen = FACTS | {"group": ('provider="card/visa"', 'provider="card/visa"')}
    now = {**PAGE, "window": "5m"}
    judge(
        tmp_path,
        inputs,
        {
            target(names.SERVICE_UID, 31, facts=chosen): [(now, 1 if own else 2)],
            target(names.SERVICE_UID, 31): [(now, 5 if own else 10)],
        },
    )


@pytest.mark.slow
def test_the_worst_budgets_are_asked_by_their_services(tmp_path: Path) -> None:
    """A variable finds the services that may have least left; held to these, the graph says what it says of all."""
    found = variable("worst", names.OVERVIEW_UID)
    of_each = {'service="' + slo["service"] + '"' for slo in (PAGE, IDLE, BLIND)}
    pattern = re.compile(found["regex"].removeprefix("/").removesuffix("/"))
    assert {pattern.search(_labels(slo) + " 1 1764000000000")[0] for slo in (PAGE, IDLE, BLIND)} == of_each  # type: ignore[index]
    assert (found["current"]["value"], found["multi"], found["includeAll"]) == (["$__all"], True, True)
    left: Answer = [(PAGE, 0.6), (IDLE, 1), (BLIND, 1)]
    held = FACTS | {"worst": ("(checkout|pod-startup|shop-ingress)", "All")}
    judge(
        tmp_path,
        outage(),
        {
            query_of("worst", FACTS, names.OVERVIEW_UID): left,
            _at_end(target(names.OVERVIEW_UID, 4)): left,
            _at_end(target(names.OVERVIEW_UID, 4, facts=held)): left,
            _at_end(target(names.OVERVIEW_UID, 4, facts=FACTS | {"worst": ("checkout", "All")})): left[:1],
        },
    )


def _at_end(expr: str) -> str:
    """An expression of a range as its last point has it; promtool asks at an instant, which has no end."""
    return expr.replace(" @ end()", "")


@pytest.mark.slow
def test_the_table_of_a_service_in_an_outage(tmp_path: Path) -> None:
    """Shares, budget, the time until it is gone, and the worst alert with its start."""
    of_budget = 60_000 / 5
    known = {name: of(**PAGE)[name] for name in ("objective", "page_above", "runbook")}
    judge(
        tmp_path,
        outage(),
        {
            target(names.SERVICE_UID, 2, "B"): [({**PAGE, **known, "alert": "page"}, 1_800_000)],
            target(names.SERVICE_UID, 2, "C"): [(PAGE, 0.05)],
            target(names.SERVICE_UID, 2, "D"): [(PAGE, 0.03)],
            target(names.SERVICE_UID, 2, "E"): [(PAGE, 0.6)],
            target(names.SERVICE_UID, 2, "F"): [(PAGE, of_budget)],
        },
    )


@pytest.mark.slow
def test_an_slo_that_is_known_in_two_ways_has_one_row(tmp_path: Path) -> None:
    """While a new objective is rolled out, two replicas of the rules may say two things; the table stands."""
    inputs = [*outage(), series(names.INFO, {**of(**PAGE), "objective": "99%"}, "1x80")]
    expr = f"count by (service, slo, alert) ({target(names.SERVICE_UID, 2, 'B')})"
    judge(tmp_path, inputs, {expr: [({**PAGE, "alert": "page"}, 1)]})


@pytest.mark.slow
def test_what_each_slo_attained_and_which_alerts_are_open(tmp_path: Path) -> None:
    """Within its own window, whatever else is recorded; of groups the worst; an SLO without alerts has none."""
    inputs = [
        *outage(),
        series("slo:total:increase30d", {**PAGE, "region": "eu"}, "80000000x80"),
        series("slo:errors:increase30d", {**PAGE, "region": "eu"}, "8000000x80"),
        series("slo:total:increase30d", PAGE, "80000000x80"),
        series("slo:total:increase3d", PAGE, "10x80"),
    ]
    opened: Answer = [(PAGE, 2), (BLIND, 1), (IDLE, 0), (UNSEEN, 0)]
    expected = {target(names.OVERVIEW_UID, 3, "G"): [(PAGE, 0.9)], target(names.OVERVIEW_UID, 3, "H"): opened}
    judge(tmp_path, inputs, expected)


@pytest.mark.slow
def test_when_the_budget_is_gone(tmp_path: Path) -> None:
    """In so many seconds, and at which time in milliseconds; a budget that is spent has no such time."""
    now, left = 80 * 60, 12_000
    gone: Answer = [({**PAGE, "what": "in"}, left), ({**PAGE, "what": "at"}, 1000 * (now + left))]
    judge(tmp_path, outage(), {target(names.SERVICE_UID, 34): gone})
    spent = [s for s in outage() if not s["series"].startswith(names.REMAINING)]
    spent.append(series(names.REMAINING, PAGE, "-0.1x80"))
    judge(tmp_path, spent, {target(names.SERVICE_UID, 34): [({**PAGE, "what": "in"}, 0)]})


@pytest.mark.slow
def test_dependencies_of_a_service(tmp_path: Path) -> None:
    """Every SLO of what the file names, as the overview says it; of others nothing."""
    caller = {**of(**PAGE), "depends_on": "pod-startup;shop-ingress;unknown"}
    inputs = [s for s in outage() if not s["series"].startswith(f'{names.INFO}{{service="checkout"')]
    inputs.append(series(names.INFO, caller, "1x80"))
    states: Answer = [(BLIND, 400), (IDLE, 0)]
    about: Answer = [({**slo, "objective": of(**slo)["objective"]}, 1) for slo in (BLIND, IDLE)]
    expected = {target(names.SERVICE_UID, 81, "A"): about, target(names.SERVICE_UID, 81, "B"): states}
    judge(tmp_path, inputs, expected | {target(names.SERVICE_UID, 81, "D"): [(IDLE, 1)]})
    assert of(**PAGE)["depends_on"] == "payment"


@pytest.mark.slow
def test_the_hour_where_it_is_not_recorded(tmp_path: Path) -> None:
    """An SLO whose policy has no window of an hour shows the same share, from its base series."""
    inputs = [s for s in outage() if "increase1h" not in s["series"]]
    judge(tmp_path, inputs, {target(names.SERVICE_UID, 2, "D"): [(PAGE, 0.05)]})


@pytest.mark.slow
def test_the_levels_at_which_pages_fire(tmp_path: Path) -> None:
    """Only the lines of the SLO's own window, beside its shares."""
    lines = (
        ("failing, 5m", 0.05),
        ("failing, 1h", 0.03),
        ("pages above (1h, 5m)", 14.4 * 0.001),
        ("pages above (6h, 30m)", 0.006),
    )
    answer: Answer = [({**PAGE, "line": line}, value) for line, value in lines]
    judge(tmp_path, outage(), {target(names.SERVICE_UID, 3): answer})


@pytest.mark.slow
def test_no_level_where_nothing_pages(tmp_path: Path) -> None:
    """An SLO that is only observed has no level at which it pages, and no line of it."""
    inputs = [series(names.INFO, {**of(**PAGE), "page_tiers": ""}, "1x80"), series(names.BUDGET, PAGE, "0.001x80")]
    judge(tmp_path, inputs, {target(names.SERVICE_UID, 3): []})


def variable(name: str, uid: str = names.SERVICE_UID) -> dict[str, Any]:
    """A variable of a page."""
    board = page(uid)
    found: dict[str, Any] = next(v for v in board["templating"]["list"] if v["name"] == name)
    return found


def query_of(name: str, facts: Facts, uid: str = names.SERVICE_UID) -> str:
    """The expression that a variable asks."""
    return resolved(variable(name, uid)["definition"], facts).removeprefix("query_result(").removesuffix(")")


def read_by(name: str, labels: Mapping[str, str], uid: str = names.SERVICE_UID) -> tuple[str, str]:
    """The value and the text that Grafana takes from an answer: it prints the labels without escaping them."""
    printed = "{" + ",".join(f'{k}="{v}"' for k, v in sorted(labels.items())) + "} 1 1764000000000"
    pattern = variable(name, uid)["regex"].removeprefix("/").removesuffix("/").replace("(?<", "(?P<")
    match = re.match(pattern, printed)
    assert match
    return match["value"], match["text"]


FAILED = {
    ("checkout", "availability"): ('increase(http_requests_total{job="checkout",code=~"5.."}[10800s])', "code"),
    ("checkout", "latency"): (
        'increase(http_request_duration_seconds_count{job="checkout"}[10800s]) - ignoring (le) '
        'increase(http_request_duration_seconds_bucket{job="checkout",le="0.3"}[10800s])',
        "code",
    ),
    ("front-page", "reachable"): (
        'count_over_time(probe_success{job="blackbox",instance="https://shop.example.com/"}[10800s]) - '
        'sum_over_time(probe_success{job="blackbox",instance="https://shop.example.com/"}[10800s])',
        "code",
    ),
    ("nobody", "nothing"): ("slo:none", "code"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("service", "slo"), FAILED)
def test_bad_events_are_found_for_every_kind(service: str, slo: str, tmp_path: Path) -> None:
    """The variable holds an expression that counts the bad events of the chosen SLO, whatever its kind."""
    inputs = [series(names.INFO, of(s.name, o.name), "1x80") for s in catalog().services for o in s.objectives]
    value, text = FAILED[service, slo]
    labels = {"failed": value, "split_by": text}
    facts = FACTS | {"service": (service, service), "slo": (slo, slo)}
    judge(tmp_path, inputs, {query_of("failed", facts): [(labels, 1)]})
    assert (value, text) == read_by("failed", labels)
    promql.parse(value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["workload", "autoscaler", "bucket", "logs", "traces"])
def test_facts_of_an_slo(name: str, tmp_path: Path) -> None:
    """Each variable holds two labels of slo:info, and something harmless where the SLO has none."""
    inputs = [
        series(names.INFO, of("checkout", "latency"), "1x80"),
        series(names.INFO, of("front-page", "reachable"), "1x80"),
    ]
    pairs = {
        "workload": ("workload", "namespace", "none", "none"),
        "autoscaler": ("autoscaler", "source_file", "none", "slo/edge/front-page.yaml"),
        "bucket": ("latency_bucket", "unit", "slo:none", "seconds"),
        "logs": ("log_selector", "log_errors", '{declared="no"}', "|= ``"),
        "traces": ("trace_service", "trace_tag", "none-declared", "declared=no"),
    }
    value, text, no_value, no_text = pairs[name]
    known = of("checkout", "latency")
    checkout = FACTS | {"slo": ("latency", "latency")}
    front = FACTS | {"service": ("front-page", ""), "slo": ("reachable", "")}
    full, empty = {value: known[value], text: known[text]}, {value: no_value, text: no_text}
    judge(tmp_path, inputs, {query_of(name, checkout): [(full, 1)], query_of(name, front): [(empty, 1)]})
    assert [read_by(name, labels) for labels in (full, empty)] == [(known[value], known[text]), (no_value, no_text)]


@pytest.mark.slow
def test_an_slo_without_a_histogram_shows_another_of_its_service(tmp_path: Path) -> None:
    """Requests that failed have a latency as well; the SLO's own histogram comes first."""
    both = [series(names.INFO, of("checkout", slo), "1x80") for slo in ("availability", "latency")]
    known = of("checkout", "latency")
    found: Answer = [({"latency_bucket": known["latency_bucket"], "unit": "seconds"}, 1)]
    judge(tmp_path, both, {query_of("bucket", FACTS): found})
    other = {**known, "slo": "slower", "latency_bucket": 'other_bucket{job="checkout"}'}
    own: Answer = [({"latency_bucket": other["latency_bucket"], "unit": "seconds"}, 1)]
    inputs = [*both, series(names.INFO, other, "1x80")]
    judge(tmp_path, inputs, {query_of("bucket", FACTS | {"slo": ("slower", "slower")}): own})


@pytest.mark.parametrize(("stated", "axis"), [("seconds", "s"), ("milliseconds", "none")])
def test_the_axis_of_latencies_has_their_unit(stated: str, axis: str) -> None:
    """Where all histograms are in one; where there are two an axis can have neither, and the title says it."""
    found = catalog()
    (service,) = (s for s in found.services if s.name == "checkout")
    (latency,) = (o for o in service.objectives if o.name == "latency")
    spec = replace(latency.indicator.spec, unit=stated)
    changed = replace(latency, indicator=replace(latency.indicator, spec=spec))
    others = tuple(s for s in found.services if s.name != "checkout")
    services = (*others, replace(service, objectives=(changed,)))
    board = json.loads(encode(draw_service(Catalog(found.stack, services))))
    (heatmap,) = (p for p in panels(board) if p["type"] == "heatmap")
    assert heatmap["options"]["yAxis"]["unit"] == axis
    (bucket,) = (v for v in board["templating"]["list"] if v["name"] == "bucket")
    assert ('unit="seconds"' in bucket["definition"]) == (axis == "s")


@pytest.mark.slow
def test_errors_by_pod_name_five_and_the_rest(tmp_path: Path) -> None:
    """The first five pods by name, and all others as one; a series without a pod is told by its instance."""
    rates = {"a": 70, "b": 60, "c": 50, "d": 40, "e": 30, "f": 20, "g": 10}
    labels = {"job": "checkout", "code": "503"}
    inputs = [series("http_requests_total", {**labels, "pod": pod}, f"0+{n}x80") for pod, n in rates.items()]
    inputs.append(series("http_requests_total", {**labels, "instance": "10.0.0.1:80"}, "0+80x80"))
    inputs += outage()
    facts = FACTS | {"failed": ('increase(http_requests_total{job="checkout",code=~"5.."}[60m])', "code")}
    few: Answer = [({"by": "10.0.0.1:80"}, 4800), *(({"by": pod}, rates[pod] * 60) for pod in "abcd")]
    judge(tmp_path, inputs, {target(names.SERVICE_UID, 13, facts=facts): [*few, ({"by": "all others"}, 3600)]})


@pytest.mark.slow
def test_errors_by_code_of_an_slo_that_is_not_measured(tmp_path: Path) -> None:
    """It does not read as if there were no errors."""
    facts = FACTS | {"service": ("front-page", ""), "slo": ("reachable", ""), "failed": ("slo:none", "code")}
    answer: Answer = [({**UNSEEN, "by": "not measured"}, 0)]
    judge(tmp_path, outage(), {target(names.SERVICE_UID, 11, facts=facts): answer})


@pytest.mark.slow
def test_causes_are_found_ok_or_not_checked(tmp_path: Path) -> None:
    """Three pods are not ready, the autoscaler is well, and nothing is known of the rest."""
    deployment = {"namespace": "shop", "deployment": "checkout"}
    scaler = {"namespace": "shop", "horizontalpodautoscaler": "checkout"}
    inputs = [
        *outage(),
        series("kube_deployment_status_replicas_unavailable", {**deployment, "instance": "a"}, "3x80"),
        series("kube_deployment_status_replicas_unavailable", {**deployment, "instance": "b"}, "3x80"),
        series("kube_horizontalpodautoscaler_status_current_replicas", scaler, "4x80"),
        series("kube_horizontalpodautoscaler_spec_max_replicas", scaler, "10x80"),
    ]
    found = {"rollout": -1, "readiness": 3, "restarts": -1, "autoscaler": 0, "node": -1, "quota": -1}
    answer: Answer = [({"cause": cause}, value) for cause, value in found.items()]
    judge(tmp_path, inputs, {target(names.SERVICE_UID, 14): answer})


@pytest.mark.slow
def test_a_stateful_workload_is_asked_as_such(tmp_path: Path) -> None:
    """A node that is down under a StatefulSet's pod is found, though the cause is asked for every kind at once."""
    labels = {**of("checkout", "availability"), "workload": "db", "workload_kind": "stateful_set"}
    node = {"condition": "Ready", "status": "true"}
    inputs = [
        series(names.INFO, labels, "1x80"),
        series("kube_pod_info", {"namespace": "shop", "pod": "db-0", "node": "n1"}, "1x80"),
        series("kube_node_status_condition", {"node": "n1", **node}, "0x80"),
        series("kube_node_status_condition", {"node": "n2", **node}, "1x80"),
    ]
    found = {"rollout": -1, "readiness": -1, "restarts": -1, "autoscaler": -1, "node": 1, "quota": -1}
    answer: Answer = [({"cause": cause}, value) for cause, value in found.items()]
    facts = FACTS | {"workload": ("db", "shop")}
    judge(tmp_path, inputs, {target(names.SERVICE_UID, 14, facts=facts): answer})


@pytest.mark.slow
def test_burn_rates_in_every_recorded_window(tmp_path: Path) -> None:
    """Each window that the rules record is a line, named by its length; the tiles are not, dated or plain."""
    inputs = [
        *outage(),
        series("slo:total:increase30d", PAGE, "80000000x80"),
        series("slo:errors:increase4m", PAGE, "9x80"),
        series("slo:total:increase4m:month", {**PAGE, "month": "202603"}, "90x80"),
        series("slo:errors:increase4m:month", {**PAGE, "month": "202603"}, "9x80"),
    ]
    burns = (("5m", 50), ("1h", 30), ("30d", 0.5))
    judge(tmp_path, inputs, {target(names.SERVICE_UID, 31): [({**PAGE, "window": w}, v) for w, v in burns]})


def test_what_reads_as_json_is_json() -> None:
    """The pages are plain JSON without duplicate keys."""
    for board in pages():
        text = json.dumps(board)
        assert json.loads(text, object_pairs_hook=_once) == board


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)
