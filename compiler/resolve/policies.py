"""Burn-rate policies: the built-in ones and the user's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from compiler.burn.policy import BUILT_IN, Policy, PolicyTier
from compiler.diagnostics import Report
from compiler.schema.documents import BurnRatePolicySpec, TierSpec
from compiler.shapes import Reading, Record
from compiler.source.nodes import Document


def resolve_policies(documents: tuple[Document, ...], report: Report) -> Mapping[str, Policy]:
    """Every policy by name; a user's may not take the name of a built-in one."""
    found = dict(BUILT_IN)
    for document in documents:
        if document.name in BUILT_IN:
            text = f"{document.name!r} is built in"
            report.error("SLO101", text, document.name_span, "give yours another name")
            continue
        spec = document.root.get("spec")
        read = Record(BurnRatePolicySpec).read(spec, Reading(report)) if spec else None
        if read:
            _check(read, report)
            found[document.name] = _policy(document.name, read)
    return found


def _check(policy: BurnRatePolicySpec, report: Report) -> None:
    """SLO111 for what is wrong whatever the SLO; SLO102 for two tiers of one name."""
    seen: set[str] = set()
    for tier in policy.tiers:
        if tier.name in seen:
            report.error("SLO102", f"there are two tiers {tier.name!r}", tier.at("name"), "give one another name")
        seen.add(tier.name)
        other = next((t for t in policy.tiers if t is not tier and _alike(t, tier)), None)
        if other and other.name < tier.name:
            text = f"the tiers {other.name!r} and {tier.name!r} overlap: one of them fires whenever the other does"
            report.error("SLO111", text, tier.at("long"), "leave one out, or give it other windows")
        if tier.short > tier.long:
            text = f"the short window {tier.short} is longer than the long one, {tier.long}"
            report.error("SLO111", text, tier.at("short"), "short is usually a twelfth of long")
        if tier.long > policy.window:
            text = f"the window {tier.long} is longer than the policy's own, {policy.window}"
            report.error("SLO111", text, tier.at("long"))


def _alike(one: TierSpec, other: TierSpec) -> bool:
    """Whether two tiers raise the same by the same windows, whatever their factors."""
    return (one.alert, one.long, one.short) == (other.alert, other.long, other.short)


def _policy(name: str, spec: BurnRatePolicySpec) -> Policy:
    tiers = tuple(
        PolicyTier(
            tier.name,
            tier.alert,
            tier.long,
            tier.short,
            tier.factor,
            Fraction(tier.budget.value) if tier.budget else None,
            tier.hold,
            tier.labels,
        )
        for tier in spec.tiers
    )
    return Policy(name, spec.window, tiers)
