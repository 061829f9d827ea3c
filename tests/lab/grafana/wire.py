"""Questions over HTTP: the body as the server sent it, or why there is none."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT = 30.0
"""Seconds, as Grafana waits for a data source."""
_OPENER = build_opener(ProxyHandler({}))
"""Servers are asked directly, whatever proxy the environment names."""
Parameters = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    url: str
    body: Any = None
    """Decoded JSON."""
    error: str = ""
    """Why there is no body; empty where there is one."""
    seconds: float = field(default=0.0, compare=False)
    """How long a body took to come, whole."""


def get(url: str, parameters: Parameters | None = None) -> Answer:
    """A question in the address."""
    query = urlencode(parameters or {}, doseq=True)
    return _sent(Request(f"{url}?{query}" if query else url, headers={"Accept": "application/json"}))


def post(url: str, parameters: Parameters) -> Answer:
    """A question in the body, as a form."""
    data = urlencode(parameters, doseq=True).encode()
    return _sent(Request(url, data=data, headers={"Accept": "application/json"}, method="POST"))


def _sent(request: Request) -> Answer:
    url = request.full_url
    begin = time.monotonic()
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as response:
            text = response.read()
            seconds = time.monotonic() - begin
    except HTTPError as wrong:
        return Answer(url, error=f"{wrong.code}: {message(wrong.read()) or wrong.reason}")
    except URLError as wrong:
        return Answer(url, error=f"no answer: {wrong.reason}")
    except (OSError, HTTPException, ValueError) as wrong:
        return Answer(url, error=f"no answer: {wrong or type(wrong).__name__}")
    try:
        body = json.loads(text)
    except ValueError as wrong:
        return Answer(url, error=f"no JSON: {wrong}: {text[:80]!r}")
    said = _told(body)
    return Answer(url, error=said) if said else Answer(url, body, seconds=seconds)


def message(text: bytes) -> str:
    """What an error's body says: Prometheus' ``error``, Loki's ``message``, Jaeger's ``errors``, else all of it."""
    try:
        body = json.loads(text)
    except ValueError:
        return text.decode("utf-8", "replace").strip()
    found = isinstance(body, dict) and (body.get("error") or body.get("message") or _told(body))
    return str(found) if found else text.decode("utf-8", "replace").strip()


def _told(body: Any) -> str:
    """The error of an answer that came with status 200."""
    if not isinstance(body, dict):
        return ""
    if body.get("status") == "error":
        return str(body.get("error", "error"))
    errors = body.get("errors")
    return "; ".join(str(e.get("msg", e) if isinstance(e, dict) else e) for e in errors) if errors else ""
