"""The only place that builds, reads and escapes LogQL.

Loki has no parser to embed: of a selection only what would keep it from being counted is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from compiler.promql import Matcher, quote

_TOKEN = re.compile(r"""(?P<string>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?P<word>\w+)|(?P<space>\s+)|(?P<other>.)""", re.DOTALL)
_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
_MATCHER = re.compile(rf"\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*({_STRING})\s*", re.DOTALL)
_TO_ESCAPE = r"""\"\\`\t\n\r"""
_ESCAPED = re.compile(rf"[{_TO_ESCAPE}]")
_NOT_LITERAL = re.compile(rf"[{_TO_ESCAPE}.+*?()|[\]{{}}^$]")
"""What no pattern may hold as it is, if nothing in it is to be escaped."""
_PARSERS = frozenset(("json", "logfmt", "regexp", "pattern", "unpack", "label_format", "line_format"))
_AGGREGATIONS = "a selection of lines is meant: it is counted by the compiler"


class LogqlError(ValueError):
    """What is no selection of log lines."""


def stream(labels: Mapping[str, str]) -> str:
    """A stream selector of exactly these labels."""
    return "{" + ", ".join(f"{name}={quote(value)}" for name, value in labels.items()) + "}"


def unescaped_stream(labels: Mapping[str, str]) -> str:
    """The same without a sign that LogQL, JSON or an address would want escaped, so that it reaches Explore whole.

    Between backticks nothing is escaped. A value that holds what may not stand there, or not in a text of JSON, is
    matched by a pattern with any one character in its place.
    """
    return "{" + ", ".join(f"{name}{_unescaped(value)}" for name, value in labels.items()) + "}"


def _unescaped(value: str) -> str:
    if not _ESCAPED.search(value):
        return f"=`{value}`"
    return f"=~`{_NOT_LITERAL.sub('.', value)}`"


def errors(labels: Mapping[str, str], pipeline: str) -> str:
    """The error lines of a stream."""
    return f"{stream(labels)} {pipeline}".strip()


def lines_a_minute(selection: str) -> str:
    """The lines of a minute that ended a minute ago; a line that does not parse would fail the whole of it."""
    words = [text for kind, text in _tokens(selection) if kind == "word"]
    unparsed = ' | __error__=""' if _PARSERS.intersection(words) and "__error__" not in words else ""
    return f"count_over_time({' '.join(selection.split(chr(10))).strip()}{unparsed} [1m] offset 1m)"


def check_selection(text: str) -> None:
    """Refuse what is no stream selector with a pipeline behind it.

    Raises:
        LogqlError: in a sentence.
    """
    others = _alone(text)
    if not text.lstrip().startswith("{"):
        raise LogqlError(_AGGREGATIONS if "(" in others else "a selection begins with a stream selector in braces")
    if "[" in others or "]" in others:
        raise LogqlError("a selection stands here without a range: leave out the [5m]")
    found, rest = _split(text)
    if not any(_picks(matcher) for matcher in found):
        raise LogqlError('a stream selector needs a label with a value: Loki refuses {} and {app=~".*"}')
    _check_pipeline(rest)


def _alone(text: str) -> list[str]:
    """The signs outside words and strings, where nothing runs into what the compiler writes behind it."""
    others = [token for kind, token in _tokens(text) if kind == "other"]
    if any(token in "\"'`" for token in others):
        raise LogqlError("a string does not end, or stands in single quotes")
    if any(kind == "string" and "\n" in token for kind, token in _tokens(text)):
        raise LogqlError("a string goes over several lines")
    if "#" in others:
        raise LogqlError("a comment (#) would swallow what the compiler writes behind it")
    return others


def _check_pipeline(text: str) -> None:
    others = [token for kind, token in _tokens(text) if kind == "other"]
    if text and not re.match(r"\||!=|!~", text):
        raise LogqlError("behind the stream selector a pipeline is meant, which begins with |")
    if "{" in others or "}" in others or others.count("(") != others.count(")"):
        raise LogqlError("its brackets do not match")
    if any(kind == "word" and word in ("unwrap", "offset") for kind, word in _tokens(text)):
        raise LogqlError("lines are counted, not their values: leave out unwrap and offset")


def matchers(text: str) -> tuple[Matcher, ...]:
    """The conditions of a selection's stream selector.

    Raises:
        LogqlError: there is none.
    """
    return _split(text)[0]


def is_without(text: str, label: str) -> bool:
    """Whether a selection asks for streams without a label."""
    return Matcher(label, "=", "") in matchers(text)


def unasked(total: str, part: str) -> Iterator[Matcher]:
    """Conditions on the streams of one selection that another does not speak of at all."""
    found, rest = _split(part)
    spoken = {m.label for m in found} | {word for kind, word in _tokens(rest) if kind == "word"}
    yield from (matcher for matcher in matchers(total) if matcher.label not in spoken)


def _split(text: str) -> tuple[tuple[Matcher, ...], str]:
    """The conditions, and what stands behind the braces."""
    at = text.index("{") + 1
    found: list[Matcher] = []
    while match := _MATCHER.match(text, at):
        found.append(Matcher(match[1], match[2], _unquoted(match[3])))
        at = match.end()
        if text[at : at + 1] != ",":
            break
        at += 1
    if text[at : at + 1] != "}" or text[at - 1] == ",":
        raise LogqlError("the stream selector is none")
    return tuple(found), text[at + 1 :].strip()


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text[1:-1])


def _picks(matcher: Matcher) -> bool:
    """Whether it asks for a label that is not empty, without which Loki would read every stream."""
    if matcher.op == "=~":
        try:
            return not re.fullmatch(matcher.value, "")
        except re.error:  # one that RE2 alone may know
            return True
    return matcher.op == "=" and bool(matcher.value)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    yield from ((found.lastgroup or "", found[0]) for found in _TOKEN.finditer(text))
