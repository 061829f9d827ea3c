"""A short version of `make accuracy`: the compiled rules, beside exact counts of simulated traffic."""

from __future__ import annotations

import pytest

from compiler.replay.player import Player
from tests.accuracy import pages, young
from tests.accuracy.traffic import HOUR, Incident, Shape
from tests.accuracy.windows import measure

pytestmark = pytest.mark.slow

INCIDENTS = (Incident(33.5 * HOUR, 600, 1.0), Incident(35.5 * HOUR, 3_600, 0.1))
"""By day, and over when the window is asked for."""


def test_the_ratio_of_a_window(player: Player) -> None:
    """With pods that come and go, incidents and a quiet night the ratio is the true one, and always there."""
    shape = Shape(seed=11, days=2.25, peak=2, churn=11 * HOUR, restarts=17 * HOUR, incidents=INCIDENTS)
    found = measure("short", shape, player, days=1)
    assert found.ours.ratio <= 0.0006
    assert (found.holes, found.failures) == (0, 0)
    assert found.ours.ratio < found.pyrra.ratio


def test_a_full_outage_pages(player: Player) -> None:
    """A full outage pages within two intervals of scrapes and of rules, and resets within 37 minutes."""
    found = pages.detect(1, player, ((1.0, 600),))
    ours, sloth, _ = found.found
    assert pages.ideal(1.0) < ours.paged <= 130
    assert ours.reset <= pages.RESET
    assert sloth.who == "sloth"
    assert dict(found.false) == {"ours": 0, "sloth": 0, "pyrra": 0}


def test_the_first_hour(player: Player) -> None:
    """Right after deployment no window holds an event that did not happen."""
    found = [each for peak in young.PEAKS for each in young.young(young.SEED, player, peak)]
    assert {each.window for each in found} >= {"30m", "1h", "6h", "30d"}
    assert [each for each in found if each.invented > young.TOLERANCE] == []
