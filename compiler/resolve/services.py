"""A service in one stack: defaults, its own document and the stack's overrides, laid together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

from compiler.burn.policy import Policy, fit
from compiler.clock.period import Period
from compiler.diagnostics import Report, Span, nearest
from compiler.model.catalog import Objective, Service, Stack, Tier
from compiler.model.service import Logs, Traces, Workload
from compiler.model.slo import Alerting, CalendarWindow, GroupBy, Slices
from compiler.resolve.indicators import indicator
from compiler.resolve.maintenance import planned
from compiler.resolve.placeholders import check_filled, check_known, fill
from compiler.resolve.recipes import indicator as recipe
from compiler.resolve.rivals import rivals
from compiler.schema.documents import ServiceLevelSpec, SloFields, SloSpec
from compiler.shapes import Reading, Record
from compiler.shapes.record import keys_of
from compiler.source.nodes import (
    Document,
    Entry,
    ListNode,
    MapNode,
    Node,
    TextNode,
    at,
    merge,
)
from compiler.units import Duration

_PER_SLO = tuple(keys_of(SloFields))


class Resolver:
    """Resolves services; holds what they share."""

    def __init__(self, defaults: Iterable[Document], policies: Mapping[str, Policy], report: Report) -> None:
        self._defaults = sorted(defaults, key=lambda d: (d.folder.count("/"), d.file))
        self._policies = policies
        self._report = report
        self._fitted: dict[tuple[str, Duration, str], tuple[Tier, ...]] = {}
        check_known(self._defaults, report)

    def service(self, document: Document, stack: Stack) -> Service | None:
        """The service in this stack; None where it does not belong there or is wrong."""
        node = self.node(document, stack.name)
        spec: ServiceLevelSpec | None = Record(ServiceLevelSpec).read(node, Reading(self._report, resolved=True))
        if spec is None or not any(fnmatchcase(stack.name, pattern) for pattern in spec.stacks):
            return None
        labels = at(document.root, "metadata", "labels")
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
            own_page=spec.dashboards.own,
            maintenance=planned(spec.maintenance, self._report),
            objectives=tuple(found for found in objectives if found),
            sources=self.sources(document),
            span=document.name_span,
            places={**spec.places, **_key_spans("labels", labels)},
        )

    def sources(self, document: Document) -> tuple[str, ...]:
        """The files that a service comes from, sorted."""
        return tuple(sorted({document.file} | {d.file for d in self._above(document)}))

    def node(self, document: Document, stack: str) -> MapNode:
        """The spec as it is in a stack: every value with the place that it came from."""
        own = cast(MapNode, document.root.get("spec"))
        override = at(own, "overrides", stack)
        changed = override if isinstance(override, MapNode) else None
        plain = _only(changed, lambda key: key != "slos") if changed else None
        own = cast(MapNode, _lay(_only(own, lambda key: key != "overrides"), plain))
        defaults = self._filled(document, own)
        base = _only(defaults, lambda key: key not in (*_PER_SLO, "indicators"))
        resolved = self._with_slos(cast(MapNode, _lay(base, own)), defaults, changed)
        check_filled(resolved, document, self._report)
        return resolved

    def _above(self, document: Document) -> list[Document]:
        folder = document.folder + "/"
        return [d for d in self._defaults if folder.startswith(d.folder + "/")]

    def _filled(self, document: Document, own: MapNode) -> MapNode:
        """The defaults that hold for a document, nearest folder last, placeholders filled in."""
        node: Node | None = None
        for found in self._above(document):
            node = _lay(node, found.root.get("spec"))
        defaults = node if isinstance(node, MapNode) else MapNode((), document.root.span)
        return fill(defaults, document.name, _lay(defaults, own))

    def _with_slos(self, merged: MapNode, defaults: MapNode, override: MapNode | None) -> MapNode:
        slos = merged.get("slos")
        if not isinstance(slos, ListNode):
            return merged
        base = _only(defaults, lambda key: key in _PER_SLO)
        changes = at(override, "slos") if override else None
        items = tuple(self._slo(item, base, changes, defaults) for item in slos.items)
        if isinstance(changes, MapNode):
            self._known_slos(changes, slos)
        entries = [
            e if e.key != "slos" else Entry(e.key, e.key_span, ListNode(items, slos.span)) for e in merged.entries
        ]
        return merged.with_entries(tuple(entries))

    def _slo(self, item: Node, base: MapNode, changes: Node | None, defaults: MapNode) -> Node:
        name = at(item, "name")
        change = at(changes, name.text) if isinstance(name, TextNode) else None
        slo = cast(Node, _lay(_lay(base, item), change))
        used = at(slo, "sli", "use")
        if not isinstance(used, TextNode) or not isinstance(slo, MapNode):
            return self._cooked(slo)
        named = at(defaults, "indicators", used.text)
        if named is None:
            known = at(defaults, "indicators")
            hint = nearest(used.text, [e.key for e in known.entries] if isinstance(known, MapNode) else [])
            self._report.error("SLO106", f"there is no indicator {used.text!r} in ServiceDefaults", used.span, hint)
            return slo
        return self._cooked(_with_sli(slo, named))

    def _cooked(self, slo: Node) -> Node:
        """The same with the indicator of a recipe in the place of its name."""
        use = at(slo, "sli", "recipe")
        made = recipe(use, self._report) if use else None
        return _with_sli(slo, made) if made and isinstance(slo, MapNode) else slo

    def _known_slos(self, changes: MapNode, slos: ListNode) -> None:
        names = [name.text for item in slos.items if isinstance(name := at(item, "name"), TextNode)]
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
        counted = indicator(slo.sli, slo.counting, slo.promql)
        if counted is None:
            return None
        period = _period(slo.window)
        window = period.nominal if period else slo.window
        return Objective(
            name=slo.name,
            objective=slo.objective,
            window=window,
            description=slo.description,
            indicator=counted,
            counting=slo.counting,
            alerting=slo.alerting,
            runbook=slo.runbook,
            tiers=self._chosen(slo.alerting, self._tiers(policy, window, stack)),
            span=slo.at("name"),
            places=slo.places,
            group_by=_grouped(slo),
            period=period,
            slices=slo.budgeting if isinstance(slo.budgeting, Slices) else None,
        )

    def _chosen(self, alerting: Alerting, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        """The tiers that are not left out."""
        for index, name in enumerate(alerting.without):
            if name not in [tier.name for tier in tiers]:
                hint = nearest(name, [tier.name for tier in tiers])
                text = f"the policy {alerting.policy!r} has no tier {name!r} for this window"
                self._report.error("SLO107", text, alerting.at(f"without.{index}"), hint)
        kept = (tier for tier in tiers if tier.name not in alerting.without)
        return tuple(tier for tier in kept if alerting.raised(tier.alert).enabled)

    def _tiers(self, policy: Policy, window: Duration, stack: Stack) -> tuple[Tier, ...]:
        """The policy's tiers for a window; the same for every SLO of a stack that has both."""
        key = (policy.name, window, stack.name)
        if key not in self._fitted:
            self._fitted[key] = fit(policy, window, stack.base_window, stack.spec.prometheus.rule_interval)
        return self._fitted[key]


