"""Where a problem is, what it is, and the one way in which problems are told."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path


class Severity(IntEnum):
    """How bad: an error stops the build, a warning does with ``--strict``, a note never."""

    ERROR = 0
    WARNING = 1
    NOTE = 2

    @property
    def word(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in the user's files: ``line`` and ``column`` from 1, 0 where there is none."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: its place, its code, what is wrong and what would be right."""

    severity: Severity
    code: str
    message: str
    span: Span
    hint: str = ""

    @property
    def order(self) -> tuple[Span, int, str, str]:
        """By place, then by severity, code and text."""
        return (self.span, self.severity, self.code, self.message)


class SloError(Exception):
    """Carries diagnostics out of a place that cannot go on."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


class ToolError(Exception):
    """A tool that is missing, failed or hung; or wrong usage. Exit status 2."""


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of a run."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(self, severity: Severity, code: str, message: str, span: Span, hint: str = "") -> None:
        """Record one problem."""
        self.items.append(Diagnostic(severity, code, message, span, hint))

    def error(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Record an error."""
        self.add(Severity.ERROR, code, message, span, hint)

    def warning(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Record a warning."""
        self.add(Severity.WARNING, code, message, span, hint)

    def note(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Record a note."""
        self.add(Severity.NOTE, code, message, span, hint)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record several."""
        self.items.extend(diagnostics)

    @property
    def failed(self) -> bool:
        """Whether an error was recorded."""
        return any(d.severity is Severity.ERROR for d in self.items)

    def sorted(self) -> list[Diagnostic]:
        """Each problem once, by place."""
        return sorted(dict.fromkeys(self.items), key=lambda d: d.order)


def closest(word: str, choices: Iterable[str]) -> str:
    """The choice that ``word`` is a slip of; empty where none comes close."""
    known = {name.lower(): name for name in sorted(choices)}
    found = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else ""


def nearest(word: str, choices: Iterable[str]) -> str:
    """``did you mean 'x'?`` for the choice closest to ``word``, else the choices themselves."""
    known = sorted(choices)
    close = closest(word, known)
    if close:
        return f"did you mean {close!r}?"
    return f"one of: {', '.join(known)}" if known else ""


def render(diagnostics: Iterable[Diagnostic], style: str, root: Path) -> str:
    """All diagnostics as text for people, as JSON, or as GitHub workflow commands.

    Args:
        diagnostics: sorted.
        style: ``text``, ``json`` or ``github``.
        root: the folder against which the spans' files are read, for the source line.
    """
    rows = list(diagnostics)
    if style == "json":
        return json.dumps([_as_json(d) for d in rows], indent=2, ensure_ascii=False) + "\n"
    if style == "github":
        return "".join(_as_github(d) for d in rows)
    sources = _Sources(root)
    return "".join(_as_text(d, sources) for d in rows)


def _as_json(d: Diagnostic) -> dict[str, str | int]:
    place: dict[str, str | int] = {"file": d.span.file, "line": d.span.line, "column": d.span.column}
    return {"severity": d.severity.word, "code": d.code, "message": d.message, "hint": d.hint} | place


def _as_github(d: Diagnostic) -> str:
    level = {"error": "error", "warning": "warning", "note": "notice"}[d.severity.word]
    text = f"{d.message} ({d.hint})" if d.hint else d.message
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(raw, escaped)
    file = d.span.file
    for raw, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (",", "%2C"), (":", "%3A")):
        file = file.replace(raw, escaped)
    place = f"file={file},line={max(d.span.line, 1)},col={max(d.span.column, 1)},title={d.code}"
    return f"::{level} {place}::{text}\n"


def _as_text(d: Diagnostic, sources: _Sources) -> str:
    lines = [f"{_shown(str(d.span))}: {d.severity.word} {d.code}: {_shown(d.message)}"]
    source = sources.line(d.span)
    if source is not None:
        shown, offset = _clip(source, d.span.column)
        pad = "".join(_blank(c) for c in shown[:offset])
        lines += [f"    {shown}", f"    {pad}^"]
    if d.hint:
        lines.append("    = " + "\n".join(_shown(line) for line in d.hint.split("\n")))
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    """On one line, and nothing in it that a terminal obeys."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _blank(character: str) -> str:
    """As wide as the character, so that the caret stands under what it means."""
    if character == "\t":
        return "\t"
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def _clip(source: str, column: int) -> tuple[str, int]:
    """At most 100 characters of a line around ``column``, and where the caret stands in them."""
    offset = max(column - 1, 0)
    start = max(0, offset - 60) if len(source) > 100 else 0
    clean = "".join(c if c == "\t" or c.isprintable() else "\ufffd" for c in source[start : start + 100])
    return clean, min(offset - start, len(clean))


_SECRETS = re.compile(
    r"(?<=hooks\.slack\.com/services/)[^\s\"']+|xox[a-z]-[-\w]+|AKIA[0-9A-Z]{16}|gh[a-z]_\w{30,}|glpat-[-\w]+"
    r"|eyJ[-\w]{10,}\.[-\w.]+|-----BEGIN [A-Z ]*PRIVATE KEY-----.*|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"
)


def secret_in(text: str) -> bool:
    """Whether a text holds what looks like a token, a webhook's address, a key or a password in an address."""
    return bool(_SECRETS.search(text))


class _Sources:
    """The user's files, read again for the lines shown under a message; secrets in them are not shown."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, list[str]] = {}

    def line(self, span: Span) -> str | None:
        if not span.line:
            return None
        if span.file not in self._lines:
            self._lines[span.file] = self._read(span.file)
        lines = self._lines[span.file]
        return _SECRETS.sub("***", lines[span.line - 1]) if span.line <= len(lines) else None

    def _read(self, file: str) -> list[str]:
        try:
            text = (self._root / file).read_text("utf-8-sig", errors="replace")
        except (OSError, ValueError):
            return []
        return re.split("[\n\x85\u2028\u2029]", text)  # where YAML 1.1 ends a line
