"""A small client of Prometheus' HTTP API."""

from __future__ import annotations

import http.client
import json
import math
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.ask.settings import Settings, read_settings
from compiler.diagnostics import ToolError

SECONDS = 30.0
"""How long one answer may take, from the question to its last byte."""
_MOST = 32 << 20
_WORDS = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an instant query."""

    labels: Mapping[str, str]
    value: float


class Client:
    """Asks one server."""

    def __init__(self, url: str, http_config: Path | None = None, seconds: float = SECONDS) -> None:
        """Remember the address and read the settings.

        Raises:
            ToolError: the address is none, or the settings hold a secret or cannot be read.
        """
        self._url = _address(url)
        self._seconds = seconds
        settings = read_settings(http_config) if http_config else Settings()
        self._headers = {"Accept": "application/json", **settings.headers}
        tls = settings.tls or ssl.create_default_context()
        self._opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=tls))

    def query(self, expr: str) -> list[Sample]:
        """The samples of an instant query.

        Raises:
            ToolError: the server does not answer, refuses, or answers what is none of Prometheus; in its own words.
        """
        found = self._get("query", {"query": expr})
        try:
            return [Sample(dict(each["metric"]), float(each["value"][1])) for each in found["result"]]
        except (LookupError, TypeError, ValueError):
            raise self._strange() from None

    def number(self, expr: str) -> float | None:
        """The value of the first sample; None where there is none, or no number."""
        found = self.query(expr)
        return found[0].value if found and not math.isnan(found[0].value) else None

    def metrics(self) -> list[str]:
        """The names of all metrics.

        Raises:
            ToolError: as ``query``.
        """
        found = self._get("label/__name__/values", {})
        if not isinstance(found, list):
            raise self._strange()
        return [str(name) for name in found]

    def _get(self, path: str, arguments: Mapping[str, str]) -> Any:
        address = f"{self._url}/api/v1/{path}?{urllib.parse.urlencode(arguments)}"
        request = urllib.request.Request(address.rstrip("?"), headers=self._headers)
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                raw = self._read(answer)
        except urllib.error.HTTPError as error:
            raise ToolError(f"{self._url} answers {error.code}: {_words(error)}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ToolError(f"{self._url} does not answer: {_reason(error, self._seconds)}") from None
        try:
            body = json.loads(raw)
            return body["data"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise self._strange() from None

    def _read(self, answer: Any) -> bytes:
        """The whole body, within the time and size that one may take."""
        until, raw = time.monotonic() + self._seconds, bytearray()
        while block := answer.read1(1 << 16):
            raw += block
            if len(raw) > _MOST:
                raise OSError("its answer is over 32 MiB")
            if time.monotonic() > until:
                raise TimeoutError
        return bytes(raw)

    def _strange(self) -> ToolError:
        return ToolError(f"{self._url} answers, but not as Prometheus does; is it the right address?")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the credentials to wherever it points."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """None: the redirect itself is the answer."""


def _address(url: str) -> str:
    """The address without a slash at its end; one with a password in it is not repeated."""
    try:
        parts = urllib.parse.urlsplit(url)
        fit = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        parts, fit = urllib.parse.urlsplit(""), False
    if "@" in url:
        raise ToolError("the address of the server holds a name or password; give --http-config a password_file")
    if not fit or not url.isprintable() or any(c.isspace() for c in url) or parts.query or parts.fragment:
        raise ToolError(f"{url!r} is no address of a Prometheus; write it like http://localhost:9090")
    return url.rstrip("/")


def _words(error: urllib.error.HTTPError) -> str:
    """What the server says of its refusal."""
    where = error.headers.get("Location")
    if where and 300 <= error.code < 400:
        target = urllib.parse.urlsplit(where)
        return f"it redirects to {target.scheme}://{target.hostname}{target.path}; give the address that it leads to"
    try:
        said = str(json.loads(error.read(1 << 16))["error"])
    except (ValueError, LookupError, TypeError, OSError, http.client.HTTPException):
        said = error.reason
    return "".join(c if c.isprintable() else " " for c in said)[:_WORDS]


def _reason(error: Exception, seconds: float) -> str:
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return f"not within {seconds:g} s"
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__)
