"""What a fast group costs while its page fires: every service at once, on a cluster of many pods, on a slow server.

    PROMETHEUS="$(python tools/install.py prometheus)" python -m tests.rulecost.firing
    … --services 10 --pods 200 --seconds 60

It takes about seven minutes, prints the table of docs/causes.md, and exits with 1 where an evaluation of a fast group
was missed, a text broke, or an alert did not say what was found. The slow server is the same one, held still for all
but one part in ``--slow`` of the time, so that every answer takes so many times as long.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from tests.accuracy.verdict import table
from tests.rulecost.server import Server, values
from tests.rulecost.shop import Shop, Shown, configuration

INTERVAL, POLL = 30, 5
PATIENCE = 300
"""Seconds in which all pages fire."""
SLICE = 0.01
"""Seconds that a slow server runs at a time."""
HEAVY = "count(max by (pod) (max_over_time(kube_pod_info[5m])))"
"""A question about every pod, as one asks it by hand."""
FOUND = (
    "rollout of deploy/",
    "pods not ready, ",
    "unable to pull",
    "restarted",
    "is at its ceiling",
    "of its nodes",
    "of the quota",
)


@dataclass(slots=True)
class Phase:
    """What was seen of the fast groups in one state of things."""

    name: str
    durations: list[float] = field(default_factory=list)
    missed: float = 0
    cpu: float = 0
    answer: float = 0
    """Seconds for one question by hand."""

    @property
    def row(self) -> tuple[str, ...]:
        """Of the table."""
        spent = sorted(self.durations)
        high = spent[int(0.99 * (len(spent) - 1))]
        return (
            self.name, str(len(spent)), f"{_ms(statistics.median(spent))}", f"{_ms(high)}", f"{_ms(spent[-1])}",
            f"{self.missed:.0f}", f"{self.cpu:.2f}", f"{_ms(self.answer)}",
        )  # fmt: skip


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def watch(server: Server, name: str, seconds: float) -> Phase:
    """Look at each evaluation of every fast group for so long."""
    phase = Phase(name)
    seen: dict[tuple[str, float], float] = {}
    before = server.text()
    begin, started = time.monotonic(), time.time()
    last = begin
    for _ in range(max(1, int(seconds / POLL))):
        time.sleep(max(0.0, last + POLL - time.monotonic()))
        last = time.monotonic()
        text = server.text()
        made = fast(text, "last_evaluation_timestamp_seconds")
        spent = fast(text, "last_duration_seconds")
        seen |= {(group, at): spent[group] for group, at in made.items() if at > started}
    phase.durations = list(seen.values())
    phase.missed = _sum(text, before, "iterations_missed_total")
    cpu = (sum(values(each, "process_cpu_seconds_total").values()) for each in (text, before))
    phase.cpu = (next(cpu) - next(cpu)) / (time.monotonic() - begin)
    asked = time.monotonic()
    server.query(HEAVY)
    phase.answer = time.monotonic() - asked
    return phase


def fast(text: str, metric: str) -> dict[str, float]:
    """By fast group."""
    found = values(text, f"prometheus_rule_group_{metric}")
    return {labels: value for labels, value in found.items() if '.fast"' in labels}


def _sum(after: str, before: str, metric: str) -> float:
    return sum(fast(after, metric).values()) - sum(fast(before, metric).values())


@contextmanager
def slowed(pid: int, times: int) -> Iterator[None]:
    """Let a process run for one part in so many of the time."""
    done = Event()

    def hold() -> None:
        while not done.wait(SLICE):
            os.kill(pid, signal.SIGSTOP)
            done.wait(SLICE * (times - 1))
            os.kill(pid, signal.SIGCONT)

    thread = Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure(shop: Shop, seconds: float, slow: int, folder: Path) -> tuple[list[Phase], list[str]]:
    """The phases in turn, and what is wrong."""
    shown = Shown(shop)
    server = None
    try:
        server = Server(
            Path(os.environ["PROMETHEUS"]), folder, configuration(shop, shop.write(folder), shown.address)
        )
        server.ready()
        time.sleep(2 * INTERVAL)
        phases = [watch(server, "idle", seconds)]
        shown.fail()
        waited = all_fire(server, shop)
        print(f"every page fires {waited:.0f} s after the first failure", flush=True)
        time.sleep(INTERVAL)
        phases.append(watch(server, "firing", seconds))
        with slowed(server.pid, slow):
            time.sleep(INTERVAL)
            phases.append(watch(server, f"firing, {slow} times as slow", seconds))
        return phases, list(wrong(server, shop, phases))
    finally:
        if server:
            server.stop()
        shown.close()


def all_fire(server: Server, shop: Shop) -> float:
    """Wait for every page; the seconds that it took.

    Raises:
        RuntimeError: some do not fire in time.
    """
    begin = time.monotonic()
    while time.monotonic() - begin < PATIENCE:
        time.sleep(POLL)
        if len(pages(server)) == shop.services:
            return time.monotonic() - begin
    raise RuntimeError(f"{len(pages(server))} of {shop.services} pages fire")


def pages(server: Server) -> dict[str, str]:
    """The diagnosis of each service whose page fires."""
    return {
        found["labels"]["service"]: found["annotations"]["diagnosis"]
        for found in server.active()
        if found["state"] == "firing" and found["labels"].get("slo_tier") == "page"
    }


def wrong(server: Server, shop: Shop, phases: list[Phase]) -> Iterator[str]:
    """What should not be."""
    yield from (f"{phase.name}: {phase.missed:.0f} evaluations missed" for phase in phases if phase.missed)
    broken = sum(values(server.text(), "prometheus_template_text_expansion_failures_total").values())
    if broken:
        yield f"{broken:.0f} texts broke"
    told = pages(server)
    if len(told) != shop.services:
        yield f"{len(told)} of {shop.services} pages fire"
    yield from (
        f"{name}: no {sign!r} in {text!r}" for name, text in told.items() for sign in FOUND if sign not in text
    )


def main() -> int:
    """1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=int, default=80)
    parser.add_argument("--pods", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=60, help="how long each state is looked at")
    parser.add_argument("--slow", type=int, default=10, help="how many times as slow the slow server is")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="slo-firing-") as name:
        shop = Shop(chosen.services, chosen.pods)
        phases, problems = measure(shop, chosen.seconds, chosen.slow, Path(name))
    head = ("fast groups", "evaluations", "median", "99 %", "longest", "missed", "CPUs", "a question by hand")
    print(table(head, [phase.row for phase in phases]), *problems[:10], sep="\n", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
