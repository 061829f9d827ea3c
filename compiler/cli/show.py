"""``slo show``: a resolved service, each value with the place that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import click

from compiler.cli.common import FORMAT, SLO, STACK, leave, meant, tell
from compiler.diagnostics import Report, ToolError
from compiler.model.catalog import Stack
from compiler.resolve.policies import resolve_policies
from compiler.resolve.services import Resolver
from compiler.resolve.stacks import resolve_stacks
from compiler.schema.validate import Declared, validate
from compiler.source.files import read_documents
from compiler.source.nodes import Document, ListNode, MapNode, TextNode, leaves
from compiler.yaml_text import scalar


@click.command()
@click.argument("name", metavar="SERVICE")
@SLO
@STACK
@FORMAT
def show(name: str, folder: Path, stack: str, style: str) -> None:
    """Show a service as it is resolved, and where each value came from.

    What is not shown has its default.

    \b
    slo show checkout
    slo show checkout --stack staging
    """
    report = Report()
    declared = validate(read_documents(folder, report), report)
    stacks = resolve_stacks(declared.stacks, report)
    resolver = Resolver(declared.defaults, resolve_policies(declared.policies, report), report)
    document = None if report.failed else _document(declared, name)
    node = None
    if document and not report.failed:
        chosen = _stack(resolver, document, stacks, stack)
        node = resolver.node(document, chosen)
    if node is None or report.failed:
        tell(report, style, folder)
        leave(1)
    click.echo(f"# {name} in {chosen}")
    rows = [(f"{path}: {scalar(leaf.text)}", leaf.span) for path, leaf in _rows(node)]
    width = min(max((len(text) for text, _ in rows), default=0), 90)
    for text, span in rows:
        click.echo(f"{text:<{width}}  # {span.file}:{span.line}")


def _document(declared: Declared, name: str) -> Document:
    found = next((d for d in declared.services if d.name == name), None)
    if found is None:
        raise ToolError(f"there is no service {name!r}; {meant(name, [d.name for d in declared.services])}")
    return found


def _stack(resolver: Resolver, document: Document, stacks: tuple[Stack, ...], wanted: str) -> str:
    """The stack that was asked for, else the first that has the service."""
    names = [stack.name for stack in stacks]
    if wanted and wanted not in names:
        raise ToolError(f"there is no stack {wanted!r}; {meant(wanted, names)}")
    having = [name for name in names if _has(resolver, document, name)]
    if wanted and wanted not in having:
        raise ToolError(f"{document.name} is not in the stack {wanted!r}; it is in: {', '.join(having) or 'none'}")
    if not having:
        raise ToolError(f"no stack has {document.name}; there are: {', '.join(names) or 'none'}")
    return wanted or having[0]


def _has(resolver: Resolver, document: Document, stack: str) -> bool:
    patterns = resolver.node(document, stack).get("stacks")
    items = patterns.items if isinstance(patterns, ListNode) else ()
    return not items or any(isinstance(p, TextNode) and fnmatchcase(stack, p.text) for p in items)


def _rows(node: MapNode) -> Iterator[tuple[str, TextNode]]:
    """Each value with its path, in which an SLO has its name instead of its number, as in overrides."""
    slos = node.get("slos")
    items = slos.items if isinstance(slos, ListNode) else ()
    names = [item.get("name") if isinstance(item, MapNode) else None for item in items]
    for path, leaf in leaves(node):
        name = names[int(path[1])] if path[0] == "slos" else None
        if not isinstance(name, TextNode):
            yield ".".join(path), leaf
        elif path[2:] != ("name",):
            yield ".".join(("slos", name.text, *path[2:])), leaf
