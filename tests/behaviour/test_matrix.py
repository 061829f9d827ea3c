"""Kinds, windows, policies, groups and the rest in all pairs: what is compiled lints, and its own tests are green."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from compiler.schema.documents import kinds
from compiler.yaml_text import to_yaml
from tests.behaviour.matrix import AXES, KINDS, Case, cases, fits, pairs
from tests.behaviour.played import compiled, found_in, linted


@pytest.mark.slow
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_it_lints_and_its_own_tests_pass(case: Case, tmp_path: Path, promtool: str) -> None:
    """One SLO alone in its service: its rule files lint, and the tests of each find nothing."""
    slo = tmp_path / "slo"
    slo.mkdir()
    for file, text in case.documents().items():
        (slo / f"{file}.yaml").write_text(text, "utf-8")
    service = compiled(slo, tmp_path / "output") / "prod" / "services" / "b"
    rules, tests = (sorted((service / folder).glob("*.yaml")) for folder in ("rules", "tests"))
    assert [path.name for path in tests] == [path.name for path in rules]
    assert linted(promtool, rules) == ""
    assert found_in(promtool, tests) == {}


def test_each_two_values_meet() -> None:
    """No pair of values of two axes is left out."""
    met = {pair for case in cases() for pair in combinations(zip(AXES, case.values, strict=True), 2)}
    together = {pair for pair in pairs() if fits(dict(pair))}
    assert together - met == set()
    assert len(together) > 0.9 * len(pairs())


def test_each_form_is_a_case() -> None:
    """Every kind that there is takes each of its forms in some case."""
    named = {
        found[1] for kind in KINDS.values() for form in kind.forms if (found := re.search(r"sli: \{(\w+)", form))
    }
    assert {kind.kind for kind in kinds()} - named == set()
    assert {form for kind in KINDS.values() for form in kind.forms} == {case.form for case in cases()}


@pytest.mark.slow
def test_a_bucket_is_found_in_both_spellings(tmp_path: Path, promtool: str) -> None:
    """Of two targets one says ``le="1"``, the other ``le="1.0"``; of each a tenth of the requests is slow."""
    slo = tmp_path / "slo"
    slo.mkdir()
    case = next(case for case in cases() if case.form == KINDS["latency"].forms[2])
    plain = ("latency", "30d", "none", "google-30d", "defaults", "page", "none", "none", "99.5%", "plain", "plain")
    for file, text in Case(plain, case.form).documents().items():
        (slo / f"{file}.yaml").write_text(text, "utf-8")
    service = compiled(slo, tmp_path / "output") / "prod" / "services" / "b"
    inputs = [
        {"series": f'l_seconds_{name}{{instance="{target}",job="a"{more}}}', "values": values}
        for target, spelling in (("a", "1"), ("b", "1.0"))
        for name, more, values in (("count", "", "0+10x40"), ("bucket", f',le="{spelling}"', "0+9x40"))
    ]
    asked = [
        {
            "expr": f"round(300 * slo:{events}:rate5m, 0.001)",
            "eval_time": "20m",
            "exp_samples": [{"labels": '{service="b",slo="one"}', "value": value}],
        }
        for events, value in (("total", 200), ("errors", 20))
    ]
    test = {"interval": "30s", "input_series": inputs, "promql_expr_test": asked}
    document = {"rule_files": [str(service / "rules" / "fast.yaml")], "evaluation_interval": "30s", "tests": [test]}
    (tmp_path / "test.yaml").write_text(to_yaml(document), "utf-8")
    assert found_in(promtool, [tmp_path / "test.yaml"]) == {}
