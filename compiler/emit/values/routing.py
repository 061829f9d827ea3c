"""Who is told what: the stack's receivers and routes as one tree, before it is written in anybody's format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.model.catalog import Stack
from compiler.model.routing import Receiver, Route
from compiler.promql import Matcher

NOBODY = "null"
"""The receiver that kube-prometheus-stack ships; the alerts of its that tell nothing go there."""
HEARTBEAT = "heartbeat"
INCIDENT = ("cluster", "service", "slo")
"""One outage of one SLO is one incident."""
OURS = "page|ticket|budget|nodata"
"""Every value of slo_tier: what is told apart by it comes from these rules."""
BUDGET_PAUSE = "5d"
"""A spent budget stays spent for weeks, and must not nag."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A route: what it takes, who gets it, how it is grouped, and the branches that are asked before it."""

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = ()
    group_wait: str = ""
    group_interval: str = ""
    repeat_interval: str = ""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Inhibition:
    """What is not told while something worse is. Every label of ``equal`` is set on both sides."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


def objectives(stack: Stack) -> Branch:
    """The alerts of SLOs: grouped by SLO, routed as the stack says, budget alerts with a long pause."""
    routes = tuple(_branch(route, (_budget(route.receiver),)) for route in stack.spec.alertmanager.routes)
    return Branch(
        NOBODY,
        (Matcher("slo_tier", "=~", OURS),),
        group_by=INCIDENT,
        group_wait="10s",
        branches=(observed(), *routes),
    )


def others(stack: Stack) -> Iterator[Branch]:
    """The alerts of everybody else, by the same routes."""
    for route in stack.spec.alertmanager.routes:
        yield _branch(route, ())


def observed() -> Branch:
    """What is only observed, and what Alertmanager itself is steered by, is told to nobody."""
    return Branch(NOBODY, (Matcher("severity", "=", "none"),))


def watchdog(stack: Stack) -> Branch:
    """The alert that always fires: to the dead man's switch every minute, where there is one."""
    always = (Matcher("alertname", "=", "Watchdog"),)
    if not stack.spec.alertmanager.heartbeat:
        return Branch(NOBODY, always)
    # Shorter than the interval: what falls due at a tick must not wait for the next one.
    return Branch(HEARTBEAT, always, group_wait="0s", group_interval="1m", repeat_interval="50s")


def receivers(stack: Stack) -> tuple[Receiver, ...]:
    """Who can be told, as the stack file says."""
    return stack.spec.alertmanager.receivers


def inhibitions(stack: Stack) -> tuple[Inhibition, ...]:
    """A page silences the tickets, budget alerts and no-data tickets of its service.

    Only what really pages does: the fast tiers of an SLO that is observed carry the severity none, and those of one
    that never pages are tickets.
    """
    page, ticket = severities(stack)
    source, target = "page|nodata", "page|ticket|budget|nodata"
    if page == ticket:  # then nothing but the tier tells a no-data page from a ticket
        source, target = "page", "ticket|budget"
    return (
        Inhibition(
            (Matcher("slo_tier", "=~", source), Matcher("severity", "=", page)),
            (Matcher("slo_tier", "=~", target), Matcher("severity", "=", ticket)),
            INCIDENT[:2],
        ),
    )


def severities(stack: Stack) -> tuple[str, str]:
    """The house's words for a page and a ticket."""
    words = stack.spec.severities
    return words.labels("page")["severity"], words.labels("ticket")["severity"]


def _branch(route: Route, branches: tuple[Branch, ...]) -> Branch:
    given = (("team", route.team), ("severity", route.severity))
    return Branch(
        route.receiver, tuple(Matcher(name, "=", value) for name, value in given if value), branches=branches
    )


def _budget(receiver: str) -> Branch:
    """Apart by alert name, so that a budget that is spent is told though one at risk was."""
    return Branch(
        receiver,
        (Matcher("slo_tier", "=", "budget"),),
        group_by=(*INCIDENT, "alertname"),
        group_interval=BUDGET_PAUSE,
        repeat_interval=BUDGET_PAUSE,
    )
