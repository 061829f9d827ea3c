"""What the tests of dashboards share: pages as Grafana reads them, and variables as Grafana resolves them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from compiler import pipeline
from compiler.diagnostics import Report
from compiler.emit.dashboards import EMITTER
from compiler.model.catalog import Catalog
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.macros import Fixed

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("prod", "global", "bare", "own")
"""As in slo/; on a central server; without logs, traces and addresses; where checkout has a page of its own."""

Facts = Mapping[str, tuple[str, str]]
"""Variables: their value and their text."""
FACTS: Facts = {
    "prometheus_datasource": ("prometheus", "Prometheus"),
    "loki_datasource": ("loki", "Loki"),
    "jaeger_datasource": ("jaeger", "Jaeger"),
    "cluster": ("prod-1", "prod-1"),
    "namespace": (".*", "All"),
    "tier": (".*", "All"),
    "team": (".*", "All"),
    "catalog": (".*", "All"),
    "worst": (".*", "All"),
    "service": ("checkout", "checkout"),
    "slo": ("availability", "availability"),
    "group": ('slo!=""', "All"),
    "workload": ("checkout", "shop"),
    "autoscaler": ("checkout", "slo/shop/checkout.yaml"),
    "failed": ('increase(http_requests_total{job="checkout",code=~"5.."}[10800s])', "code"),
    "requests": ('http_requests_total{job="checkout"}', "code"),
    "pod": (".*", "All"),
    "bucket": ('http_request_duration_seconds_bucket{job="checkout"}', "seconds"),
    "logs": ("{namespace=`shop`, app=`checkout`}", '| json | level="error"'),
    "traces": ("checkout", "http.response.status_code=503"),
    "trace": ("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736"),
    "__range": ("10800s", "10800s"),
    "__rate_interval": ("2m", "2m"),
}


@cache
def catalog(stack: str = "prod") -> Catalog:
    """The Catalog of slo/, for one kind of stack."""
    report = Report()
    found = pipeline.catalogs(ROOT / "slo", report, "prod")
    assert [d.message for d in report.items if d.severity.word == "error"] == []
    real = found[0]
    spec = real.stack.spec
    if stack == "global":
        spec = replace(spec, prometheus=replace(spec.prometheus, scope="global"))
    if stack == "bare":
        spec = replace(spec, logs=None, traces=None, urls=type(spec.urls)())
    services = tuple(replace(s, own_page=stack == "own" and s.name == "checkout") for s in real.services)
    return Catalog(replace(real.stack, spec=spec), services)


@cache
def texts(stack: str = "prod") -> dict[str, str]:
    """The pages' JSON by path."""
    assert EMITTER.platform
    return {made.path: made.text for made in EMITTER.platform(catalog(stack))}


def page(uid: str, stack: str = "prod") -> dict[str, Any]:
    """One page."""
    found: dict[str, Any] = json.loads(texts(stack)[f"platform/dashboards/{uid}.json"])
    return found


def pages(stack: str = "prod") -> Iterator[dict[str, Any]]:
    """All pages."""
    return (json.loads(text) for text in texts(stack).values())


def panels(board: Mapping[str, Any], folded: bool = True) -> Iterator[dict[str, Any]]:
    """Its panels in order, with those of folded rows where asked, without the rows themselves."""
    for panel in board["panels"]:
        if panel["type"] != "row":
            yield panel
        elif folded:
            yield from panel["panels"]


def resolved(text: str, facts: Facts = FACTS) -> str:
    """A text with its variables replaced as Grafana does it."""
    known = {name: Fixed(name, value, shown) for name, (value, shown) in facts.items()}
    return interpolate(text, known.get)
