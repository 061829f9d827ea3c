"""The cluster's events, as lines of Loki by OTLP, in the form of the collector's receiver ``k8s_events``."""

from __future__ import annotations

import logging
import time

from opentelemetry.sdk.resources import Resource

from tests.lab.places import Places
from tests.lab.shop.telemetry import logger

SERVICE = "kubernetes-events"
_KINDS = {"pod": "Pod", "deployment": "Deployment", "replicaset": "ReplicaSet"}
AGAIN = 20.0
"""Seconds after which the same event is told once more."""


class Events:
    """Writes events of the namespace; the same one not again at once."""

    def __init__(self, places: Places) -> None:
        resource = Resource.create({"service.name": SERVICE})
        self._log = logger(SERVICE, resource, places.url("collector-otlp-http"))
        self._told: dict[tuple[str, ...], float] = {}

    def tell(self, kind: str, reason: str, about: str, message: str) -> None:
        """One event: Normal or Warning, its reason, the object like ``pod/checkout-…``, and what happened."""
        event = kind, reason, about, message
        if time.monotonic() - self._told.get(event, -AGAIN) < AGAIN:
            return
        self._told[event] = time.monotonic()
        object_kind, _, name = about.partition("/")
        said = {
            "k8s.event.reason": reason,
            "k8s.namespace.name": "shop",
            "k8s.object.kind": _KINDS[object_kind],
            "k8s.object.name": name,
        }
        self._log.log(logging.WARNING if kind == "Warning" else logging.INFO, message, extra=said)
