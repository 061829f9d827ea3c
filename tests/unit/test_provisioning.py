"""Data sources: the same in every file, each link to one that exists, and texts that Grafana reads as they were."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import promql
from compiler.artifact import Artifact
from compiler.diagnostics import Report
from compiler.emit.manifests import EMITTER as MANIFESTS
from compiler.emit.provisioning import EMITTER, PLACE
from compiler.emit.provisioning.escape import provisioned, templated
from compiler.emit.values import EMITTER as VALUES
from compiler.model.catalog import Catalog
from compiler.names import SERVICE_UID
from compiler.verify.made import verify_artifact
from tests.unit.dashboards import catalog
from tests.unit.language import ROOT, STACK, Project
from tests.unit.stacks import EVERYTHING, SERVICE, parse, resolve, walked

STACKS = ("prod", "global", "bare")
CASES = ROOT / "tests" / "cases" / "provisioning"
FULL = "  values: {mode: full}\n"
SPANS = "      sli: {spans: {service: checkout, metrics: {calls: shop_calls_total}}}\n"
OF_SPANS = re.sub(r"      sli: .*\n", SPANS, SERVICE)
"""A service whose calls are counted by the collector, under a name of this house's own."""


def files(found: Catalog) -> dict[str, str]:
    """The files of the output, by the last part of their paths."""
    return {made.path.rpartition("/")[2]: made.text for made in EMITTER.platform(found)}


def expanded(text: str) -> str:
    """A text as Grafana reads it: split at ``$$``, with what an empty environment gives for variables."""
    return "$".join(re.sub(r"\$(\{[^}]*\}|\w+)?", "", part) for part in text.split("$$"))


