"""One lab for all tests of this folder, and the faults that they walk through, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.lab import programs
from tests.lab.asking import Asking, until
from tests.lab.lab import Lab, running

WARM = 75.0
"""Seconds in which nothing fails: what an ordinary day looks like, and every server has something to tell."""
PAGE = {"service": "checkout", "slo": "availability", "slo_tier": "page"}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab, after an ordinary minute."""
    with running(programs.find(), tmp_path_factory.mktemp("lab")) as found:
        asking = Asking(found.places)
        until(
            "events are recorded", lambda: asking.value('slo:total:rate5m{service="checkout",slo="lines"} > 0'), 180
        )
        time.sleep(WARM)
        yield found
    assert found.forced == []


@pytest.fixture(scope="session")
def asking(lab: Lab) -> Asking:
    """Its servers."""
    return Asking(lab.places)


@dataclass(frozen=True, slots=True)
class Paged:
    """A page that has arrived."""

    alert: dict[str, Any]
    switched: float
    """When its fault was switched on, in unix seconds."""
    took: float
    """Seconds from the fault to the page."""


@pytest.fixture(scope="session")
def rollout(lab: Lab, asking: Asking) -> Paged:
    """The page about a rollout whose pods never become ready."""
    switched = time.time()
    lab.switch("rollout")
    alert = until("the page", lambda: asking.notifications(**PAGE), 420)[-1]
    return Paged(alert, switched, time.time() - switched)
