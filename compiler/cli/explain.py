"""``slo explain``: what the numbers of an SLO mean."""

from __future__ import annotations

from pathlib import Path

import click

from compiler.burn.explain import Explanation, explain_objective
from compiler.cli.common import SLO, STACK, chosen, loaded
from compiler.rules.windows import windows


@click.command()
@click.argument("title", metavar="SERVICE[/SLO]")
@SLO
@STACK
def explain(title: str, folder: Path, stack: str) -> None:
    """Say what an SLO's numbers mean: its budget, and when it alerts.

    \b
    slo explain checkout/availability
    """
    for context in chosen(loaded(folder, stack=stack), title):
        found = explain_objective(context.objective, context.words.events)
        recorded = 2 * len(windows(context.objective, context.frame.base)) + 10
        click.echo(_text(context.title, found, recorded))


def _text(title: str, found: Explanation, recorded: int) -> str:
    lines = [
        f"{title}: {found.sentence}",
        "",
        f"{'tier':<8}{'raises':<9}{'windows':<15}{'above':<10}{'100 %':<13}{'10 %':<13}{'1 %':<13}{'errors'}",
    ]
    for row in found.tiers:
        times = "".join(f"{text:<13}" for text in row.detection)
        lines.append(f"{row.name:<8}{row.alert:<9}{row.windows:<15}{row.above:<10}{times}{row.least}")
    lines += ["", *found.remarks, f"Recorded: {recorded} series."]
    return "\n".join(lines) + "\n"
