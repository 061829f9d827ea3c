"""What the tests of the lab's reader share: data sources, a small page, and a server that keeps what it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.lab.grafana import boards, sources, times
from tests.lab.grafana.sources import Source, Sources
from tests.lab.grafana.times import TimeRange
from tests.unit.prometheus_server import says, serving

NOW = 1_700_000_000_000
"""2023-11-14T22:13:20Z."""
HOUR = 3_600_000
SOURCES = Sources(
    (
        Source("prometheus", "Prometheus", "prometheus", "http://prometheus", True, {"timeInterval": "30s"}),
        Source("loki", "Loki", "loki", "http://loki"),
        Source("jaeger", "Jaeger", "jaeger", "http://jaeger", settings={"traceIdTimeParams": {"enabled": True}}),
    )
)


@dataclass
class Server:
    """A server that answers by path and keeps every question."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    """By path: a body, a status with a text, or what makes either of the parameters."""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path and parameters of each."""

    def sources(self) -> Sources:
        """Our data sources, all at this server."""
        listed = [
            {"name": s.name, "uid": s.uid, "type": s.type, "jsonData": s.settings, "isDefault": s.default}
            for s in SOURCES
        ]
        addresses = {s.type: self.url for s in SOURCES}
        return sources.of({"apiVersion": 1, "datasources": listed}, addresses)

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        """One answer."""
        parts = urlsplit(handler.path)
        sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
        parameters = {key: values[-1] for key, values in parse_qs(sent or parts.query).items()}
        self.asked.append((handler.command, parts.path, parameters))
        found = self.answers.get(parts.path, (404, "no such page"))
        answer = found(parameters) if callable(found) else found
        status, body = answer if isinstance(answer, tuple) else (200, json.dumps(answer))
        says(status, body)(handler)


@contextmanager
def answering(answers: Mapping[str, Any]) -> Iterator[Server]:
    """A server with answers by path."""
    with serving() as fake:
        server = Server(fake.url, dict(answers))
        fake.respond = server.respond
        yield server


def last(hours: int = 3) -> TimeRange:
    """The last hours."""
    return times.between(f"now-{hours}h", "now", NOW)


def vector(*samples: tuple[dict[str, str], float]) -> dict[str, Any]:
    """Prometheus' answer to an instant query."""
    result = [{"metric": labels, "value": [NOW / 1000, str(value)]} for labels, value in samples]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def matrix(*series: tuple[dict[str, str], list[float]], step: int = 60) -> dict[str, Any]:
    """Prometheus' answer to a range query."""
    result = [
        {"metric": labels, "values": [[NOW // 1000 + i * step, str(value)] for i, value in enumerate(values)]}
        for labels, values in series
    ]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


def board(*panels: Mapping[str, Any], **more: Any) -> boards.Board:
    """A page with these panels."""
    variables = more.pop("variables", [])
    return boards.Board(
        {"uid": "page", "title": "A page", "panels": list(panels), "templating": {"list": variables}} | more
    )


def page(*panels: Mapping[str, Any], servers: Sources = SOURCES, chosen: Any = None, **more: Any) -> boards.Page:
    """A page with these panels, opened over the last three hours."""
    return boards.opened(board(*panels, **more), servers, more.pop("range", last()), chosen or {})


def constant(name: str, value: str) -> dict[str, Any]:
    """A variable with one value."""
    return {"type": "constant", "name": name, "query": value}


def custom(name: str, options: str, **more: Any) -> dict[str, Any]:
    """A variable with options that stand in the page."""
    return {"type": "custom", "name": name, "query": options, **more}
