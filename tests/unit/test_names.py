"""Names are an API: these are the ones that docs/naming.md promises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from compiler import names
from compiler.units import Duration

LABELS = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


def test_recorded_series() -> None:
    assert names.rate("errors", Duration.of("5m")) == "slo:errors:rate5m"
    assert names.rate("total", Duration.of("480s")) == "slo:total:rate8m"
    assert names.increase("errors", Duration.of("1w")) == "slo:errors:increase7d"
    assert (names.BUDGET, names.COVERAGE, names.REMAINING, names.INFO) == (
        "slo:budget:ratio",
        "slo:window_coverage:ratio",
        "slo:budget_remaining:ratio",
        "slo:info",
    )


def test_groups_objects_alerts_and_pages() -> None:
    assert names.group("checkout", "fast") == "checkout.fast"
    assert names.rule_object("checkout") == "slo-checkout"
    assert names.alert_base("check-out", "p99-latency") == "SloCheckOutP99Latency"
    assert names.runbook_path("checkout", "SloCheckoutNoData") == "services/checkout/runbooks/slocheckoutnodata.md"


def test_a_dashboard_link_carries_any_value() -> None:
    made = names.dashboard_link("https://grafana.example.com/", "slo-service", service="a&b", slo="c d")
    assert made == "https://grafana.example.com/d/slo-service?var-service=a%26b&var-slo=c%20d"


@given(LABELS, LABELS)
def test_an_alert_begins_with_a_name_that_prometheus_and_a_file_system_take(service: str, slo: str) -> None:
    base = names.alert_base(service, slo)
    assert base.isascii()
    assert base.isalnum()
    longest = max(len(f"{base}{kind}.md") for kind in names.ALERT_KINDS)
    assert longest <= 255


def test_uids_fit_grafana() -> None:
    assert max(len(names.OVERVIEW_UID), len(names.SERVICE_UID)) <= 40
