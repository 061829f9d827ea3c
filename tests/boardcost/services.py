"""The catalogue: so many SLOs of several hundred services, compiled as anyone's are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiler.diagnostics import Report
from compiler.pipeline import Request, build
from compiler.source.yaml_loader import LOADER
from tests.bench.bench import STACK

EACH = 4
"""SLOs of a service."""
PODS = 4
PER_NAMESPACE = 20
TEAMS, TIERS = 25, 3
CALLS = (1, 7, 61)
"""How far away in the list the services are that each one calls."""
ROUTES = ("/", "/cart", "/pay")
GROUPED = "routes"
"""The SLO with a budget for each route."""
SERVICE = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {{name: {name}, labels: {{tier: "{tier}"}}}}
spec:
  owner: {{team: {team}}}
  dependsOn: [{calls}]
  dashboards: {{own: {own}}}
  maintenance: [{{weekly: "Sun 02:00", for: 2h}}]
  workload: {{namespace: {namespace}, deployment: {name}, autoscaler: {name}}}
  logs: {{selector: {{namespace: {namespace}, app: {name}}}}}
  traces: {{service: {name}}}
  slos:
    - name: availability
      objective: 99.9%
      sli:
        ratio:
          errors: http_requests_total{{job="{name}",code=~"5.."}}
          total: http_requests_total{{job="{name}"}}
    - name: latency
      objective: 99%
      sli: {{latency: {{histogram: http_request_duration_seconds, selector: 'job="{name}"', threshold: 250ms}}}}
    - name: probe
      objective: 99.5%
      sli: {{probe: {{metric: 'up{{job="{name}"}}'}}}}
    - name: routes
      objective: 99.5%
      groupBy: {{labels: [route], limit: 10}}
      sli:
        ratio:
          errors: http_requests_total{{job="{name}",code=~"5.."}}
          total: http_requests_total{{job="{name}"}}
"""


@dataclass(frozen=True, slots=True)
class Service:
    """One of so many."""

    number: int
    of: int

    @property
    def name(self) -> str:
        """Its own, its workload's, its job's."""
        return f"service-{self.number:03}"

    @property
    def namespace(self) -> str:
        """Where it runs."""
        return f"shop-{self.number // PER_NAMESPACE}"

    @property
    def pods(self) -> list[str]:
        """As a Deployment calls them."""
        return [f"{self.name}-7d9f8b6c5d-{'abcdefgh'[n] * 5}" for n in range(PODS)]

    @property
    def text(self) -> str:
        """Its document; the first one has a page of its own."""
        calls = {f"service-{(self.number + step) % self.of:03}" for step in CALLS} - {self.name}
        return SERVICE.format(
            name=self.name,
            namespace=self.namespace,
            tier=self.number % TIERS + 1,
            team=f"team-{self.number % TEAMS}",
            calls=", ".join(sorted(calls)),
            own="false" if self.number else "true",
        )


def services(slos: int) -> list[Service]:
    """As many as have so many SLOs."""
    number = max(1, slos // EACH)
    return [Service(n, number) for n in range(number)]


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the compiler wrote."""

    folder: Path

    @property
    def boards(self) -> list[Path]:
        """The pages."""
        return sorted(self.folder.rglob("dashboards/*.json"))

    @property
    def sources(self) -> Path:
        """The provisioning file of data sources."""
        return next(self.folder.rglob("provisioning/datasources.yaml"))

    @property
    def rules(self) -> list[Path]:
        """The rule files of the services, three each."""
        return sorted(self.folder.rglob("services/*/rules/*.yaml"))

    def groups(self) -> Iterator[dict[str, Any]]:
        """Every group of rules of the services."""
        for path in self.rules:
            yield from yaml.load(path.read_text("utf-8"), LOADER)["groups"]


def compiled(folder: Path, wanted: list[Service]) -> Compiled:
    """The rules and pages of services.

    Raises:
        RuntimeError: the compiler found an error.
    """
    slo = folder / "slo"
    slo.mkdir()
    (slo / "stack.yaml").write_text(STACK, "utf-8")
    for service in wanted:
        (slo / f"{service.name}.yaml").write_text(service.text, "utf-8")
    report = Report()
    request = Request(slo, folder / "output", only=("rules", "dashboards", "provisioning"), jobs=2)
    if build(request, report) is None:
        raise RuntimeError("\n".join(f"{d.span}: {d.message}" for d in report.items))
    return Compiled(folder / "output")
