"""LogQL: stream selectors and the lines that are errors."""

from __future__ import annotations

from compiler import logql


def test_a_stream_has_exactly_these_labels_quoted() -> None:
    assert logql.stream({"app": "check}out", "pod": 'a"\\\n'}) == '{app="check}out", pod="a\\"\\\\\\n"}'


def test_errors_are_the_stream_and_the_users_pipeline() -> None:
    assert logql.errors({"app": "checkout"}, '|= "level=error"') == '{app="checkout"} |= "level=error"'


def test_without_a_pipeline_errors_are_the_stream() -> None:
    assert logql.errors({"app": "checkout"}, "") == '{app="checkout"}'


def test_a_stream_between_backticks_needs_no_escapes() -> None:
    """But for a value that has a backtick of its own, which is quoted."""
    found = logql.unescaped_stream({"app": 'a "b" \\d', "team": "x`y"})
    assert found == '{app=`a "b" \\d`, team="x`y"}'
    logql.check_selection(found)
