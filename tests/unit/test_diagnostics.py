"""Messages: sorted, each once, with the line, the caret and what would be right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Report, Severity, Span, closest, nearest, render, secret_in

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)


def problem(message: str = "wrong", span: Span | None = None, hint: str = "") -> Diagnostic:
    return Diagnostic(Severity.ERROR, "SLO011", message, span or Span("slo/a.yaml", 1, 1), hint)


def shown(folder: Path, source: str, column: int, line: int = 1) -> list[str]:
    """The line and the caret under a message, without their indentation."""
    (folder / "a.yaml").write_text(source, "utf-8")
    text = render([problem(span=Span("a.yaml", line, column))], "text", folder)
    return [row.removeprefix("    ") for row in text.splitlines()[1:]]


def test_problems_are_sorted_by_place_and_told_once() -> None:
    report = Report()
    report.note("SLO126", "c", Span("b.yaml", 1, 1))
    report.error("SLO011", "b", Span("a.yaml", 10, 1))
    report.warning("SLO130", "a", Span("a.yaml", 9, 1))
    report.error("SLO011", "b", Span("a.yaml", 10, 1))
    assert [d.message for d in report.sorted()] == ["a", "b", "c"]


def test_only_an_error_fails_a_run() -> None:
    report = Report()
    report.warning("SLO130", "a", Span("a"))
    report.note("SLO126", "b", Span("a"))
    assert report.failed is False
    report.error("SLO011", "c", Span("a"))
    assert report.failed is True


def test_the_caret_stands_under_the_column(tmp_path: Path) -> None:
    assert shown(tmp_path, "key: value\n", 6) == ["key: value", "     ^"]


def test_the_caret_stands_under_the_column_behind_a_tab(tmp_path: Path) -> None:
    assert shown(tmp_path, "a:\tvalue\n", 4) == ["a:\tvalue", "  \t^"]


def test_wide_and_combining_characters_do_not_move_the_caret(tmp_path: Path) -> None:
    """A terminal draws 監 two columns wide, and an accent upon the letter before it."""
    assert shown(tmp_path, "監視: x\n", 5) == ["監視: x", "      ^"]
    assert shown(tmp_path, "e\u0301: x\n", 5) == ["e\u0301: x", "   ^"]


def test_lines_end_where_yaml_ends_them(tmp_path: Path) -> None:
    assert shown(tmp_path, "a: 1\u2028b: 2\r\nc: 3\n", 4, line=3) == ["c: 3", "   ^"]


def test_a_byte_order_mark_does_not_move_the_caret(tmp_path: Path) -> None:
    assert shown(tmp_path, "\ufeffa: 1\n", 4) == ["a: 1", "   ^"]


def test_a_long_line_is_cut_around_the_caret(tmp_path: Path) -> None:
    line, caret = shown(tmp_path, "x" * 300 + "!" + "y" * 300, 301)
    assert (len(line), line[caret.index("^")]) == (100, "!")


def test_a_line_that_is_gone_is_left_out(tmp_path: Path) -> None:
    assert shown(tmp_path, "a: 1\n", 1, line=7) == []
    assert render([problem(span=Span("gone.yaml", 1, 1))], "text", tmp_path) == "gone.yaml:1:1: error SLO011: wrong\n"


@given(WORDS, WORDS)
@settings(max_examples=100)
def test_no_message_can_speak_to_the_terminal(message: str, hint: str) -> None:
    text = render([problem(message, Span("a\x1b[31m.yaml"), hint)], "text", Path("/nowhere"))
    assert all(character.isprintable() or character == "\n" for character in text)


def test_a_secret_is_not_shown_again_in_the_source_line(tmp_path: Path) -> None:
    line, _ = shown(tmp_path, "grafana: https://admin:hunter2@grafana.example.com\n", 1)
    assert line == "grafana: https://***@grafana.example.com"


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.slack.com/services/T0/B0/abc",
        "xoxb-1234-abcd",
        "AKIA0123456789ABCDEF",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "glpat-abcdefgh",
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "-----BEGIN RSA PRIVATE KEY-----",
        "https://user:password@grafana.example.com",
    ],
)
def test_what_looks_like_a_secret_is_one(text: str) -> None:
    assert secret_in(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "https://grafana.example.com:3000/d/x",
        "kubectl get --raw /readyz?verbose",
        'http_requests_total{job="checkout"}',
        "#payments-oncall",
        "oncall@example.com",
        "AKIA",
    ],
)
def test_what_people_write_every_day_is_no_secret(text: str) -> None:
    assert secret_in(text) is False


def test_json_holds_every_field() -> None:
    text = render([problem("für\x1b", hint="h")], "json", Path())
    expected = {"severity": "error", "code": "SLO011", "message": "für\x1b", "hint": "h", "file": "slo/a.yaml"}
    assert json.loads(text) == [expected | {"line": 1, "column": 1}]


def test_github_takes_one_line_a_problem_whatever_is_in_it() -> None:
    text = render([problem("100%\nbad", Span("a,b:\nc.yaml"), "hint")], "github", Path())
    assert text == "::error file=a%2Cb%3A%0Ac.yaml,line=1,col=1,title=SLO011::100%25%0Abad (hint)\n"


def test_the_nearest_right_name_is_offered() -> None:
    names = ("objective", "window", "sli")
    assert nearest("objectve", names) == "did you mean 'objective'?"
    assert nearest("WINDOW", names) == "did you mean 'window'?"
    assert nearest("runbook", names) == "one of: objective, sli, window"
    assert nearest("runbook", ()) == ""


@given(st.text(min_size=1, max_size=12), st.lists(st.text(min_size=1, max_size=12), max_size=8))
@settings(max_examples=200)
def test_the_closest_name_is_one_of_the_names_and_a_name_is_closest_to_itself(word: str, names: list[str]) -> None:
    assert closest(word, names) in {"", *names}
    folded = {name.lower() for name in names}
    if word.lower() in folded:
        assert closest(word, names).lower() == word.lower()
