"""``slo verify``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.cli.common import FORMAT, OUTPUT, jobs, leave, tell
from compiler.diagnostics import Report


@click.command()
@OUTPUT
@FORMAT
@jobs()
def verify(output: Path, style: str, jobs: int) -> None:
    """Run promtool on output/: every rule file linted, every unit test run.

    \b
    slo verify --jobs 4
    PROMTOOL=/opt/promtool slo verify
    """
    from compiler.verify.output import verify_output

    report = Report()
    count = verify_output(output, jobs, report)
    tell(report, style, Path.cwd() / "slo")
    if report.failed:
        leave(1)
    click.echo(f"{count} promtool runs, nothing found", err=style != "text")
