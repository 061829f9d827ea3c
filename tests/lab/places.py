"""Where everything in the lab is: addresses on loopback, and folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lab import ports

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    *("prometheus", "alertmanager", "sink"),
    *("loki", "loki-grpc"),
    *(
        "jaeger",
        "jaeger-grpc",
        "jaeger-otlp",
        "jaeger-otlp-http",
        "jaeger-health",
        "jaeger-health-grpc",
        "jaeger-own",
    ),
    *("collector", "collector-otlp", "collector-otlp-http", "collector-own"),
    *("cluster", "frontend"),
)
"""What listens. Pods of the shop, which come and go, take other ports."""


@dataclass(frozen=True, slots=True)
class Places:
    """One lab's ports by name, and its folder."""

    folder: Path
    port: Mapping[str, int]

    @classmethod
    def new(cls, folder: Path) -> Places:
        """Free ports for everything, in a folder of its own."""
        return cls(folder, dict(zip(NAMES, ports.free(len(NAMES)), strict=True)))

    @classmethod
    def read(cls, folder: Path) -> Places:
        """Those of a lab that runs."""
        return cls(folder, json.loads((folder / "places.json").read_text("utf-8")))

    def write(self) -> None:
        """Leave them where the cluster and the tests find them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "places.json").write_text(json.dumps(dict(self.port), indent=1), "utf-8")

    def at(self, name: str) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port[name]}"

    def url(self, name: str) -> str:
        """Its address."""
        return f"http://{self.at(name)}"

    @property
    def output(self) -> Path:
        """What the compiler made for this lab."""
        return self.folder / "output" / "lab"

    @property
    def targets(self) -> Path:
        """The pods that Prometheus scrapes, as it reads them from a file."""
        return self.folder / "targets.json"

    @property
    def endpoints(self) -> Path:
        """The pods that are ready, by service, as a caller finds them."""
        return self.folder / "endpoints.json"

    @property
    def faults(self) -> Path:
        """The faults that are switched on."""
        return self.folder / "faults.json"

    @property
    def notifications(self) -> Path:
        """What Alertmanager sent, one JSON document a line."""
        return self.folder / "notifications.jsonl"
