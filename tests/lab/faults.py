"""The faults that can be switched on, and what each does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.lab import files
from tests.lab.places import Places


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: in which service, and what happens there."""

    service: str
    does: str


FAULTS: Mapping[str, Fault] = {
    "errors": Fault("payment", "every third request ends in 503"),
    "slowness": Fault("checkout", "every request takes 600 ms more"),
    "rollout": Fault("checkout", "a new revision never passes its readiness probe, and old pods are gone already"),
    "image": Fault("checkout", "the image of a new revision cannot be pulled, and old pods are gone already"),
    "no-room": Fault("checkout", "a lost pod's successor finds no node with room for it"),
    "ceiling": Fault("checkout", "requests triple, and the autoscaler may add no pod"),
    "target-dies": Fault("payment", "no pod answers any more, neither requests nor scrapes"),
    "metric-vanishes": Fault("payment", "its counter of requests is exposed no more"),
    "crash-loop": Fault("checkout", "its containers run out of memory again and again"),
    "node": Fault("checkout", "the node of half its pods is not ready, and they are not either"),
    "quota": Fault("checkout", "the namespace's quota is used up, so that lost pods are not replaced"),
}


def switch(places: Places, *names: str) -> None:
    """Switch on these faults, and all others off.

    Raises:
        KeyError: there is no such fault.
    """
    files.write(places.faults, {name: FAULTS[name].service for name in names})


class Switched:
    """Which faults are on, as a process of the lab sees it."""

    def __init__(self, places: Places) -> None:
        self._file = files.Watched(places.faults, {})

    def on(self, name: str) -> bool:
        """Whether a fault is on now."""
        return name in self._file.get()
