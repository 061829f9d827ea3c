"""Stacks that extend one another, and what a build makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.pipeline import catalogs
from tests.unit.language import SERVICE, STACK, Project

BASE = """\
apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: base}
spec:
  cluster: base-1
  environment: production
  prometheus: {retention: 40d, scrapeInterval: 15s}
  severities: {page: {severity: P1, team_page: yes}, ticket: P3}
---
"""
CHILD = """\
apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: child}
spec:
  extends: base
  prometheus: {retention: 50d}
  severities: {page: P2}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write("checkout.yaml", SERVICE)
    return made


def test_a_stack_that_extends_another_changes_what_it_says_and_keeps_the_rest(project: Project) -> None:
    project.write("stacks.yaml", BASE + CHILD + "  cluster: child-1\n")
    found, _ = project.report()
    child = next(catalog.stack for catalog in found if catalog.stack.name == "child")
    prometheus = child.spec.prometheus
    assert (child.spec.cluster, child.spec.environment) == ("child-1", "production")
    assert (str(prometheus.retention), str(prometheus.scrape_interval)) == ("50d", "15s")
    assert child.spec.severities.page == "P2"
    assert child.sources == ("slo/stacks.yaml",)


def test_a_cluster_is_not_inherited_so_that_no_two_stacks_write_for_one(project: Project) -> None:
    project.write("stacks.yaml", BASE + CHILD)
    found, report = project.report()
    assert report.failed is False
    assert [catalog.stack.name for catalog in found] == ["base"]


def test_severities_are_words_or_labels(project: Project) -> None:
    project.write("stacks.yaml", BASE)
    (catalog,), _ = project.report()
    severities = catalog.stack.spec.severities
    said = {reaction: dict(severities.labels(reaction)) for reaction in ("page", "ticket", "info", "none")}
    assert said == {
        "page": {"severity": "P1", "team_page": "yes"},
        "ticket": {"severity": "P3"},
        "info": {"severity": "info"},
        "none": {"severity": "none"},
    }


@pytest.mark.parametrize(
    ("scrape", "rule", "base"),
    [("15s", "30s", "5m"), ("60s", "30s", "5m"), ("75s", "30s", "5m"), ("90s", "30s", "6m"), ("100s", "60s", "7m")],
)
def test_the_base_window_holds_four_scrapes_and_whole_rule_intervals(
    project: Project, scrape: str, rule: str, base: str
) -> None:
    settings = f"{{retention: 100d, scrapeInterval: {scrape}, ruleInterval: {rule}}}"
    project.write("stack.yaml", STACK.replace("{retention: 100d}", settings))
    (catalog,), _ = project.report()
    assert str(catalog.stack.base_window) == base


def test_one_stack_can_be_asked_for_and_a_misspelt_one_is_told(project: Project) -> None:
    project.write("stacks.yaml", BASE + STACK)
    report = Report()
    assert [catalog.stack.name for catalog in catalogs(project.slo, report, "prod")] == ["prod"]
    assert catalogs(project.slo, report, "prodd") == ()
    assert [(d.code, d.hint) for d in report.items if d.severity.word == "error"] == [
        ("SLO105", "did you mean 'prod'?")
    ]


def test_rules_of_a_central_server_name_the_cluster(project: Project) -> None:
    project.write("stack.yaml", STACK.replace("{retention: 100d}", "{retention: 100d, scope: global}"))
    (catalog,), _ = project.report()
    assert catalog.stack.is_global is True
    assert catalog.stack.objects_namespace == "monitoring"
