"""``python -m tests.lab.cluster --folder F``: runs the shop's pods, and tells of them on the cluster's port."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.lab.cluster.exposed import control_plane, kube_state_metrics, kubelet, node_exporter
from tests.lab.cluster.exposed.text import Sample, text
from tests.lab.cluster.state import Cluster
from tests.lab.places import Places

EXPOSED: Mapping[str, Callable[[Cluster], Iterator[Sample]]] = {
    "/kube-state-metrics": kube_state_metrics.samples,
    "/metrics": kubelet.own,
    "/metrics/cadvisor": kubelet.containers,
    "/metrics/probes": kubelet.probes,
    "/node-exporter": node_exporter.samples,
    "/apiserver": control_plane.api_server,
    "/etcd": control_plane.etcd,
}
STEP = 1.0


def _handler(cluster: Cluster, lock: threading.Lock) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = EXPOSED.get(self.path)
            with lock:
                body = text(found(cluster)) if found else ""
            self.send_response(200 if found or self.path == "/ready" else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler


def main() -> None:
    """Step until asked to stop, then end every pod."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    places = Places.read(parser.parse_args().folder)
    cluster, lock = Cluster(places), threading.Lock()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = ThreadingHTTPServer(("127.0.0.1", places.port["cluster"]), _handler(cluster, lock))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        while True:
            due = time.monotonic() + STEP
            with lock:
                cluster.step()
            time.sleep(max(0.0, due - time.monotonic()))
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
