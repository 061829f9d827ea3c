"""Prometheus' HTTP client format: how to ask a server. Secrets come from files and are never shown."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from compiler.diagnostics import ToolError, nearest

_KEYS = {
    "": ("authorization", "basic_auth", "http_headers", "tls_config"),
    "authorization": ("type", "credentials_file"),
    "basic_auth": ("username", "username_file", "password_file"),
    "tls_config": ("ca_file", "cert_file", "key_file", "insecure_skip_verify"),
    "http_headers.*": ("values", "files"),
}
_INLINE = ("credentials", "password", "secrets", "key", "ca", "cert", "bearer_token")
"""Keys of Prometheus that hold a secret or a certificate itself."""
_MOST = 1 << 20
_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What every request carries; not shown, for it holds secrets."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)


def read_settings(path: Path) -> Settings:
    """Read a file in Prometheus' HTTP client format.

    Raises:
        ToolError: it cannot be read, holds an unknown key or a secret, or names a file that cannot be used.
    """
    return _File(path).settings()


class _File:
    """One such file; paths in it start at its folder, as Prometheus reads them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def settings(self) -> Settings:
        found = self._map(_parsed(self._path), "", "")
        headers: dict[str, str] = {}
        for name, entry in self._section(found, "http_headers").items():
            headers[self._header_name(name)] = self._header(
                self._map(entry, f"http_headers.{name}", "http_headers.*")
            )
        authorization = self._map(self._section(found, "authorization"), "authorization", "authorization")
        basic = self._map(self._section(found, "basic_auth"), "basic_auth", "basic_auth")
        if authorization and basic:
            raise self._wrong("authorization and basic_auth exclude each other")
        if authorization:
            kind = self._text(authorization, "type", "authorization") or "Bearer"
            headers["Authorization"] = self._fit(
                f"{kind} {self._secret(authorization, 'credentials', 'authorization')}"
            )
        if basic:
            pair = f"{self._user(basic)}:{self._secret(basic, 'password', 'basic_auth')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        return Settings(headers, self._tls(self._map(self._section(found, "tls_config"), "tls_config", "tls_config")))

    def _wrong(self, words: str) -> ToolError:
        return ToolError(f"{self._path}: {words}")

    def _section(self, found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = found.get(name) or {}
        if not isinstance(value, dict):
            raise self._wrong(f"{name} is a map")
        return value

    def _map(self, value: Any, place: str, kind: str) -> Mapping[str, Any]:
        """A map of known keys; a secret that is written out is refused before it can be shown."""
        if not isinstance(value, dict):
            raise self._wrong(f"{place or 'it'} is a map like: authorization: {{credentials_file: token}}")
        for key in value:
            name = f"{place}.{key}" if place else str(key)
            if key in _INLINE:
                raise self._wrong(f"{name}: secrets come from files only: write {str(key).removesuffix('s')}_file")
            if key not in _KEYS[kind]:
                raise self._wrong(f"{name} is not known here; {nearest(str(key), _KEYS[kind])}")
        return value

    def _text(self, section: Mapping[str, Any], key: str, place: str) -> str:
        value = section.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(f"{place}.{key} is a text")
        return value

    def _secret(self, section: Mapping[str, Any], key: str, place: str) -> str:
        file = self._text(section, f"{key}_file", place)
        if not file:
            raise self._wrong(f"{place} needs {key}_file, with a secret in it")
        return self._content(file)

    def _user(self, basic: Mapping[str, Any]) -> str:
        file = self._text(basic, "username_file", "basic_auth")
        return self._content(file) if file else self._text(basic, "username", "basic_auth")

    def _content(self, file: str) -> str:
        try:
            with (self._path.parent / file).open("rb") as opened:
                return self._fit(opened.read(_MOST).decode("utf-8").strip())
        except OSError as error:
            raise self._wrong(f"{file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise self._wrong(f"{file} is not text") from None

    def _fit(self, text: str) -> str:
        """What a header can carry; what cannot is not repeated, for it may be a secret."""
        if not (text.isascii() and text.isprintable()):
            raise self._wrong("a secret or header holds a line break, or a character that HTTP headers cannot carry")
        return text

    def _header_name(self, name: Any) -> str:
        if not _TOKEN.fullmatch(str(name)):
            raise self._wrong(f"http_headers: {str(name)!r} is no name of a header")
        if str(name).lower() == "authorization":
            raise self._wrong("http_headers: for Authorization there is authorization: {credentials_file: …}")
        return str(name)

    def _header(self, entry: Mapping[str, Any]) -> str:
        lists = [entry.get(key) or [] for key in ("values", "files")]
        if not all(isinstance(found, list) and all(isinstance(text, str) for text in found) for found in lists):
            raise self._wrong("http_headers: values and files are lists of texts")
        return ", ".join([*map(self._fit, lists[0]), *map(self._content, lists[1])])

    def _tls(self, section: Mapping[str, Any]) -> ssl.SSLContext | None:
        if not section:
            return None
        files = {key: self._text(section, key, "tls_config") for key in ("ca_file", "cert_file", "key_file")}
        paths = {key: str(self._path.parent / file) if file else None for key, file in files.items()}
        try:
            context = ssl.create_default_context(cafile=paths["ca_file"])
            if paths["cert_file"]:
                context.load_cert_chain(paths["cert_file"], paths["key_file"], password=_no_password)
        except (OSError, ValueError) as error:
            raise self._wrong(f"tls_config cannot be used: {getattr(error, 'strerror', '') or error}") from None
        if section.get("insecure_skip_verify") is True:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _no_password() -> str:
    raise ValueError("the key is encrypted")


def _parsed(path: Path) -> Any:
    """The file's YAML; an error names the place alone, for the line may hold a secret."""
    try:
        return yaml.safe_load(path.read_text("utf-8")) or {}
    except OSError as error:
        raise ToolError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ToolError(f"{path} is not text") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ToolError(f"{path}{f':{mark.line + 1}' if mark else ''} is no YAML") from None
