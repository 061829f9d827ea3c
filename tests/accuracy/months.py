"""Chapter: a calendar month in a time zone whose clocks change within it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

from compiler.replay.player import Player, play
from compiler.replay.scenario import Query
from tests.accuracy.subject import IDENTITY, compiled
from tests.accuracy.traffic import DAY, HOUR, Incident, Shape, Traffic
from tests.accuracy.verdict import Chapter, Verdict, table

BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = "{calendar: month, timeZone: Europe/Berlin}"
DAYS = 34
UTC = ZoneInfo("UTC")
BEGIN = datetime(2026, 2, 26, tzinfo=UTC)
"""When the simulation begins; the clocks go forward on 29 March."""
ASKED = (
    datetime(2026, 3, 10, tzinfo=BERLIN),
    datetime(2026, 3, 20, 12, tzinfo=BERLIN),
    datetime(2026, 3, 29, tzinfo=BERLIN),
    datetime(2026, 3, 29, 12, tzinfo=BERLIN),
    datetime(2026, 3, 30, tzinfo=BERLIN),
    datetime(2026, 3, 31, tzinfo=BERLIN),
)
"""Local times at which the month so far is asked for."""
END, OVER = datetime(2026, 4, 1, tzinfo=BERLIN), datetime(2026, 4, 1, 1, tzinfo=BERLIN)
"""The month's end, and when its final figure is asked for."""
SEEDS = (11, 12, 13)
LIMIT = 0.0002
INCIDENTS = (
    Incident(3 * DAY - 1.5 * HOUR, HOUR, 0.1),  # 23:30 to 00:30 local time, over the beginning of March
    Incident(11.5 * DAY, 600, 1.0),
    Incident(20.5 * DAY, 3_600, 0.1),
    Incident(31 * DAY + 30 * 60, 3_600, 0.1),  # from 01:30 to 03:30 local time on 29 March, over the switch
    Incident(32.5 * DAY, 4 * HOUR, 0.02),
)


@dataclass(frozen=True, slots=True)
class Month:
    """The month so far, at one time."""

    seed: int
    when: str
    total: float
    errors: float
    true_total: int
    true_errors: int
    unseen_total: int
    """Events that no scrape saw, their pod being gone before."""
    unseen_errors: int

    @property
    def off(self) -> float:
        """Relative error of the ratio, from that of all that happened."""
        return (self.errors / self.total) / (self.true_errors / self.true_total) - 1

    @property
    def seen_off(self) -> float:
        """Relative error of the ratio, from that of what was scraped."""
        seen = (self.true_errors - self.unseen_errors) / (self.true_total - self.unseen_total)
        return (self.errors / self.total) / seen - 1


def month(seed: int, player: Player) -> tuple[Month, ...]:
    """March 2026 in Berlin, at several times, and when it is over."""
    start = round(BEGIN.timestamp())
    shape = Shape(seed=seed, days=DAYS, peak=20, incidents=INCIDENTS, start=start)
    traffic = Traffic(shape)
    queries = [
        Query(f"slo:{events}:increasemonth{IDENTITY}", when.timestamp())
        for when in ASKED
        for events in ("total", "errors")
    ]
    tag = IDENTITY.replace("}", ',month="202603"}')
    queries += [
        Query(f"sum(sum_over_time(slo:{events}:increase4m:month{tag}[40d]))", OVER.timestamp())
        for events in ("total", "errors")
    ]
    with tempfile.TemporaryDirectory() as name:
        played = play(Player(player.path, seconds=7_200), compiled(Path(name), WINDOW), traffic.scenario, queries)
    values = iter([answer.value or 0.0 for answer in played.answers])
    truth, began = traffic.truth(), datetime(2026, 3, 1, tzinfo=BERLIN).timestamp() - start
    return tuple(
        Month(seed, label, next(values), next(values), *truth.within(began, until), *truth.unseen(began, until))
        for label, until in (
            *((f"{when:%-d %b %H:%M}", when.timestamp() - start) for when in ASKED),
            ("the whole month", END.timestamp() - start),
        )
    )


def tasks(player: Player) -> list[Callable[[], tuple[Month, ...]]]:
    """The simulations."""
    return [partial(month, seed, player) for seed in SEEDS]


def tell(found: Sequence[tuple[Month, ...]]) -> Chapter:
    """The table."""
    rows = [
        (m.when, str(m.seed), f"{m.true_total:,}", f"{m.total / m.true_total - 1:+.3%}", f"{m.true_errors:,}",
         f"{m.errors - m.true_errors:+.1f}", f"{m.unseen_errors}", f"{m.off:+.3%}", f"{m.seen_off:+.3%}")
        for one in found
        for m in one
    ]  # fmt: skip
    head = (
        "local time", "seed", "requests", "total off", "errors", "errors off", "never scraped", "ratio off",
        "of what was scraped",
    )  # fmt: skip
    mean = fmean(abs(one[-1].seen_off) for one in found)
    whole = f"error of the ratio of what was scraped, the whole month, mean of {len(found)} seeds"
    verdict = Verdict(whole, LIMIT, mean, "%")
    return Chapter(table(head, rows), (verdict,))
