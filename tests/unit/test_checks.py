"""Checks: what each lets pass, and where it draws its line. tests/cases shows what each says."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.checks.run import checks
from compiler.checks.slo140_labels import INFO, RESERVED
from tests.unit.language import SERVICE, STACK, Project

HEAD = "apiVersion: slo-compiler.dev/v1\nkind: ServiceLevel\nmetadata: {name: checkout}\nspec:\n"
RATIO = "{ratio: {errors: 'x{code=\"500\"}', total: x}}"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write("stack.yaml", STACK)
    made.write("checkout.yaml", SERVICE)
    return made


def codes(project: Project) -> list[str]:
    """Codes of errors and warnings, each once, sorted."""
    _, report = project.report()
    return sorted({d.code for d in report.items if d.severity.word != "note"})


def slo(project: Project, text: str) -> None:
    project.write(
        "checkout.yaml", f"{HEAD}  owner: {{team: shop}}\n  workload: none\n  slos: [{{name: a, {text}}}]\n"
    )


def test_a_sound_project_is_told_nothing(project: Project) -> None:
    assert project.said() == ""


def test_every_check_names_its_codes_and_says_what_it_holds() -> None:
    assert len(checks()) == len(list((Path(__file__).parents[2] / "compiler" / "checks").glob("slo*.py")))
    for check in checks():
        assert check.codes
        assert check.doc.endswith(".")


@pytest.mark.parametrize(("objective", "expected"), [("93.06%", []), ("93.05%", ["SLO110"]), ("50%", ["SLO110"])])
def test_a_tier_must_be_able_to_fire(project: Project, objective: str, expected: list[str]) -> None:
    """14.4 times the budget of 93.0555…% is all events."""
    slo(project, f"objective: {objective}, sli: {RATIO}")
    assert codes(project) == expected


@pytest.mark.parametrize(
    ("objective", "low", "expected"),
    [
        ("99.99%", "guard", []),
        ("99.999%", "guard", ["SLO112"]),
        ("99.999%", "{minEvents: 20}", []),
        ("99.99%", "off", []),
        ("99.995%", "off", ["SLO112"]),
    ],
)
def test_an_objective_so_high_that_a_handful_of_errors_pages_is_told(
    project: Project, objective: str, low: str, expected: list[str]
) -> None:
    slo(project, f"objective: {objective}, sli: {RATIO}, alerting: {{lowTraffic: {low}}}")
    assert codes(project) == expected


def test_what_pages_nobody_may_be_as_high_as_it_likes(project: Project) -> None:
    slo(project, f"objective: 99.9999%, sli: {RATIO}, alerting: {{mode: ticket}}")
    assert codes(project) == []


@pytest.mark.parametrize(("window", "expected"), [("100d", []), ("101d", ["SLO113"])])
def test_retention_covers_the_window(project: Project, window: str, expected: list[str]) -> None:
    slo(project, f"objective: 99.9%, window: {window}, sli: {RATIO}")
    assert codes(project) == expected


def tiers(project: Project, text: str) -> None:
    slo(project, f"objective: 99.9%, sli: {RATIO}, alerting: {{policy: ours}}")
    head = "apiVersion: slo-compiler.dev/v1\nkind: BurnRatePolicy\nmetadata: {name: ours}\n"
    project.write("policy.yaml", f"{head}spec: {{tiers: [{{name: a, alert: page, {text}, factor: 14}}]}}\n")


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ("long: 1h, short: 5m", []),
        ("long: 5m, short: 5m", []),
        ("long: 6h, short: 30m", []),
        ("long: 6h4m, short: 30m", []),
        ("long: 6h2m, short: 30m", ["SLO111"]),
        ("long: 5h59m30s, short: 30m", []),
        ("long: 1h, short: 5m15s", ["SLO111"]),
        ("long: 1h, short: 4m30s", ["SLO111"]),
        ("long: 30d, short: 6h", []),
        ("long: 31d, short: 6h", ["SLO111"]),
        ("long: 5m, short: 1h", ["SLO111"]),
    ],
)
def test_windows_of_a_policy_can_be_summed_from_what_is_recorded(
    project: Project, windows: str, expected: list[str]
) -> None:
    tiers(project, windows)
    assert codes(project) == expected


@pytest.mark.parametrize(
    ("errors", "total", "expected"),
    [
        ('x{a="1",b="2"}', 'x{a="1"}', []),
        ('x{a="1",a!="2"}', 'x{a="1"}', []),
        ('x{a=~"1|2",b="3"}', 'x{a=~"1|2|3"}', []),
        ('x{b="2"}', 'x{a!=""}', ["SLO122"]),
        ('x{a="2",b="1"}', 'x{a="1"}', ["SLO122"]),
        ('x{a="1"}', 'x{a="1"}', ["SLO122"]),
        ('x{b="1",a="1"}', 'x{a="1",b="1"}', ["SLO122"]),
        ('y{a="2"}', 'x{a="1"}', []),
    ],
)
def test_errors_lie_within_total_as_far_as_that_can_be_proved(
    project: Project, errors: str, total: str, expected: list[str]
) -> None:
    slo(project, f"objective: 99%, sli: {{ratio: {{errors: '{errors}', total: '{total}'}}}}")
    assert codes(project) == expected


@pytest.mark.parametrize("name", sorted({*RESERVED, *INFO}))
def test_every_label_that_the_rules_set_is_reserved(project: Project, name: str) -> None:
    project.write("checkout.yaml", SERVICE.replace("{name: checkout}", f"{{name: checkout, labels: {{{name}: x}}}}"))
    assert codes(project) == ["SLO140"]


def test_labels_of_an_slo_may_be_those_of_slo_info_but_no_others(project: Project) -> None:
    for name, expected in (("unit", []), ("team", ["SLO140"]), ("prometheus", ["SLO141"]), ("tier", [])):
        slo(project, f"objective: 99%, sli: {RATIO}, alerting: {{labels: {{{name}: x}}}}")
        assert codes(project) == expected


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("{receiver: shop}", []),
        ("{team: shop, receiver: shop}", []),
        ("{team: shop, severity: critical, receiver: shop}", []),
        ("{team: shop, severity: warning, receiver: shop}", ["SLO115"]),
        ("{team: other, receiver: shop}", ["SLO115"]),
        ("{team: shop, receiver: shopp}", ["SLO114"]),
    ],
)
def test_pages_reach_somebody(project: Project, route: str, expected: list[str]) -> None:
    project.write("stack.yaml", STACK.replace("{receiver: shop}", route))
    assert codes(project) == expected


@pytest.mark.parametrize(
    "run",
    [
        "kubectl get pods -n shop",
        "kubectl rollout history deploy/checkout -n shop",
        "kubectl get deploy checkout -o jsonpath='{.spec.replicas}'",
        "kubectl logs deploy/scale-set -n delete",
        "kubectl describe cm set",
        "kubectl get events -A --field-selector reason=Failed",
        "helm history checkout -n shop",
        "argocd app diff checkout",
    ],
)
def test_a_command_that_only_reads_may_stand_under_look(project: Project, run: str) -> None:
    step(project, run)
    assert codes(project) == []


@pytest.mark.parametrize(
    "run",
    [
        "kubectl scale deploy/checkout --replicas=0",
        "kubectl -n shop delete pod x",
        "kubectl --context prod -n shop rollout restart deploy/x",
        "kubectl get pods -o name | xargs kubectl delete",
        "kubectl get pods; kubectl apply -f x.yaml",
        "helm rollback checkout 3",
        "argocd app sync checkout",
    ],
)
def test_a_command_that_changes_something_stands_under_change(project: Project, run: str) -> None:
    step(project, run)
    assert codes(project) == ["SLO150"]
    step(project, run, "change: It\n            when: errors began with it")
    assert codes(project) == []


@pytest.mark.parametrize(
    "run",
    [
        "kubectl rollout undo deploy/x",
        "kubectl get pod <pod>",
        "kubectl get pod {pod}",
        "kubectl get pod {{ $labels.pod }}",
        "|\n              kubectl get pods\n              kubectl get nodes",
    ],
)
def test_a_command_can_be_pasted_as_it_stands(project: Project, run: str) -> None:
    step(project, run, "change: It\n            when: errors began with it")
    assert codes(project) == ["SLO150"]


def step(project: Project, run: str, kind: str = "look: What?") -> None:
    written = f"          - {kind}\n            run: {run}\n"
    project.write("checkout.yaml", f"{SERVICE}      runbook:\n        steps:\n{written}")


@pytest.mark.parametrize(
    ("text", "bucket", "expected"),
    [
        ("buckets: [300ms]", "300ms", []),
        ("buckets: [0.3s]", "300ms", ["SLO013"]),
        ("buckets: [1s]", "1000ms", []),
        ("buckets: [1s]", "2s", ["SLO125"]),
    ],
)
def test_a_latency_threshold_is_a_bucket(project: Project, text: str, bucket: str, expected: list[str]) -> None:
    slo(project, f"objective: 99%, sli: {{latency: {{histogram: x_seconds, threshold: {bucket}, {text}}}}}")
    assert codes(project) == expected


def test_names_that_meet_are_told_across_services_and_case(project: Project) -> None:
    """Alert names that differ in case alone would be one runbook file."""
    other = SERVICE.replace("name: checkout", "name: check")
    project.write("b.yaml", other.replace("name: availability", "name: up-availability"))
    assert codes(project) == []
    project.write("b.yaml", other.replace("name: availability", "name: out-availability"))
    assert codes(project) == ["SLO102"]
    project.write("b.yaml", other + "      alerting: {name: SLOCheckoutAvailability}\n")
    assert codes(project) == ["SLO102"]


def test_checks_run_for_every_stack(project: Project) -> None:
    project.write("eu.yaml", STACK.replace("name: prod", "name: eu").replace("100d", "10d"))
    _, report = project.report()
    assert [d.message for d in report.sorted()] == ["the window 30d is longer than the retention 10d of eu"]
