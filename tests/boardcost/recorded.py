"""What the compiled rules record, and the alerts that are open, as series: by their own names and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler import names
from compiler.units import Duration
from tests.boardcost.series import DAY, FLAT, RECENT, WAVES, Form, Series, named
from tests.boardcost.services import GROUPED, ROUTES, Compiled

MONTH = 30 * DAY
UNGROUPED = (names.INFO, names.MAINTENANCE, names.BUDGET)
"""What all groups of an SLO share."""
LONG = names.REMAINING
"""What panels show over up to a month, so that it is written for a month; all else for the last hours."""
PAGES, TICKETS = 20, 8
"""A page fires for each so many services, a ticket for each so many."""
OPEN = RECENT // 3
"""Since when an alert is open, in seconds."""
REQUESTS = 20.0
"""A second, of a whole service; the share of errors differs by service."""


def recorded(compiled: Compiled) -> Iterator[Series]:
    """Every recorded series, and ALERTS of the open alerts."""
    for number, group in enumerate(compiled.groups()):
        interval = Duration.of(group["interval"]).milliseconds // 1_000
        for rule in group["rules"]:
            labels = rule["labels"]
            if "record" in rule:
                form = _form(rule["record"], rule["expr"], interval, number // 3)
                yield from _each(rule["record"], labels, form)
            elif _open(rule, number // 3):
                yield from _alert(rule["alert"], labels, interval)


def _each(record: str, labels: Mapping[str, str], form: Form) -> Iterator[Series]:
    grouped = labels["slo"] == GROUPED and record not in UNGROUPED
    for route in ROUTES if grouped else ("",):
        yield named(record, form, {**labels, "route": route})


def _form(record: str, expr: str, interval: int, number: int) -> Form:
    """Values that a service in good health, or in some trouble, would have."""
    if record == names.MAINTENANCE:
        return Form(FLAT, 0, interval)
    if record == names.BUDGET:
        return Form(FLAT, float(expr.removeprefix("vector(").removesuffix(")")), interval)
    if record == LONG:
        return Form(WAVES, round(1 - number % 13 / 10, 1), interval, MONTH)
    parts = record.split(":")
    if parts[1] not in ("total", "errors"):
        return Form(FLAT, 1, interval)
    length = Duration.of(parts[2].removeprefix("increase")).milliseconds / 1_000 if "increase" in record else 1
    share = 0.0001 * (1 + number % 13) if parts[1] == "errors" else 1
    return Form(WAVES, round(REQUESTS * length * share, 6), interval)


def _open(rule: Mapping[str, Any], service: int) -> bool:
    """Whether it is among the alerts that are open."""
    tier, slo = rule["labels"]["slo_tier"], rule["labels"]["slo"]
    every = {"page": PAGES, "ticket": TICKETS}.get(tier)
    return bool(every) and service % every == 0 and slo != "latency"


def _alert(name: str, labels: Mapping[str, str], interval: int) -> Iterator[Series]:
    of = {"alertname": name, **labels}
    yield named("ALERTS", Form(FLAT, 1, interval, OPEN), {**of, "alertstate": "firing"})
    yield named("ALERTS_FOR_STATE", Form(FLAT, 1.7e9, interval, OPEN), of)
