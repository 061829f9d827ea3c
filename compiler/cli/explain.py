"""``slo explain``: what the numbers of an SLO mean."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from compiler.burn.traffic import Traffic
from compiler.cli.common import SLO, STACK, chosen, loaded
from compiler.cli.quantities import quantity
from compiler.explain.document import document
from compiler.explain.text import legend, text
from compiler.rules.rule import Context

_PIPED = 100
"""Columns where there is no terminal to ask."""


@click.command()
@click.argument("title", metavar="SERVICE[/SLO]")
@SLO
@STACK
@click.option("--traffic", callback=quantity(Traffic.of), metavar="N/s", help="Events that come: 40/s, 72/h, 1000/d.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def explain(title: str, folder: Path, stack: str, traffic: Traffic | None, as_json: bool) -> None:
    """Say what an SLO's numbers mean: its budget, when it alerts, what it costs.

    \b
    slo explain checkout/availability
    slo explain checkout/availability --traffic 40/s
    slo explain checkout --stack staging --json
    """
    contexts = chosen(loaded(folder, stack), title)
    if as_json:
        found = [
            {"slo": name, "stacks": stacks, **made}
            for name, stacks, made in _by_body(contexts, lambda context: document(context, traffic))
        ]
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    width = shutil.get_terminal_size((_PIPED, 24)).columns
    said = _by_body(contexts, lambda context: text(context, traffic, width, sys.stdout.isatty()))
    parts = [f"{name} in {', '.join(stacks)}\n{body}" for name, stacks, body in said]
    click.echo("\n".join([*parts, legend(width)]))


def _by_body(contexts: Iterable[Context], made: Callable[[Context], Any]) -> list[tuple[str, list[str], Any]]:
    """One for all stacks in which an SLO is the same: its title, the stacks, and what was made of it."""
    found: list[tuple[str, list[str], Any]] = []
    for context in contexts:
        body = made(context)
        same = next((stacks for name, stacks, other in found if (name, other) == (context.title, body)), None)
        if same is None:
            found.append((context.title, [context.catalog.stack.name], body))
        else:
            same.append(context.catalog.stack.name)
    return found
