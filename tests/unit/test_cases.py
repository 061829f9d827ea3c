"""Every folder of tests/cases with a slo/ in it: what the compiler says of it, and what it resolves to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog, Objective, Service
from tests.unit.language import CASES, ROOT, Run, command

ALL = sorted(path.parent for path in CASES.glob("*/slo"))
GOOD = [case for case in ALL if case.name.startswith("good-")]
BAD = [case for case in ALL if case not in GOOD]
Golden = Callable[[Path, str], None]


def by_name(case: Path) -> str:
    return case.name


@pytest.mark.parametrize("case", ALL, ids=by_name)
def test_a_case_says_what_its_golden_file_says(
    case: Path, golden: Golden, capsys: pytest.CaptureFixture[str]
) -> None:
    run = command(capsys, "check", "--slo", str(case / "slo"))
    golden(case / "diagnostics.txt", f"exit {run.status}\n{run.stderr}")


@pytest.mark.parametrize("case", BAD, ids=by_name)
def test_a_bad_case_builds_nothing_or_only_warns(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "output"
    run = command(capsys, "build", "--slo", str(case / "slo"), "--output", str(output), "--strict")
    expected = "exit 0" if only_notes(case) else "exit 1"
    assert f"exit {run.status}" == expected
    assert output.exists() == (run.status == 0)


def only_notes(case: Path) -> bool:
    text = (case / "diagnostics.txt").read_text("utf-8")
    return not re.search(r": (error|warning) SLO", text)


@pytest.mark.parametrize("case", GOOD, ids=by_name)
def test_a_good_case_resolves_to_its_golden_file(case: Path, golden: Golden) -> None:
    report = Report()
    found = pipeline.catalogs(case / "slo", report)
    assert report.failed is False
    golden(case / "resolved.txt", "".join(stack_text(catalog) for catalog in found))


@pytest.mark.parametrize("case", GOOD, ids=by_name)
def test_a_good_case_builds(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = command(capsys, "build", "--slo", str(case / "slo"), "--output", str(tmp_path / "output"))
    assert run == Run(0, run.stdout, run.stderr)
    assert list((tmp_path / "output").rglob("prometheusrule.yaml"))


def test_every_code_of_the_language_has_a_case() -> None:
    """A diagnostic that nobody has read as its user would is not finished."""
    written = {code for path in (ROOT / "compiler").rglob("*.py") for code in codes(path)}
    shown = {code for case in ALL for code in codes(case / "diagnostics.txt")}
    assert sorted(written - shown) == []


def codes(path: Path) -> list[str]:
    """Codes below 200: those of the language; the others are of tools and servers."""
    return re.findall(r"\bSLO[01]\d\d\b", path.read_text("utf-8"))


def stack_text(catalog: Catalog) -> str:
    spec = catalog.stack.spec
    words = {reaction: dict(spec.severities.labels(reaction)) for reaction in ("page", "ticket", "info")}
    lines = [f"stack {catalog.stack.name}: cluster {spec.cluster}, environment {spec.environment or '-'}"]
    lines += [f"  grafana {spec.urls.grafana or '-'}, base window {catalog.stack.base_window}"]
    lines += [f"  {reaction}: {labels}" for reaction, labels in words.items()]
    return "\n".join(lines) + "\n" + "".join(service_text(service) for service in catalog.services)


def service_text(service: Service) -> str:
    logs = dict(service.logs.selector) if service.logs else "-"
    workload = f"{service.workload.namespace} {service.workload.reference}" if service.workload else "-"
    lines = [
        f"service {service.name}: team {service.owner.team or '-'}, labels {dict(service.labels)}",
        f"  workload {workload}, logs {logs}, traces {service.traces.service if service.traces else '-'}",
        f"  depends on {list(service.depends_on)}, from {', '.join(service.sources)}",
    ]
    return "\n".join(lines) + "\n" + "".join(objective_text(objective) for objective in service.objectives)


def objective_text(objective: Objective) -> str:
    alerting, indicator = objective.alerting, objective.indicator
    spec = indicator.declared or indicator.spec
    said = {name: plain(getattr(spec, name)) for name in spec.places if "." not in name}
    percent, budget = objective.objective.as_percent, objective.budget
    lines = [
        f"  slo {objective.name}: {percent} over {objective.window}, budget {budget}",
        f"    {indicator.declared_kind or indicator.kind} {said}, counting {objective.counting}",
        f"    mode {alerting.mode}, policy {alerting.policy}, low traffic {alerting.low_traffic}",
    ]
    lines += [
        f"    {tier.alert} {tier.name}: {tier.factor} x over {tier.long} and {tier.short}, for {tier.hold}"
        for tier in objective.tiers
    ]
    return "\n".join(lines) + "\n"


def plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
