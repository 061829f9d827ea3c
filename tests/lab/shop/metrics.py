"""What a pod of the shop counts, with the trace of each request as its exemplar."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The counters of one pod."""

    def __init__(self) -> None:
        self._all, self._without = CollectorRegistry(), CollectorRegistry()
        self._requests = Counter("http_requests_total", "Requests.", ["route", "method", "code"], registry=self._all)
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "How long they took.",
            ["route", "method"],
            buckets=BUCKETS,
            registry=None,
        )
        self._calls = Counter(
            "provider_calls_total", "Calls to payment providers.", ["provider", "outcome"], registry=self._all
        )
        self._all.register(self._seconds)
        self._without.register(self._seconds)

    def count(self, route: str, code: int, seconds: float, trace: str) -> None:
        """One request."""
        exemplar = {"trace_id": trace}
        self._requests.labels(route, "POST", str(code)).inc(exemplar=exemplar)
        self._seconds.labels(route, "POST").observe(seconds, exemplar=exemplar)

    def call(self, provider: str, outcome: str) -> None:
        """One call to a payment provider."""
        self._calls.labels(provider, outcome).inc()

    def text(self, accept: str, without_requests: bool) -> tuple[bytes, str]:
        """All of it, in the format that the scraper prefers; without its counter of requests where that has gone."""
        encode, kind = choose_encoder(accept)
        return encode(self._without if without_requests else self._all), kind
