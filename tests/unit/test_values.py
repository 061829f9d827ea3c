"""Values of kube-prometheus-stack: what is set, what is left alone, and that an alert finds whom it should."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.emit.prometheus import rules as rule_files
from compiler.emit.values import EMITTER, notices
from compiler.emit.values import rules as rules_module
from compiler.emit.values.alertmanager import SHIPPED_INHIBITIONS
from compiler.emit.values.rules import entry_name
from compiler.model.catalog import Catalog
from compiler.rules.rule import Alert
from compiler.rules.service import plan
from tests.unit.stacks import EVERYTHING, SERVICE, fits, laid, ours, parse, resolve, routed, walked

FULL, OVERLAY = "  values: {mode: full}\n", "  values: {mode: overlay}\n"
FOREIGN = parse("""
prometheus:
  prometheusSpec:
    retention: 90d
    enableFeatures: [native-histograms]
    externalLabels: {region: eu}
    ruleSelector: {matchLabels: {team: theirs}}
alertmanager:
  alertmanagerSpec: {secrets: [theirs], alertmanagerConfigSelector: {matchLabels: {take: me}}}
  config:
    inhibit_rules: [{source_matchers: [a = b], target_matchers: [c = d], equal: [e]}]
    route: {receiver: theirs, group_by: [x], routes: [{receiver: theirs, matchers: [y = z]}]}
    receivers: [{name: 'null'}, {name: theirs, webhook_configs: [{url_file: /x}]}]
