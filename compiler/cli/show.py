"""``slo show``: a resolved service, each value with the place that it came from."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.cli.common import FORMAT, SLO, STACK, leave, tell
from compiler.diagnostics import Report, ToolError, nearest
from compiler.resolve.policies import resolve_policies
from compiler.resolve.services import Resolver
from compiler.resolve.stacks import resolve_stacks
from compiler.schema.validate import validate
from compiler.source.files import read_documents
from compiler.source.nodes import leaves


@click.command()
@click.argument("name")
@SLO
@STACK
@FORMAT
def show(name: str, folder: Path, stack: str, style: str) -> None:
    """Show a service as it is resolved, and where each value came from.

    \b
    slo show checkout
    slo show checkout --stack staging
    """
    report = Report()
    declared = validate(read_documents(folder, report), report)
    stacks = resolve_stacks(declared.stacks, report)
    resolver = Resolver(declared.defaults, resolve_policies(declared.policies, report), report)
    if report.failed:
        tell(report, style, folder)
        leave(1)
    document = next((d for d in declared.services if d.name == name), None)
    if document is None:
        raise ToolError(f"there is no service {name!r}; {nearest(name, [d.name for d in declared.services])}")
    names = [found.name for found in stacks if stack in ("", found.name)]
    if not names:
        raise ToolError(f"there is no stack {stack!r}; {nearest(stack, [found.name for found in stacks])}")
    rows = [(".".join(path), leaf) for path, leaf in leaves(resolver.node(document, names[0]))]
    width = min(max((len(path) + len(leaf.text) for path, leaf in rows), default=0) + 2, 90)
    click.echo(f"# {name} in {names[0]}")
    for path, leaf in rows:
        click.echo(f"{f'{path}: {leaf.text}':<{width}}  # {leaf.span.file}:{leaf.span.line}")
