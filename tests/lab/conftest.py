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
from tests.lab.pages import Pages

SLOS = 7
"""Of the lab's own slo/."""
PAGE = {"service": "checkout", "slo": "availability", "slo_tier": "page"}
ORDER = ("test_page", "test_loop", "test_dashboards", "test_faults", "test_outages", "test_stop")
"""A day in the lab: first nothing fails, then a rollout does, then other things, last the servers themselves."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in the order of that day."""
    items.sort(key=lambda item: ORDER.index(item.path.stem) if item.path.parent.name == "lab" else -1)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab, when every server has something to tell of an ordinary minute or two."""
    with running(programs.find(), tmp_path_factory.mktemp("lab")) as found:
        asking = Asking(found.places)
        until(
            "events are recorded", lambda: asking.value('slo:total:rate5m{service="checkout",slo="lines"} > 0'), 180
        )
        until("every SLO is known", lambda: asking.value("count(slo:info)") == SLOS, 300)
        yield found
    assert found.forced == []


@pytest.fixture(scope="session")
def asking(lab: Lab) -> Asking:
    """Its servers."""
    return Asking(lab.places)


@pytest.fixture(scope="session")
def pages(lab: Lab) -> Pages:
    """Its dashboards and data sources."""
    return Pages(lab.places)


@dataclass(frozen=True, slots=True)
class Paged:
    """A page that has arrived."""

    alert: dict[str, Any]
    switched: float
    """When its fault was switched on, in unix seconds."""
    took: float
    """Seconds from the fault to the page."""

    def wait_until_on_for(self, seconds: float) -> None:
        """Let the fault last this long before anything is asked of it."""
        time.sleep(max(0.0, self.switched + seconds - time.time()))


@pytest.fixture(scope="session")
def rollout(lab: Lab, asking: Asking) -> Paged:
    """The page about a rollout whose pods never become ready."""
    switched = time.time()
    lab.switch("rollout")
    alert = until("the page", lambda: asking.notifications(**PAGE), 420)[-1]
    return Paged(alert, switched, time.time() - switched)