def rendered(text: str) -> str:
    """A text as Helm's ``tpl`` renders it, for the one kind of template that we write: a raw string."""
    parts, at = [], 0
    while (start := text.find("{{", at)) >= 0:
        found = re.compile(r"\{\{`([^`]*)`\}\}").match(text, start)
        assert found, f"a template that Helm would fail at: {text[start:]}"
        parts += [text[at:start], found[1]]
        at = found.end()
    return "".join([*parts, text[at:]])


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """A value with each of its texts changed."""
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [changed(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def sources(found: Catalog) -> dict[str, dict[str, Any]]:
    """The data sources of a stack by their type, as Grafana has them."""
    return {s["type"]: changed(s, expanded) for s in parse(files(found)["datasources.yaml"])["datasources"]}


def in_values(found: Catalog) -> list[dict[str, Any]]:
    """The data sources in the chart's values, as Helm hands them to Grafana."""
    (text,) = (a.text for a in VALUES.platform(found) if a.path.endswith("kube-prometheus-stack.yaml"))
    made: list[dict[str, Any]] = changed(parse(text)["grafana"]["additionalDataSources"], rendered)
    return made


def links(value: Any) -> Iterator[str]:
    """Every uid that something in a data source leads to."""
    names = ("datasourceUid", "targetUID", "alertmanagerUid")
    yield from (found for path, found in walked(value) if path.rpartition(".")[2] in names)


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_written(golden: Callable[[Path, str], None], stack: str) -> None:
    """The data sources of a cluster, of a central server, and of a stack without logs and traces."""
    golden(CASES / f"{stack}.yaml", files(catalog(stack))["datasources.yaml"])


def test_where_dashboards_lie(golden: Callable[[Path, str], None]) -> None:
    """One provider, whose folder is the stack's and whose place names the catalogue."""
    golden(CASES / "dashboards.yaml", files(catalog())["dashboards.yaml"])


def test_dashboards_have_a_provider_only_where_they_are_written(tmp_path: Path) -> None:
    """A place that holds nothing would be an error in Grafana's log every half minute."""
    found = resolve(tmp_path, EVERYTHING + "  outputs: [rules, provisioning]\n")
    assert list(files(found)) == ["datasources.yaml"]


def test_the_provider_is_the_stack_s(tmp_path: Path) -> None:
    """Organisation, folder and catalogue; a folder's name with a dollar sign is read as it stands."""
    text = EVERYTHING.replace("folder: SLO", 'folder: "SLO $HOME $$"') + "  catalog: shop\n"
    (provider,) = parse(files(resolve(tmp_path, text))["dashboards.yaml"])["providers"]
    assert expanded(provider["folder"]) == "SLO $HOME $$"
    assert (provider["orgId"], provider["name"], provider["options"]["path"]) == (2, "slo-shop", f"{PLACE}/shop")
    assert provider["allowUiUpdates"] is False


@pytest.mark.parametrize("stack", STACKS)
def test_the_values_hold_the_same(stack: str) -> None:
    """Rendered by Helm, the chart's data sources are those of the file, and the chart adds none of its own."""
    found = catalog(stack)
    assert in_values(found) == parse(files(found)["datasources.yaml"])["datasources"]
    (text,) = (a.text for a in VALUES.platform(found) if a.path.endswith("kube-prometheus-stack.yaml"))
    own = parse(text)["grafana"]["sidecar"]["datasources"]
    assert (own["defaultDatasourceEnabled"], own["alertmanager"]["enabled"]) == (False, False)


def test_the_values_hold_the_same_in_another_organisation(tmp_path: Path) -> None:
    """All four are in the organisation that the stack states, not only those that the chart knows nothing of."""
    found = resolve(tmp_path, EVERYTHING + FULL)
    assert in_values(found) == parse(files(found)["datasources.yaml"])["datasources"]
    assert {source["orgId"] for source in sources(found).values()} == {2}


@pytest.mark.parametrize("stack", STACKS)
def test_links_lead_to_what_is_there(stack: str) -> None:
    """Every uid that a link names is that of a data source in the same file, and none is there twice."""
    found = list(sources(catalog(stack)).values())
    uids = [source["uid"] for source in found]
    assert set(links(found)) <= set(uids)
    assert len(set(uids)) == len(uids)
    assert [source["name"] for source in found if source["isDefault"]] == ["Prometheus"]


def test_data_sources_lead_to_each_other(tmp_path: Path) -> None:
    """Exemplar to trace, line to trace, span to lines and to numbers: each by the uid that the stack states."""
    stated = "dataSources: {prometheus: p, loki: l, traces: t, alertmanager: a}"
    found = sources(resolve(tmp_path, EVERYTHING.replace("orgId: 2", stated), OF_SPANS))
    assert {kind: source["uid"] for kind, source in found.items()} == {
        "prometheus": "p", "loki": "l", "jaeger": "t", "alertmanager": "a",
    }  # fmt: skip
    assert set(links(found["prometheus"])) == {"a"}
    (exemplar,) = found["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    page = urlsplit(exemplar["url"])
    assert (page.path, parse_qs(page.query)["var-trace"]) == (f"/d/{SERVICE_UID}", ["${__value.raw}"])
    assert set(links(found["loki"])) == {"t"}
    settings = found["jaeger"]["jsonData"]
    assert set(links(settings["tracesToLogsV2"])) == {"l"}
    assert set(links(settings["tracesToMetrics"])) == {"p"}
    assert [link["targetUID"] for link in found["jaeger"]["correlations"]] == ["l", "p"]


@pytest.mark.parametrize(
    ("left_out", "gone"),
    [
        ("logs", {"tracesToLogsV2"}),
        ("traces", {"exemplarTraceIdDestinations", "derivedFields", "correlations"}),
    ],
)
def test_without_logs_or_traces_nothing_leads_there(tmp_path: Path, left_out: str, gone: set[str]) -> None:
    """What the stack has not is no data source, and no other one names it."""
    text = re.sub(rf"  {left_out}: .*\n", "", EVERYTHING)
    found = sources(resolve(tmp_path, text, re.sub(r"  (logs|traces): .*\n", "", SERVICE)))
    kind, uid = {"logs": ("loki", "loki"), "traces": ("jaeger", "jaeger")}[left_out]
    assert kind not in found
    assert uid not in set(links(list(found.values())))
    assert not gone & {path.rpartition(".")[2] for path, _ in walked(list(found.values()))}


def test_numbers_of_spans_are_asked_by_the_name_that_slos_use(tmp_path: Path) -> None:
    """The counter is the one that an SLO of spans reads; where none does, no link leads to an empty graph."""
    jaeger = sources(resolve(tmp_path, EVERYTHING, OF_SPANS))["jaeger"]
    queries = [query["query"] for query in jaeger["jsonData"]["tracesToMetrics"]["queries"]]
    queries.append(jaeger["correlations"][1]["config"]["target"]["expr"])
    for query in queries:
        (read,) = promql.reads(re.sub(r"\$\{\w+(\.\w+)?\}", "x", query))
        assert promql.selector(read.selector).metric == "shop_calls_total"
    without = sources(resolve(tmp_path, EVERYTHING))["jaeger"]
    assert "tracesToMetrics" not in without["jsonData"]
    assert [link["targetUID"] for link in without["correlations"]] == ["loki"]


def test_times_widen_the_span() -> None:
    """A span's lines and numbers are asked from before it until after it: the start is shifted back, the end on."""
    settings = sources(catalog())["jaeger"]["jsonData"]
    for name in ("tracesToLogsV2", "tracesToMetrics"):
        assert settings[name]["spanStartTimeShift"].startswith("-")
        assert re.fullmatch(r"\d+m", settings[name]["spanEndTimeShift"])


def test_spans_do_not_ask_for_tags_that_jaeger_has_not() -> None:
    """Jaeger keeps service.name apart from a process's tags: a link by it would be hidden, or name no service."""
    jaeger = sources(catalog())["jaeger"]
    assert [path for path, _ in walked(jaeger) if path.endswith(("tags", "traceQuery"))] == []
    assert "__tags" not in str(jaeger)


@pytest.mark.parametrize(
    ("selector", "lines", "of_service"),
    [
        ("{namespace: shop, app: checkout}", '{app=~".+"} |= "%s"', '{app="${serviceName}"} |= "${traceID}"'),
        (
            "{service_name: checkout}",
            '{service_name=~".+"} | trace_id="%s"',
            '{service_name="${serviceName}"} | trace_id="${traceID}"',
        ),
        (
            "{container: web}",
            '{service_name=~".+"} | trace_id="%s"',
            '{service_name="${serviceName}"} | trace_id="${traceID}"',
        ),
    ],
)
def test_lines_are_found_by_the_label_that_names_the_service(
    tmp_path: Path, selector: str, lines: str, of_service: str
) -> None:
    """By OTLP the trace's id stands beside the line, otherwise in its text."""
    service = SERVICE.replace("{namespace: shop, app: checkout}", selector)
    jaeger = sources(resolve(tmp_path, EVERYTHING, service))["jaeger"]
    assert jaeger["jsonData"]["tracesToLogsV2"]["query"] == lines % "${__trace.traceId}"
    assert jaeger["jsonData"]["tracesToLogsV2"]["customQuery"] is True
    assert jaeger["correlations"][0]["config"]["target"] == {"expr": of_service}


@pytest.mark.parametrize(
    "line",
    [
        "trace_id=4bf92f3577b34da6",
        '{"traceId": "4bf92f3577b34da6"}',
        '{"level":"error","trace_id":"4bf92f3577b34da6","message":"no funds"}',
        'traceID="4bf92f3577b34da6"',
        "trace_id: 4bf92f3577b34da6",
    ],
)
def test_a_trace_s_id_is_found_in_the_text_of_a_line(line: str) -> None:
    """The usual spellings of a trace's id, for the line's details and for Explore alike."""
    loki = sources(catalog())["loki"]
    beside, within = loki["jsonData"]["derivedFields"]
    assert (beside["matcherType"], beside["matcherRegex"]) == ("label", "trace_id")
    assert within["matcherType"] == "regex"
    (found,) = loki["correlations"][0]["config"]["transformations"]
    assert {re.search(text, line)[1] for text in (within["matcherRegex"], found["expression"])} == {
        "4bf92f3577b34da6"
    }


@pytest.mark.parametrize("stack", STACKS)
def test_correlations_are_whole(stack: str) -> None:
    """Grafana fails at its start without a label or a description, and where the type stands beside them."""
    found = [link for source in sources(catalog(stack)).values() for link in source.get("correlations", [])]
    assert len(found) == {"bare": 0}.get(stack, 3)
    for link in found:
        assert set(link) == {"targetUID", "label", "description", "config"}
        assert link["label"] and link["description"]
        assert {"type", "field", "target"} <= set(link["config"]) <= {"type", "field", "target", "transformations"}
        assert link["config"]["type"] == "query"


def test_those_that_are_added_lead_to_no_correlation_that_is_missing(tmp_path: Path) -> None:
    """Where a Grafana has a Jaeger of its own, ours has no correlation to one that may not be there."""
    text = EVERYTHING.replace("orgId: 2", "dataSources: {traces: theirs}") + "  values: {mode: overlay}\n"
    (made,) = (a for a in MANIFESTS.platform(resolve(tmp_path, text)) if a.path.endswith("data-sources.yaml"))
    (content,) = parse(made.text)["data"].values()
    (loki,) = parse(content)["datasources"]
    assert "correlations" not in loki
    assert set(links(loki)) == {"theirs"}


@pytest.mark.parametrize(
    ("release", "host"),
    [
        ("kps", "kps-kube-prometheus-stack-prometheus"),
        ("kube-prometheus-stack", "kube-prometheus-stack-prometheus"),
        ("monitoring", "monitoring-kube-prometheus-prometheus"),
    ],
)
def test_addresses_are_those_of_the_release(tmp_path: Path, release: str, host: str) -> None:
    """As the chart names its services: without its own name twice, cut at 26 signs, no dash at the end."""
    found = sources(resolve(tmp_path, EVERYTHING.replace("release: kps", f"release: {release}, namespace: obs")))
    assert found["prometheus"]["url"] == f"http://{host}.obs.svc:9090"
    assert found["alertmanager"]["url"] == f"http://{host.removesuffix('prometheus')}alertmanager.obs.svc:9093"
    assert (found["loki"]["url"], found["jaeger"]["url"]) == (
        "http://loki.logs.svc",
        "http://jaeger.traces.svc:16686",
    )


def test_prometheus_is_asked_as_it_scrapes(tmp_path: Path) -> None:
    """Long queries fit into a POST, and no step is shorter than a scrape."""
    settings = sources(resolve(tmp_path, EVERYTHING))["prometheus"]["jsonData"]
    assert (settings["httpMethod"], settings["timeInterval"], settings["manageAlerts"]) == ("POST", "15s", True)


@given(st.recursive(st.text(), lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=8))
def test_grafana_reads_what_was_meant(value: Any) -> None:
    """Whatever stands in a text, provisioning gives it back, and so does Helm before it."""
    assert changed(provisioned(value), expanded) == value
    assert changed(changed(templated(provisioned(value)), rendered), expanded) == value


@given(st.text(alphabet="{}`$\"' a", max_size=12))
def test_templates_in_a_text_stay_text(text: str) -> None:
    """Braces, backquotes and dollar signs next to one another are no template and no variable."""
    assert rendered(templated(text)) == text
    assert expanded(provisioned(text)) == text


@pytest.mark.parametrize("name", ["logs", "traces"])
def test_an_address_holds_no_password(tmp_path: Path, name: str) -> None:
    """What would carry a secret into every file is refused where it stands."""
    project = Project(tmp_path)
    project.write("stacks/prod.yaml", f"{STACK}  {name}: {{url: 'http://user:hunter2@host.svc'}}\n")
    _, report = project.report()
    assert [(found.code, found.span.line) for found in report.items] == [("SLO104", STACK.count("\n") + 1)]


@pytest.mark.parametrize("stack", STACKS)
def test_no_secret_is_written(stack: str) -> None:
    """The files hold none, and the build would not publish one."""
    report = Report()
    for artifact in EMITTER.platform(catalog(stack)):
        verify_artifact(artifact, report)
        assert "secure" not in artifact.text
    assert report.items == []
    text = "datasources:\n- name: x\n  secureJsonData: {basicAuthPassword: hunter2}\n"
    verify_artifact(Artifact("platform/provisioning/datasources.yaml", text, ("slo/stack.yaml",)), report)
    assert [found.code for found in report.items] == ["SLO203"]