grafana:
  additionalDataSources: [{name: Loki, uid: loki, type: loki, url: http://theirs}]
  sidecar:
    dashboards: {label: theirs, folderAnnotation: theirs, provider: {folder: Theirs}}
    datasources: {exemplarTraceIdDestinations: {datasourceUid: tempo, traceIdLabelName: traceID}}
kube-state-metrics: {metricLabelsAllowlist: ["pods=[team]"]}
additionalPrometheusRulesMap: {theirs: {groups: []}}
""")


def made(catalog: Catalog) -> str:
    path = "platform/values/kube-prometheus-stack.yaml"
    (text,) = (artifact.text for artifact in EMITTER.platform(catalog) if artifact.path == path)
    return text


@cache
def prod() -> dict[str, Any]:
    values: dict[str, Any] = parse(made(ours("prod")))
    return values


def config() -> dict[str, Any]:
    found: dict[str, Any] = prod()["alertmanager"]["config"]
    return found


def alerts(stack: str) -> Iterator[tuple[Alert, dict[str, str]]]:
    """Every alert of a stack with the labels that Alertmanager sees."""
    catalog = ours(stack)
    for service in catalog.services:
        for found in plan(catalog, service).alerts.values():
            for alert in found:
                seen = {"alertname": alert.name, "cluster": catalog.stack.spec.cluster, **alert.labels}
                yield alert, seen


def test_the_selector_finds_every_rule_object() -> None:
    """Prometheus selects PrometheusRules by labels that each of ours carries, in every namespace."""
    spec, catalog = prod()["prometheus"]["prometheusSpec"], ours("prod")
    assert spec["ruleNamespaceSelector"] == {}
    for service in catalog.services:
        (text,) = (a.text for a in rule_files(catalog, service) if a.path.endswith("prometheusrule.yaml"))
        for document in yaml.safe_load_all(text):
            labels = document["metadata"]["labels"]
            assert spec["ruleSelector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize(("stated", "expected"), [("", "29d"), (", retention: 60d", "60d")])
def test_retention_is_as_stated_else_the_longest_window_and_a_day(tmp_path: Path, stated: str, expected: str) -> None:
    """28 days of window need 29 days of samples."""
    text = EVERYTHING.replace("storage: 50Gi", f"storage: 50Gi{stated}") + FULL
    assert parse(made(resolve(tmp_path, text)))["prometheus"]["prometheusSpec"]["retention"] == expected


def test_full_sets_what_the_stack_file_says(tmp_path: Path) -> None:
    """Replicas, storage, intervals, addresses, labels, the admin's Secret and Grafana's organisation."""
    values = parse(made(resolve(tmp_path, EVERYTHING + FULL)))
    spec, grafana = values["prometheus"]["prometheusSpec"], values["grafana"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]["resources"]["requests"]["storage"]
    assert (spec["replicas"], claim, spec["externalLabels"]) == (3, "50Gi", {"cluster": "prod-1"})
    assert (spec["scrapeInterval"], spec["evaluationInterval"], spec["ruleQueryOffset"]) == ("15s", "30s", "30s")
    assert (spec["enableFeatures"], spec["externalUrl"]) == (["exemplar-storage"], "https://p.example.com")
    assert values["alertmanager"]["alertmanagerSpec"]["externalUrl"] == "https://a.example.com"
    assert grafana["grafana.ini"] == {"server": {"root_url": "https://grafana.example.com"}}
    assert grafana["admin"]["existingSecret"] == "grafana-admin"
    assert {source["orgId"] for source in grafana["additionalDataSources"]} == {2}
    assert grafana["sidecar"]["dashboards"]["provider"]["orgid"] == 2


def test_full_gives_the_least_rights(tmp_path: Path) -> None:
    """Grafana's sidecars read ConfigMaps in the namespaces of dashboards; Alertmanager gets no token."""
    values = parse(made(resolve(tmp_path, EVERYTHING + FULL)))
    grafana = values["grafana"]
    assert grafana["rbac"] == {"namespaced": True, "namespaces": ["slo"]}
    assert grafana["sidecar"]["dashboards"]["searchNamespace"] == ["monitoring", "slo"]
    assert {part["resource"] for part in grafana["sidecar"].values()} == {"configmap"}
    alertmanager = values["alertmanager"]
    assert alertmanager["alertmanagerSpec"]["automountServiceAccountToken"] is False
    assert alertmanager["serviceAccount"] == {"automountServiceAccountToken": False}


def test_a_stack_that_says_little_gets_little(tmp_path: Path) -> None:
    """No logs, traces, receivers or addresses: the chart's own two data sources, no Secret, and still a receiver."""
    values = parse(made(resolve(tmp_path, "  cluster: prod-1\n" + FULL)))
    sources = values["grafana"]["additionalDataSources"]
    assert [source["type"] for source in sources] == ["prometheus", "alertmanager"]
    assert not any("exemplarTraceIdDestinations" in source["jsonData"] for source in sources)
    assert "admin" not in values["grafana"]
    assert "secrets" not in values["alertmanager"]["alertmanagerSpec"]
    assert values["alertmanager"]["config"]["receivers"] == [{"name": "null"}]


def test_the_chart_s_own_routing_is_repeated() -> None:
    """Lists replace lists, so the shipped inhibitions and the receiver 'null' stand in ours."""
    assert [rule.get("equal") for rule in SHIPPED_INHIBITIONS] == [
        ["namespace", "alertname"],
        ["namespace", "alertname"],
        ["namespace"],
        None,
    ]
    assert config()["inhibit_rules"][:4] == SHIPPED_INHIBITIONS
    assert config()["receivers"][0] == {"name": "null"}
    assert config()["route"]["receiver"] == "null"


def test_every_route_leads_to_a_receiver() -> None:
    """No route of prod names a receiver that is not in the list."""
    known = {receiver["name"] for receiver in config()["receivers"]}
    used = {value for path, value in walked(config()["route"]) if path.endswith("receiver")}
    assert used == known


def test_alerts_reach_their_team() -> None:
    """Each alert of prod ends at its team, grouped by SLO; what is only observed ends at nobody."""
    for alert, labels in alerts("prod"):
        route = routed(config()["route"], labels)
        assert route["receiver"] == labels["team"]
        assert route["group_by"][:3] == ["cluster", "service", "slo"]
        observed = routed(config()["route"], {**labels, "severity": "none"})
        assert (alert.name, observed["receiver"]) == (alert.name, "null")


def test_budget_alerts_are_sent_at_most_every_five_days() -> None:
    """Budget alerts pause five days, apart by name; Alertmanager remembers longer than that; pages do not wait."""
    for alert, labels in alerts("prod"):
        route = routed(config()["route"], labels)
        pauses = {route["repeat_interval"], route["group_interval"]}
        assert pauses == ({"5d"} if alert.tier == "budget" else {"12h", "5m"})
        assert ("alertname" in route["group_by"]) == (alert.tier == "budget")
    hours = int(prod()["alertmanager"]["alertmanagerSpec"]["retention"].removesuffix("h"))
    assert hours > 5 * 24


def test_the_heartbeat_gets_the_watchdog_every_minute(tmp_path: Path) -> None:
    """With a heartbeat the Watchdog goes there, due before each tick of a minute; without one, to nobody."""
    watchdog = {"alertname": "Watchdog", "severity": "none"}
    route = routed(config()["route"], watchdog)
    assert (route["receiver"], route["group_interval"], route["repeat_interval"]) == ("heartbeat", "1m", "50s")
    plain = parse(made(resolve(tmp_path, "  cluster: prod-1\n" + FULL)))["alertmanager"]["config"]
    assert routed(plain["route"], watchdog)["receiver"] == "null"


def silenced(source: Mapping[str, str], target: Mapping[str, str], rules: list[Any]) -> bool:
    """Whether one of our inhibitions mutes ``target`` while ``source`` fires."""
    return any(
        all(fits(m, source) for m in rule["source_matchers"])
        and all(fits(m, target) for m in rule["target_matchers"])
        and all(source.get(name) == target.get(name) for name in rule["equal"])
        for rule in rules
    )


def test_a_page_silences_what_is_less_of_its_service_only() -> None:
    """Tickets, budget alerts and no-data tickets are mute while a page of the same service fires, pages never."""
    rules = config()["inhibit_rules"][4:]
    found = list(alerts("prod"))
    pages = [labels for alert, labels in found if labels["severity"] == "critical" and alert.tier == "page"]
    assert pages
    for page in pages:
        for _, other in found:
            expected = other["severity"] == "warning" and other["service"] == page["service"]
            assert silenced(page, other, rules) == expected


def test_what_is_observed_silences_nothing() -> None:
    """The fast tier of an SLO in mode observe fires unheard, so it must mute nobody."""
    rules = config()["inhibit_rules"][4:]
    found = list(alerts("prod"))
    for _, labels in found:
        quiet = {**labels, "severity": "none"}
        assert not any(silenced(quiet, other, rules) for _, other in found)


def test_equal_labels_are_always_set() -> None:
    """A label that is missing on both sides would be equal everywhere, and mute everything."""
    equal = {name for rule in config()["inhibit_rules"][4:] for name in rule["equal"]}
    assert equal == {"cluster", "service"}
    for _, labels in alerts("prod"):
        assert all(labels.get(name) for name in equal)
    assert prod()["prometheus"]["prometheusSpec"]["externalLabels"] == {"cluster": "prod-1"}


def test_one_word_for_pages_and_tickets_silences_no_page(tmp_path: Path) -> None:
    """Where both are called warning, a no-data page is told from nothing, so it is not muted."""
    text = EVERYTHING + FULL + "  severities: {page: warning, ticket: warning}\n"
    rules = parse(made(resolve(tmp_path, text)))["alertmanager"]["config"]["inhibit_rules"][4:]
    labels = {"cluster": "prod-1", "service": "checkout", "severity": "warning"}
    page = {**labels, "slo_tier": "page"}
    muted = [
        tier for tier in ("page", "ticket", "budget", "nodata") if silenced(page, {**labels, "slo_tier": tier}, rules)
    ]
    assert muted == ["ticket", "budget"]


def test_secrets_are_files_that_are_mounted(tmp_path: Path) -> None:
    """Every Secret is mounted, every reference is a file of one, and no key holds a secret itself."""
    values = parse(made(resolve(tmp_path, EVERYTHING + FULL)))["alertmanager"]
    names = values["alertmanagerSpec"]["secrets"]
    assert names == ["heartbeat", "hook", "pagerduty", "slack"]
    files = {value for path, value in walked(values["config"]) if path.endswith("_file")}
    assert files == {
        "/etc/alertmanager/secrets/heartbeat/url",
        "/etc/alertmanager/secrets/hook/url",
        "/etc/alertmanager/secrets/pagerduty/shop",
        "/etc/alertmanager/secrets/slack/hook",
    }
    forbidden = {"api_url", "routing_key", "service_key", "url", "password", "auth_password", "adminPassword"}
    assert not [path for path, _ in walked(values) if path.rpartition(".")[2] in forbidden]


def test_pagerduty_hears_the_house_s_word_where_it_knows_it() -> None:
    """A page of staging that is called warning wakes nobody; P1 means critical."""
    assert notices.pagerduty_severity("warning", "info").count('"info"') == 1
    assert '$worst = "warning"' in notices.pagerduty_severity("warning", "info")
    assert '$worst = "critical"' in notices.pagerduty_severity("P1", "P3")
    assert '$worst := "warning"' in notices.pagerduty_severity("P1", "P3")


def laid_both_ways(overlay: dict[str, Any]) -> list[dict[str, Any]]:
    return [laid(overlay, FOREIGN), laid(FOREIGN, overlay)]


@pytest.mark.parametrize("rules", ["objects", "values"])
def test_an_overlay_takes_nothing(tmp_path: Path, rules: str) -> None:
    """Laid over a foreign file or under it: every receiver, route, data source, flag and label of theirs is there."""
    text = EVERYTHING.replace("release: kps", f"release: kps, retention: 60d, rules: {rules}") + OVERLAY
    overlay = parse(made(resolve(tmp_path, text)))
    theirs = dict(walked(FOREIGN))
    for merged in laid_both_ways(overlay):
        after = dict(walked(merged))
        changed = {path for path, value in theirs.items() if not isinstance(value, dict) and after.get(path) != value}
        assert changed <= {"prometheus.prometheusSpec.retention"}
    under = dict(walked(laid(overlay, FOREIGN)))
    assert under["prometheus.prometheusSpec.retention"] == "90d"
    assert under["prometheus.prometheusSpec.externalLabels"] == {"region": "eu", "cluster": "prod-1"}


def test_an_overlay_sets_no_list_and_deletes_no_key(tmp_path: Path) -> None:
    """A list replaces a list, and null deletes a key: an overlay has neither."""
    overlay = parse(made(resolve(tmp_path, EVERYTHING + OVERLAY)))
    assert [path for path, value in walked(overlay) if value is None or isinstance(value, list)] == []


def test_an_overlay_says_what_to_add(tmp_path: Path) -> None:
    """What a list of theirs must hold is said in the head, and the head is all comments."""
    text = made(resolve(tmp_path, EVERYTHING + OVERLAY))
    head = text.partition("\nprometheus:")[0]
    assert all(not line or line.startswith("#") for line in head.splitlines())
    for word in (
        "exemplar-storage",
        "exemplarTraceIdDestinations",
        "at least 29d",
        "alertmanagerconfig.yaml",
        "grafana_folder",
    ):
        assert word in head


@pytest.mark.parametrize("mode", ["page", "observe"])
def test_an_overlay_says_where_observed_alerts_must_go(tmp_path: Path, mode: str) -> None:
    """They go on to the cluster's own routes, which know nothing of the severity none."""
    service = SERVICE.replace("window: 28d", f"window: 28d\n      alerting: {{mode: {mode}}}")
    assert ("severity: none" in made(resolve(tmp_path, EVERYTHING + OVERLAY, service))) == (mode == "observe")


def test_an_overlay_states_retention_only_where_the_stack_file_does(tmp_path: Path) -> None:
    """Nobody's history is cut by a default of ours."""
    assert "retention" not in parse(made(resolve(tmp_path, EVERYTHING + OVERLAY)))["prometheus"]["prometheusSpec"]


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        (EVERYTHING, True),
        (EVERYTHING + "  outputs: [rules, values]\n", False),
        ("  cluster: prod-1\n", False),
    ],
)
def test_alertmanager_is_changed_only_for_routing_that_is_written(tmp_path: Path, stack: str, expected: bool) -> None:
    """Without receivers, or without manifests, an overlay leaves Alertmanager as it is."""
    assert ("alertmanager" in parse(made(resolve(tmp_path, stack + OVERLAY)))) == expected


