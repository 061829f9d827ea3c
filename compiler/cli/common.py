"""What several commands share: options, and how problems are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from compiler import pipeline
from compiler.diagnostics import Diagnostic, Report, Severity, ToolError, closest, render
from compiler.model.catalog import Catalog
from compiler.rules.rule import Context, contexts

SLO = click.option(
    "--slo",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("slo"),
    show_default=True,
    help="The folder with your YAML.",
)
OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output"),
    show_default=True,
    help="The folder that is compiled into.",
)
STACK = click.option("--stack", default="", metavar="NAME", help="Only this stack; otherwise every one.")
FORMAT = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are told.",
)
_SHOWN = 12
STRICT = click.option("--strict", is_flag=True, help="Warnings count as errors.")


def jobs(default: int = 2) -> Callable[[Any], Any]:
    """``--jobs``."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=default,
        show_default=True,
        help="Processes side by side.",
    )


def progress(text: str) -> None:
    """One line on a terminal, nothing elsewhere."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with suppress(OSError):
            click.echo(f"\r\033[K{text}", nl=False, err=True)


def tell(report: Report, style: str, folder: Path, notes: bool = True) -> None:
    """Problems on stderr (JSON and GitHub's form on stdout, where machines read them).

    Args:
        report: the problems.
        style: ``text``, ``json`` or ``github``.
        folder: slo/; files are named from its parent on.
        notes: whether notes are told too.
    """
    found = [d for d in report.sorted() if notes or d.severity is not Severity.NOTE]
    root = folder.resolve().parent
    if style == "github":
        found = [replace(d, span=replace(d.span, file=_in_workspace(root, d.span.file))) for d in found]
    click.echo(render(found, style, root), err=style == "text", nl=False)
    if style == "text" and found:
        click.echo(counted(found), err=True)


def _in_workspace(root: Path, file: str) -> str:
    """GitHub shows a finding at its line where the file is named from the repository's root on."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    path = root / file
    return str(path.relative_to(workspace)) if workspace and path.is_relative_to(workspace) else file


def counted(found: Iterable[Diagnostic]) -> str:
    """``2 errors, 1 warning``."""
    words = [d.severity.word for d in found]
    said = {word: words.count(word) for word in ("error", "warning", "note")}
    return ", ".join(amount(number, word) for word, number in said.items() if number)


def amount(number: int, word: str) -> str:
    """``1 stack``, ``2 stacks``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def meant(word: str, choices: Iterable[str]) -> str:
    """The choice nearest to ``word``, else some of those that there are."""
    known = sorted(choices)
    near = closest(word, known)
    if near:
        return f"did you mean {near!r}?"
    more = f" and {len(known) - _SHOWN:,} more" if len(known) > _SHOWN else ""
    return f"there are: {', '.join(known[:_SHOWN])}{more}" if known else "there is none"


def leave(status: int) -> NoReturn:
    """End with this exit status."""
    raise click.exceptions.Exit(status)


def loaded(folder: Path, stack: str = "") -> tuple[Catalog, ...]:
    """The Catalogs of slo/; leaves with 1 where there are problems."""
    report = Report()
    found = pipeline.catalogs(folder, report, stack)
    if report.failed:
        tell(report, "text", folder)
        leave(1)
    return found


def chosen(found: tuple[Catalog, ...], title: str) -> tuple[Context, ...]:
    """The SLOs that ``service`` or ``service/slo`` names, in every stack that has them, by their names.

    Raises:
        ToolError: there is none of that name.
    """
    service_name, _, slo_name = title.partition("/")
    services = [(catalog, catalog.by_name[service_name]) for catalog in found if service_name in catalog.by_name]
    if not services:
        known = {service.name for catalog in found for service in catalog.services}
        raise ToolError(f"there is no service {service_name!r}; {meant(service_name, known)}")
    there = [context for pair in services for context in contexts(*pair)]
    picked = [context for context in there if slo_name in ("", context.objective.name)]
    if not picked:
        hint = meant(slo_name, {context.objective.name for context in there})
        raise ToolError(f"{service_name} has no SLO {slo_name!r}; {hint}")
    return tuple(sorted(picked, key=lambda context: context.objective.name))
