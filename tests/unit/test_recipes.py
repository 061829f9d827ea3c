"""Recipes: each of them makes an indicator, and what is said wrongly is told at its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import promql
from compiler.diagnostics import Report, Span
from compiler.recipes import CONDITIONS, DURATION, LABEL, recipes
from compiler.recipes.page import page
from compiler.resolve.recipes import indicator
from compiler.rules.rule import contexts
from compiler.source.nodes import Entry, MapNode, Node, TextNode, leaves
from tests.unit.language import ROOT, SERVICE, STACK, Project

EXAMPLES = {LABEL: "label", DURATION: "1s", CONDITIONS: 'more="x"'}
SLI = SERVICE.partition("      sli:")[0]


def node(value: object, line: int = 1) -> Node:
    """Plain values as nodes, each at a column of its own."""
    if isinstance(value, dict):
        entries = (Entry(key, Span("f", line, n), node(v, line + n + 1)) for n, (key, v) in enumerate(value.items()))
        return MapNode(tuple(entries), Span("f", line))
    return TextNode(str(value), False, Span("f", line))


def project(folder: Path, sli: str) -> Project:
    """A service with one SLO."""
    found = Project(folder)
    found.write("stack.yaml", STACK)
    found.write("checkout.yaml", f"{SLI}      sli: {sli}\n")
    return found


@pytest.mark.parametrize("name", recipes())
def test_every_recipe_makes_an_indicator(name: str, tmp_path: Path) -> None:
    """With nothing but what it requires, a recipe resolves without an error or a note about its threshold."""
    needed = {key: "x" for key, p in recipes()[name].parameters.items() if p.default is None}
    said = ", ".join(f"{key}: {value}" for key, value in needed.items())
    catalogs, report = project(tmp_path, f"{{recipe: {{name: {name}, parameters: {{{said}}}}}}}").report()
    assert {d.code for d in report.items if d.code != "SLO123"} == set()
    (context,) = contexts(catalogs[0], catalogs[0].services[0])
    base = context.kind.lower(context.objective.indicator.spec, context.frame)
    promql.check(base.total)
    promql.check(base.errors)


@pytest.mark.parametrize("name", recipes())
def test_every_parameter_is_used(name: str) -> None:
    """What may be said makes a difference, and no hole is left that nobody fills."""
    recipe = recipes()[name]
    text = " ".join(leaf.text for _, leaf in leaves(recipe.indicator))
    assert set(re.findall(r"\{([a-z]+)\}", text)) == set(recipe.parameters)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_a_value_stays_a_value(value: str) -> None:
    """Whatever is said for a text is the value of the label, and nothing more."""
    said = {"name": "ingress-nginx/availability", "parameters": {"ingress": value}}
    made = indicator(node(said), Report())
    assert made is not None
    texts = [leaf.text for _, leaf in leaves(made)]
    for text in texts:
        assert [m.value for m in promql.selector(text).on("ingress")] == [value]


def test_what_is_filled_in_stands_where_it_was_written() -> None:
    """A value's span is its own; all else stands where the recipe is named."""
    use = node({"name": "etcd/wal-fsync", "parameters": {"threshold": "8ms"}})
    made = indicator(use, Report())
    assert made is not None and isinstance(use, MapNode)
    spans = {leaf.text: leaf.span for _, leaf in leaves(made)}
    name, parameters = (entry.value for entry in use.entries)
    assert spans["etcd_disk_wal_fsync_duration_seconds"] == name.span
    assert isinstance(parameters, MapNode)
    (threshold,) = [leaf for path, leaf in leaves(made) if path[-1] == "threshold"]
    assert threshold.span == parameters.entries[0].value.span


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{name: kubernetes/pod-startups}", "SLO103: there is no recipe 'kubernetes/pod-startups'"),
        ("{name: nowhere/latency}", "SLO103: there is no recipe 'nowhere/latency'"),
        (
            "{name: ingress-nginx/latency}",
            "SLO103: ingress-nginx/latency needs the parameter 'ingress': The Ingress object.",
        ),
        (
            "{name: etcd/wal-fsync, parameters: {treshold: 1s}}",
            "SLO103: etcd/wal-fsync has no parameter 'treshold'",
        ),
        ("{name: etcd/wal-fsync, parameters: {threshold: fast}}", "SLO013: 'fast' is no duration"),
        ("{name: etcd/wal-fsync, parameters: {threshold: 10ms}}", "SLO125: 10ms is none of the buckets"),
        ("{name: coredns/latency, parameters: {selector: 'a=b'}}", "SLO120: "),
        ("{name: traefik/latency, parameters: {service: a, label: my-label}}", "SLO011: expected a label's name"),
        ("{name: pod-startup}", "SLO011: expected the name of a recipe, found 'pod-startup'"),
        ("{parameters: {}}", "SLO014: 'name' is missing"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(said: str, told: str, tmp_path: Path) -> None:
    """One message, at the line of the recipe."""
    found = project(tmp_path, f"{{recipe: {said}}}").said("SLO103", "SLO013", "SLO125", "SLO120", "SLO011", "SLO014")
    assert found.startswith(f"slo/checkout.yaml:{SLI.count(chr(10)) + 1}:")
    assert f"error {told}" in found.splitlines()[0]
    assert found.count(": error ") == 1


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    """A slip in a name, or in a parameter's."""
    said = project(tmp_path, "{recipe: {name: kubernetes/pod-startups}}").said("SLO103")
    assert "did you mean 'kubernetes/pod-startup'?" in said


def test_defaults_and_overrides_lay_parameters_together(tmp_path: Path) -> None:
    """An indicator of ServiceDefaults may be a recipe, and its parameters hold placeholders."""
    found = Project(tmp_path)
    found.write("stack.yaml", STACK)
    found.write(
        "defaults.yaml",
        "apiVersion: slo-compiler.dev/v1\nkind: ServiceDefaults\nmetadata: {name: all}\nspec: {indicators: {edge:"
        " {recipe: {name: ingress-nginx/availability, parameters: {ingress: '{service}'}}}}}\n",
    )
    found.write("checkout.yaml", f"{SLI}      sli: {{use: edge}}\n")
    catalogs, report = found.report()
    assert report.failed is False
    spec = catalogs[0].services[0].objectives[0].indicator.spec
    assert promql.selector(spec.total).on("ingress")[0].value == "checkout"


def test_the_page_is_fresh() -> None:
    """docs/recipes.md is what `make docs` writes."""
    assert (ROOT / "docs" / "recipes.md").read_text("utf-8") == page()