def _period(window: Any) -> Period | None:
    return Period(window.calendar, window.time_zone) if isinstance(window, CalendarWindow) else None


def _grouped(slo: SloSpec) -> GroupBy | None:
    """The grouping; of a bare list one without more."""
    if not slo.group_by or isinstance(slo.group_by, GroupBy):
        return slo.group_by or None
    places = {name: span for name, span in slo.places.items() if name.startswith("group_by")}
    below = {name.replace("group_by", "labels", 1): span for name, span in places.items()}
    return GroupBy(labels=slo.group_by, span=slo.at("group_by"), places=below)


def _with_sli(slo: MapNode, sli: Node) -> MapNode:
    return slo.with_entries(tuple(Entry(e.key, e.key_span, sli) if e.key == "sli" else e for e in slo.entries))


def _lay(low: Node | None, high: Node | None) -> Node | None:
    return merge(low, high, rivals)


def _key_spans(name: str, node: Node | None) -> dict[str, Span]:
    return {f"{name}.{e.key}": e.key_span for e in node.entries} if isinstance(node, MapNode) else {}


def _only(node: MapNode, wanted: Any) -> MapNode:
    return node.with_entries(tuple(e for e in node.entries if wanted(e.key)))


def _texts(node: Node | None) -> dict[str, str]:
    entries = node.entries if isinstance(node, MapNode) else ()
    return {e.key: e.value.text for e in entries if isinstance(e.value, TextNode)}
