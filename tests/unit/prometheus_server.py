"""A small server that speaks Prometheus' HTTP API and answers from a table."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Series = dict[str, str]


class Fake:
    """What the server has: numbers by a pattern of the query, metrics, or an answer of its own to everything."""

    def __init__(self) -> None:
        self.numbers: list[tuple[str, float | None]] = []
        self.series: list[tuple[str, list[Series]]] = []
        self.metrics: list[str] = []
        self.respond: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.headers: list[dict[str, str]] = []
        self.queries: list[str] = []
        self.url = ""

    def answer(self, path: str, query: str) -> Any:
        """The data of one answer."""
        if path.endswith("/label/__name__/values"):
            return self.metrics
        self.queries.append(query)
        flat = re.sub(r"\s+", "", query)
        for pattern, series in self.series:
            if re.fullmatch(pattern, flat):
                return vector([(labels, 1) for labels in series])
        value = next((number for pattern, number in self.numbers if re.fullmatch(pattern, flat)), None)
        return vector([] if value is None else [({}, value)])


def vector(samples: list[tuple[Series, float]]) -> dict[str, Any]:
    result = [{"metric": labels, "value": [1_700_000_000, repr(float(value))]} for labels, value in samples]
    return {"resultType": "vector", "result": result}


def says(status: int, body: bytes | str, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer to everything."""
    raw = body.encode() if isinstance(body, str) else body

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    return respond


@contextmanager
def serving() -> Iterator[Fake]:
    """A server on a free port of this machine."""
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.headers.append(dict(self.headers))
            if fake.respond:
                fake.respond(self)
                return
            parts = urlsplit(self.path)
            data = fake.answer(parts.path, parse_qs(parts.query).get("query", [""])[0])
            says(200, json.dumps({"status": "success", "data": data}))(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
