"""A server that holds the history, and every page asked of it, cold and warm."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler import names
from compiler.replay.player import Player
from tests.boardcost import apps, history, platform, recorded
from tests.boardcost.asked import Opening, everything
from tests.boardcost.cost import Cost, costs
from tests.boardcost.services import GROUPED, PODS, Compiled, Service, compiled, services
from tests.lab.grafana import boards, sources
from tests.rulecost.server import Server, values

NOWHERE = "http://127.0.0.1:1"
"""Nothing listens there: Loki and Jaeger are not what is measured."""
CALM, PATIENCE = 130, 900
"""Seconds without a compaction until the storage counts as settled, for it looks each minute; and how long it has."""
_EVEN = 240


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and with what."""

    slos: int
    rounds: int
    program: Path
    player: Player


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of it."""

    costs: list[Cost]
    holds: str
    loads: list[float]


def measure(plan: Plan) -> Measured:
    """Compile, write the history, and ask."""
    with tempfile.TemporaryDirectory(prefix="slo-boardcost-") as name:
        folder, wanted = Path(name), services(plan.slos)
        made = compiled(folder, wanted)
        end = int(time.time()) // _EVEN * _EVEN
        ours = list(recorded.recorded(made))
        others = [*apps.apps(wanted), *platform.platform(wanted)]
        history.write(folder / "data", plan.player, [*ours, *others], end)
        holds = (
            f"{len(wanted) * 4:,} SLOs of {len(wanted)} services, recorded in {len(ours):,} series; "
            f"{len(wanted) * PODS:,} pods, and {len(others):,} series of them and of the platform."
        )
        return asked(plan, folder, made, wanted, end, holds)


def asked(plan: Plan, folder: Path, made: Compiled, wanted: list[Service], end: int, holds: str) -> Measured:
    """Ask a server of a folder that has ``data``."""
    settle(plan.program, folder)
    server = Server(plan.program, folder, {})
    try:
        server.ready()
        known = sources.read(made.sources, _addresses(server))
        opens, rounds, loads = list(openings(made, wanted)), [], []
        for _ in range(plan.rounds):
            loads.append(os.getloadavg()[0])
            rounds.append({each.name: everything(each, known, end * 1_000) for each in opens})
        return Measured(costs(rounds), holds, [*loads, os.getloadavg()[0]])
    finally:
        server.stop()


def _addresses(server: Server) -> dict[str, str]:
    return {"prometheus": f"http://127.0.0.1:{server.port}", "loki": NOWHERE, "jaeger": NOWHERE}


def openings(made: Compiled, wanted: list[Service]) -> Iterator[Opening]:
    """Every page; those about one SLO for one that pages, and for one with groups in good health."""
    paging, calm = wanted[recorded.PAGES % len(wanted)], wanted[1 % len(wanted)]
    for path in made.boards:
        board = boards.read(path)
        if board.uid in (names.SERVICE_UID, names.WORKLOAD_UID):
            yield Opening(board, {"service": [paging.name], "slo": ["availability"]})
            yield Opening(board, {"service": [calm.name], "slo": [GROUPED]})
        else:
            yield Opening(board, {})


def settle(program: Path, folder: Path) -> None:
    """Let a server lay the blocks together, as it would have within the month, so that it does not while it is asked.

    Raises:
        RuntimeError: it is still at it.
    """
    server = Server(program, folder, {})
    try:
        server.ready()
        before, since, until = 0.0, time.monotonic(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            done = sum(values(server.text(), "prometheus_tsdb_compactions_total").values())
            if done != before:
                before, since = done, time.monotonic()
            elif time.monotonic() - since > CALM:
                return
            time.sleep(1)
    finally:
        server.end()
    raise RuntimeError(f"the storage was not settled within {PATIENCE} s")
