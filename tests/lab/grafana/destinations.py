"""Where an address leads: another dashboard, Explore, somewhere else, or nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LEFT = re.compile(r"\$\{\w+[^}]*\}")
_OF_QUERIES = re.compile(r"\$\{__(?:rate_)?interval(?:_ms)?\}")
"""What Explore replaces itself."""


class BrokenLinkError(ValueError):
    """An address that does not say what it should."""


@dataclass(frozen=True)
class Dashboard:
    """A page of ours."""

    uid: str
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    range: tuple[str, str] = ("", "")
    panel: int | None = None
    """The one that is opened alone."""


@dataclass(frozen=True)
class Explore:
    """One pane of Explore."""

    source: str
    queries: tuple[Mapping[str, Any], ...] = ()
    range: tuple[str, str] = ("", "")
    """Empty where the link has none, and Explore takes its own."""


@dataclass(frozen=True)
class External:
    """An address that is not Grafana's."""

    url: str


@dataclass(frozen=True)
class Broken:
    """An address that leads nowhere."""

    url: str
    why: str


Destination = Dashboard | Explore | External | Broken


def destination(url: str, root: str = "") -> Destination:
    """Where an expanded address leads, as the browser and Grafana read it.

    Args:
        url: as it stands in a page, or whole, as in an alert.
        root: Grafana's own address, for whole ones.
    """
    inside = url.removeprefix(root.rstrip("/")) if root else url
    try:
        return _read(inside if inside.startswith("/") else url)
    except ValueError as wrong:
        return Broken(url, str(wrong))


def _read(url: str) -> Destination:
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return _external(url, parts.scheme)
    known = parameters(parts.query)
    path = parts.path.strip("/").split("/")
    if path[0] == "d" and len(path) > 1:
        return _dashboard(path[1], known)
    if path == ["explore"]:
        return _explore(known)
    raise BrokenLinkError(f"Grafana has no page {parts.path!r}")


def _external(url: str, scheme: str) -> External:
    if scheme not in ("http", "https", "mailto"):
        raise BrokenLinkError(f"{scheme}: is not opened")
    if _LEFT.search(unquote(url)):
        raise BrokenLinkError("a variable is left in it")
    return External(url)


def parameters(query: str) -> dict[str, list[str]]:
    """An address' parameters as Grafana reads them: ``+`` is a space, a part that cannot be decoded is an error."""
    found: dict[str, list[str]] = {}
    for each in query.split("&"):
        if not each:
            continue
        key, _, value = each.replace("+", " ").partition("=")
        if _MALFORMED.search(each):
            raise BrokenLinkError(f"{each[:60]!r} is not percent-encoded")
        found.setdefault(unquote(key, errors="strict"), []).append(unquote(value, errors="strict"))
    return found


def _dashboard(uid: str, known: Mapping[str, list[str]]) -> Dashboard:
    for key, values in known.items():
        if any(_LEFT.search(value) for value in values):
            raise BrokenLinkError(f"a variable is left in {key}")
    variables = {key.removeprefix("var-"): tuple(values) for key, values in known.items() if key.startswith("var-")}
    panel = re.fullmatch(r"(?:panel-)?(\d+)", (known.get("viewPanel") or [""])[0])
    return Dashboard(uid, variables, (_one(known, "from"), _one(known, "to")), int(panel[1]) if panel else None)


def _explore(known: Mapping[str, list[str]]) -> Explore:
    if _one(known, "schemaVersion") != "1":
        raise BrokenLinkError("schemaVersion is not 1")
    try:
        panes = json.loads(_one(known, "panes"))
    except ValueError as wrong:
        raise BrokenLinkError(f"panes is no JSON: {wrong}") from None
    if not isinstance(panes, dict) or len(panes) != 1:
        raise BrokenLinkError("panes does not have one pane")
    (pane,) = panes.values()
    if not (isinstance(pane, dict) and pane.get("datasource") and isinstance(pane.get("queries"), list)):
        raise BrokenLinkError("its pane has no data source or no queries")
    if _LEFT.search(_OF_QUERIES.sub("", json.dumps(pane))):
        raise BrokenLinkError("a variable is left in its pane")
    times = pane.get("range") or {}
    return Explore(pane["datasource"], tuple(pane["queries"]), (str(times.get("from", "")), str(times.get("to", ""))))


def _one(known: Mapping[str, list[str]], key: str) -> str:
    return (known.get(key) or [""])[0]
