"""Texts with variables: ``$name``, ``${name}``, ``${name.path:format}``, ``[[name:format]]``."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.lab.grafana.formats import Done, Form, Left, Subject, formatted

VARIABLE = re.compile(
    r"\$(\w+)"
    r"|\[\[(\w+?)(?::(\w+))?\]\]"
    r"|\$\{(\w+)((?:\.[^:^{}\[\]]+|\[\"[^\"]*\"\]|\['[^']*'\]|\[[^\]\"']*\])*)(?::([^}]+))?\}",
    re.ASCII,
)
"""As ``VARIABLE_REGEX`` of @grafana/scenes."""
Scope = Callable[[str], "Subject | None"]
"""What a name stands for; None where there is none, and the text keeps it as it is written."""


def interpolate(text: str, scope: Scope, form: Form = "", left: list[str] | None = None) -> str:
    """A text with its variables replaced.

    Args:
        text: as it stands in the dashboard.
        scope: what the names stand for.
        form: the format of those that name none; ``glob`` where it is empty.
        left: gets those that are not replaced, but for ``$1`` of regular expressions and ``$__all`` of addresses.
    """
    kept = [] if left is None else left

    def one(match: re.Match[str]) -> str:
        subject = scope(match[1] or match[2] or match[4])
        if subject is None:
            if not (match[1] or "").isdigit() and match[1] != "__all":
                kept.append(match[0])
            return match[0]
        path = (match[5] or "").removeprefix(".")
        value = subject.value(path)
        if value is None:
            return ""
        wanted: Form = match[3] or match[6] or form
        if isinstance(value, Done):
            return interpolate(value.said(wanted), scope, left=kept)
        if isinstance(value, Left):
            kept.append(match[0])
        if callable(wanted):
            return wanted(value, subject)
        return formatted(value, wanted or "glob", subject, path)

    return VARIABLE.sub(one, text)


def names(text: str) -> set[str]:
    """The names that a text refers to."""
    return {match[1] or match[2] or match[4] for match in VARIABLE.finditer(text)}
