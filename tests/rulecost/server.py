"""One real Prometheus, and what it says of its own work."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab import ports
from tests.rulecost.metrics import PODS, SCRAPE
from tests.rulecost.rules import JOBS

READY = 120


@dataclass(frozen=True, slots=True)
class Work:
    """What a server has done so far."""

    at: float
    cpu: float
    evaluations: float
    """Of single rules."""
    failed: float
    read: float
    """Samples."""
    written: float
    """Samples."""
    series: float

    def since(self, before: Work) -> Work:
        """What was done between two moments; series are those of the last."""
        of = [getattr(self, name) - getattr(before, name) for name in self.__slots__[:-1]]
        return Work(*of, self.series)


class Server:
    """A Prometheus with a storage of its own, on a free port."""

    def __init__(self, program: Path, folder: Path, configuration: Mapping[str, object]) -> None:
        self.folder = folder
        self.port = ports.free(1)[0]
        (folder / "prometheus.json").write_text(json.dumps(configuration), "utf-8")
        self._said = (folder / "said").open("wb")
        self._process = subprocess.Popen(
            [
                str(program), f"--config.file={folder / 'prometheus.json'}", f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}", "--storage.tsdb.retention.time=60d",
                "--log.level=warn",
            ],
            stdout=self._said, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def ready(self) -> None:
        """Wait until it is.

        Raises:
            RuntimeError: it ended, or is not ready in time.
        """
        until = time.monotonic() + READY
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(urllib.error.URLError, ConnectionError):
                self._get("/-/ready")
                return
            time.sleep(0.2)
        words = (self.folder / "said").read_text("utf-8", errors="replace")[-2_000:]
        raise RuntimeError(f"Prometheus is not ready: {words}")

    def work(self) -> Work:
        """What it has done."""
        text = self.text()
        return Work(
            time.monotonic(),
            _sum(text, "process_cpu_seconds_total"),
            _sum(text, "prometheus_rule_evaluations_total"),
            _sum(text, "prometheus_rule_evaluation_failures_total"),
            _sum(text, "prometheus_engine_query_samples_total"),
            _sum(text, "prometheus_tsdb_head_samples_appended_total"),
            _sum(text, "prometheus_tsdb_head_series"),
        )

    def rules(self) -> tuple[int, float]:
        """How many rules it has loaded, and how many evaluations of them are due in a second."""
        groups = json.loads(self._get("/api/v1/rules"))["data"]["groups"]
        sizes = [(len(group["rules"]), group["interval"]) for group in groups]
        return sum(number for number, _ in sizes), sum(number / interval for number, interval in sizes)

    def alerts(self) -> list[str]:
        """The names of the alerts that are pending or fire."""
        return sorted(alert["labels"]["alertname"] for alert in self.active())

    def active(self) -> list[dict[str, Any]]:
        """The alerts that are pending or fire."""
        found: list[dict[str, Any]] = json.loads(self._get("/api/v1/alerts"))["data"]["alerts"]
        return found

    def text(self) -> str:
        """What it says of itself."""
        return self._get("/metrics")

    def query(self, expr: str) -> None:
        """Ask for an instant, and throw the answer away."""
        self._get("/api/v1/query?" + urllib.parse.urlencode({"query": expr}))

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    def stop(self) -> None:
        """End it and remove its storage."""
        self.end()
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    def end(self) -> None:
        """End it; its storage stays, for another to go on with."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return str(answer.read().decode())


def _sum(text: str, metric: str) -> float:
    """The sum of all series of a metric."""
    return sum(values(text, metric).values())


def values(text: str, metric: str) -> dict[str, float]:
    """The series of a metric by their labels, as a server writes them."""
    found = re.findall(rf"^{metric}(\{{.*\}})? (\S+)$", text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


def configuration(rules: Sequence[Path], exposed: str) -> dict[str, object]:
    """It scrapes every pod under its own name."""
    scrapes = [
        {
            "job_name": f"job-{job}",
            "scrape_interval": f"{SCRAPE}s",
            "static_configs": [{"targets": [f"pod-{job}-{pod}" for pod in range(PODS)]}],
            "relabel_configs": [
                {"source_labels": ["__address__"], "target_label": "instance"},
                {
                    "source_labels": ["__address__"],
                    "target_label": "__metrics_path__",
                    "replacement": f"/job-{job}/$1",
                },
                {"target_label": "__address__", "replacement": exposed},
            ],
        }
        for job in range(JOBS)
    ]
    return {
        "global": {"evaluation_interval": "30s", "scrape_interval": f"{SCRAPE}s"},
        "rule_files": [str(path) for path in rules],
        "scrape_configs": scrapes,
    }
