"""The compiled dashboards of one lab, opened as Grafana opens them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.lab.grafana import answers, boards, sources
from tests.lab.grafana.answers import Answers
from tests.lab.grafana.boards import Board, Page
from tests.lab.grafana.sources import Sources
from tests.lab.places import Places

GRAFANA = "https://grafana.example.com"
"""Where the lab's stack says that Grafana is: alerts lead there."""

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Pages:
    """The dashboards and data sources that were compiled, with the lab's servers in place of the cluster's."""

    places: Places
    provisioned: Path | None = None
    """A file of data sources in place of the compiled one."""

    @cached_property
    def sources(self) -> Sources:
        """Each data source of the provisioning file, at the address of its server here."""
        file = self.provisioned or self.places.output / "platform" / "provisioning" / "datasources.yaml"
        servers = {name: self.places.url(name) for name in ("prometheus", "loki", "jaeger", "alertmanager")}
        return sources.read(file, servers)

    @cached_property
    def boards(self) -> Mapping[str, Board]:
        """By uid."""
        found = sorted((self.places.output / "platform" / "dashboards").glob("*.json"))
        return {board.uid: board for board in map(boards.read, found)}

    def opened(self, uid: str, chosen: Chosen, minutes: int = 15) -> Page:
        """One page over the last minutes."""
        board, now = self.boards[uid], int(time.time() * 1_000)
        return boards.opened(board, self.sources, board.range(now, f"now-{minutes}m", "now"), chosen)

    def answered(self, uid: str, chosen: Chosen, minutes: int = 15) -> Answers:
        """One page with everything that it asks, in folded rows as well."""
        return answers.of(self.opened(uid, chosen, minutes))
