"""LogQL: stream selectors and the lines that are errors."""

from __future__ import annotations

import pytest

from compiler import logql


def test_a_stream_has_exactly_these_labels_quoted() -> None:
    assert logql.stream({"app": "check}out", "pod": 'a"\\\n'}) == '{app="check}out", pod="a\\"\\\\\\n"}'


def test_errors_are_the_stream_and_the_users_pipeline() -> None:
    assert logql.errors({"app": "checkout"}, '|= "level=error"') == '{app="checkout"} |= "level=error"'


def test_without_a_pipeline_errors_are_the_stream() -> None:
    assert logql.errors({"app": "checkout"}, "") == '{app="checkout"}'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("check}out $1 [v2]", "=`check}out $1 [v2]`"),
        ('a "b" \\d', "=~`a .b. .d`"),
        ("x`y.z (old)", "=~`x.y.z .old.`"),
        ("two\nlines", "=~`two.lines`"),
    ],
)
def test_a_stream_for_links_holds_nothing_to_escape(value: str, written: str) -> None:
    """A quote, a backslash, a backtick and a line break are any one character of a pattern."""
    found = logql.unescaped_stream({"team": "edge", "app": value})
    assert found == f"{{team=`edge`, app{written}}}"
    logql.check_selection(found)
