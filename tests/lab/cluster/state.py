"""The cluster as a whole: what runs, which faults are on, and one step of time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from tests.lab import files
from tests.lab.cluster.autoscaler import Autoscaler
from tests.lab.cluster.deployment import NODES, Deployment
from tests.lab.cluster.events import Events
from tests.lab.cluster.pod import BROKEN_PROBE, NO_IMAGE, NO_NODE, Pod
from tests.lab.faults import Switched
from tests.lab.places import Places
from tests.lab.shop.load import PER_SECOND, TIMES

REPLICAS = {"payment": 1, "checkout": 2, "frontend": 1}
CEILING = 4
CRASHES = 45.0
"""Seconds between two ends of a container that needs too much memory."""
GRACE = 5.0
TROUBLE = {
    BROKEN_PROBE: ("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    NO_IMAGE: ("Failed", "Failed to pull image: manifest unknown"),
    NO_NODE: ("FailedScheduling", "0/2 nodes are available: 2 Insufficient memory."),
}
"""The event that tells of a pod that is not ready: its reason, and what it says."""


class Cluster:
    """Deployments, their autoscalers, and nodes."""

    def __init__(self, places: Places) -> None:
        self.places, self.faults, self.events = places, Switched(places), Events(places)
        self.began = time.time()
        self.deployments = {
            name: Deployment(places, name, wanted, self.events.tell) for name, wanted in REPLICAS.items()
        }
        self.autoscalers = {name: Autoscaler(wanted, CEILING) for name, wanted in REPLICAS.items()}
        self.failed_nodes: set[str] = set()
        self._probers = ThreadPoolExecutor(8)
        self._crashed = 0.0

    @property
    def pods(self) -> list[Pod]:
        """All pods."""
        return [pod for deployment in self.deployments.values() for pod in deployment.pods]

    @property
    def load(self) -> float:
        """Requests a second that come in."""
        return PER_SECOND * (TIMES if self.faults.on("ceiling") else 1)

    def step(self) -> None:
        """One second of a cluster's life."""
        self._roll()
        self._hang()
        self._lose_node()
        self._lose_pod()
        self._crash()
        self._scale()
        for deployment in self.deployments.values():
            deployment.reconcile()
        for pod in self.pods:
            if not pod.process and not pod.held and time.time() - self._crashed > GRACE:
                pod.start()
        list(self._probers.map(Pod.probe, self.pods))
        self._tell_of_pods()
        self._publish()

    def _tell_of_pods(self) -> None:
        for pod in self.pods:
            trouble = pod.ails or (BROKEN_PROBE if pod.probes["failed"] else "")
            if not pod.ready and trouble:
                reason, words = TROUBLE[trouble]
                self.events.tell("Warning", reason, f"pod/{pod.name}", words)

    def stop(self) -> None:
        """End every pod."""
        for pod in self.pods:
            if pod.process:
                pod.process.ask_to_stop()
        for pod in self.pods:
            pod.stop()

    def _roll(self) -> None:
        """A revision that breaks the probe, or has no image, comes with the fault, and goes with it."""
        checkout = self.deployments["checkout"]
        ails = BROKEN_PROBE if self.faults.on("rollout") else NO_IMAGE if self.faults.on("image") else ""
        if checkout.newest.ails not in ("", ails):
            checkout.roll_back()
        if checkout.newest.ails != ails:
            checkout.roll_out(ails)

    def _hang(self) -> None:
        for pod in self.deployments["payment"].pods:
            _hold(pod, self.faults.on("target-dies"))

    def _lose_node(self) -> None:
        """The node of half the checkout's pods."""
        self.failed_nodes = {NODES[1]} if self.faults.on("node") else set()
        for pod in self.deployments["checkout"].pods:
            _hold(pod, pod.node in self.failed_nodes)

    def _lose_pod(self) -> None:
        """One of the checkout's is evicted; the quota lets no other come, or no node has room for it."""
        checkout = self.deployments["checkout"]
        checkout.full, checkout.no_room = self.faults.on("quota"), self.faults.on("no-room")
        waiting = [pod for pod in checkout.pods if pod.waits == NO_NODE]
        if waiting and not checkout.no_room:
            for pod in waiting:
                pod.place(NODES[1])
        elif (checkout.full or checkout.no_room) and len(checkout.pods) >= REPLICAS["checkout"] and not waiting:
            lost = checkout.pods.pop()
            lost.stop()
            self.events.tell("Warning", "Evicted", f"pod/{lost.name}", "The node was low on resource: memory.")

    def _crash(self) -> None:
        if self.faults.on("crash-loop") and time.time() - self._crashed > CRASHES:
            self._crashed = time.time()
            for pod in self.deployments["checkout"].pods:
                pod.kill()
                self.events.tell("Warning", "BackOff", f"pod/{pod.name}", "Back-off restarting failed container")

    def _scale(self) -> None:
        checkout = self.deployments["checkout"]
        scaler = self.autoscalers["checkout"]
        scaler.most = REPLICAS["checkout"] if self.faults.on("ceiling") else CEILING
        checkout.wanted = scaler.look(self.load, len(checkout.ready))

    def _publish(self) -> None:
        """Which pods get requests, and which are scraped."""
        ready = {name: [pod.port for pod in each.ready] for name, each in self.deployments.items()}
        files.write(self.places.endpoints, ready)
        files.write(self.places.targets, [_target(pod) for pod in self.pods if pod.port])


def _hold(pod: Pod, held: bool) -> None:
    if held and not pod.held:
        pod.hold()
    if not held and pod.held:
        pod.let_go()


def _target(pod: Pod) -> dict[str, object]:
    labels = {"job": pod.service, "namespace": "shop", "pod": pod.name, "container": pod.service, "node": pod.node}
    return {"targets": [f"127.0.0.1:{pod.port}"], "labels": labels}
