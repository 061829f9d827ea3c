"""Leads a finding in a generated file back to the line of slo/ that it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from compiler import manifest
from compiler.diagnostics import Report, Span, ToolError
from compiler.source.files import read_documents
from compiler.source.nodes import Document, ListNode, MapNode, TextNode
from compiler.source.yaml_loader import LOADER

_RULE = re.compile(r'group "(?P<group>[^"]+)", rule (?P<number>\d+)')
_LINE = re.compile(r"(?:\.yaml: |line )(?P<line>\d+)")
_SLO = re.compile(r"\bslo(?:: |=\\?\")(?P<slo>[a-z0-9][-a-z0-9]*)")


@dataclass(frozen=True, slots=True)
class Found:
    """The place to blame; where that is the generated file, the sources that its manifest names."""

    span: Span
    source: str


class Blame:
    """Knows output/ and slo/."""

    def __init__(self, output: Path, slo: Path) -> None:
        self._output = output
        self._slo = slo

    def find(self, path: Path, words: str) -> Found:
        """The place of the SLO that a tool's words are about, else of the service; else the file itself.

        Args:
            path: a rule file or a test file of a service.
            words: what the tool said of it.
        """
        folder = path.parent.parent
        document = self._services.get(folder.name)
        if document is None:
            sources = self._sources(path, folder)
            return Found(Span(str(path)), ", ".join(sources))
        return Found(_slo_span(document, _slo(path, words)) or document.name_span, "")

    @cached_property
    def _services(self) -> dict[str, Document]:
        try:
            documents = read_documents(self._slo, Report())
        except ToolError:
            return {}
        return {document.name: document for document in documents if document.kind == "ServiceLevel"}

    def _sources(self, path: Path, folder: Path) -> tuple[str, ...]:
        name = path.relative_to(folder).as_posix()
        entries = manifest.read(folder / manifest.NAME, "") or ()
        return next((entry.sources for entry in entries if entry.path == name), ())


def _slo_span(document: Document, name: str) -> Span | None:
    spec = document.root.get("spec")
    slos = spec.get("slos") if isinstance(spec, MapNode) else None
    for item in slos.items if isinstance(slos, ListNode) else ():
        found = item.get("name") if isinstance(item, MapNode) else None
        if isinstance(found, TextNode) and found.text == name:
            return found.span
    return None


def _slo(path: Path, words: str) -> str:
    """The name of the SLO: by the rule's number, else by the line, else by a label that is printed."""
    rule, line, label = _RULE.search(words), _LINE.search(words), _SLO.search(words)
    if rule:
        return _of_rule(path, rule["group"], int(rule["number"])) or (label["slo"] if label else "")
    if label:
        return label["slo"]
    return _of_line(path, int(line["line"])) if line else ""


def _of_rule(path: Path, group: str, number: int) -> str:
    try:
        groups: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), LOADER)["groups"]
        rules = next(found["rules"] for found in groups if found["name"] == group)
        return str(rules[number - 1]["labels"]["slo"])
    except (OSError, ValueError, LookupError, TypeError, StopIteration, yaml.YAMLError):
        return ""


def _of_line(path: Path, number: int) -> str:
    """The label of the rule that the line is in: labels stand at its end."""
    try:
        lines = path.read_text("utf-8").splitlines()[max(number - 1, 0) :]
    except (OSError, ValueError):
        return ""
    return next((match["slo"] for line in lines if (match := _SLO.search(line))), "")
