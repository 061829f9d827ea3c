"""Formats of variables: ``${name:format}``, and what a data source does where no format is named.

Source: ``formatRegistry`` of @grafana/scenes 8; ``interpolateQueryExpr`` of the Prometheus and Loki data sources.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import quote

from tests.lab.grafana import times

Scalar = str | int | float
Value = Scalar | list[str]
"""What a variable has: several values where it is of many."""
_UNRESERVED = "-_.~"
_URI = "-_.~;/?:@&=+$,#"
_REGEX = re.compile(r"[\\^$*+?.()|[\]{}/]")
_SELECTOR = re.compile(r"[$^*{}\[\]+?.()|]")


class Subject(Protocol):
    """What a name in a text stands for."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def many(self) -> bool:
        """Whether it may have several values, or all."""

    def value(self, path: str) -> Value | Done | None:
        """Its value, or the part of it that a path names; None where it has none."""

    def text(self, path: str) -> str:
        """What a person reads."""

    def query(self) -> str | None:
        """Its parameters in an address; None where it has none of its own form."""


Special = Callable[[Value, Subject], str]
"""What a data source makes of a variable without a format."""
Form = str | Special


class Done:
    """A value that is formatted already, or only by its own rules."""

    def __init__(self, said: Callable[[Form], str]) -> None:
        self.said = said


class Left(str):
    """A variable that means nothing where it stands, as it is written."""


def formatted(value: Value, form: str, subject: Subject, path: str) -> str:
    """A value in a format; in ``glob`` where there is none of that name, as Grafana has it."""
    name, *args = form.split(":")
    if name == "text":
        return subject.text(path)
    if name == "queryparam":
        return _queryparam(value, subject, path)
    if name == "distributed":
        return f",{subject.name}=".join(several(value)) if isinstance(value, list) else shown(value)
    if name == "date":
        return _date(value, args)
    if name == "join":
        return (args[0] if args else ",").join(several(value))
    return _FORMATS.get(name, _glob)(value)


def several(value: Value) -> list[str]:
    """Its values, of one also."""
    return value if isinstance(value, list) else [shown(value)]


def shown(value: Scalar) -> str:
    """A number as JavaScript prints it; a text as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def encoded(text: str) -> str:
    """Percent-encoded for one parameter, by RFC 3986, ``!'()*`` too."""
    return quote(text, safe=_UNRESERVED, errors="strict")


def uri(text: str) -> str:
    """Percent-encoded, but for an address' own signs: what a link does to a variable without a format."""
    return quote(text, safe=_URI, errors="strict")


def parameters(pairs: Sequence[tuple[str, str]]) -> str:
    """An address' parameters as Grafana's own pages write them: ``@ : $ , ;`` stand as they are."""
    return "&".join(f"{_angular(key)}={_angular(value)}" for key, value in pairs)


def plain(value: Value, _: Subject) -> str:
    """Several values as ``{a,b}``: Jaeger, and every text that is no query."""
    return _glob(value)


def prometheus(value: Value, subject: Subject) -> str:
    """PromQL: a variable of many becomes a regular expression, another has its backslashes doubled."""
    if not subject.many:
        return ",".join(each.replace("\\", "\\\\").replace("'", "\\\\'") for each in several(value))
    escaped = [_in_selector(each) for each in several(value)]
    return f"({'|'.join(escaped)})" if isinstance(value, list) and len(escaped) != 1 else escaped[0]


def loki(value: Value, subject: Subject) -> str:
    """LogQL: a variable of many becomes a regular expression, another stands as it is."""
    return "|".join(_in_selector(each) for each in several(value)) if subject.many else ",".join(several(value))


SPECIAL: dict[str, Special] = {"prometheus": prometheus, "loki": loki, "jaeger": plain}
"""By the type of data source."""


def _in_selector(value: str) -> str:
    return _SELECTOR.sub(r"\\\\\g<0>", value.replace("\\", "\\\\\\\\"))


def _glob(value: Value) -> str:
    if isinstance(value, list):
        return "{" + ",".join(value) + "}" if len(value) > 1 else ",".join(value)
    return shown(value)


def _json(value: Value) -> str:
    """A single text stays as it is, without quotes: that is what the format does."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if not isinstance(value, str) else value


def _regex(value: Value) -> str:
    escaped = [_REGEX.sub(r"\\\g<0>", each) for each in several(value)]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def _joined(separator: str) -> Callable[[Value], str]:
    return lambda value: separator.join(several(value))


def _quoted(mark: str) -> Callable[[Value], str]:
    return lambda value: ",".join(mark + each.replace(mark, "\\" + mark) + mark for each in several(value))


def _encoding(with_: Callable[[str], str]) -> Callable[[Value], str]:
    return lambda value: with_("{" + ",".join(value) + "}" if isinstance(value, list) else shown(value))


def _html(value: Value) -> str:
    escaped = html.escape(", ".join(several(value)), quote=True)
    return escaped.replace("&#x27;", "&#39;")


def _sql(value: Value) -> str:
    return ",".join("'" + each.replace("'", "''").replace('"', '\\"') + "'" for each in several(value))


def _queryparam(value: Value, subject: Subject, path: str) -> str:
    own = subject.query()
    if own is not None and not path:
        return own
    return "&".join(f"var-{subject.name}={encoded(each)}" for each in several(value))


def _date(value: Value, args: Sequence[str]) -> str:
    number = re.match(r"\s*-?\d+", "" if isinstance(value, list) else str(value))
    if not number:
        return "NaN"
    at, form = int(number[0]), ":".join(args) or "iso"
    if form == "iso":
        return times.iso(at)
    forms = {"ms": str(at), "seconds": str((at + 500) // 1_000)}
    return forms[form] if form in forms else times.written(at, form)


def _angular(text: str) -> str:
    return quote(text, safe="-_.~!*'()@:$,;", errors="strict")


_FORMATS: dict[str, Callable[[Value], str]] = {
    "raw": _joined(","),
    "csv": _joined(","),
    "pipe": _joined("|"),
    "glob": _glob,
    "json": _json,
    "regex": _regex,
    "singlequote": _quoted("'"),
    "doublequote": _quoted('"'),
    "sqlstring": _sql,
    "html": _html,
    "percentencode": _encoding(encoded),
    "uriencode": _encoding(uri),
}
