"""What the runbook of each kind of indicator asks first."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.emit.runbooks.queries import what_fails
from tests.unit.test_rules_expressions import made
from tests.unit.test_sli_kinds import KINDS

ASKED = {
    "latency-native": ("", 'histogram_quantile(0.99, sum by (le) (rate(l_seconds{job="a"}[5m])))'),
    "threshold-gauge": ("", 'slo:slice_value:worst{service="a",slo="one"}'),
    "spans": (
        "status_code",
        'topk(5, sum by (status_code) (rate(traces_span_metrics_calls_total{service_name="a",'
        'span_kind="SPAN_KIND_SERVER",span_name="POST /pay",status_code="STATUS_CODE_ERROR"}[5m])))',
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_it(name: str, tmp_path: Path) -> None:
    """The query under that heading, and the label that it splits by."""
    (context,) = made(tmp_path, f"objective: 99%, sli: {KINDS[name]}").contexts
    found = what_fails(context)
    assert found is not None
    assert (found[0], found[1].expr) == ASKED[name]
