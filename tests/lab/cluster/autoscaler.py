"""A horizontal autoscaler that looks at requests a second and pod, and takes its time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

TARGET = 3.0
"""Requests a second that one pod should have."""
TOLERANCE = 1.1
LATE = 120.0
"""Seconds for which the metric must be over its target before pods are added."""


@dataclass(slots=True)
class Autoscaler:
    """Of one Deployment."""

    least: int
    most: int
    wanted: int = 0
    value: float = 0.0
    """The metric as it read it last."""
    over_since: float | None = field(default=None)

    def __post_init__(self) -> None:
        self.wanted = self.wanted or self.least

    def look(self, load: float, ready: int, now: float | None = None) -> int:
        """Read the load, in requests a second, and say how many pods there should be."""
        now = time.time() if now is None else now
        self.value = load / max(1, ready)
        if self.value <= TARGET * TOLERANCE:
            self.over_since = None
            if ready >= self.least and load / TARGET < self.wanted - 1:
                self.wanted = max(self.least, math.ceil(load / TARGET))
            return min(self.wanted, self.most)
        self.over_since = now if self.over_since is None else self.over_since
        if now - self.over_since >= LATE:
            self.wanted = max(self.wanted, math.ceil(load / TARGET))
        self.wanted = min(self.wanted, self.most)
        return self.wanted
