"""A small client of Prometheus' HTTP API, with Prometheus' own HTTP client settings."""

from __future__ import annotations

import base64
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from compiler.diagnostics import ToolError

_SECONDS = 30
_KNOWN = {"authorization", "basic_auth", "tls_config", "http_headers"}


class Client:
    """Asks one server."""

    def __init__(self, url: str, http_config: Path | None = None) -> None:
        """Remember the address and read the settings.

        Raises:
            ToolError: the address is none, or the settings hold a secret or cannot be read.
        """
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ToolError(f"{url!r} is no address of a Prometheus; write it like http://localhost:9090")
        self._url = url.rstrip("/")
        settings = _settings(http_config) if http_config else {}
        self._headers = _headers(settings, http_config)
        self._tls = _tls(settings)

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The samples of an instant query.

        Raises:
            ToolError: the server does not answer, or refuses; in its own words.
        """
        address = f"{self._url}/api/v1/query?{urllib.parse.urlencode({'query': expr})}"
        request = urllib.request.Request(address, headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS, context=self._tls) as answer:
                body = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ToolError(f"{self._url} answers {error.code}: {_words(error)}") from error
        except (OSError, ValueError) as error:
            raise ToolError(f"{self._url} does not answer: {getattr(error, 'reason', error)}") from error
        result = body.get("data", {}).get("result", [])
        return list(result) if isinstance(result, list) else []

    def number(self, expr: str) -> float | None:
        """The value of the first sample, or None."""
        found = self.query(expr)
        return float(found[0]["value"][1]) if found else None


def _words(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error).get("error", error.reason))
    except (ValueError, OSError, AttributeError):
        return str(error.reason)


def _settings(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ToolError(f"{path} cannot be read: {error}") from error
    unknown = set(found) - _KNOWN if isinstance(found, dict) else {"it"}
    if unknown:
        raise ToolError(f"{path}: {', '.join(sorted(unknown))} is not known here; known: {', '.join(sorted(_KNOWN))}")
    return dict(found)


def _headers(settings: dict[str, Any], path: Path | None) -> dict[str, str]:
    found = {"Accept": "application/json"}
    for name, entry in (settings.get("http_headers") or {}).items():
        values = [*(entry.get("values") or []), *(_secret(file, path) for file in entry.get("files") or [])]
        found[name] = ", ".join(str(value) for value in values)
    authorization = settings.get("authorization")
    if authorization:
        secret = _secret(_file(authorization, "credentials", path), path)
        found["Authorization"] = f"{authorization.get('type', 'Bearer')} {secret}"
    basic = settings.get("basic_auth")
    if basic:
        password = _secret(_file(basic, "password", path), path)
        pair = f"{basic.get('username', '')}:{password}".encode()
        found["Authorization"] = "Basic " + base64.b64encode(pair).decode()
    return found


def _file(settings: dict[str, Any], name: str, path: Path | None) -> str:
    if name in settings or f"{name}_file" not in settings:
        raise ToolError(f"{path}: secrets come from files only: write {name}_file")
    return str(settings[f"{name}_file"])


def _secret(file: str, path: Path | None) -> str:
    try:
        return ((path.parent if path else Path()) / file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"{file} cannot be read: {error}") from error


def _tls(settings: dict[str, Any]) -> ssl.SSLContext | None:
    tls = settings.get("tls_config")
    if not tls:
        return None
    try:
        context = ssl.create_default_context(cafile=tls.get("ca_file"))
        if tls.get("cert_file"):
            context.load_cert_chain(tls["cert_file"], tls.get("key_file"))
    except (OSError, ssl.SSLError) as error:
        raise ToolError(f"tls_config cannot be used: {error}") from error
    if tls.get("insecure_skip_verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
