"""Whatever is put into slo/: a message with its place, exit status 1 or 2, output/ as it was, and no traceback."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import pipeline
from compiler.diagnostics import Report
from tests.unit.language import ROOT, SERVICE, STACK, Project, Run, command
from tests.unit.test_source_yaml import BOMB

Write = Callable[[Project], object]
NOBODY = 65534


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built once."""
    project = Project(tmp_path_factory.mktemp("built"))
    project.write("stack.yaml", STACK)
    project.write("checkout.yaml", SERVICE)
    assert project.slo_command("build").status == 0
    return project.folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Project:
    """A copy of it, to be spoilt."""
    made = Project(tmp_path)
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return made


def file(text: str | bytes, name: str = "bad.yaml") -> Write:
    return lambda project: project.write(name, text)


def service(change: str, to: str) -> Write:
    assert change in SERVICE
    return file(SERVICE.replace(change, to), "checkout.yaml")


def stack(change: str, to: str) -> Write:
    assert change in STACK
    return file(STACK.replace(change, to), "stack.yaml")


def named(name: str) -> Write:
    return service("{name: checkout}", f"{{name: {name}}}")


def selects(errors: str) -> Write:
    return service('http_requests_total{job="checkout",code=~"5.."}', errors)


ROWS: dict[str, tuple[Write, str]] = {
    "alias": (file("a: &b 1\nc: *b\n"), "slo/bad.yaml:1:4: error SLO004"),
    "merge key": (file("<<: {a: 1}\n"), "slo/bad.yaml:1:1: error SLO004"),
    "merge bomb": (file(BOMB), "slo/bad.yaml:1:5: error SLO004"),
    "duplicate": (service("  owner:", "  owner: {team: a}\n  owner:"), "slo/checkout.yaml:6:3: error SLO005"),
    "1 MiB": (file("#" * 1_048_577), "slo/bad.yaml: error SLO003"),
    "nesting": (file("[" * 65), "slo/bad.yaml:1:65: error SLO003"),
    "values": (file("[" + "a," * 100_001 + "]"), "error SLO003: more than 100,000 values"),
    "no as truth": (service("slos:\n", "slos:\n    # no is a word\n    - no\n"), "error SLO011"),
    "hex": (service("99.9%", "0x63"), "slo/checkout.yaml:9:18: error SLO013: '0x63' is no percentage"),
    "underscore": (service("99.9%", "9_9"), "error SLO013: '9_9' is no percentage"),
    "a date": (service("99.9%", "2024-01-01"), "error SLO013: '2024-01-01' is no percentage"),
    "sexagesimal": (service("99.9%", "1:39"), "error SLO013: '1:39' is no percentage"),
    "invalid UTF-8": (file(b"a: caf\xe9\n"), "slo/bad.yaml:1:7: error SLO002"),
    "UTF-16": (file("a: b\n".encode("utf-16")), "slo/bad.yaml:1:1: error SLO002"),
    "tab": (service("  owner", "\towner"), "slo/checkout.yaml:5:1: error SLO001"),
    "NUL": (file("a: \0\n"), "slo/bad.yaml:1:4: error SLO002"),
    "empty": (file(""), "slo/bad.yaml: error SLO007: is empty"),
    "binary": (file(bytes(range(256)) * 10), "slo/bad.yaml:2:118: error SLO002"),
    "folder": (lambda p: (p.slo / "bad.yaml").mkdir(), "slo/bad.yaml: error SLO006"),
    "dangling link": (lambda p: (p.slo / "bad.yaml").symlink_to("nowhere"), "slo/bad.yaml: error SLO006"),
    "FIFO": (lambda p: os.mkfifo(p.slo / "bad.yaml"), "slo/bad.yaml: error SLO006"),
    "device": (lambda p: (p.slo / "bad.yaml").symlink_to("/dev/zero"), "slo/bad.yaml: error SLO006"),
    "name with /": (named("a/b"), "slo/checkout.yaml:3:18: error SLO011"),
    "name ..": (named("'..'"), "slo/checkout.yaml:3:18: error SLO011"),
    "name in capitals": (named("Checkout"), "slo/checkout.yaml:3:18: error SLO011"),
    "name of 300": (named("a" * 300), "slo/checkout.yaml:3:18: error SLO012"),
    "name with a line end": (named('"a\\nb"'), "slo/checkout.yaml:3:18: error SLO011"),
    "stack ..": (stack("{name: prod}", "{name: ..}"), "slo/stack.yaml:3:18: error SLO011"),
    "one file name": (
        file(SERVICE.replace("name: checkout", "name: check").replace("availability", "out-availability")),
        "error SLO102: the alerts of checkout/availability and check/out-availability",
    ),
    "the same service": (file(SERVICE), "error SLO101: there is a second ServiceLevel named 'checkout'"),
    "comment in PromQL": (selects("'x{code=\"500\"} # broken'"), "error SLO120: a comment (#) would swallow"),
    "unbalanced": (selects("'x{code=\"500\"}}'"), "error SLO120: unexpected right brace"),
    "unclosed": (selects("'x{code=\"500'"), "error SLO120: unterminated quoted string"),
    "wrong type": (selects("'1'"), "error SLO120: a bare selector is needed"),
    "a range": (selects("'x[5m]'"), "error SLO120: a selector stands here without a range"),
    "break out": (selects("'x{a=\"b\"} or vector(1)'"), "error SLO120: a bare selector is needed"),
    "secret": (
        stack("https://grafana.example.com", "https://admin:hunter2@grafana.example.com"),
        "slo/stack.yaml:7:14: error SLO104: a secret is written out in spec.urls.grafana",
    ),
    "webhook": (
        stack("email: {to: shop@example.com}", "slack: {url: 'https://hooks.slack.com/services/T/B/x'}"),
        "error SLO104",
    ),
    "unknown kind": (
        file("apiVersion: slo-compiler.dev/v1\nkind: Slo\nmetadata: {name: a}\nspec: {}\n"),
        "slo/bad.yaml:2:7: error SLO008",
    ),
    "no stack": (lambda p: (p.slo / "stack.yaml").unlink(), "slo: error SLO108: no ObservabilityStack"),
    "no service": (lambda p: (p.slo / "checkout.yaml").unlink(), "slo: error SLO108: no ServiceLevel"),
    "digits": (service("99.9%", "9" * 5000), "error SLO013"),
    "a century": (service("99.9%", "99.9%\n      window: 99999999999999999999d"), "error SLO013"),
    "huge threshold": (
        service('ratio:\n          errors: http_requests_total{job="checkout",code=~"5.."}\n          total: '
                'http_requests_total{job="checkout"}', f"latency: {{histogram: x_seconds, threshold: {'9' * 90}d}}"),
        "error SLO013",
    ),
}  # fmt: skip


