"""A service in one stack: defaults, its own document and the stack's overrides, laid together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, cast

from compiler.burn.policy import Policy, fit
from compiler.diagnostics import Report, nearest
from compiler.model.catalog import Indicator, Objective, Service, Stack
from compiler.model.service import Logs, Traces, Workload
from compiler.schema.documents import ServiceLevelSpec, SloSpec, kinds
from compiler.schema.validate import PLACEHOLDERS
from compiler.shapes import Reading, Record
from compiler.source.nodes import (
    Document,
    Entry,
    ListNode,
    MapNode,
    Node,
    TextNode,
    leaves,
    map_text,
    merge,
)

_PER_SLO = ("window", "counting", "alerting", "runbook")
_PLACEHOLDER = re.compile(r"\{[a-z][a-z_]*\}")


class Resolver:
    """Resolves services; holds what they share."""

    def __init__(self, defaults: Iterable[Document], policies: Mapping[str, Policy], report: Report) -> None:
        self._defaults = sorted(defaults, key=lambda d: (d.folder.count("/"), d.file))
        self._policies = policies
        self._report = report
        self._kinds = {kind.kind: kind for kind in kinds()}
        self._check_placeholders()

    def service(self, document: Document, stack: Stack) -> Service | None:
        """The service in this stack; None where it does not belong there or is wrong."""
        node = self.node(document, stack.name)
        spec: ServiceLevelSpec | None = Record(ServiceLevelSpec).read(node, Reading(self._report, resolved=True))
        if spec is None or not any(fnmatchcase(stack.name, pattern) for pattern in spec.stacks):
            return None
        metadata = cast(MapNode, document.root.get("metadata"))
        labels = metadata.get("labels")
        objectives = [self._objective(slo, stack) for slo in spec.slos]
        return Service(
            name=document.name,
            labels=_texts(labels),
            description=spec.description,
            owner=spec.owner,
            workload=spec.workload if isinstance(spec.workload, Workload) else None,
            logs=spec.logs if isinstance(spec.logs, Logs) else None,
            traces=spec.traces if isinstance(spec.traces, Traces) else None,
            declined=frozenset(n for n in ("workload", "logs", "traces") if getattr(spec, n) == "none"),
            depends_on=spec.depends_on,
            objectives=tuple(found for found in objectives if found),
            sources=self.sources(document),
            span=document.name_span,
        )

    def sources(self, document: Document) -> tuple[str, ...]:
        """The files that a service comes from, sorted."""
        return tuple(sorted({document.file} | {d.file for d in self._above(document)}))

    def node(self, document: Document, stack: str) -> MapNode:
        """The spec as it is in a stack: every value with the place that it came from."""
        own = cast(MapNode, document.root.get("spec"))
        override = _at(own, "overrides", stack)
        own = own.with_entries(tuple(e for e in own.entries if e.key != "overrides"))
        defaults = self._filled(document, own)
        base = _only(defaults, lambda key: key not in (*_PER_SLO, "indicators"))
        merged = cast(MapNode, merge(base, own))
        changed = override if isinstance(override, MapNode) else None
        plain = _only(changed, lambda key: key != "slos") if changed else None
        merged = cast(MapNode, merge(merged, plain))
        return self._with_slos(merged, defaults, changed)

    def _above(self, document: Document) -> list[Document]:
        folder = document.folder + "/"
        return [d for d in self._defaults if folder.startswith(d.folder + "/")]

    def _filled(self, document: Document, own: MapNode) -> MapNode:
        """The defaults that hold for a document, nearest folder last, placeholders filled in."""
        node: Node | None = None
        for found in self._above(document):
            node = merge(node, found.root.get("spec"))
        defaults = node if isinstance(node, MapNode) else MapNode((), document.root.span)
        known = {"{service}": document.name}
        for word, path in (("{namespace}", ("workload", "namespace")), ("{team}", ("owner", "team"))):
            value = _at(merge(defaults, own), *path)
            if isinstance(value, TextNode):
                known[word] = value.text.replace("{service}", document.name)
        return cast(MapNode, map_text(defaults, known))

    def _with_slos(self, merged: MapNode, defaults: MapNode, override: MapNode | None) -> MapNode:
        slos = merged.get("slos")
        if not isinstance(slos, ListNode):
            return merged
        base = _only(defaults, lambda key: key in _PER_SLO)
        changes = _at(override, "slos") if override else None
        items = tuple(self._slo(item, base, changes, defaults) for item in slos.items)
        if isinstance(changes, MapNode):
            self._known_slos(changes, slos)
        entries = [
            e if e.key != "slos" else Entry(e.key, e.key_span, ListNode(items, slos.span)) for e in merged.entries
        ]
        return merged.with_entries(tuple(entries))

    def _slo(self, item: Node, base: MapNode, changes: Node | None, defaults: MapNode) -> Node:
        name = _at(item, "name")
        change = _at(changes, name.text) if isinstance(name, TextNode) else None
        slo = cast(Node, merge(merge(base, item), change))
        used = _at(slo, "sli", "use")
        if not isinstance(used, TextNode) or not isinstance(slo, MapNode):
            return slo
        named = _at(defaults, "indicators", used.text)
        if named is None:
            known = _at(defaults, "indicators")
            hint = nearest(used.text, [e.key for e in known.entries] if isinstance(known, MapNode) else [])
            self._report.error("SLO106", f"there is no indicator {used.text!r} in ServiceDefaults", used.span, hint)
            return slo
        entries = tuple(Entry(e.key, e.key_span, named) if e.key == "sli" else e for e in slo.entries)
        return slo.with_entries(entries)

    def _known_slos(self, changes: MapNode, slos: ListNode) -> None:
        names = [name.text for item in slos.items if isinstance(name := _at(item, "name"), TextNode)]
        for entry in changes.entries:
            if entry.key not in names:
                hint = nearest(entry.key, names)
                self._report.error("SLO106", f"there is no SLO {entry.key!r} to override", entry.key_span, hint)

    def _objective(self, slo: SloSpec, stack: Stack) -> Objective | None:
        policy = self._policies.get(slo.alerting.policy)
        if policy is None:
            hint = nearest(slo.alerting.policy, self._policies)
            text = f"there is no BurnRatePolicy {slo.alerting.policy!r}"
            self._report.error("SLO107", text, slo.alerting.at("policy"), hint)
            return None
        chosen = next((kind for kind in self._kinds.values() if getattr(slo.sli, kind.kind, None)), None)
        if chosen is None:  # an indicator by name that was not found, which is told already
            return None
        spec = replace(getattr(slo.sli, chosen.kind), counting=slo.counting)
        interval = stack.spec.prometheus.rule_interval
        return Objective(
            name=slo.name,
            objective=slo.objective,
            window=slo.window,
            description=slo.description,
            indicator=Indicator(chosen.kind, spec, spec.span),
            counting=slo.counting,
            alerting=slo.alerting,
            runbook=slo.runbook,
            tiers=fit(policy, slo.window, stack.base_window, interval),
            span=slo.at("name"),
            places=slo.places,
        )

    def _check_placeholders(self) -> None:
        for document in self._defaults:
            for _, leaf in leaves(document.root):
                for found in _PLACEHOLDER.findall(leaf.text):
                    if found not in PLACEHOLDERS:
                        hint = nearest(found, PLACEHOLDERS)
                        self._report.error("SLO017", f"unknown placeholder {found}", leaf.span, hint)


def _at(node: Node | None, *path: str) -> Node | None:
    for word in path:
        node = node.get(word) if isinstance(node, MapNode) else None
    return node


def _only(node: MapNode, wanted: Any) -> MapNode:
    return node.with_entries(tuple(e for e in node.entries if wanted(e.key)))


def _texts(node: Node | None) -> dict[str, str]:
    entries = node.entries if isinstance(node, MapNode) else ()
    return {e.key: e.value.text for e in entries if isinstance(e.value, TextNode)}
