"""What several commands share: options, and how problems are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from compiler import pipeline
from compiler.diagnostics import Report, Severity, ToolError, nearest, render
from compiler.model.catalog import Catalog, Service
from compiler.rules.rule import Context

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


def tell(report: Report, style: str, folder: Path, notes: bool = True) -> None:
    """Problems on stderr (JSON and GitHub's form on stdout, where machines read them)."""
    found = [d for d in report.sorted() if notes or d.severity is not Severity.NOTE]
    root = folder.resolve().parent
    click.echo(render(found, style, root), err=style == "text", nl=False)
    if style == "text" and found:
        counts = {word: sum(d.severity.word == word for d in found) for word in ("error", "warning", "note")}
        said = [f"{number} {word}{'s' if number > 1 else ''}" for word, number in counts.items() if number]
        click.echo(", ".join(said), err=True)


def leave(status: int) -> NoReturn:
    """End with this exit status."""
    raise click.exceptions.Exit(status)


def loaded(folder: Path, style: str = "text", stack: str = "") -> tuple[Catalog, ...]:
    """The Catalogs of slo/; leaves with 1 where there are problems."""
    report = Report()
    found = pipeline.catalogs(folder, report, stack)
    if report.failed:
        tell(report, style, folder)
        leave(1)
    return found


def chosen(found: tuple[Catalog, ...], title: str) -> tuple[Context, ...]:
    """The SLOs that ``service`` or ``service/slo`` names, in the first stack that has them.

    Raises:
        ToolError: there is none of that name.
    """
    service_name, _, slo_name = title.partition("/")
    for catalog in found:
        service = catalog.by_name.get(service_name)
        if service:
            return _contexts(catalog, service, slo_name)
    known = sorted({service.name for catalog in found for service in catalog.services})
    raise ToolError(f"there is no service {service_name!r}; {nearest(service_name, known)}")


def _contexts(catalog: Catalog, service: Service, slo_name: str) -> tuple[Context, ...]:
    picked = tuple(Context(catalog, service, o) for o in service.objectives if slo_name in ("", o.name))
    if not picked:
        hint = nearest(slo_name, [o.name for o in service.objectives])
        raise ToolError(f"{service.name} has no SLO {slo_name!r}; {hint}")
    return picked
