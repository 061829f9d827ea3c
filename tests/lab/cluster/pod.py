"""A pod: a process of the shop, and what the kubelet knows about it."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

from tests.lab import ports
from tests.lab.places import ROOT, Places
from tests.lab.process import Process

MIB = 1024 * 1024
LIMIT = 256 * MIB
BROKEN_PROBE, NO_IMAGE, NO_NODE = "probe", "ImagePullBackOff", "Unschedulable"
"""What may ail a pod."""


@dataclass(slots=True)
class Pod:
    """One pod, and its container, which is called as its service."""

    places: Places
    service: str
    name: str
    revision: str
    """Its ReplicaSet."""
    node: str
    ails: str = ""
    """``probe``: it is never ready; else what it waits for, as kube-state-metrics calls it."""
    created: float = field(default_factory=time.time)
    ready: bool = False
    restarts: int = 0
    out_of_memory: bool = False
    """Whether it last ended for want of memory."""
    probes: dict[str, int] = field(default_factory=lambda: {"successful": 0, "failed": 0})
    held: bool = False
    """Kept from running: its node is gone, or it hangs."""
    process: Process | None = None
    port: int = 0
    counted: float = field(default_factory=time.time)
    """Until when its throttled periods are counted."""
    throttled: float = 0.0

    @property
    def waits(self) -> str:
        """Why it does not start: ``ImagePullBackOff``, ``Unschedulable``."""
        return "" if self.ails == BROKEN_PROBE else self.ails

    def scheduled(self, held_back: float, period: float) -> tuple[float, float]:
        """How many scheduling periods it has had, and in how many, of the last ones a share, it was held back."""
        now = time.time()
        self.throttled += held_back * (now - self.counted) / period
        self.counted = now
        return (now - self.created) / period, self.throttled

    def start(self) -> None:
        """Start its container, on a port of its own, unless it waits for something."""
        if self.waits:
            return
        self.port = self.port or ports.free(1)[0]
        more = ["--broken"] if self.ails == BROKEN_PROBE else []
        command = [
            *(sys.executable, "-m", "tests.lab.shop.service", "--folder", str(self.places.folder)),
            *("--service", self.service, "--pod", self.name, "--port", str(self.port), *more),
        ]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.process = Process(self.name, command, self.url("/healthz"), self.places.folder / "pods", env)
        self.process.start()

    def place(self, node: str) -> None:
        """A node takes it after all."""
        self.node, self.ails = node, ""
        self.start()

    def stop(self) -> None:
        """End its container."""
        if self.process:
            self.process.stop()
        self.process, self.ready = None, False

    def hold(self) -> None:
        """Let nothing of it answer any more."""
        self.held = True
        self.stop()

    def let_go(self) -> None:
        """Let it run again."""
        self.held = False
        self.start()

    def kill(self) -> None:
        """Its container needs more memory than it may have; it is started again at the next look."""
        self.stop()
        self.restarts, self.out_of_memory = self.restarts + 1, True

    def url(self, path: str) -> str:
        """An address of its own."""
        return f"http://127.0.0.1:{self.port}{path}"

    def probe(self) -> None:
        """Ask whether it is ready, as the kubelet does; a container that is starting is not asked."""
        if not self.process or not self.process.pid:
            self.ready = False
            return
        answered = _status(self.url("/ready"))
        if answered == 0 and not self.ready and time.time() - self.created < 15:
            return
        self.ready = answered == 200
        self.probes["successful" if self.ready else "failed"] += 1


def _status(url: str) -> int:
    """The status of an answer; 0 without one."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
