"""Many services that can all fail at once, and a kube-state-metrics that tells of all their pods in one namespace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread

from tests.rulecost.metrics import SCRAPE, Quiet
from tests.rulecost.rules import compiled

NODES, REVISIONS = 100, 10
UNREADY = 3
TARGETS = 2
SERVICE = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {{name: {name}}}
spec:
  workload: {{namespace: shop, deployment: {name}, autoscaler: {name}}}
  dependsOn: [{neighbour}]
  slos:
    - name: availability
      objective: 99.9%
      sli:
        ratio:
          errors: http_requests_total{{job="{name}",code=~"5.."}}
          total: http_requests_total{{job="{name}"}}
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """So many services, with so many pods in all."""

    services: int
    pods: int

    @property
    def names(self) -> list[str]:
        """Of the services."""
        return [f"s{n:03}" for n in range(self.services)]

    @property
    def each(self) -> int:
        """Pods of one service."""
        return -(-self.pods // self.services)

    def write(self, folder: Path) -> list[Path]:
        """The rule files; each service calls the next one."""
        names = self.names
        texts = {
            name: SERVICE.format(name=name, neighbour=names[(n + 1) % len(names)]) for n, name in enumerate(names)
        }
        return compiled(texts, folder)

    def requests(self, seconds: float, failing: float) -> str:
        """The counters of one pod, of which all requests of the last so many seconds failed."""
        good, bad = 20 * (seconds - failing), 0.001 * (seconds - failing) + 20 * failing
        return f'http_requests_total{{code="200"}} {good:.0f}\nhttp_requests_total{{code="500"}} {bad:.0f}\n'

    def cluster(self, failing: bool) -> Iterator[str]:
        """What kube-state-metrics says: in a failure, each of the causes is found."""
        for node in range(NODES):
            for status in ("true", "false", "unknown"):
                ready = status == ("false" if failing and node % 10 == 0 else "true")
                labels = f'node="node-{node}",condition="Ready",status="{status}"'
                yield f"kube_node_status_condition{{{labels}}} {ready:d}"
        yield 'kube_namespace_status_phase{namespace="shop",phase="Active"} 1'
        for kind, value in (("hard", 6_000), ("used", 6_000 if failing else 5_500)):
            labels = f'namespace="shop",resourcequota="default",resource="pods",type="{kind}"'
            yield f"kube_resourcequota{{{labels}}} {value}"
        for name in self.names:
            yield from self._deployment(name, failing)
            for number in range(self.each):
                yield from _pod(name, number, failing)

    def _deployment(self, name: str, failing: bool) -> Iterator[str]:
        at, pods, now = f'namespace="shop",deployment="{name}"', self.each, time.time()
        yield f'kube_deployment_status_condition{{{at},condition="Progressing",status="false"}} 0'
        yield f"kube_deployment_spec_replicas{{{at}}} {pods}"
        yield f"kube_deployment_status_replicas{{{at}}} {pods}"
        yield f"kube_deployment_status_replicas_updated{{{at}}} {pods - 10 * failing}"
        yield f"kube_deployment_status_replicas_unavailable{{{at}}} {UNREADY * failing}"
        at = f'namespace="shop",horizontalpodautoscaler="{name}"'
        metric = f'{at},metric_name="cpu",metric_target_type="utilization"'
        yield f"kube_horizontalpodautoscaler_spec_max_replicas{{{at}}} {pods if failing else 2 * pods}"
        yield f"kube_horizontalpodautoscaler_status_current_replicas{{{at}}} {pods}"
        yield f"kube_horizontalpodautoscaler_spec_target_metric{{{metric}}} 60"
        yield f"kube_horizontalpodautoscaler_status_target_metric{{{metric}}} {90 if failing else 55}"
        yield f'kube_horizontalpodautoscaler_status_condition{{{at},condition="ScalingActive",status="false"}} 0'
        for revision in range(REVISIONS):
            at = f'namespace="shop",replicaset="{name}-6d4cf56db{revision}"'
            made = now - (600 if failing and not revision else 86_400 * (revision + 1))
            yield f"kube_replicaset_created{{{at}}} {made // 600 * 600:.0f}"
            yield f'kube_replicaset_owner{{{at},owner_kind="Deployment",owner_name="{name}"}} 1'


def _pod(name: str, number: int, failing: bool) -> Iterator[str]:
    """A pod's series, among them some that nobody asks for."""
    pod = f'namespace="shop",pod="{name}-6d4cf56db0-{_ending(number)}"'
    yield f'kube_pod_info{{{pod},node="node-{number % NODES}"}} 1'
    unready = failing and number < UNREADY
    for condition, ready in (("true", not unready), ("false", unready), ("unknown", False)):
        yield f'kube_pod_status_ready{{{pod},condition="{condition}"}} {ready:d}'
    for phase in ("Failed", "Pending", "Running", "Succeeded", "Unknown"):
        yield f'kube_pod_status_phase{{{pod},phase="{phase}"}} {phase == "Running":d}'
    grown = int(time.time()) % 86_400 // SCRAPE if unready else 0
    yield f'kube_pod_container_status_restarts_total{{{pod},container="{name}"}} {grown}'
    if unready:
        yield _waiting(name, pod, number)
    if number < UNREADY:
        yield f'kube_pod_container_status_last_terminated_reason{{{pod},container="{name}",reason="OOMKilled"}} 1'


def _waiting(name: str, pod: str, number: int) -> str:
    """Each of the reasons that are told apart, in turn."""
    container, init = f'{pod},container="{name}"', f'{pod},container="setup"'
    return (
        f'kube_pod_container_status_waiting_reason{{{container},reason="ImagePullBackOff"}} 1',
        f'kube_pod_init_container_status_waiting_reason{{{init},reason="CreateContainerConfigError"}} 1',
        f"kube_pod_status_unschedulable{{{pod}}} 1",
    )[number % 3]


def _ending(number: int) -> str:
    """Five characters as a ReplicaSet gives them."""
    return f"8x{number:03}"


class Shown:
    """A server with /metrics/SERVICE and /cluster; ``fail`` makes every request fail from now on."""

    def __init__(self, shop: Shop) -> None:
        begin = time.time() - 86_400
        self.failed = float("inf")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                failing = max(0.0, time.time() - outer.failed)
                if self.path == "/cluster":
                    text = "\n".join(shop.cluster(failing > 0)) + "\n"
                else:
                    text = shop.requests(time.time() - begin, failing)
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def fail(self) -> None:
        """From now on."""
        self.failed = time.time()

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


def configuration(shop: Shop, rules: list[Path], exposed: str) -> dict[str, object]:
    """It scrapes two pods of each service, and kube-state-metrics, whose labels it honours."""
    scrapes = [
        {
            "job_name": name,
            "metrics_path": f"/metrics/{name}",
            "static_configs": [{"targets": [f"{name}-{n}" for n in range(TARGETS)]}],
            "relabel_configs": [
                {"source_labels": ["__address__"], "target_label": "instance"},
                {"target_label": "__address__", "replacement": exposed},
            ],
        }
        for name in shop.names
    ]
    cluster = {
        "job_name": "kube-state-metrics",
        "metrics_path": "/cluster",
        "honor_labels": True,
        "static_configs": [{"targets": [exposed]}],
    }
    return {
        "global": {"evaluation_interval": "30s", "scrape_interval": f"{SCRAPE}s", "scrape_timeout": f"{SCRAPE}s"},
        "rule_files": [str(path) for path in rules],
        "scrape_configs": [*scrapes, cluster],
    }
