"""``slo explain``: what the numbers of an SLO mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from compiler.burn.explain import LEGEND, SHARES, Explanation, budget_time, explain_objective
from compiler.cli.common import SLO, STACK, chosen, loaded
from compiler.rules.rule import Context
from compiler.rules.windows import windows

_HEAD = ("tier", "raises", "windows", "burn", "above", *(f"{int(share * 100)}%" for share in SHARES), "errors")


@click.command()
@click.argument("title", metavar="SERVICE[/SLO]")
@SLO
@STACK
def explain(title: str, folder: Path, stack: str) -> None:
    """Say what an SLO's numbers mean: its budget, and when it alerts.

    \b
    slo explain checkout/availability
    slo explain checkout --stack staging
    """
    texts = _texts(chosen(loaded(folder, stack), title))
    click.echo("\n".join([*texts, *LEGEND]))


def _texts(contexts: Iterable[Context]) -> list[str]:
    """One text for all stacks in which an SLO is the same."""
    found: dict[tuple[str, ...], list[str]] = {}
    for context in contexts:
        explanation = explain_objective(context.objective, context.words.events)
        found.setdefault((context.title, _body(context, explanation)), []).append(context.catalog.stack.name)
    return [f"{title} in {', '.join(stacks)}\n{body}" for (title, body), stacks in found.items()]


def _body(context: Context, explanation: Explanation) -> str:
    objective = context.objective
    budget = f"{budget_time(objective).words} of full outage, {objective.budget.as_percent} of {context.words.events}"
    recorded = 2 * len(windows(objective, context.frame.base)) + 10
    rows = [(t.name, t.alert, t.windows, t.burn, t.above, *t.detection, t.least) for t in explanation.tiers]
    lines = [explanation.sentence, f"Budget: {budget}.", *explanation.remarks, f"Recorded: {recorded} series."]
    return "\n".join([*lines, "", *_table([_HEAD, *rows])]) + "\n"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
