"""``slo backfill``: the recording rules of a service as promtool fills them for the past, pass by pass."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.artifact import header
from compiler.backfill import passes
from compiler.cli.common import SLO, STACK, amount, loaded, meant
from compiler.diagnostics import ToolError
from compiler.model.catalog import Catalog
from compiler.yaml_text import to_yaml


@click.command()
@click.argument("name", metavar="SERVICE")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder that gets 1.yaml, 2.yaml …; it must be new or empty.",
)
@SLO
@STACK
def backfill(name: str, into: Path, folder: Path, stack: str) -> None:
    """Write the recording rules of a service by passes, to fill their past.

    `promtool tsdb create-blocks-from rules` fills one file after the other; docs/backfill.md says how.

    \b
    slo backfill checkout --into passes
    slo backfill checkout --into passes --stack staging
    """
    catalog = _one(loaded(folder, stack), name)
    service = catalog.by_name[name]
    if into.exists() and any(into.iterdir()):
        raise ToolError(f"{into} is not empty")
    into.mkdir(parents=True, exist_ok=True)
    for number, groups in enumerate(passes(catalog, service), start=1):
        text = header(service.sources) + "groups:\n" + to_yaml([group.as_group() for group in groups])
        (into / f"{number}.yaml").write_text(text, "utf-8")
        rules = sum(len(group.rules) for group in groups)
        click.echo(f"{into / f'{number}.yaml'}  {amount(rules, 'rule')}")


def _one(found: tuple[Catalog, ...], name: str) -> Catalog:
    """The one stack that has the service."""
    having = {catalog.stack.name: catalog for catalog in found if name in catalog.by_name}
    if not having:
        known = {service.name for catalog in found for service in catalog.services}
        raise ToolError(f"there is no service {name!r}; {meant(name, known)}")
    if len(having) > 1:
        raise ToolError(f"{name} is in several stacks; name one by --stack: {', '.join(sorted(having))}")
    return next(iter(having.values()))
