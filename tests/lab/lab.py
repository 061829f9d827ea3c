"""The lab as a whole: started in the order of who needs whom, stopped in the reverse, also when a start fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.lab import faults
from tests.lab.compiled import compile_slo
from tests.lab.places import ROOT, Places
from tests.lab.process import LabError, Process
from tests.lab.servers import alertmanager, collector, jaeger, loki, prometheus


@contextmanager
def running(programs: Mapping[str, Path], folder: Path) -> Iterator[Lab]:
    """A lab in this folder, until the block is left.

    Raises:
        LabError: a part of it does not start.
    """
    places = Places.new(folder)
    places.write()
    faults.switch(places)
    compile_slo(places)
    lab = Lab(places, _parts(programs, places))
    with ExitStack() as stack:
        stack.enter_context(alertmanager.sink(places))
        stack.callback(lab.stop)
        lab.start()
        yield lab


class Lab:
    """One lab that runs."""

    def __init__(self, places: Places, parts: list[Process]) -> None:
        self.places, self.parts = places, parts
        self.forced: list[str] = []
        """Parts that did not end when asked."""

    def start(self) -> None:
        """Start every part, each when those before it are ready."""
        for part in self.parts:
            part.start()
            part.wait()

    def stop(self) -> None:
        """Stop every part, the senders first."""
        for part in reversed(self.parts):
            if not part.stop():
                self.forced.append(part.name)

    def switch(self, *names: str) -> None:
        """Switch on these faults, and all others off."""
        faults.switch(self.places, *names)

    def died(self) -> list[str]:
        """Parts that ended by themselves, with their last words."""
        return [f"{part.name}:\n{part.last_words()}" for part in self.parts if not part.pid]


def _parts(programs: Mapping[str, Path], places: Places) -> list[Process]:
    return [
        alertmanager.server(programs["alertmanager"], places),
        prometheus.server(programs["prometheus"], places),
        loki.server(programs["loki"], places),
        jaeger.server(programs["jaeger"], places),
        collector.server(programs["otelcol"], places),
        _ours("cluster", "tests.lab.cluster", f"{places.url('cluster')}/ready", places),
        _ours("load", "tests.lab.shop.load", "", places),
    ]


def _ours(name: str, module: str, ready: str, places: Places) -> Process:
    command = [sys.executable, "-m", module, "--folder", str(places.folder)]
    return Process(name, command, ready, places.folder / name, {**os.environ, "PYTHONPATH": str(ROOT)})


__all__ = ["Lab", "LabError", "running"]
