"""``slo build``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from compiler import pipeline
from compiler.cli.common import FORMAT, OUTPUT, SLO, STACK, STRICT, jobs, leave, tell
from compiler.diagnostics import Report, nearest
from compiler.model.stack import OUTPUTS
from compiler.publish import Change

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

    \b
    slo build                          every stack
    slo build --stack prod --only rules,tests
    slo build --check                  in CI: is output/ what slo/ says?
    """
    report = Report()
    request = pipeline.Request(folder, output, stack, only, jobs, strict, _progress)
    change = pipeline.build(request, report, check_only)
    _progress("")
    tell(report, style, folder, notes=change is None)
    if change is None:
        leave(1)
    if check_only:
        leave(_stale(change, output))
    click.echo(_done(change, output), err=style != "text")


def _progress(text: str) -> None:
    """One line on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", nl=False, err=True)


def _stale(change: Change, output: Path) -> int:
    kinds = (("out of date", change.written), ("no longer made", change.deleted), ("stray", change.strays))
    for word, paths in kinds:
        for path in paths[:_SHOWN]:
            click.echo(f"{output / path}: {word}", err=True)
        if len(paths) > _SHOWN:
            click.echo(f"… and {len(paths) - _SHOWN:,} more {word}", err=True)
    if not any(paths for _, paths in kinds):
        click.echo(f"{output} is up to date")
        return 0
    click.echo("run `slo build` and commit what it changes; remove strays by hand", err=True)
    return 1


def _done(change: Change, output: Path) -> str:
    if not change.written and not change.deleted:
        return f"{output} was up to date"
    return f"{output}: {len(change.written):,} files written, {len(change.deleted):,} deleted"
