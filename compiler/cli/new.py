"""``slo new service``: a first file."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import click

from compiler.cli.common import SLO
from compiler.diagnostics import ToolError
from compiler.model.words import DNS_LABEL
from compiler.promql import selector
from compiler.units import Ratio, UnitError
from compiler.yaml_text import scalar

_FILE = """\
# yaml-language-server: $schema=schema.json
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
      # observe: all is recorded and shown, and nobody is called. Set to page when the numbers are trusted.
      alerting: {{mode: observe}}
"""
_TEAM = r"[A-Za-z0-9_][-A-Za-z0-9_.]{0,99}"


@click.group()
def new() -> None:
    """Write a first file.

    \b
    slo new service checkout
    """


@new.command()
@click.argument("name")
@click.option("--team", default="", help="Who owns it.")
@click.option("--namespace", default="", help="The namespace of its Deployment.")
@click.option("--objective", default="", help="Like 99.9%.")
@click.option("--total", default="", help="A selector of all requests.")
@click.option("--errors", default="", help='A condition that tells the failed ones, like code=~"5..".')
@SLO
def service(name: str, team: str, namespace: str, objective: str, total: str, errors: str, folder: Path) -> None:
    """Write slo/NAME.yaml in observe mode, asking on a terminal for what is not given.

    \b
    slo new service checkout
    slo new service checkout --team payments --namespace shop --objective 99.9%
    """
    if not re.fullmatch(DNS_LABEL, name):
        raise click.UsageError(f"{name!r} is no name: lower case letters, digits and dashes, like checkout-api")
    path = folder / f"{name}.yaml"
    if path.exists():
        raise ToolError(f"{path} exists already")
    text = _FILE.format(
        name=scalar(name),
        team=_ask("Team", team, "my-team", _team),
        namespace=_ask("Namespace", namespace, name, _namespace),
        objective=_ask("Objective", objective, "99.9%", _objective),
        **_selectors(total, errors, f'http_requests_total{{job="{name}"}}'),
    )
    _write(path, text)
    click.echo(f"{path} written; `slo check` says what it means, `slo build` compiles it")


def _selectors(total: str, errors: str, default: str) -> dict[str, str]:
    whole = _ask("Selector of all requests", total, default, lambda text: str(selector(text)))
    bare = selector(whole)

    def failed(condition: str) -> str:
        extra = selector(f"{bare.metric}{{{condition}}}")
        if not extra.matchers:
            raise ValueError('a condition is needed, like code=~"5.."')
        return str(bare.adding(*extra.matchers))

    return {
        "total": _quoted(whole),
        "errors": _quoted(_ask("Condition of failed ones", errors, 'code=~"5.."', failed)),
    }


def _ask(question: str, given: str, default: str, read: Callable[[str], str]) -> str:
    """An answer that ``read`` takes: as given, from the terminal until it is right, or the default."""
    if given or not sys.stdin.isatty():
        try:
            return read(given or default)
        except ValueError as error:
            raise click.UsageError(f"{question}: {_words(error)}") from error
    return str(click.prompt(question, default=default, value_proc=lambda text: _checked(text, read)))


def _checked(text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except ValueError as error:
        raise click.UsageError(_words(error)) from error


def _words(error: ValueError) -> str:
    hint = error.hint if isinstance(error, UnitError) else ""
    return f"{error}; {hint}" if hint else str(error)


def _team(text: str) -> str:
    if not re.fullmatch(_TEAM, text):
        raise ValueError(f"{text!r} is no team: one word of letters, digits, dashes and dots")
    return scalar(text)


def _namespace(text: str) -> str:
    if not re.fullmatch(DNS_LABEL, text):
        raise ValueError(f"{text!r} is no namespace: lower case letters, digits and dashes")
    return scalar(text)


def _objective(text: str) -> str:
    return Ratio.percent(text).as_percent


def _quoted(text: str) -> str:
    """Always in quotes: the first thing that is changed here is a brace or a colon."""
    return "'" + text.replace("'", "''") + "'"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ToolError(f"{path} cannot be written: {error.strerror}") from error
