"""A rollout breaks readiness: the page arrives in time, and says what and where."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.lab.asking import Asking, until
from tests.lab.conftest import Paged
from tests.lab.lab import Lab
from tests.lab.places import ROOT, Places

SLACK = 120.0
"""What scrapes, rules, and Alertmanager's wait may add, as ``slo explain`` says of its times."""
SETTLED = 90.0
"""Seconds after a fault until the rate over a minute knows of nothing else: pods, scrapes, and that minute.

A page can be sooner there than the second sample of the errors, without which no rate is known.
"""


def test_every_part_runs_and_is_scraped(lab: Lab, asking: Asking) -> None:
    """No part has ended, every target is up, and every rule that was compiled is evaluated without an error."""
    assert lab.died() == []
    assert [t["scrapeUrl"] for t in asking.targets() if t["health"] != "up"] == []
    assert asking.rules()
    assert [(r["name"], r["lastError"]) for r in asking.rules() if r["health"] == "err"] == []


def test_an_ordinary_day_pages_nobody(asking: Asking) -> None:
    """Nothing has failed yet, and nobody was called."""
    assert asking.notifications(slo_tier="page") == []
    assert asking.value('slo:errors:rate5m{service="checkout",slo="availability"}') == 0


def test_the_page_arrives_in_time(asking: Asking, rollout: Paged) -> None:
    """Within what ``slo explain`` says of such a share of errors."""
    rollout.wait_until_on_for(SETTLED)
    share = _share(asking)
    bound = _page_after(asking.places, share) + SLACK
    print(f"{share:.0%} of the requests fail; paged after {rollout.took:.0f}s, at most {bound:.0f}s")
    assert rollout.took <= bound


def _share(asking: Asking) -> float:
    """Of the requests that fail, over the last minute."""
    asked = 'sum(rate(http_requests_total{job="checkout"%s}[1m]))'
    failing, whole = (asking.value(asked % held) or 0.0 for held in (',code="503"', ""))
    return failing / whole


def _page_after(places: Places, share: float) -> float:
    """Seconds until somebody is paged while this share fails, as it does while all fails, in proportion."""
    command = [sys.executable, "-m", "compiler", "explain", "checkout/availability", "--json", "--slo"]
    done = subprocess.run([*command, str(places.folder / "slo")], cwd=ROOT, capture_output=True, check=True)
    (told,) = json.loads(done.stdout)
    pages = [tier for tier in told["tiers"] if tier["raises"] == "page"]
    whole = min(time["firesAfterSeconds"] for tier in pages for time in tier["times"] if time["errors"] == 1)
    return float(whole) / share


def test_the_page_names_the_deployment_and_the_pod(asking: Asking, rollout: Paged) -> None:
    """The diagnosis in the text that Alertmanager sent on: the rollout, and the pods that are not ready, by name."""
    text = " ".join(rollout.alert["annotations"].values())
    assert "rollout of deploy/checkout in shop" in text
    sick = [
        s["metric"]["pod"] for s in asking.query('kube_pod_status_ready{condition="true",pod=~"checkout-.+"} == 0')
    ]
    assert sick
    assert any(pod in text for pod in sick)


def test_lines_and_traces_of_the_failing_pod(asking: Asking, rollout: Paged) -> None:
    """The pod that fails its probe left a line, and the line's trace is in Jaeger."""
    lines = until(
        "a line", lambda: asking.lines('{service_name="checkout"} | json | route="/ready" | level="error"'), 30
    )
    ids = [json.loads(line)["trace_id"] for _, line in lines]
    until("its trace", lambda: asking.trace(ids[-1]), 20)
