"""One pod of the shop: ``python -m tests.lab.shop.service --folder F --service S --pod P --port N [--broken]``."""

from __future__ import annotations

import argparse
import itertools
import random
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry import propagate, trace

from tests.lab.faults import Switched
from tests.lab.files import Watched
from tests.lab.places import Places
from tests.lab.shop.limits import Capacity
from tests.lab.shop.metrics import Metrics
from tests.lab.shop.telemetry import Telemetry, trace_id

ROUTES = {"frontend": "/buy", "checkout": "/checkout", "payment": "/pay"}
CALLS = {"frontend": "checkout", "checkout": "payment"}
PROVIDERS = ("card/visa", 'bank "sepa"')
"""Names as people give them: with what queries and addresses would read."""
LIMITED = "checkout"
"""The service whose pods can take but so many requests."""
SLOWER = 0.6
"""Seconds that slowness adds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and why where it is none that one would want."""

    code: int
    why: str = ""


class Pod:
    """What one pod knows and does."""

    def __init__(self, places: Places, service: str, pod: str, broken: bool) -> None:
        self.service, self.broken = service, broken
        self.faults = Switched(places)
        self.telemetry = Telemetry.of(service, pod, places.url("collector-otlp-http"))
        self.metrics = Metrics()
        self._endpoints = Watched(places.endpoints, {})
        self._capacity, self._turn = Capacity(), itertools.count()

    def request(self, headers: dict[str, str]) -> int:
        """Take one request: span, work, line, numbers."""
        start, route = time.perf_counter(), ROUTES[self.service]
        parent = propagate.extract(headers)
        with self.telemetry.tracer.start_as_current_span(f"POST {route}", parent, trace.SpanKind.SERVER) as span:
            answer = self._work()
            self._tell(span, "POST", route, answer)
            self.metrics.count(route, answer.code, time.perf_counter() - start, trace_id())
        return answer.code

    def ready(self) -> int:
        """Whether it may get requests; a failure leaves a span and a line, as the request that it is."""
        if not self.broken:
            return 200
        with self.telemetry.tracer.start_as_current_span("GET /ready", kind=trace.SpanKind.SERVER) as span:
            self._tell(span, "GET", "/ready", Answer(503, "readiness probe failed: the price list cannot be read"))
        return 503

    def _tell(self, span: trace.Span, method: str, route: str, answer: Answer) -> None:
        span.set_attributes(
            {"http.request.method": method, "http.route": route, "http.response.status_code": answer.code}
        )
        bad = answer.code >= 500
        if bad:
            span.set_status(trace.StatusCode.ERROR, answer.why)
        fields = {"route": route, "code": answer.code} | ({"why": answer.why} if bad else {})
        self.telemetry.line("error" if bad else "info", "request", **fields)

    def _work(self) -> Answer:
        if self.service == LIMITED and not self._capacity.take():
            return Answer(503, "no capacity left in this pod")
        if self.service == "checkout" and self.faults.on("slowness"):
            time.sleep(SLOWER)
        if self.service == "payment":
            return self._charge(next(self._turn))
        return self._call(CALLS[self.service])

    def _charge(self, turn: int) -> Answer:
        """One provider after the other; a third of the calls is refused where told so."""
        refused = self.faults.on("errors") and not turn % 3
        self.metrics.call(PROVIDERS[turn % len(PROVIDERS)], "refused" if refused else "ok")
        if refused:
            return Answer(503, "the card network refused the call")
        time.sleep(random.uniform(0.002, 0.04))
        return Answer(200)

    def _call(self, service: str) -> Answer:
        """Ask a ready pod of another service, one after the other."""
        pods = self._endpoints.get().get(service, [])
        route = ROUTES[service]
        with self.telemetry.tracer.start_as_current_span("POST", kind=trace.SpanKind.CLIENT) as span:
            if not pods:
                span.set_status(trace.StatusCode.ERROR)
                return Answer(503, f"{service} has no pod that is ready")
            headers: dict[str, str] = {}
            propagate.inject(headers)
            url = f"http://127.0.0.1:{pods[next(self._turn) % len(pods)]}{route}"
            answer = _asked(urllib.request.Request(url, b"", headers), service)
            span.set_attribute("http.response.status_code", answer.code)
            if answer.code >= 500:
                span.set_status(trace.StatusCode.ERROR)
            return answer


def _asked(request: urllib.request.Request, service: str) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return Answer(answer.status)
    except urllib.error.HTTPError as error:
        return Answer(error.code, f"{service} answered {error.code}")
    except OSError as error:
        return Answer(503, f"{service} cannot be reached: {error}")


def handler(pod: Pod) -> type[BaseHTTPRequestHandler]:
    """The pod as an HTTP server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/metrics":
                gone = pod.service == "payment" and pod.faults.on("metric-vanishes")
                self._reply(200, *pod.metrics.text(self.headers.get("Accept", ""), gone))
            else:
                self._reply(pod.ready() if self.path == "/ready" else 200, b"", "text/plain")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            # Names of headers come in any case, and the context is looked for in lower case.
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._reply(pod.request(headers), b"", "text/plain")

        def _reply(self, code: int, body: bytes, kind: str) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: lines go to Loki."""

    return Handler


def main() -> None:
    """Serve until asked to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--service", choices=ROUTES, required=True)
    parser.add_argument("--pod", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--broken", action="store_true", help="never becomes ready")
    given = parser.parse_args()
    pod = Pod(Places.read(given.folder), given.service, given.pod, given.broken)
    server = ThreadingHTTPServer(("127.0.0.1", given.port), handler(pod))
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
