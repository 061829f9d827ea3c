"""``slo check``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import pipeline
from compiler.cli.common import FORMAT, SLO, STACK, STRICT, leave, tell
from compiler.diagnostics import Report


@click.command()
@SLO
@STACK
@STRICT
@FORMAT
@click.option("--prometheus", "url", default="", metavar="URL", help="Ask this server about every selector.")
@click.option(
    "--http-config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file in Prometheus' HTTP client format; secrets by *_file only.",
)
def check(folder: Path, stack: str, strict: bool, style: str, url: str, http_config: Path | None) -> None:
    """Check slo/ without writing anything; with --prometheus, against what a server knows.

    \b
    slo check
    slo check --prometheus http://localhost:9090
    """
    report = Report()
    found = pipeline.catalogs(folder, report, stack)
    if url and not report.failed:
        from compiler.ask.client import Client
        from compiler.ask.survey import survey

        client = Client(url, http_config)
        for row in survey(found, client, report):
            click.echo(row)
    tell(report, style, folder)
    if report.failed or (strict and any(d.severity.word == "warning" for d in report.items)):
        leave(1)
    services = {service.name for catalog in found for service in catalog.services}
    click.echo(f"{len(services)} services in {len(found)} stacks", err=style != "text")