LATENCY = """\
  slos:
    - name: fast
      objective: 99%
      sli:
        latency: {histogram: apiserver_request_sli_duration_seconds, selector: 'job="apiserver"', threshold: 400ms}
"""


def test_a_bucket_that_an_slo_counts_by_is_not_dropped(tmp_path: Path) -> None:
    """The chart drops le=0.4 of the API server's histogram: ours keeps it, and drops the others still."""
    values = parse(made(resolve(tmp_path, EVERYTHING + FULL, LATENCY)))
    (rule,) = values["kubeApiServer"]["serviceMonitor"]["metricRelabelings"]
    name = "apiserver_request_sli_duration_seconds_bucket"
    dropped = [le for le in ("0.3", "0.4", "0.45", "1", "2", "2.0") if re.fullmatch(rule["regex"], f"{name};{le}")]
    assert dropped == ["0.3", "0.45", "2", "2.0"]
    assert "kubeApiServer" not in prod()


def test_an_overlay_says_which_bucket_is_missing(tmp_path: Path) -> None:
    """The relabeling is a list, so it stands in the head as what to add."""
    text = made(resolve(tmp_path, EVERYTHING + OVERLAY, LATENCY))
    assert "drop no bucket le=0.4" in text
    assert "kubeApiServer" not in parse(text)


