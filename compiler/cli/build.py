"""``slo build``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from compiler import pipeline
from compiler.cli.common import FORMAT, OUTPUT, SLO, STACK, STRICT, amount, jobs, leave, progress, tell
from compiler.cli.sentences import tell_sentences
from compiler.diagnostics import Report, Span, nearest
from compiler.model.catalog import Catalog
from compiler.model.stack import OUTPUTS
from compiler.publish import Change
from compiler.rules.rule import contexts

_SHOWN = 20


def _only(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    for name in names:
        if name not in OUTPUTS:
            raise click.BadParameter(f"unknown output {name!r}; {nearest(name, OUTPUTS)}")
    return names


@click.command()
@SLO
@OUTPUT
@STACK
@click.option("--only", default="", callback=_only, metavar="NAMES", help=f"Only these of: {', '.join(OUTPUTS)}.")
@click.option("--check", "check_only", is_flag=True, help="Change nothing; fail where output/ is not up to date.")
@STRICT
@FORMAT
@jobs()
def build(
    folder: Path,
    output: Path,
    stack: str,
    only: tuple[str, ...],
    check_only: bool,
    strict: bool,
    style: str,
    jobs: int,
) -> None:
    """Compile slo/ into output/.

    On a terminal, every SLO whose files changed is told in a sentence.

    \b
    slo build                                   every stack
    slo build --stack prod --only rules,tests
    slo build --check                           in CI: is output/ what slo/ says?
    """
    report = Report()
    request = pipeline.Request(folder, output, stack, only, jobs, strict, progress)
    try:
        found = pipeline.catalogs(folder, report, stack)
        change = pipeline.produce(found, request, report, check_only)
    finally:
        progress("")
    more = _compare(change, output, folder, report, style) if change and check_only else 0
    tell(report, style, folder, notes=change is None)
    if more:
        click.echo(f"… and {amount(more, 'file')} more", err=True)
    if change is None:
        because = "" if report.failed else ": with --strict, warnings count as errors"
        click.echo(f"{output} is as it was{because}", err=True)
        leave(1)
    if check_only:
        leave(_verdict(change, output, style))
    if sys.stdout.isatty() and style == "text":
        _sentences(found, change)
    click.echo(_done(change, output), err=style != "text")


def _compare(change: Change, output: Path, folder: Path, report: Report, style: str) -> int:
    """SLO212 for each file that is not as slo/ says; to people the first ones. How many are left out."""
    root = folder.resolve().parent
    kinds = (
        ("is not what slo/ says", "slo build writes it", change.written),
        ("is no longer made", "slo build deletes it", change.deleted),
        ("is nobody's", "delete it or move it elsewhere", change.strays),
    )
    rows = [(path, words, hint) for words, hint, paths in kinds for path in paths]
    shown = rows[:_SHOWN] if style == "text" else rows
    for path, words, hint in shown:
        text = words if (output / path).exists() or path in change.strays else "is missing"
        report.error("SLO212", text, Span(os.path.relpath(output / path, root)), hint)
    return len(rows) - len(shown)


def _verdict(change: Change, output: Path, style: str) -> int:
    stale = [*change.written, *change.deleted, *change.strays]
    if not stale:
        click.echo(f"{output} is up to date", err=style != "text")
        return 0
    differ = "differs" if len(stale) == 1 else "differ"
    click.echo(
        f"{amount(len(stale), 'file')} of {output} {differ}; run `slo build` and commit what it changes", err=True
    )
    return 1


def _sentences(found: tuple[Catalog, ...], change: Change) -> None:
    """Of the services whose files were written."""
    touched = {tuple(path.split("/")[:3]) for path in change.written}
    tell_sentences(
        context
        for catalog in found
        for service in catalog.services
        if (catalog.stack.name, "services", service.name) in touched
        for context in contexts(catalog, service)
    )


def _done(change: Change, output: Path) -> str:
    if not change.written and not change.deleted:
        return f"{output} was up to date"
    return f"{output}: {amount(len(change.written), 'file')} written, {len(change.deleted):,} deleted"
