"""Data sources: Grafana's provisioning file, and where each of its servers listens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_REFERENCE = re.compile(r"\$\$|\$\{(\w+)\}|\$(\w+)", re.ASCII)
DEFAULT = "default"
"""What stands for the data source that ``isDefault`` names."""


class UnknownSourceError(LookupError):
    """No data source has this uid or name."""


@dataclass(frozen=True)
class Source:
    """One data source, with its ``jsonData`` as Grafana has it after ``$$`` became ``$``."""

    uid: str
    name: str
    type: str
    url: str
    default: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    correlations: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Sources:
    """All data sources of a file, in its order."""

    all: tuple[Source, ...]

    def __iter__(self) -> Iterator[Source]:
        return iter(self.all)

    def get(self, wanted: str) -> Source:
        """The data source of a uid, or of a name where no uid is so called.

        Raises:
            UnknownSourceError: there is none.
        """
        named = [s for s in self.all if s.uid == wanted] or [s for s in self.all if s.name == wanted]
        if wanted in (DEFAULT, ""):
            named = named or [s for s in self.all if s.default]
        if not named:
            known = ", ".join(sorted(s.uid for s in self.all))
            raise UnknownSourceError(f"there is no data source {wanted!r}; there are {known or 'none'}")
        return named[0]


def read(path: Path, addresses: Mapping[str, str] | None = None) -> Sources:
    """Data sources of a provisioning file.

    Args:
        path: ``datasources.yaml``.
        addresses: by type, where the servers listen instead of where the file says.
    """
    return of(yaml.safe_load(path.read_text("utf-8")), addresses)


def of(document: Mapping[str, Any], addresses: Mapping[str, str] | None = None) -> Sources:
    """Data sources of a provisioning document."""
    if document.get("apiVersion") != 1:
        raise ValueError(f"apiVersion is {document.get('apiVersion')!r}, not 1")
    found = tuple(_source(each, addresses or {}) for each in document.get("datasources") or [])
    for kind in ("uid", "name"):
        names = [getattr(each, kind) for each in found]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two data sources have the {kind} {', '.join(twice)}")
    return Sources(found)


def _source(written: Mapping[str, Any], addresses: Mapping[str, str]) -> Source:
    said: Mapping[str, Any] = expanded(written)
    return Source(
        uid=str(said["uid"]),
        name=str(said["name"]),
        type=str(said["type"]),
        url=addresses.get(said["type"], str(said.get("url", ""))).rstrip("/"),
        default=bool(said.get("isDefault", False)),
        settings=said.get("jsonData") or {},
        correlations=tuple(said.get("correlations") or ()),
    )


def expanded(value: Any, environment: Mapping[str, str] | None = None) -> Any:
    """Provisioning values as Grafana expands them: ``$$`` is a ``$``, ``$NAME`` and ``${NAME}`` the environment's."""
    known = os.environ if environment is None else environment

    def one(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else known.get(match[1] or match[2], "")

    if isinstance(value, str):
        return _REFERENCE.sub(one, value)
    if isinstance(value, Mapping):
        return {key: expanded(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [expanded(each, known) for each in value]
    return value
