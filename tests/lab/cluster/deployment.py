"""A Deployment: so many pods of its newest revision, rolled out with one pod more and one fewer than wanted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.lab.cluster.pod import NO_NODE, Pod
from tests.lab.places import Places

NODES = ("node-1", "node-2")
DEADLINE = 120.0
"""Seconds in which a rollout should be done."""
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True, slots=True)
class Revision:
    """A ReplicaSet."""

    name: str
    created: float
    ails: str = ""
    """What ails its pods."""


@dataclass(slots=True)
class Deployment:
    """One service's pods, and the revisions that they are of; the newest revision is the last."""

    places: Places
    name: str
    wanted: int
    tell: Callable[[str, str, str, str], None]
    """Records an event: its type, its reason, the object, the message."""
    generation: int = 1
    revisions: list[Revision] = field(default_factory=list)
    pods: list[Pod] = field(default_factory=list)
    rolled_out: set[str] = field(default_factory=set)
    """Revisions that had all their pods ready once."""
    full: bool = False
    """Whether the namespace's quota leaves no room for another pod."""
    no_room: bool = False
    """Whether no node has room for another pod."""

    def __post_init__(self) -> None:
        # Older than the hour in which a rollout counts as a likely cause.
        self.revisions.append(Revision(self._named(), time.time() - 86_400))

    def roll_out(self, ails: str) -> None:
        """A new revision, whose pods have an ailment."""
        self.revisions.append(Revision(self._named(), time.time(), ails))
        self.generation += 1
        self.tell("Normal", "ScalingReplicaSet", f"deployment/{self.name}", f"Scaled up {self.revisions[-1].name}")

    def roll_back(self) -> None:
        """The revision before, which is then the newest."""
        self.revisions.append(self.revisions.pop(-2))
        self.generation += 1

    @property
    def newest(self) -> Revision:
        """What it should run."""
        return self.revisions[-1]

    @property
    def updated(self) -> list[Pod]:
        """Pods of the newest revision."""
        return [pod for pod in self.pods if pod.revision == self.newest.name]

    @property
    def ready(self) -> list[Pod]:
        """Pods that get requests."""
        return [pod for pod in self.pods if pod.ready]

    def stuck(self, now: float) -> bool:
        """Whether its newest revision should have been rolled out by now; one that was is not, whatever it lost."""
        return self.newest.name not in self.rolled_out and now - self.newest.created > DEADLINE

    def reconcile(self) -> None:
        """One step towards what is wanted: at most one pod more than that, and one fewer that is ready."""
        old = [pod for pod in self.pods if pod.revision != self.newest.name]
        if not old and len(self.ready) >= self.wanted:
            self.rolled_out.add(self.newest.name)
        if len(self.updated) < self.wanted and len(self.pods) < self.wanted + (1 if old else 0):
            self._add()
        elif old and len(self.ready) > max(1, self.wanted - 1):
            self._remove(next((pod for pod in old if not pod.ready), old[0]))
        elif old and any(not pod.ready for pod in old):
            self._remove(next(pod for pod in old if not pod.ready))
        elif len(self.pods) > self.wanted and not old:
            self._remove(self.pods[-1])

    def _add(self) -> None:
        if self.full:
            self.tell(
                "Warning", "FailedCreate", f"replicaset/{self.newest.name}", "forbidden: exceeded quota: default"
            )
            return
        name = f"{self.newest.name}-{_word(5)}"
        node, ails = NODES[len(self.pods) % len(NODES)], self.newest.ails
        if self.no_room:
            node, ails = "", NO_NODE
        pod = Pod(self.places, self.name, name, self.newest.name, node, ails)
        self.pods.append(pod)
        pod.start()
        self.tell("Normal", "SuccessfulCreate", f"replicaset/{self.newest.name}", f"Created pod: {name}")

    def _remove(self, pod: Pod) -> None:
        self.pods.remove(pod)
        pod.stop()
        self.tell("Normal", "Killing", f"pod/{pod.name}", f"Stopping container {self.name}")

    def _named(self) -> str:
        return f"{self.name}-{_word(10)}"


def _word(length: int) -> str:
    return "".join(random.choices(_LETTERS, k=length))
