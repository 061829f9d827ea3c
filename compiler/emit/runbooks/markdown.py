"""Texts to Markdown: whatever a template prints is text, never markup, unless it was made markup here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_ANYWHERE = re.compile(r"([\\`*\[\]{}<>&|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_AT_START = re.compile(r"([-+#=]+|\d{1,9}(?=[.)]))(?=[.)]?( |$))")
_IN_ADDRESS = {"(": "%28", ")": "%29", ";": "%3B"}


class Markdown(str):
    """Markup that is printed as it stands."""

    __slots__ = ()


@lru_cache(maxsize=65_536)
def escape(text: str) -> Markdown:
    """A text of one paragraph: line breaks become spaces, and no character is markup.

    An underscore inside a word marks nothing, so that names of metrics stay readable.
    """
    flat = _ANYWHERE.sub(r"\\\1", " ".join(text.split()))
    start = _AT_START.match(flat)
    if not start:
        return Markdown(flat)
    at = start.end() if start[0].isdigit() else 0  # a list's number is ended by the point, not begun by it
    return Markdown(f"{flat[:at]}\\{flat[at:]}")


def printed(value: Any) -> Any:
    """What a template prints: markup as it is, everything else escaped."""
    return value if isinstance(value, Markdown) else escape(str(value))


def code(text: str) -> Markdown:
    """A text within a line, to be read letter by letter."""
    flat = " ".join(text.split())
    if "`" not in flat:
        return Markdown(f"`{flat}`")
    fence = _longer_than_any(flat, 1)
    return Markdown(f"{fence} {flat} {fence}")


def fence(text: str, language: str = "sh") -> Markdown:
    """A text in lines of its own, to be copied: a command or a query. No text can end its own fence."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    marks = _longer_than_any(body, 3)
    return Markdown(f"{marks}{language}\n{body}\n{marks}")


def _longer_than_any(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def link(text: str, address: str) -> Markdown:
    """A link; an address cannot end it."""
    return Markdown(f"[{escape(text)}]({re.sub('[();]', lambda m: _IN_ADDRESS[m[0]], address)})")


def cell(text: str) -> Markdown:
    """Code within a table, where a bar would end the cell."""
    return Markdown(code(text).replace("|", "\\|"))
