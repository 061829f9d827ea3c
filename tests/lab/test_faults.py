"""The other faults: each is named by the text of an alert that fires, by its cause.

They are switched on one after the other, each in place of the one before. An alert that fires already has its texts
filled in anew at each evaluation, so that they tell of what is wrong now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.lab.asking import Asking, until
from tests.lab.conftest import Paged
from tests.lab.lab import Lab

PAGE = {"slo": "availability", "slo_tier": "page"}


GONE = "metric-vanishes"
"""Told only after minutes, so that it is on beside faults of another service."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is switched on, which alert tells of it, and what stands in its text."""

    faults: tuple[str, ...]
    alert: dict[str, str]
    says: str
    within: float = 240.0


CASES = (
    Case(("ceiling", GONE), {"service": "checkout", **PAGE}, "autoscaler checkout is at its ceiling of 2 pods"),
    Case(("quota", GONE), {"service": "checkout", **PAGE}, "of the quota of shop is used up"),
    Case(("image", GONE), {"service": "checkout", **PAGE}, "unable to pull the image"),
    Case(("no-room", GONE), {"service": "checkout", **PAGE}, "1 unschedulable"),
    Case(("node", GONE), {"service": "checkout", **PAGE}, "of its nodes is not ready or gone"),
    Case(("crash-loop", GONE), {"service": "checkout", **PAGE}, "out of memory"),
    Case(("slowness", GONE), {"service": "checkout", "slo": "latency", "slo_tier": "page"}, "take over 250ms"),
    Case(
        (GONE,),
        {"service": "payment", "slo_tier": "nodata", "state": "vanished"},
        "its requests have vanished",
        420.0,
    ),
    Case(("errors",), {"service": "payment", **PAGE}, "ok: rollout, readiness, restarts, autoscaler, node, quota"),
    Case(("errors",), {"service": "checkout", **PAGE}, "payment, which it calls, is failing too"),
    Case(("target-dies",), {"service": "payment", "slo_tier": "nodata", "state": "down"}, "every target is down"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.faults[0]}-{case.alert['service']}")
def test_an_alert_names_the_cause(lab: Lab, asking: Asking, rollout: Paged, case: Case) -> None:
    """Within some minutes, in the words of its summary or its diagnosis; it may still be about to fire."""
    lab.switch(*case.faults)
    until(f"an alert that says {case.says!r}", _saying(asking, case), case.within)


def _saying(asking: Asking, case: Case) -> Callable[[], str]:
    def found() -> str:
        texts = ("\n".join(alert["annotations"].values()) for alert in asking.alerts(pending=True, **case.alert))
        return next((text for text in texts if case.says in text), "")

    return found
