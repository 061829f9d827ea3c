"""``slo simulate``: an incident, played through the rules."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import click

from compiler.burn.traffic import Traffic
from compiler.cli.common import SLO, STACK, chosen, loaded, progress
from compiler.cli.quantities import quantity
from compiler.diagnostics import ToolError
from compiler.replay.player import find
from compiler.rules.rule import Context
from compiler.simulate.incident import Incident, clock, length, share
from compiler.simulate.outcome import simulate as played
from compiler.simulate.picture import picture
from compiler.simulate.scene import scene
from compiler.simulate.text import text
from compiler.units import Duration

_PIPED = 100
"""Columns where there is no terminal to ask."""
_TRAFFIC = Traffic.of("40/s")
_PATIENCE = 600
"""Seconds that a play may take, for each day of the incident: usually it takes a few."""


def _svg(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value and value.suffix.lower() != ".svg":
        raise click.BadParameter(f"{value.name} is no .svg file; other kinds are not drawn", ctx, param)
    if value and not value.parent.is_dir():
        raise click.BadParameter(f"there is no folder {value.parent}", ctx, param)
    return value


@click.command()
@click.argument("title", metavar="SERVICE/SLO")
@click.option("--errors", callback=quantity(share), required=True, metavar="PERCENT", help="How many fail: 5%, 100%.")
@click.option("--for", "lasts", callback=quantity(length), required=True, metavar="TIME", help="How long: 20m, 6h.")
@click.option("--at", callback=quantity(clock), metavar="HH:MM", help="When, in UTC; traffic then has day and night.")
@click.option("--traffic", callback=quantity(Traffic.of), metavar="N/s", help="Events that come; 40/s.")
@click.option(
    "--picture",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_svg,
    metavar="FILE.svg",
    help="Draw it there, too.",
)
@SLO
@STACK
def simulate(
    title: str,
    errors: Fraction,
    lasts: Duration,
    at: Duration | None,
    traffic: Traffic | None,
    file: Path | None,
    folder: Path,
    stack: str,
) -> None:
    """Play an incident through an SLO's rules: who is told when, and what it costs.

    The rules run on Prometheus' own engine, each group at its own interval.

    \b
    slo simulate checkout/availability --errors 5% --for 20m
    slo simulate checkout/availability --errors 100% --for 2h --at 03:00 --traffic 2/s
    slo simulate checkout/latency --errors 30% --for 6h --stack prod --picture latency.svg
    """
    player = replace(find(), seconds=_PATIENCE * (1 + lasts.seconds // 86_400))
    context = _one(chosen(loaded(folder, stack), title), title)
    made = scene(context, Incident(errors, lasts, traffic or _TRAFFIC, at))
    if traffic and made.sources.sampled:
        raise click.UsageError(f"--traffic: every sample of {context.title} is an event; leave it out")
    progress("playing …")
    try:
        outcome = played(made, player)
    finally:
        progress("")
    if file:
        _write(file, picture(outcome))
    click.echo(text(outcome, shutil.get_terminal_size((_PIPED, 24)).columns, sys.stdout.encoding))


def _one(contexts: tuple[Context, ...], title: str) -> Context:
    """The only one of that name.

    Raises:
        UsageError: there are several.
    """
    slos = sorted({context.objective.name for context in contexts})
    stacks = sorted({context.catalog.stack.name for context in contexts})
    if len(slos) > 1:
        raise click.UsageError(f"{title} has several SLOs; name one, like {contexts[0].title}: {', '.join(slos)}")
    if len(stacks) > 1:
        raise click.UsageError(f"{title} is in several stacks; name one with --stack: {', '.join(stacks)}")
    return contexts[0]


def _write(path: Path, drawn: str) -> None:
    try:
        path.write_text(drawn, "utf-8")
    except OSError as error:
        raise ToolError(f"{path} cannot be written: {error.strerror}") from error
