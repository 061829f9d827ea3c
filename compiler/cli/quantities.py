"""Options that are quantities: read by the same rules as slo/, refused in the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from compiler.units import UnitError


def quantity(parse: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """What reads an option's text; one that is not given stays None.

    Args:
        parse: gives the value, or raises UnitError, which becomes a usage error.
    """

    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        try:
            return None if value is None else parse(value)
        except UnitError as error:
            raise click.BadParameter(f"{error}; {error.hint}" if error.hint else str(error), ctx, param) from error

    return read
