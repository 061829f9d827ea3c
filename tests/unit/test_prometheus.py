"""The objects of the operator: all rules of a service in one, or one an SLO where that is too large."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler import pipeline
from compiler.diagnostics import Report
from compiler.emit import prometheus
from compiler.model.catalog import Catalog
from tests.unit.language import STACK, Project

SLICED = """apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {name: checkout}
spec:
  slos:
    - {name: a, objective: 99%, sli: {ratio: {errors: 'x_total{e="1"}', total: x_total}}}
    - name: b
      objective: 99%
      budgeting: {slices: 1m, good: 95%}
      sli: {ratio: {errors: 'x_total{e="1"}', total: x_total}}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Two SLOs, of which the second alone has slices."""
    project = Project(tmp_path)
    project.write("stack.yaml", STACK)
    project.write("checkout.yaml", SLICED)
    (found,) = pipeline.catalogs(project.slo, Report())
    return found


def objects(catalog: Catalog) -> list[dict[str, Any]]:
    """What is applied, parsed."""
    made = {artifact.path: artifact.text for artifact in prometheus.rules(catalog, catalog.services[0])}
    return list(yaml.safe_load_all(made["services/checkout/prometheusrule.yaml"]))


def rules(found: list[dict[str, Any]]) -> Iterator[str]:
    """Every rule with its group's name and interval."""
    for each in found:
        for group in each["spec"]["groups"]:
            for rule in group["rules"]:
                yield json.dumps([group["name"], group["interval"], rule], sort_keys=True)


def test_one_object_where_it_fits(catalog: Catalog) -> None:
    """The groups in the order of their evaluation."""
    (whole,) = objects(catalog)
    assert whole["metadata"]["name"] == "slo-checkout"
    names = ["checkout.slices-1m", "checkout.fast", "checkout.slow", "checkout.period"]
    assert [group["name"] for group in whole["spec"]["groups"]] == names


def test_one_object_an_slo_where_it_does_not(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule is lost or doubled, and no group is empty."""
    whole = sorted(rules(objects(catalog)))
    monkeypatch.setattr(prometheus, "APPLY_LIMIT", 1_000)
    parts = objects(catalog)
    assert [each["metadata"]["name"] for each in parts] == ["slo-checkout-a", "slo-checkout-b"]
    assert sorted(rules(parts)) == whole
    assert [[group["name"] for group in each["spec"]["groups"]] for each in parts] == [
        ["checkout.fast", "checkout.slow", "checkout.period"],
        ["checkout.slices-1m", "checkout.fast", "checkout.slow", "checkout.period"],
    ]
