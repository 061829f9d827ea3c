"""What a rule set costs: several servers side by side on the same history, and an idle one."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.replay.player import Player
from tests.rulecost import history, rules
from tests.rulecost.metrics import Exposed
from tests.rulecost.server import Server, Work, configuration

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one rule set, for one SLO and one hour."""

    who: str
    slos: int
    rules: int
    cpu: float
    """Seconds, those of an idle server taken off."""
    read: float
    """Samples that its queries read."""
    written: float
    """Samples that it records."""
    series: float
    """Series that it records."""
    late: float
    """The share of evaluations for which the machine was too slow; the others stand for them."""
    failed: float
    active: tuple[str, ...]
    """Alerts that are pending or fire, of which each costs queries of its texts; there should be none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and with what."""

    who: tuple[str, ...]
    slos: int
    warm: float
    """Seconds until the measurement begins."""
    seconds: float
    """How long it takes."""
    program: Path
    player: Player


def measure(plan: Plan) -> tuple[Cost, ...]:
    """Run all servers at once, an idle one among them."""
    with tempfile.TemporaryDirectory(prefix="slo-rulecost-") as name:
        folder = Path(name)
        end = int(time.time()) // 30 * 30
        history.write(folder / "history", plan.player, plan.slos, end)
        exposed = Exposed(end - history.DAYS * history.DAY, time.time)
        servers: dict[str, Server] = {}
        try:
            for who in (*plan.who, rules.NONE):
                servers[who] = _start(who, plan, folder, exposed)
            return _measured(plan, servers)
        finally:
            for server in servers.values():
                server.stop()
            exposed.close()


def _start(who: str, plan: Plan, folder: Path, exposed: Exposed) -> Server:
    own = folder / who
    own.mkdir()
    shutil.copytree(folder / "history", own / "data", copy_function=_link)
    server = Server(plan.program, own, configuration(rules.write(who, plan.slos, own), exposed.address))
    server.ready()
    return server


def _link(source: str, target: str) -> None:
    """Blocks never change, so that all servers may have the same files; what is not yet a block is copied."""
    if {"wal", "chunks_head"} & set(Path(source).parts):
        shutil.copy(source, target)
    else:
        Path(target).hardlink_to(source)


def _measured(plan: Plan, servers: dict[str, Server]) -> tuple[Cost, ...]:
    time.sleep(plan.warm)
    before = {who: server.work() for who, server in servers.items()}
    time.sleep(plan.seconds)
    done = {who: server.work().since(before[who]) for who, server in servers.items()}
    idle = done.pop(rules.NONE)
    return tuple(_cost(who, plan.slos, servers[who], work, idle) for who, work in done.items())


def _cost(who: str, slos: int, server: Server, work: Work, idle: Work) -> Cost:
    number, due = server.rules()
    done = work.evaluations / (due * work.at)
    hours = slos * work.at / HOUR * done

    def each(name: str) -> float:
        quiet = getattr(idle, name) * work.at / idle.at
        return float(getattr(work, name) - quiet) / hours

    return Cost(
        who,
        slos,
        number,
        each("cpu"),
        each("read"),
        each("written"),
        (work.series - idle.series) / slos,
        max(0.0, 1 - done),
        work.failed,
        tuple(server.alerts()),
    )


def ratio(costs: Sequence[Cost], who: str) -> float:
    """How many times ours one of them costs."""
    cpu = {cost.who: cost.cpu for cost in costs}
    return cpu[who] / cpu[rules.OURS]
