"""The command ``slo``: one file a command."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

from compiler.cli import about, backfill, build, check, explain, new, show, simulate, verify
from compiler.diagnostics import SloError, ToolError, render

_STOPPED = 130
"""What shells expect of a command that Ctrl-C ended."""


class _ReaderGoneError(Exception):
    """Whoever read this command's output went away."""


class _Commands(click.Group):
    """Tells a closed pipe from every other failure before click answers it with 1, which here means findings."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGoneError from error


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 clean, 1 findings, 2 wrong usage or a tool that failed, 130 stopped by Ctrl-C.",
)
def slo() -> None:
    """Compile service level objectives into rules, tests, runbooks, dashboards and values.

    \b
    slo new service checkout           a first file
    slo build                          slo/ into output/
    slo explain checkout/availability  what its numbers mean
    """


for command in (
    build.build,
    verify.verify,
    check.check,
    new.new,
    show.show,
    explain.explain,
    simulate.simulate,
    backfill.backfill,
    about.schema,
    about.listing,
    about.version,
    about.completion,
):
    slo.add_command(command)


def main() -> NoReturn:
    """Run the command line; every way out is an exit status, none a traceback."""
    gc.disable()  # next to nothing here is cyclic, and looking for it costs a tenth of a build
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a terminal cannot show is written as \\u2026, not an error
            stream.reconfigure(errors="backslashreplace")
    try:
        status = slo.main(prog_name="slo", standalone_mode=False)
        status = status if isinstance(status, int) else 0  # click gives the status of an exit, else what was returned
    except Exception as error:
        status = _status(error)
    except KeyboardInterrupt:
        status = _fail("stopped", _STOPPED)
    sys.exit(status)


def _status(error: Exception) -> int:
    """Tell an error and give its exit status."""
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    if isinstance(error, SloError):
        click.echo(render(error.diagnostics, "text", Path.cwd()), err=True, nl=False)
        return 1
    if isinstance(error, click.Abort):
        return _fail("stopped", _STOPPED)
    if isinstance(error, _ReaderGoneError):
        return _quiet()
    return _fail(str(error)) if isinstance(error, ToolError) else _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    if os.environ.get("SLO_DEBUG"):
        raise error
    _fail(f"this is a bug in slo: {type(error).__name__}: {error}")
    return _fail("run it again with SLO_DEBUG=1 and report what it prints")


def _fail(words: str, status: int = 2) -> int:
    click.echo(f"slo: {words}", err=True)
    return status


def _quiet() -> int:
    """The reader of a pipe went away: nothing more can be said to it, and the status is that of a SIGPIPE."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141
