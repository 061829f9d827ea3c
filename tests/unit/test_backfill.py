"""``slo backfill``: each rule once, in a pass behind all that it reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler import promql
from compiler.backfill import passes
from compiler.model.catalog import Service
from compiler.promql import selector
from compiler.rules.rule import Record
from compiler.rules.service import plan
from compiler.series.compiled import catalog
from compiler.yaml_text import to_yaml
from tests.behaviour.played import found_in, linted
from tests.unit.language import SERVICE, STACK, Project, command
from tests.unit.stacks import parse


def _key(rule: Record) -> tuple[str, str]:
    return rule.labels["slo"], rule.name


@pytest.mark.parametrize("service", catalog().services, ids=lambda service: service.name)
def test_what_is_read_was_filled_before(service: Service) -> None:
    """By Prometheus' own grammar: every series of this service in an expression stands in an earlier pass."""
    found = passes(catalog(), service)
    own = {_key(rule) for groups in found for group in groups for rule in group.rules if isinstance(rule, Record)}
    there: set[tuple[str, str]] = set()
    for groups in found:
        rules = [rule for group in groups for rule in group.rules]
        assert rules
        for rule in rules:
            assert isinstance(rule, Record)
            reads = [read for read in promql.reads(rule.expr) if read.metric.startswith("slo:")]
            assert {(selector(r.selector).on("slo")[0].value, r.metric) for r in reads} & own - there == set()
        there |= {_key(rule) for rule in rules if isinstance(rule, Record)}


@pytest.mark.parametrize("service", catalog().services, ids=lambda service: service.name)
def test_every_recording_rule_stands_in_one_pass(service: Service) -> None:
    """As it is, in a group of the same name and interval; no alert does."""
    expected = [
        (group.name, group.interval, rule)
        for group in plan(catalog(), service).groups.values()
        for rule in group.rules
        if isinstance(rule, Record)
    ]
    actual = [(g.name, g.interval, rule) for groups in passes(catalog(), service) for g in groups for rule in g.rules]
    assert sorted(actual, key=repr) == sorted(expected, key=repr)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A service in two stacks, in the folder that commands run in."""
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", STACK)
    made.write("stacks/staging.yaml", STACK.replace("prod", "staging"))
    made.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    return made


def test_files_are_written(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """One a pass, numbered, each named with how many rules it has."""
    run = command(capsys, "backfill", "checkout", "--stack", "prod", "--into", "passes")
    files = sorted((project.folder / "passes").iterdir())
    counts = [sum(len(group["rules"]) for group in parse(path.read_text("utf-8"))["groups"]) for path in files]
    expected = [f"passes/{n}.yaml  {count} rule{'s' if count > 1 else ''}" for n, count in enumerate(counts, 1)]
    assert (run.status, run.stdout.splitlines()) == (0, expected)


def test_one_stack_is_chosen(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The rules of two stacks may differ, so one is named."""
    run = command(capsys, "backfill", "checkout", "--into", "passes")
    assert (run.status, "name one by --stack: prod, staging" in run.stderr) == (2, True)
    assert not (project.folder / "passes").exists()


def test_what_is_there_is_left_alone(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Passes of another day in the same folder would be filled too."""
    project.write("../passes/7.yaml", "groups: []\n")
    run = command(capsys, "backfill", "checkout", "--stack", "prod", "--into", "passes")
    assert (run.status, "passes is not empty" in run.stderr) == (2, True)
    assert [path.name for path in (project.folder / "passes").iterdir()] == ["7.yaml"]


def test_a_whole_service_is_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """An SLO's name would promise that it alone is filled."""
    run = command(capsys, "backfill", "checkout/availability", "--stack", "prod", "--into", "passes")
    assert (run.status, "there is no service 'checkout/availability'" in run.stderr) == (2, True)


@pytest.mark.slow
def test_promtool_takes_them(project: Project, capsys: pytest.CaptureFixture[str], promtool: str) -> None:
    """Every file lints as a rule file of its own."""
    command(capsys, "backfill", "checkout", "--stack", "prod", "--into", "passes")
    assert linted(promtool, sorted((project.folder / "passes").iterdir())) == ""


@pytest.mark.slow
def test_a_period_that_ended_is_not_the_present_one(promtool: str, tmp_path: Path) -> None:
    """Series that are filled end without a mark of staleness: the old period's is seen for 5m beside the new one."""
    service = next(each for each in catalog().services if each.name == "windows")
    dated, identity = "slo:total:increase4m:week", 'service="windows",slo="week"'
    rules = [
        rule.as_rule()
        for groups in passes(catalog(), service)
        for group in groups
        for rule in group.rules
        if isinstance(rule, Record) and rule.name == dated
    ]
    (tmp_path / "rules.yaml").write_text(to_yaml({"groups": [{"name": "g", "rules": rules}]}), "utf-8")
    fed = {
        f'slo:calendar:week{{{identity},week="2967"}}': "1 1 _ _",
        f'slo:calendar:week{{{identity},week="2968"}}': "_ _ 1 1",
        f"slo:total:increase4m{{{identity}}}": "7 7 8 9",
    }
    expected = ((4, 2967, 7), (8, 2968, 8), (12, 2968, 9))
    asked = [
        {"expr": dated, "eval_time": f"{at}m", "exp_samples": [{"labels": _dated(dated, identity, week), "value": v}]}
        for at, week, v in expected
    ]
    inputs = [{"series": name, "values": values} for name, values in fed.items()]
    test = {"interval": "4m", "input_series": inputs, "promql_expr_test": asked}
    document = {"rule_files": ["rules.yaml"], "evaluation_interval": "4m", "tests": [test]}
    (tmp_path / "test.yaml").write_text(to_yaml(document), "utf-8")
    assert found_in(promtool, [tmp_path / "test.yaml"]) == {}


def _dated(name: str, identity: str, week: int) -> str:
    return f'{name}{{{identity},week="{week}"}}'
