"""Every SLO in one sentence, said once for all stacks in which it is the same."""

from __future__ import annotations

from collections.abc import Iterable

import click

from compiler.burn.explain import sentence
from compiler.rules.rule import Context

FEW = 20
"""So many SLOs are still read; more are counted."""


def tell_sentences(contexts: Iterable[Context]) -> None:
    """Print them, by service and SLO."""
    found = by_title(contexts)
    for title in list(found)[:FEW]:
        click.echo(title)
        for said, stacks in found[title].items():
            place = f"in {', '.join(stacks)}: " if len(found[title]) > 1 else ""
            click.echo(f"  {place}{said}")
    if len(found) > FEW:
        click.echo(f"… and {len(found) - FEW:,} SLOs more; `slo explain SERVICE` tells those of a service")


def by_title(contexts: Iterable[Context]) -> dict[str, dict[str, list[str]]]:
    """Each SLO's sentences, with the stacks that each holds for."""
    found: dict[str, dict[str, list[str]]] = {}
    for context in contexts:
        said = sentence(context.objective, context.words.events)
        found.setdefault(context.title, {}).setdefault(said, []).append(context.catalog.stack.name)
    return dict(sorted(found.items()))
