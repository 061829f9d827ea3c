"""What the tests of values and manifests share: stacks as text, and routes walked as Alertmanager does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compiler import pipeline
from compiler.diagnostics import Report, render
from compiler.model.catalog import Catalog
from compiler.source.yaml_loader import LOADER
from tests.unit.language import ROOT

HEAD = "apiVersion: slo-compiler.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"
SERVICE = """\
  owner: {team: shop}
  workload: {namespace: shop, deployment: checkout}
  logs: {selector: {namespace: shop, app: checkout}}
  traces: {service: checkout}
  slos:
    - name: availability
      objective: 99.9%
      window: 28d
      sli: {ratio: {errors: 'requests_total{job="c",code="500"}', total: 'requests_total{job="c"}'}}
"""
EVERYTHING = """\
  cluster: prod-1
  urls: {grafana: https://grafana.example.com, prometheus: https://p.example.com, alertmanager: https://a.example.com}
  prometheus: {release: kps, queryOffset: 30s, scrapeInterval: 15s, replicas: 3, storage: 50Gi}
  objects: {namespace: slo, labels: {team: sre}, annotations: {note: hers}}
  alertmanager:
    receivers:
      - {name: chat, slack: {channel: "#shop", urlSecret: {name: slack, key: hook}}}
      - {name: duty, pagerDuty: {routingKeySecret: {name: pagerduty, key: shop}}}
      - {name: hook, webhook: {urlSecret: {name: hook, key: url}}}
      - {name: post, email: {to: sre@example.com}}
    routes: [{team: shop, severity: critical, receiver: duty}, {team: shop, receiver: chat}, {receiver: hook}]
    heartbeat: {urlSecret: {name: heartbeat, key: url}}
  grafana: {adminSecret: grafana-admin, folder: SLO, orgId: 2}
  logs: {url: "http://loki.logs.svc"}
  traces: {url: "http://jaeger.traces.svc:16686"}
"""


def resolve(folder: Path, stack: str, service: str = SERVICE, name: str = "checkout") -> Catalog:
    """One stack with one service.

    Args:
        folder: gets a folder ``slo``.
        stack: the spec of the stack, two spaces in.
        service: the spec of the service, likewise.
        name: the service's.
    """
    slo = folder / "slo"
    slo.mkdir(exist_ok=True)
    (slo / "stack.yaml").write_text(HEAD.format(kind="ObservabilityStack", name="prod") + stack, "utf-8")
    (slo / "service.yaml").write_text(HEAD.format(kind="ServiceLevel", name=name) + service, "utf-8")
    report = Report()
    found = pipeline.catalogs(slo, report)
    assert found, render(report.sorted(), "text", folder)
    return found[0]


def ours(stack: str) -> Catalog:
    """A stack of this repository's own slo/."""
    return next(c for c in pipeline.catalogs(ROOT / "slo", Report()) if c.stack.name == stack)


def parse(text: str) -> Any:
    """YAML, without PyYAML's slow half."""
    return yaml.load(text, Loader=LOADER)


def laid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Values over values, as Helm lays them: maps merge, lists replace."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = laid(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def walked(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in a value, with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walked(item, f"{path}.{key}" if path else key)
    if isinstance(value, list):
        for item in value:
            yield from walked(item, path)


def fits(matcher: str, labels: Mapping[str, str]) -> bool:
    """A matcher of Alertmanager's configuration."""
    name, operator, value = re.fullmatch(r'(\w+) (=~|=) "?(.*?)"?', matcher).groups()
    given = labels.get(name, "")
    return bool(re.fullmatch(value, given)) if operator == "=~" else given == value


def routed(
    route: Mapping[str, Any], labels: Mapping[str, str], above: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The route that an alert ends in, with what it inherits: the deepest first one that fits."""
    here = {**(above or {}), **{key: value for key, value in route.items() if key not in ("routes", "matchers")}}
    for child in route.get("routes", ()):
        if all(fits(matcher, labels) for matcher in child.get("matchers", ())):
            return routed(child, labels, here)
    return here
