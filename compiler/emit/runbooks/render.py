"""Jinja2 for prose: sandboxed, nothing undefined passes, and what is printed is escaped unless it is markup."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from compiler.emit.runbooks import markdown
from compiler.emit.runbooks.queries import ask

FOLDER = Path(__file__).parent / "templates"


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates reach texts, tuples and frozen records, and of these no attribute that begins with an underscore."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Jinja's own rule tells functions, frames and coroutines apart for each attribute; none is ever reached."""
        return not attr.startswith("_")


@cache
def environment() -> Sandbox:
    """One for all pages: templates are compiled once a process."""
    made = Sandbox(
        loader=FileSystemLoader(FOLDER, encoding="utf-8"),
        undefined=StrictUndefined,
        finalize=markdown.printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters |= {"code": markdown.code, "cell": markdown.cell, "fence": markdown.fence, "ask": ask}
    return made


@cache
def template(name: str) -> Template:
    """A template of the folder.

    Raises:
        jinja2.TemplateNotFound: there is none of that name.
    """
    return environment().get_template(name)


@cache
def has_template(name: str) -> bool:
    """Whether the folder holds it."""
    return (FOLDER / name).is_file()
