"""Every check that was found."""

from __future__ import annotations

from collections.abc import Iterable

from compiler import plugins
from compiler.checks.check import Check
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog


def checks() -> tuple[Check, ...]:
    """The checks, by the name of their file."""
    found: tuple[Check, ...] = plugins.discover("compiler.checks", "CHECK")
    return found


def check(catalogs: Iterable[Catalog], report: Report) -> None:
    """Run every check on every Catalog."""
    for catalog in catalogs:
        for found in checks():
            found.run(catalog, report)
