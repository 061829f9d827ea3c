"""Kubernetes objects of the stack: found by Grafana and the operator, listed for kustomize, and none dangling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiler import plugins
from compiler.artifact import Artifact
from compiler.diagnostics import Report
from compiler.emit.manifests import EMITTER
from compiler.emit.manifests.config_maps import wrapped
from compiler.emit.values import EMITTER as VALUES
from compiler.model.catalog import Catalog
from compiler.pipeline import Request, build
from compiler.verify.made import verify_artifact
from tests.unit.language import ROOT
from tests.unit.stacks import EVERYTHING, ours, parse, resolve

OVERLAY = "  values: {mode: overlay}\n"
LIST = "kustomization.yaml"


def made(catalog: Catalog) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in EMITTER.platform(catalog)}


def objects(text: str) -> list[Any]:
    return [parse(part) for part in text.split("\n---\n")]


def test_every_dashboard_is_in_a_config_map() -> None:
    """The sidecar finds each by its label, puts it into the folder, and gets the same bytes."""
    catalog = ours("prod")
    (emitter,) = (e for e in plugins.discover("compiler.emit", "EMITTER") if e.output == "dashboards")
    expected = {a.path.rpartition("/")[2]: a.text for a in emitter.platform(catalog)}
    assert expected
    found: dict[str, str] = {}
    for path, text in made(catalog).items():
        if "/dashboard-" in path:
            content = parse(text)
            assert content["kind"] == "ConfigMap"
            assert content["metadata"]["namespace"] == "monitoring"
            assert content["metadata"]["labels"]["grafana_dashboard"] == "1"
            assert content["metadata"]["annotations"] == {"grafana_folder": "SLO"}
            found |= content["data"]
    assert found == expected
    assert all(json.loads(text)["uid"] for text in found.values())


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_every_manifest_fits(stack: str) -> None:
    """No file of manifests is more than Kubernetes takes for one ConfigMap."""
    report = Report()
    for artifact in EMITTER.platform(ours(stack)):
        verify_artifact(artifact, report)
        assert len(artifact.text.encode()) < 1024 * 1024
    assert report.items == []


def test_objects_carry_the_labels_and_annotations_of_the_stack(tmp_path: Path) -> None:
    """Who made it, of which catalogue, and what the stack file adds; the sidecar's label is never overwritten."""
    labels = "labels: {team: sre, grafana_dashboard: nope}"
    catalog = resolve(tmp_path, EVERYTHING.replace("labels: {team: sre}", labels))
    (artifact,) = wrapped(catalog, [Artifact("platform/dashboards/x.json", "{}\n", ("slo/stack.yaml",))])
    about = parse(artifact.text)["metadata"]
    assert about == {
        "name": "slo-dashboard-x",
        "namespace": "slo",
        "labels": {
            "app.kubernetes.io/managed-by": "slo-compiler",
            "slo-compiler.dev/catalog": "slo",
            "team": "sre",
            "grafana_dashboard": "1",
        },
        "annotations": {"note": "hers", "grafana_folder": "SLO"},
    }


def test_data_sources_are_those_of_the_values_under_names_of_their_own(tmp_path: Path) -> None:
    """An overlay adds them in Grafana's namespace: Grafana finds one by its name, and would overwrite theirs."""
    (file,) = (text for path, text in made(resolve(tmp_path, EVERYTHING + OVERLAY)).items() if "data-sources" in path)
    content = parse(file)
    assert content["metadata"]["namespace"] == "monitoring"
    assert content["metadata"]["labels"]["grafana_datasource"] == "1"
    (text,) = content["data"].values()
    added = parse(text)["datasources"]
    (artifact,) = VALUES.platform(resolve(tmp_path, EVERYTHING + "  values: {mode: full}\n"))
    full = parse(artifact.text)["grafana"]["additionalDataSources"]
    assert [source["name"] for source in added] == ["Loki (slo)", "Jaeger (slo)"]
    same = [source for source in full if source["type"] in ("loki", "jaeger")]
    assert [{**source, "name": ""} for source in added] == [{**source, "name": ""} for source in same]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("{loki: theirs}", ["jaeger"]), ("{prometheus: p}", ["loki", "jaeger"]), ("{loki: a, traces: b}", [])],
)
def test_a_data_source_whose_uid_is_stated_is_theirs(tmp_path: Path, stated: str, expected: list[str]) -> None:
    """Two data sources of one uid keep Grafana from starting."""
    text = EVERYTHING.replace("orgId: 2", f"dataSources: {stated}") + OVERLAY
    files = made(resolve(tmp_path, text))
    found = [parse(t) for path, t in files.items() if path.endswith("data-sources.yaml")]
    kinds = [s["type"] for content in found for t in content["data"].values() for s in parse(t)["datasources"]]
    assert kinds == expected


def test_a_new_cluster_has_data_sources_and_routing_in_the_values_alone() -> None:
    """What the chart's values hold already is no object too."""
    assert not [path for path in made(ours("prod")) if "data-sources" in path or "alertmanager" in path]


def test_without_values_there_are_objects_instead(tmp_path: Path) -> None:
    """A full stack that writes no values still routes."""
    text = EVERYTHING + "  values: {mode: full}\n  outputs: [rules, manifests]\n"
    assert {"platform/manifests/alertmanagerconfig.yaml", "platform/manifests/data-sources.yaml"} <= set(
        made(resolve(tmp_path, text))
    )