def in_values(tmp_path: Path, service: str = SERVICE, name: str = "checkout") -> tuple[Catalog, dict[str, Any]]:
    text = EVERYTHING.replace("release: kps", "release: kps, rules: values") + FULL
    catalog = resolve(tmp_path, text, service, name)
    return catalog, parse(made(catalog))["additionalPrometheusRulesMap"]


def test_rules_in_values_are_those_of_the_rule_files(tmp_path: Path) -> None:
    """The same three groups, under the name of the object that they would be."""
    catalog, entries = in_values(tmp_path)
    files = [parse(a.text)["groups"] for a in rule_files(catalog, catalog.services[0])]
    assert list(entries) == ["slo-checkout", "slo-meta"]
    assert entries["slo-checkout"]["groups"] == [group for groups in files for group in groups]
    assert entries["slo-checkout"]["additionalLabels"] == {
        "slo-compiler.dev/catalog": "slo",
        "slo-compiler.dev/service": "checkout",
        "team": "sre",
    }


def test_rules_in_values_are_split_by_slo_where_they_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that is too large becomes one an SLO, and no rule is lost."""
    second = SERVICE.partition("  slos:\n")[2].replace("availability", "other")
    catalog, whole = in_values(tmp_path, SERVICE + second)
    monkeypatch.setattr(rules_module, "APPLY_LIMIT", 1_000)
    parts = parse(made(catalog))["additionalPrometheusRulesMap"]

    def rules(entries: dict[str, Any]) -> set[str]:
        groups = (group for entry in entries.values() for group in entry["groups"])
        return {json.dumps([group["name"], group["interval"], rule]) for group in groups for rule in group["rules"]}

    assert list(parts) == ["slo-checkout-availability", "slo-checkout-other", "slo-meta"]
    assert rules(parts) == rules(whole)


def test_the_chart_cuts_no_name_of_an_entry() -> None:
    """The chart cuts its own name and ours at 63 characters: two long names must not become one."""
    long = "slo-" + "a" * 60
    names = [entry_name(long), entry_name(long + "b"), entry_name("slo-checkout")]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 63 - 26 - 1
    assert names[2] == "slo-checkout"


def test_rules_are_in_values_only_where_they_should(tmp_path: Path) -> None:
    """As objects, or without rules among the outputs, values hold none."""
    assert "additionalPrometheusRulesMap" not in prod()
    text = EVERYTHING.replace("release: kps", "release: kps, rules: values") + FULL + "  outputs: [values]\n"
    assert "additionalPrometheusRulesMap" not in parse(made(resolve(tmp_path, text)))
