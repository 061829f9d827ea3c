"""``slo check``."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import pipeline
from compiler.cli.common import FORMAT, SLO, STACK, STRICT, amount, leave, tell
from compiler.cli.sentences import tell_sentences
from compiler.diagnostics import Report
from compiler.model.catalog import Catalog
from compiler.rules.rule import contexts


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
    """Check slo/ without writing anything, and say each SLO in a sentence.

    With --prometheus, say what a server knows of each instead: series, events, errors, scrape interval.

    \b
    slo check
    slo check --prometheus http://localhost:9090 --stack prod
    """
    if http_config and not url:
        raise click.UsageError("--http-config says how to ask a server; name one with --prometheus")
    report = Report()
    found = pipeline.catalogs(folder, report, stack)
    if url and not report.failed:
        _ask(found, url, http_config, report, style)
    tell(report, style, folder)
    if pipeline.stopped(report, strict):
        leave(1)
    if style == "text" and not url:
        tell_sentences(context for c in found for service in c.services for context in contexts(c, service))
    click.echo(_summary(found), err=style != "text")


def _ask(found: tuple[Catalog, ...], url: str, http_config: Path | None, report: Report, style: str) -> None:
    from compiler.ask.client import Client
    from compiler.ask.survey import survey

    for row in survey(found, Client(url, http_config), report):
        click.echo(row, err=style != "text")


def _summary(found: tuple[Catalog, ...]) -> str:
    services = {service.name for catalog in found for service in catalog.services}
    slos = {(service.name, o.name) for catalog in found for service in catalog.services for o in service.objectives}
    stacks = amount(len(found), "stack")
    return f"{amount(len(services), 'service')} with {amount(len(slos), 'SLO')} in {stacks}: no errors"
