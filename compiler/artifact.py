"""A file of output/, before it is written, and what makes such files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from compiler.model.catalog import Catalog, Service

GENERATED = "Generated from {sources}. Change that, not this."
EVERY_SERVICE = "every service of the stack"
"""Stands among the sources of a file that every service adds to."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file: its path below the stack's folder, its text, and the files that it comes from."""

    path: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Emitter:
    """Makes the files of one kind of output.

    ``service`` is called once for each service, ``platform`` once a stack; either may be None.
    ``output`` is the word of ``outputs`` and ``--only`` that asks for it.
    """

    output: str
    service: Callable[[Catalog, Service], Iterable[Artifact]] | None = None
    platform: Callable[[Catalog], Iterable[Artifact]] | None = None


def header(sources: Iterable[str], comment: str = "# ") -> str:
    """The first line of a generated file; ``<!-- … -->`` around it where ``comment`` is that."""
    names = ", ".join(sources)
    text = GENERATED.format(sources="".join(c if c.isprintable() else "\ufffd" for c in names))
    return f"<!-- {text.replace('-->', '--&gt;')} -->\n" if comment == "<!--" else f"{comment}{text}\n"


def to_json(value: Any) -> str:
    """JSON as it is committed: two spaces, keys as given, unicode as it is."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def indented(text: str, spaces: int) -> str:
    """Every line that is not empty, moved to the right."""
    pad = " " * spaces
    return "".join(pad + line if line.strip() else line for line in text.splitlines(keepends=True))


@cache
def comment_block(text: str) -> str:
    """``text`` as YAML comment lines."""
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
