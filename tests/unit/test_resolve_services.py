"""Defaults, a service's own document and a stack's overrides, laid together: the nearest wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.model.catalog import Service
from compiler.resolve.rivals import rivals
from compiler.schema.documents import kinds
from tests.unit.language import SERVICE, STACK, Project

DEFAULTS = "apiVersion: slo-compiler.dev/v1\nkind: ServiceDefaults\nmetadata: {name: x}\nspec:\n"
TOP = "apiVersion: slo-compiler.dev/v1\nkind: ServiceLevel\nmetadata: {name: checkout}\nspec:\n"
SLOS = "  slos: [{name: a, objective: 99%, sli: {ratio: {errors: 'x{code=\"500\"}', total: x}}}]\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write("stack.yaml", STACK)
    return made


def resolved(project: Project, stack: str = "prod") -> Service:
    """The one service of a project, in a stack."""
    catalogs, report = project.report()
    assert [d.message for d in report.items if d.severity.word == "error"] == []
    found = next(catalog for catalog in catalogs if catalog.stack.name == stack)
    (service,) = found.services
    return service


def test_defaults_reach_down_the_folders_and_not_beside_or_up(project: Project) -> None:
    project.write("shop/eu/checkout.yaml", TOP + SLOS)
    project.write("defaults.yaml", DEFAULTS + "  description: top\n  owner: {team: top, channel: '#top'}\n")
    project.write("shop/defaults.yaml", DEFAULTS + "  owner: {team: shop}\n")
    project.write("shop-2/defaults.yaml", DEFAULTS + "  owner: {team: other}\n")
    project.write("shop/eu/deep/defaults.yaml", DEFAULTS + "  owner: {team: deep}\n")
    service = resolved(project)
    assert (service.description, service.owner.team, service.owner.channel) == ("top", "shop", "#top")
    assert service.sources == ("slo/defaults.yaml", "slo/shop/defaults.yaml", "slo/shop/eu/checkout.yaml")


def test_two_defaults_of_one_folder_lie_in_the_order_of_their_files(project: Project) -> None:
    project.write("checkout.yaml", TOP + SLOS)
    project.write("b.yaml", DEFAULTS + "  description: b\n")
    project.write("a.yaml", DEFAULTS + "  description: a\n  owner: {team: a}\n")
    service = resolved(project)
    assert (service.description, service.owner.team) == ("b", "a")


def test_defaults_of_each_slo_yield_to_the_slo(project: Project) -> None:
    project.write(
        "d.yaml", DEFAULTS + "  window: 7d\n  counting: rate\n  alerting: {mode: observe, labels: {a: '1'}}\n"
    )
    project.write(
        "checkout.yaml", TOP + SLOS.replace("objective", "window: 28d, alerting: {labels: {b: '2'}}, objective")
    )
    (objective,) = resolved(project).objectives
    assert (str(objective.window), objective.counting, objective.alerting.mode) == ("28d", "rate", "observe")
    assert dict(objective.alerting.labels) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("default", "own", "expected"),
    [
        ("deployment: '{service}'", "statefulSet: db", "statefulset/db"),
        ("statefulSet: db", "deployment: web", "deploy/web"),
        ("deployment: '{service}'", "autoscaler: web", "deploy/checkout"),
        ("deployment: '{service}'", "deployment: web", "deploy/web"),
    ],
)
def test_what_a_service_says_it_is_run_by_replaces_what_its_defaults_say(
    project: Project, default: str, own: str, expected: str
) -> None:
    project.write("d.yaml", DEFAULTS + f"  workload: {{namespace: shop, {default}}}\n")
    project.write("checkout.yaml", TOP + f"  workload: {{{own}}}\n" + SLOS)
    workload = resolved(project).workload
    assert workload
    assert (workload.reference, workload.namespace) == (expected, "shop")


@pytest.mark.parametrize("word", ["workload", "logs", "traces"])
def test_a_service_may_say_that_it_has_none_of_what_its_defaults_name(project: Project, word: str) -> None:
    project.write(
        "d.yaml",
        DEFAULTS + "  workload: {namespace: a}\n  logs: {selector: {app: a}}\n  traces: {service: a}\n",
    )
    project.write("checkout.yaml", TOP + f"  {word}: none\n" + SLOS)
    service = resolved(project)
    assert getattr(service, word) is None
    assert service.declined == {word}


@pytest.mark.parametrize(
    ("override", "kind"),
    [
        ("{probe: {metric: up}}", "probe"),
        ("{latency: {histogram: x_seconds, threshold: 1s}}", "latency"),
        ("{ratio: {good: 'x{code=\"200\"}'}}", "ratio"),
        ("{use: other}", "probe"),
    ],
)
def test_an_override_may_count_something_else(project: Project, override: str, kind: str) -> None:
    project.write("d.yaml", DEFAULTS + "  indicators: {other: {probe: {metric: up}}}\n")
    project.write("checkout.yaml", TOP + SLOS + f"  overrides: {{prod: {{slos: {{a: {{sli: {override}}}}}}}}}\n")
    assert resolved(project).objectives[0].indicator.kind == kind


def test_an_override_holds_in_its_stack_alone(project: Project) -> None:
    project.write("eu.yaml", STACK.replace("name: prod", "name: eu"))
    project.write(
        "checkout.yaml",
        TOP + SLOS + "  description: a\n  overrides: {eu: {description: b, slos: {a: {objective: 95%}}}}\n",
    )
    said = {}
    for stack in ("prod", "eu"):
        service = resolved(project, stack)
        said[stack] = (service.description, service.objectives[0].objective.as_percent)
    assert said == {"prod": ("a", "99%"), "eu": ("b", "95%")}


def test_placeholders_follow_the_service_its_stack_and_each_other(project: Project) -> None:
    project.write("eu.yaml", STACK.replace("name: prod", "name: eu"))
    project.write(
        "d.yaml",
        DEFAULTS + "  owner: {team: shop}\n  workload: {namespace: '{team}-{service}'}\n"
        "  logs: {selector: {app: '{service}', namespace: '{namespace}', team: '{team}'}}\n",
    )
    project.write("checkout.yaml", TOP + SLOS + "  overrides: {eu: {workload: {namespace: other}}}\n")
    logs = {stack: resolved(project, stack).logs for stack in ("prod", "eu")}
    found = {stack: dict(selected.selector) for stack, selected in logs.items() if selected}
    assert found == {
        "prod": {"app": "checkout", "namespace": "shop-checkout", "team": "shop"},
        "eu": {"app": "checkout", "namespace": "other", "team": "shop"},
    }


def test_a_placeholder_that_a_service_does_not_use_needs_no_value(project: Project) -> None:
    project.write(
        "d.yaml",
        DEFAULTS
        + "  logs: {selector: {namespace: '{namespace}'}}\n"
        + "  indicators: {x: {probe: {metric: 'up{t=\"{team}\"}'}}}\n",
    )
    project.write("checkout.yaml", TOP + "  logs: none\n" + SLOS)
    assert resolved(project).logs is None


def test_a_placeholder_left_open_is_an_error_and_not_a_selector_of_nothing(project: Project) -> None:
    project.write("d.yaml", DEFAULTS + "  indicators: {x: {probe: {metric: 'up{namespace=\"{namespace}\"}'}}}\n")
    project.write("checkout.yaml", TOP + "  slos: [{name: a, objective: 99%, sli: {use: x}}]\n")
    assert "error SLO017: {namespace} has no value in checkout" in project.said("SLO017")


def test_a_service_is_compiled_for_the_stacks_that_it_names(project: Project) -> None:
    project.write(
        "more.yaml", "---\n".join(STACK.replace("name: prod", f"name: {name}") for name in ("prod-eu", "dev"))
    )
    project.write("checkout.yaml", SERVICE + "  stacks: ['prod*']\n")
    catalogs, report = project.report()
    assert report.failed is False
    assert [(c.stack.name, len(c.services)) for c in catalogs] == [("dev", 0), ("prod", 1), ("prod-eu", 1)]


def test_every_value_keeps_the_place_where_it_was_written(project: Project) -> None:
    project.write("d.yaml", DEFAULTS + "  window: 7d\n  alerting:\n    labels: {a: b}\n")
    project.write("checkout.yaml", SERVICE)
    (objective,) = resolved(project).objectives
    places = [objective.places["window"], objective.places["objective"], objective.alerting.at("labels.a")]
    assert [str(place) for place in places] == ["slo/d.yaml:5:11", "slo/checkout.yaml:9:18", "slo/d.yaml:7:14"]


def test_services_come_sorted_by_name(project: Project) -> None:
    for file, name in (("a.yaml", "zebra"), ("b.yaml", "ant")):
        project.write(file, SERVICE.replace("name: checkout", f"name: {name}"))
    (catalog,), _ = project.report()
    assert [service.name for service in catalog.services] == ["ant", "zebra"]
    assert set(catalog.by_name) == {"ant", "zebra"}


def test_only_keys_that_exclude_one_another_are_rivals() -> None:
    assert rivals(("workload",)) == {"deployment", "statefulSet", "daemonSet", "rollout"}
    assert rivals(("sli",)) == rivals(("indicators", "x")) == {"recipe", "use", *(kind.kind for kind in kinds())}
    assert rivals(("sli", "ratio")) == rivals(("indicators", "x", "ratio")) == {"errors", "good"}
    assert (
        rivals(())
        == rivals(("logs", "selector"))
        == rivals(("sli", "latency"))
        == rivals(("indicators",))
        == frozenset()
    )


def test_one_problem_of_a_service_that_two_stacks_compile_is_told_once(project: Project) -> None:
    project.write("eu.yaml", STACK.replace("name: prod", "name: eu"))
    project.write("checkout.yaml", SERVICE.replace("99.9%", "90%"))
    assert project.said("SLO110").count("error SLO110") == 1
