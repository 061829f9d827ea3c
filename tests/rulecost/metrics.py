"""The services whose metrics are scraped: ten pods each, five codes, steady traffic with few errors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.rulecost.rules import JOBS

PODS = 10
CODES = {"200": 20.0, "204": 2.0, "404": 0.5, "500": 0.004, "503": 0.002}
"""Requests a second of one pod."""
SCRAPE = 30


@dataclass(frozen=True, slots=True)
class Counter:
    """One series, which grows by ``rate`` a second on average."""

    job: str
    pod: str
    code: str
    rate: float

    def __str__(self) -> str:
        return f'http_requests_total{{job="{self.job}",instance="{self.pod}",code="{self.code}"}}'

    def at(self, seconds: float) -> int:
        """Its value so long after its beginning: even, so that history and scrapes fit together."""
        return round(self.rate * seconds)


def counters() -> Iterator[Counter]:
    """Every series."""
    chance = random.Random(1)
    for job in range(JOBS):
        for pod in range(PODS):
            for code, rate in CODES.items():
                yield Counter(f"job-{job}", f"pod-{job}-{pod}", code, rate * chance.uniform(0.8, 1.2))


class Quiet(ThreadingHTTPServer):
    """A server of many short answers."""

    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A server that is stopped, or too slow to wait, hangs up."""


class Exposed:
    """A server whose /metrics/JOB/POD shows the counters of one pod, counted from ``begin``."""

    def __init__(self, begin: float, now: object) -> None:
        shown: dict[str, list[Counter]] = {}
        for counter in counters():
            shown.setdefault(f"/{counter.job}/{counter.pod}", []).append(counter)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = "".join(
                    f'http_requests_total{{code="{c.code}"}} {c.at(now() - begin)}\n'  # type: ignore[operator]
                    for c in shown[self.path]
                )
                body = ("# TYPE http_requests_total counter\n" + text).encode()
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

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
