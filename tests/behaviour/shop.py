"""The checkout of slo/ and the cluster around it, as the series that a Prometheus would have scraped.

A sample each 30s from midnight; traffic begins at once, so that an hour later every window of the page is full.
"""

from __future__ import annotations

from collections.abc import Mapping

STEPS = 2
"""Samples a minute."""
PODS = tuple(f"checkout-6d4cf56db6-8xk2{n}" for n in range(10))
_STATE = 'instance="10.1.0.1:8080",job="kube-state-metrics"'
NEWS = f'{{{_STATE},namespace="shop"'


def at(minute: float) -> int:
    """The sample at a minute."""
    return int(minute * STEPS)


def held(*parts: tuple[float | str, float]) -> str:
    """Values, each for so many minutes; the last one more sample."""
    runs = [f"{value}x{at(minutes) - 1}" for value, minutes in parts]
    return " ".join(runs)


def grown(*parts: tuple[float, float]) -> str:
    """A counter that grows by so much a sample, for so many minutes each."""
    level, runs = 0.0, []
    for growth, minutes in parts:
        runs.append(f"{level:g}+{growth:g}x{at(minutes) - 1}")
        level += growth * at(minutes)
    return " ".join(runs)


def requests(
    good: tuple[tuple[float, float], ...], bad: tuple[tuple[float, float], ...], end: str = ""
) -> dict[str, str]:
    """Ten pods with as many answers of 200 and 503 a sample each; all of them fast.

    Args:
        good: growth a sample, and minutes.
        bad: the same of errors; the series begin where the growth does.
        end: what comes after: ``stale``.
    """
    found = {}
    every = tuple((good[n][0] + bad[n][0], good[n][1]) for n in range(len(good)))
    for number, pod in enumerate(PODS):
        labels = f'job="checkout",instance="10.2.0.{number}:8080",pod="{pod}"'
        found[f'http_requests_total{{{labels},code="200"}}'] = f"{grown(*good)} {end}".strip()
        if any(growth for growth, _ in bad):
            found[f'http_requests_total{{{labels},code="503"}}'] = f"{grown(*bad)} {end}".strip()
        for name in ("count", 'bucket{le="0.3"'):
            metric = f"http_request_duration_seconds_{name.split('{')[0]}"
            le = ',le="0.3"' if "le" in name else ""
            found[f"{metric}{{{labels}{le}}}"] = f"{grown(*every)} {end}".strip()
    return found


def targets(values: str) -> dict[str, str]:
    """``up`` of every pod."""
    return {f'up{{job="checkout",instance="10.2.0.{n}:8080",pod="{pod}"}}': values for n, pod in enumerate(PODS)}


def cluster(
    whole: float,
    rolled: float | None = None,
    hurt: float | None = None,
    not_ready: int = 0,
    exporter: str = "10.1.0.1:8080",
) -> dict[str, str]:
    """What kube-state-metrics says.

    Args:
        whole: minutes of samples.
        rolled: the minute from which a rollout is under way; three pods of ten are of the new revision then.
        hurt: the minute from which pods are not ready.
        not_ready: so many of them.
        exporter: its instance.
    """
    begin = whole if rolled is None else rolled
    rest = whole - begin

    deploy, hpa = 'deployment="checkout"', 'horizontalpodautoscaler="checkout"'
    cpu = 'metric_name="cpu",metric_target_type="utilization"'
    quota = 'resourcequota="pods",resource="pods"'
    old, new = 'replicaset="checkout-6d4cf56db6"', 'replicaset="checkout-7f9c8d5b44"'
    owner = 'owner_kind="Deployment",owner_name="checkout"'
    found = {
        f"kube_deployment_spec_replicas|{deploy}": held((10, whole)),
        f"kube_deployment_status_replicas|{deploy}": held((10, whole)),
        f"kube_deployment_status_replicas_updated|{deploy}": _from(rolled, whole, 10, 3),
        f"kube_deployment_status_replicas_unavailable|{deploy}": _from(hurt, whole, 0, not_ready),
        f'kube_deployment_status_condition|{deploy},condition="Progressing",status="false"': held((0, whole)),
        f"kube_replicaset_created|{old}": held((-86_400, whole)),
        f"kube_replicaset_owner|{old},{owner}": held((1, whole)),
        f"kube_horizontalpodautoscaler_spec_max_replicas|{hpa}": held((20, whole)),
        f"kube_horizontalpodautoscaler_status_current_replicas|{hpa}": held((10, whole)),
        f"kube_horizontalpodautoscaler_status_target_metric|{hpa},{cpu}": held((55, whole)),
        f"kube_horizontalpodautoscaler_spec_target_metric|{hpa},{cpu}": held((60, whole)),
        f'kube_horizontalpodautoscaler_status_condition|{hpa},condition="ScalingActive",status="false"': held(
            (0, whole)
        ),
        f'kube_resourcequota|{quota},type="used"': held((10, whole)),
        f'kube_resourcequota|{quota},type="hard"': held((50, whole)),
        'kube_namespace_status_phase|phase="Active"': held((1, whole)),
    }
    if rest:
        found[f"kube_replicaset_created|{new}"] = f"_x{at(begin)} {held((begin * 60, rest))}"
        found[f"kube_replicaset_owner|{new},{owner}"] = f"_x{at(begin)} {held((1, rest))}"
    for number, pod in enumerate(PODS):
        ready = _from(hurt, whole, 1, 0 if number < not_ready else 1)
        found[f'kube_pod_status_ready|pod="{pod}",condition="true"'] = ready
        found[f'kube_pod_container_status_restarts_total|pod="{pod}",container="checkout"'] = held((2, whole))
        found[f'kube_pod_info|pod="{pod}",node="node-{number % 3}"'] = held((1, whole))
    made = {_named(name, f'namespace="shop",{labels}', exporter): v for name, labels, v in _split(found)}
    for number in range(3):
        labels = f'node="node-{number}",condition="Ready",status="true"'
        made[_named("kube_node_status_condition", labels, exporter)] = held((1, whole))
    return made


def _from(minute: float | None, whole: float, before: float, after: float) -> str:
    """One value until a minute, another from then on."""
    return held((before, whole)) if minute is None else held((before, minute), (after, whole - minute))


def _split(found: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [(*name.split("|"), values) for name, values in found.items()]  # type: ignore[misc]


def _named(metric: str, labels: str, exporter: str) -> str:
    return f'{metric}{{instance="{exporter}",job="kube-state-metrics",{labels}}}'


def neighbour(minutes: float) -> dict[str, str]:
    """The payment service, which does not page."""
    return {'slo:info{service="payment",slo="availability"}': held((1, minutes))}


def tiles(minutes: float, events: float = 2_400) -> dict[str, str]:
    """What the period group has recorded of both SLOs' traffic, until then."""
    return {
        f'slo:total:increase4m{{service="checkout",slo="{slo}"}}': f"{held((events, minutes))} stale"
        for slo in ("availability", "latency")
    }


def budget(minutes: float, left: float = 0.61, spent: float = 39_000) -> dict[str, str]:
    """What the period group has recorded of the availability's budget."""
    labels = '{service="checkout",slo="availability"}'
    return {
        f"slo:budget_remaining:ratio{labels}": held((left, minutes)),
        f"slo:errors:increase30d{labels}": held((spent, minutes)),
    }
