"""docs/series.md: every recorded series with its labels, and every label of slo:info."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from compiler import names
from compiler.rules.rule import SLICES, SPEEDS
from compiler.rules.service import plan
from compiler.series.compiled import Recorded, catalog, recorded
from compiler.series.info import INFO_LABELS
from compiler.series.known import KNOWN, Series
from compiler.series.readers import readers

_OPENING = """\
<!-- Written by `make docs` from compiler/series/. Change that, not this. -->
# Recorded series

What the rules of a service record, in the order in which they are evaluated. The tables are made from the rules that
are compiled for SLOs of every form ([compiler/series/examples](../compiler/series/examples/services.yaml)). The names
are an API ([Names](naming.md)); the expressions stand in [The rules](rules.md).

- **S** is `service` and `slo`, on a central server (`scope: global`) also `cluster`. Every series has them.
- **g** are the labels of `groupBy`, under the names that it gives them.
- **W** is the base window, 5m unless scrapes are farther apart than 75s: `slo:total:rate5m`.
- A **window** is written in the largest of d, h, m, s that divides it: `84m`, `3h`, `16d`, `450s`.
- A **period** is `week`, `month` or `quarter`.

A window is recorded once, by the group in whose table it stands. *Texts of alerts* are the queries in annotations.
Who is not named as a reader does not read a series; people may read any.
"""
_COLUMNS = ("name", "what it says", "unit", "labels", "recorded where", "read by")


def page() -> str:
    """The whole page."""
    return _OPENING + "".join(_group(speed) for speed in (SLICES, *SPEEDS)) + _info()


def _group(speed: str) -> str:
    rows = (_row(series) for series in KNOWN if series.speed == speed)
    if speed == SLICES:
        head = (
            "\n## Group `<service>.slices-<slice>`\n\nEvaluated once a slice, where an SLO is judged by slices.\n\n"
        )
        return head + _table(_COLUMNS, rows)
    interval = plan(catalog(), catalog().services[0]).groups[speed].interval
    every = f"{interval}, or as `prometheus.ruleInterval` says" if speed == SPEEDS[0] else str(interval)
    return f"\n## Group `<service>.{speed}`\n\nEvaluated every {every}.\n\n{_table(_COLUMNS, rows)}"


def _row(series: Series) -> tuple[str, ...]:
    read_by = readers(examples(series))
    return f"`{series.name}`", series.meaning, series.unit, series.labels, series.when.words, ", ".join(read_by)


def examples(series: Series) -> list[Recorded]:
    """What the examples record of it."""
    return [found for found in recorded() if row_of(found.rule.name, found.speed) is series]


def row_of(name: str, speed: str) -> Series | None:
    """The row of a recorded name in a group; None where it has none."""
    return next((series for series in KNOWN if series.speed == speed and series.is_(name)), None)


def _info() -> str:
    rows = ((f"`{label}`", meaning) for label, meaning in INFO_LABELS.items())
    return (
        f"\n## Labels of `{names.INFO}`\n\nS, the labels of the service's own `metadata.labels`, and of these what is"
        " known. No other series has them, so that a new team name does not restart a history of 30 days.\n\n"
        + _table(("label", "what it says"), rows)
    )


def _table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
    return head + "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(page())
