"""The command ``slo``: one file a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from compiler.cli import about, build, check, explain, new, show, verify
from compiler.diagnostics import SloError, ToolError, render


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 clean, 1 findings, 2 wrong usage or a tool that failed.",
)
def slo() -> None:
    """Compile service level objectives into rules, tests, runbooks, dashboards and values.

    \b
    slo new service checkout      a first file
    slo build                     slo/ into output/
    slo explain checkout/availability
    """


for command in (
    build.build,
    verify.verify,
    check.check,
    new.new,
    show.show,
    explain.explain,
    about.schema,
    about.listing,
    about.version,
    about.completion,
):
    slo.add_command(command)


def main() -> NoReturn:
    """Run the command line; every way out is an exit status, none a traceback."""
    try:
        slo.main(standalone_mode=False)
        status = 0
    except Exception as error:
        status = _status(error)
    except KeyboardInterrupt:
        status = _fail("stopped")
    sys.exit(status)


def _status(error: Exception) -> int:
    """Tell an error and give its exit status."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    if isinstance(error, SloError):
        click.echo(render(error.diagnostics, "text", Path.cwd()), err=True, nl=False)
        return 1
    if isinstance(error, (ToolError, click.Abort)):
        return _fail(str(error) or "stopped")
    if isinstance(error, BrokenPipeError):
        return _quiet()
    if os.environ.get("SLO_DEBUG"):
        raise error
    _fail(f"this is a bug in slo: {type(error).__name__}: {error}")
    return _fail("run it again with SLO_DEBUG=1 and report what it prints")


def _fail(words: str) -> int:
    click.echo(f"slo: {words}", err=True)
    return 2


def _quiet() -> int:
    """The reader of a pipe went away: nothing more can be said to it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
