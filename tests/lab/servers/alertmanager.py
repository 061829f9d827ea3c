"""Alertmanager, and the receiver that keeps what it sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from tests.lab.places import Places
from tests.lab.process import Process


def server(program: Path, places: Places) -> Process:
    """Alertmanager, without a cluster of its own kind."""
    folder = places.folder / "alertmanager"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = {
        "route": {
            "receiver": "lab",
            "group_by": ["alertname", "service", "slo"],
            "group_wait": "1s",
            "group_interval": "10s",
            "repeat_interval": "1h",
        },
        "receivers": [{"name": "lab", "webhook_configs": [{"url": f"{places.url('sink')}/", "send_resolved": True}]}],
    }
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(configuration), "utf-8")
    command = [
        str(program),
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={places.at('alertmanager')}",
        f"--web.external-url={places.url('alertmanager')}",
        "--cluster.listen-address=",
        "--log.level=warn",
    ]
    return Process("alertmanager", command, f"{places.url('alertmanager')}/-/ready", folder)


@contextmanager
def sink(places: Places) -> Iterator[None]:
    """Keep each notification as one line of a file."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with places.notifications.open("ab") as kept:
                kept.write(body.strip() + b"\n")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", places.port["sink"]), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