def assert_told(run: Run, words: str, status: int = 1) -> None:
    assert run.status == status, run.stderr
    assert words in run.stderr
    assert "Traceback" not in run.stderr + run.stdout
    assert "this is a bug" not in run.stderr


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_bad_input_is_told_and_output_stays_as_it_was(
    project: Project, row: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, words = ROWS[row]
    before = project.files()
    spoil(project)
    run = command(capsys, "build", "--slo", str(project.slo), "--output", str(project.output))
    assert_told(run, words)
    assert project.files() == before
    assert sorted(path.name for path in project.folder.iterdir()) == ["output", "slo"]


@pytest.mark.parametrize("row", ["merge bomb", "invalid UTF-8", "FIFO", "name ..", "break out", "secret", "no stack"])
def test_in_a_process_of_its_own_it_ends_the_same(project: Project, row: str) -> None:
    spoil, words = ROWS[row]
    before = project.files()
    spoil(project)
    assert_told(project.slo_command("build"), words)
    assert project.files() == before


def test_the_merge_bomb_is_refused_within_a_second(project: Project) -> None:
    project.write("bad.yaml", BOMB)
    start = time.perf_counter()
    project.report()
    assert time.perf_counter() - start < 1


def test_no_folder_is_wrong_usage(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.slo.rmdir()
    assert_told(project.slo_command("build"), "slo: there is no folder slo", status=2)
    assert not project.output.exists()


@pytest.mark.parametrize("closed", ["team/payment.yaml", "team"])
def test_what_may_not_be_read_is_told_and_not_taken_for_deleted(closed: str) -> None:
    """A folder that is passed over in silence would take its services out of output/."""
    with tempfile.TemporaryDirectory() as name:  # outside of pytest's folders, which are root's alone
        project = Project(Path(name))
        project.write("stack.yaml", STACK)
        project.write("checkout.yaml", SERVICE)
        project.write("team/payment.yaml", SERVICE.replace("name: checkout", "name: payment"))
        (project.slo / closed).chmod(0)
        try:
            run = without_privileges(project)
        finally:
            (project.slo / closed).chmod(0o755)
    assert_told(run, f"slo/{closed}: error SLO006: cannot be read: Permission denied")


def without_privileges(project: Project) -> Run:
    """What the compiler says in a forked process that has given up root, which may read everything."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        status = 70
        try:
            os.close(reader)
            status = _as_nobody(project, writer)
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as said:
        text = said.read()
    _, status = os.waitpid(child, 0)
    return Run(os.waitstatus_to_exitcode(status), "", text)


def _as_nobody(project: Project, writer: int) -> int:
    if os.geteuid() == 0:
        for path in [project.folder, *project.folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    with os.fdopen(writer, "w", encoding="utf-8") as said:
        said.write(project.said())
    return int(project.report()[1].failed)


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf" + SERVICE.encode(), SERVICE.replace("\n", "\r\n").encode()])
def test_what_windows_editors_write_is_read_and_compiles_to_the_same_bytes(
    project: Project, text: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.files()
    project.write("checkout.yaml", text)
    run = command(capsys, "build", "--slo", str(project.slo), "--output", str(project.output))
    assert run.status == 0
    assert project.files() == before


def test_words_that_yaml_turns_into_truths_and_numbers_stay_words(project: Project) -> None:
    project.write(
        "checkout.yaml", SERVICE.replace("{name: checkout}", "{name: no, labels: {a: 0x1f, b: 1_000, c: on}}")
    )
    (catalog,), _ = project.report()
    (found,) = catalog.services
    assert (found.name, dict(found.labels)) == ("no", {"a": "0x1f", "b": "1_000", "c": "on"})


HOSTILE = [
    '"',
    "\\",
    "}",
    "\n",
    "`",
    "'",
    "{{",
    "}}",
    "$",
    "#",
    "|",
    "(",
    ".*",
    "é",
    "</script>",
    "-->",
    "; rm -rf /",
]


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=6).map("".join))
def test_a_label_value_of_any_characters_compiles_to_rules_that_parse(tmp_path: Path, value: str) -> None:
    """The build parses every expression that it makes, and the texts around them, so that no error is the proof."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    selector = f'x{{path="{quoted}"}}'.replace("'", "''")
    sli = f"{{ratio: {{errors: '{selector[:-1]},code=\"500\"}}', total: '{selector}'}}}}"
    head = "apiVersion: slo-compiler.dev/v1\nkind: ServiceLevel\nmetadata: {name: checkout}\nspec:\n"
    with tempfile.TemporaryDirectory(dir=tmp_path) as name:
        project, report = Project(Path(name)), Report()
        project.write("stack.yaml", STACK)
        project.write("a.yaml", f"{head}  owner: {{team: shop}}\n  slos: [{{name: a, objective: 99%, sli: {sli}}}]\n")
        assert pipeline.build(pipeline.Request(project.slo, project.output), report)
        assert [d.message for d in report.items if d.severity.word == "error"] == []


@pytest.fixture
def fuzzed(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    project.write("stack.yaml", STACK)
    yield project


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(SERVICE)), st.integers(0, 20), st.text(st.characters(codec="utf-8"), max_size=8))
def test_a_file_that_was_spoilt_anywhere_is_read_or_told(fuzzed: Project, at: int, length: int, put: str) -> None:
    fuzzed.write("checkout.yaml", SERVICE[:at] + put + SERVICE[at + length :])
    found, report = fuzzed.report()
    assert bool(found) != report.failed
    fuzzed.said()


def test_query_in_a_users_text_is_printed_and_never_run(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """It would run PromQL and put what it finds into notifications."""
    hostile = "{{ query `up` }} {{ $labels.pod }}"
    text = f"""\
      description: '{hostile}'
      alerting: {{annotations: {{note: '{hostile}'}}}}
      runbook: {{impact: '{hostile}'}}
"""
    project.write("checkout.yaml", SERVICE + text)
    run = command(capsys, "build", "--slo", str(project.slo), "--output", str(project.output), "--only", "rules")
    assert run.status == 0
    rules = project.files()["prod/services/checkout/rules/fast.yaml"].decode()
    assert "{{ query `up` }}" not in rules
    assert '{{ "{{" }} query `up` }} {{ $labels.pod }}' in rules


def test_the_projects_own_files_are_sound() -> None:
    project = Project.__new__(Project)
    project.folder, project.slo = ROOT, ROOT / "slo"
    _, report = project.report()
    assert [d.message for d in report.items if d.severity.word != "note"] == []
