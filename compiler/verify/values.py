"""Values and manifests, before they are written: keys that the chart knows, objects that fit, and no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from compiler import charts
from compiler.artifact import Artifact
from compiler.diagnostics import Report, Span
from compiler.source.yaml_loader import LOADER

VALUES = "platform/values/"
MANIFESTS = "platform/manifests/"
PROVISIONING = "platform/provisioning/"
CONFIG_MAP_LIMIT = 1_048_576
"""Bytes that a ConfigMap may hold."""
_CHART = re.compile(r"^# For ([a-z-]+) (\d+\.\d+\.\d+),", re.MULTILINE)
_SECTION = re.compile(r"^(?=[A-Za-z])", re.MULTILINE)
_SECRET_KEYS = frozenset(
    (
        "adminpassword", "apikey", "apiurl", "authpassword", "basicauthpassword", "bearertoken", "clientsecret",
        "credentials", "password", "routingkey", "servicekey", "slackapiurl", "smtpauthpassword", "token",
    )
)  # fmt: skip
"""Keys, in lower case without dashes and underscores, that hold a secret where they hold text."""
_SECRET_TEXT = re.compile(
    r"hooks\.slack\.com/services/\w|\bxox[abeoprs]-|\bAKIA[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\bglsa_\w{8}"
    r"|\beyJhbGciOi|\bgh[opsu]_\w{20}"
)
"""How well-known secrets begin."""


def verify_platform(artifact: Artifact, report: Report) -> None:
    """SLO201 for an object that is too large, SLO202 for a key that no chart knows, SLO203 for a secret."""
    if artifact.path.startswith(VALUES):
        content = dict(_sections(artifact.text))
        _known(artifact, content, report)
        _secrets(artifact, content, report)
    elif artifact.path.startswith((MANIFESTS, PROVISIONING)):
        _fits(artifact, report)
        for content in yaml.load_all(artifact.text, Loader=LOADER):
            _secrets(artifact, content, report)


def _sections(text: str) -> Iterator[tuple[str, Any]]:
    """The top-level keys but the rules, which may be megabytes, are verified already, and may have any key."""
    for part in _SECTION.split(text):
        if part[:1].isalpha() and not part.startswith("additionalPrometheusRulesMap:"):
            yield from yaml.load(part, Loader=LOADER).items()


def _known(artifact: Artifact, content: Mapping[str, Any], report: Report) -> None:
    found = _CHART.search(artifact.text)
    chart, version = found.groups() if found else (charts.STACK, "")
    for path in charts.keys(version, chart).unknown(content):
        text = f"{artifact.path} sets {path}, which {chart} does not know"
        report.error("SLO202", text, Span(artifact.sources[0]), "this is a fault of the compiler")


def _fits(artifact: Artifact, report: Report) -> None:
    size = len(artifact.text.encode())
    if size > CONFIG_MAP_LIMIT:
        text = f"{artifact.path} has {size:,} bytes, Kubernetes takes {CONFIG_MAP_LIMIT:,}"
        report.error("SLO201", text, Span(artifact.sources[0]))


def _secrets(artifact: Artifact, content: Any, report: Report) -> None:
    found = [f"{path}: a secret stands there in plain text" for path in _plain(content, "")]
    if isinstance(content, Mapping) and content.get("kind") == "Secret":
        found.append("it holds a Secret")
    if _SECRET_TEXT.search(artifact.text):
        found.append("it holds what looks like a token")
    for text in found:
        hint = "name a Secret and its key in the stack file"
        report.error("SLO203", f"{artifact.path}: {text}", Span(artifact.sources[0]), hint)


def _plain(content: Any, path: str) -> Iterator[str]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            here = f"{path}.{key}" if path else str(key)
            if isinstance(value, str) and value and re.sub("[-_]", "", str(key)).lower() in _SECRET_KEYS:
                yield here
            yield from _plain(value, here)
    elif isinstance(content, list):
        for item in content:
            yield from _plain(item, path)