def plain(route: dict[str, Any]) -> dict[str, Any]:
    """An AlertmanagerConfig's route in the words of Alertmanager's own file."""
    names = {
        "groupBy": "group_by",
        "groupWait": "group_wait",
        "groupInterval": "group_interval",
        "repeatInterval": "repeat_interval",
    }
    found = {names.get(key, key): value for key, value in route.items()}
    if "matchers" in found:
        found["matchers"] = [f'{m["name"]} {m["matchType"]} "{m["value"]}"' for m in route["matchers"]]
    if "routes" in found:
        found["routes"] = [plain(child) for child in route["routes"]]
    return found


def routing(tmp_path: Path) -> tuple[list[Any], dict[str, Any]]:
    text = made(resolve(tmp_path, EVERYTHING + OVERLAY))["platform/manifests/alertmanagerconfig.yaml"]
    (artifact,) = VALUES.platform(resolve(tmp_path, EVERYTHING + "  values: {mode: full}\n"))
    return objects(text), parse(artifact.text)["alertmanager"]["config"]


def test_an_overlay_routes_as_a_new_cluster_does(tmp_path: Path) -> None:
    """The same routes, pauses and inhibitions, in the operator's words."""
    (alerts, heartbeat), full = routing(tmp_path)
    watchdog, _, slo = full["route"]["routes"][:3]
    assert plain(alerts["spec"]["route"]) == slo
    assert plain(heartbeat["spec"]["route"]) == watchdog
    (rule,) = alerts["spec"]["inhibitRules"]
    (own,) = full["inhibit_rules"][4:]
    assert [f'{m["name"]} {m["matchType"]} "{m["value"]}"' for m in rule["sourceMatch"]] == own["source_matchers"]
    assert [f'{m["name"]} {m["matchType"]} "{m["value"]}"' for m in rule["targetMatch"]] == own["target_matchers"]
    assert rule["equal"] == own["equal"]


def test_receivers_refer_to_secrets_beside_alertmanager(tmp_path: Path) -> None:
    """Each integration names a Secret and its key; the objects lie where Alertmanager does."""
    (alerts, heartbeat), _ = routing(tmp_path)
    assert {item["metadata"]["namespace"] for item in (alerts, heartbeat)} == {"monitoring"}
    by_name = {receiver["name"]: receiver for receiver in alerts["spec"]["receivers"]}
    assert list(by_name) == ["null", "chat", "duty", "hook", "post"]
    assert by_name["chat"]["slackConfigs"][0]["apiURL"] == {"name": "slack", "key": "hook"}
    assert by_name["duty"]["pagerdutyConfigs"][0]["routingKey"] == {"name": "pagerduty", "key": "shop"}
    assert by_name["hook"]["webhookConfigs"][0]["urlSecret"] == {"name": "hook", "key": "url"}
    assert by_name["post"]["emailConfigs"][0]["to"] == "sre@example.com"
    assert heartbeat["spec"]["receivers"][0]["webhookConfigs"][0]["urlSecret"] == {"name": "heartbeat", "key": "url"}


def test_a_stack_that_tells_nobody_has_no_routing(tmp_path: Path) -> None:
    """No receivers and no heartbeat: no AlertmanagerConfig."""
    assert not [path for path in made(resolve(tmp_path, "  cluster: prod-1\n")) if "alertmanager" in path]


VARIANTS = {
    "all of it": "",
    "no dashboards": "  outputs: [rules, manifests]\n",
    "no rules": "  outputs: [dashboards, manifests]\n",
    "manifests alone": "  outputs: [manifests]\n",
    "full": "  values: {mode: full}\n",
    "full, without dashboards": "  values: {mode: full}\n  outputs: [rules, values, manifests]\n",
    "full, with nothing to list": "  values: {mode: full}\n  outputs: [values, manifests]\n",
    "of services": "  role: services\n",
    "of the platform": "  role: platform\n",
}


@pytest.mark.parametrize("extra", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("rules", ["objects", "values"])
def test_no_list_names_what_is_not_there(tmp_path: Path, extra: str, rules: str) -> None:
    """Whatever is among the outputs: each resource of each list exists, each object is listed, no list is empty."""
    resolve(tmp_path, EVERYTHING.replace("release: kps", f"release: kps, rules: {rules}") + extra)
    output = tmp_path / "output"
    assert build(Request(tmp_path / "slo", output), Report()) is not None
    listed: set[Path] = set()
    for file in output.rglob(LIST):
        names = parse(file.read_text("utf-8"))["resources"]
        assert names
        for name in names:
            target = file.parent / name
            assert (target / LIST if target.is_dir() else target).is_file()
            listed.add(target / LIST if target.is_dir() else target)
    written = {*output.rglob("prometheusrule.yaml"), *output.glob("*/platform/manifests/*.yaml")}
    assert written == listed


def test_the_stack_s_list_names_every_service() -> None:
    """One line a service in order of their names, then the rules about rules and the platform."""
    catalog = ours("prod")
    resources = parse(made(catalog)[LIST])["resources"]
    names = [f"services/{service.name}/prometheusrule.yaml" for service in catalog.services]
    assert resources == [*sorted(names), "packs/meta/prometheusrule.yaml", "platform/manifests"]


def test_only_manifests_makes_manifests_alone(tmp_path: Path) -> None:
    """--only manifests builds dashboards into the ConfigMaps, and no other file."""
    request = Request(ROOT / "slo", tmp_path / "output", stack="prod", only=("manifests",))
    assert build(request, Report()) is not None
    found = {path.relative_to(tmp_path / "output" / "prod").as_posix() for path in tmp_path.rglob("*.yaml")}
    assert found == {LIST, *(path for path in made(ours("prod")) if path.startswith("platform/manifests/"))}
    assert any("dashboard-" in path for path in found)
