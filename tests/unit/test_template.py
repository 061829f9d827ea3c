"""User text in annotations: printed, never run, but for the labels of the alert."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.prose.template import escape

PIECES = st.sampled_from(
    [
        "{",
        "}",
        "{{",
        "}}",
        "{{-",
        " ",
        "\n",
        '"',
        "`",
        "\\",
        "$labels.pod",
        "{{ $labels.pod }}",
        "{{$labels.a}}",
        "query",
        "x",
    ]
)
HOSTILE = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=12).map("".join))


def expand(template: str) -> str:
    """What Prometheus prints, where actions are texts between quotes and labels, which stay as they are here.

    An action begins at the first ``{{`` and ends at the next ``}}`` outside quotes, as in Go's text/template.
    """
    printed, rest = "", template
    while "{{" in rest:
        before, _, rest = rest.partition("{{")
        action = re.match(r'\s*("(?:[^"\\]|\\.)*"|\$labels\.\w+)\s*\}\}', rest)
        assert action, f"{{{{{rest}: an action that is neither a text nor a label"
        word = action[1]
        printed += before + (word[1:-1] if word.startswith('"') else "{{" + action[0])
        rest = rest[action.end() :]
    return printed + rest


@settings(max_examples=400)
@given(HOSTILE)
def test_a_users_text_is_printed_as_it_was_written(text: str) -> None:
    assert expand(escape(text)) == text


@settings(max_examples=200)
@given(HOSTILE)
def test_no_action_is_left_but_texts_and_labels(text: str) -> None:
    actions = re.findall(r"\{\{(.*?)\}\}", escape(text), re.DOTALL)
    assert [a for a in actions if not re.fullmatch(r'\s*("\{\{?"|\$labels\.\w+)\s*', a, re.ASCII)] == []


@pytest.mark.parametrize(
    "text",
    [
        '{{ query "up" }}',
        "{{ define `x` }}",
        "{{- $value }}",
        "{{ $labels }}",
        "{{ $labels.a.b }}",
        "{{ .Labels.pod }}",
    ],
)
def test_what_would_run_is_printed(text: str) -> None:
    assert escape(text).startswith('{{ "{{" }}')


def test_a_label_of_the_alert_is_filled_in() -> None:
    assert (
        escape("pod {{ $labels.pod }} of {{$labels.namespace}}") == "pod {{ $labels.pod }} of {{$labels.namespace}}"
    )
