"""Prometheus is told to scrape native histograms where an SLO counts by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.emit.values import EMITTER
from tests.unit.stacks import EVERYTHING, SERVICE, parse, resolve

NATIVE = SERVICE.partition("      sli:")[0] + (
    "      sli: {latency: {histogram: l_seconds, threshold: 300ms, native: true}}\n"
)
SET = {"scrapeNativeHistograms": True, "scrapeClassicHistograms": True}


@pytest.mark.parametrize("mode", ["full", "overlay"])
@pytest.mark.parametrize(("service", "expected"), [(NATIVE, SET), (SERVICE, {})])
def test_scraped_where_they_are_needed(mode: str, service: str, expected: dict[str, bool], tmp_path: Path) -> None:
    """Both kinds are scraped then; nothing is set where nobody asks for them."""
    catalog = resolve(tmp_path, f"{EVERYTHING}  values: {{mode: {mode}}}\n", service)
    assert EMITTER.platform
    (artifact,) = EMITTER.platform(catalog)
    spec = parse(artifact.text)["prometheus"]["prometheusSpec"]
    assert {key: value for key, value in spec.items() if "Histograms" in key} == expected
