"""``slo new service``: a first file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from compiler.cli.common import SLO
from compiler.diagnostics import ToolError
from compiler.model.words import DNS_LABEL
from compiler.promql import PromqlError, selector
from compiler.units import Ratio, UnitError

_FILE = """\
# yaml-language-server: $schema=../schema.json
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {{name: {name}}}
spec:
  owner: {{team: {team}}}
  workload: {{namespace: {namespace}, deployment: {name}}}
  slos:
    - name: availability
      objective: {objective}
      sli:
        ratio:
          errors: {errors}
          total: {total}
      # observe: all is recorded and shown, nothing alerts. Set to page when the numbers are trusted.
      alerting: {{mode: observe}}
"""


@click.group()
def new() -> None:
    """Write a first file."""


@new.command()
@click.argument("name")
@click.option("--team", default="", help="Who owns it.")
@click.option("--namespace", default="", help="The namespace of its Deployment.")
@click.option("--objective", default="", help="Like 99.9%.")
@click.option("--total", default="", help="A selector of all requests.")
@click.option("--errors", default="", help='A condition that tells the failed ones, like code=~"5..".')
@SLO
def service(name: str, team: str, namespace: str, objective: str, total: str, errors: str, folder: Path) -> None:
    """Write slo/NAME.yaml in observe mode, asking for what is not given on a terminal.

    \b
    slo new service checkout --team payments --namespace shop
    """
    if not re.fullmatch(DNS_LABEL, name):
        raise click.UsageError(f"{name!r} is no name: lower case letters, digits and dashes, like checkout-api")
    path = folder / f"{name}.yaml"
    if path.exists():
        raise ToolError(f"{path} exists already")
    answers = {
        "team": _ask("Team", team, "my-team"),
        "namespace": _ask("Namespace", namespace, name),
        "objective": _ask("Objective", objective, "99.9%"),
        "total": _ask("All requests", total, f'http_requests_total{{job="{name}"}}'),
    }
    condition = _ask("Failed ones", errors, 'code=~"5.."')
    try:
        Ratio.percent(answers["objective"])
        failed = _with(answers["total"], condition)
    except (UnitError, PromqlError) as error:
        raise click.UsageError(str(error)) from error
    text = _FILE.format(name=name, errors=_yaml(failed), **{**answers, "total": _yaml(answers["total"])})
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    click.echo(f"{path} written; `slo build` compiles it")


def _ask(question: str, given: str, default: str) -> str:
    if given or not sys.stdin.isatty():
        return given or default
    return str(click.prompt(question, default=default))


def _with(total: str, condition: str) -> str:
    whole = selector(total)
    extra = selector(f"{whole.metric}{{{condition}}}")
    return str(whole.adding(*extra.matchers))


def _yaml(text: str) -> str:
    """A YAML scalar on one line."""
    return "'" + text.replace("'", "''") + "'"
