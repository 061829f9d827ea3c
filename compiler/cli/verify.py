"""``slo verify``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.cli.common import FORMAT, OUTPUT, SLO, amount, jobs, leave, progress, tell
from compiler.diagnostics import Report


@click.command()
@OUTPUT
@SLO
@FORMAT
@jobs()
def verify(output: Path, folder: Path, style: str, jobs: int) -> None:
    """Run promtool on output/: every rule file linted, every unit test run.

    A finding is told at the SLO in slo/ that it comes from. Every file is compared with its manifest, too.

    \b
    slo verify --jobs 4
    PROMTOOL=/opt/promtool slo verify
    """
    from compiler.verify.output import verify_output

    report = Report()
    try:
        done = verify_output(output, folder, jobs, report, progress)
    finally:
        progress("")
    tell(report, style, folder)
    if report.failed:
        leave(1)
    files = f"{amount(done.rules, 'rule file')} and {amount(done.tests, 'test file')}"
    click.echo(f"{files}: {done.tool} found nothing", err=style != "text")
