"""The kinds of document in slo/ and what each may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from compiler import plugins
from compiler.model.service import ServiceFields
from compiler.model.slo import GROUPED, Alerting, CalendarWindow, GroupBy, Runbook, Slices
from compiler.model.stack import StackFields
from compiler.model.words import DAYS, DURATION, LABELS, NAME, NOTHING, PAUSE, PERCENT, SHARE
from compiler.recipes import RecipeSpec
from compiler.shapes import Choice, ListOf, MapOf, Quantity, Record, Shape, Spec, Text, Variant, key
from compiler.sli.kind import SliKind
from compiler.sli.stand_in import StandIn
from compiler.source.files import API_VERSION
from compiler.units import BurnRate, Duration, Ratio, UnitError


def kinds() -> tuple[SliKind | StandIn, ...]:
    """The indicator kinds that were found, by name."""
    return tuple(sorted(plugins.discover("compiler.sli", "SLI"), key=lambda kind: kind.kind))


def _indicator(name: str, extra: list[tuple[str, Any, Any]], doc: str) -> type[Spec]:
    """A record with one optional key for each indicator kind, of which exactly one is set."""
    fields = [(kind.kind, Any, key(Record(kind.record), kind.doc, default=None)) for kind in kinds()]
    names = [name for name, *_ in fields + extra]
    made = make_dataclass(
        name,
        fields + extra,
        bases=(Spec,),
        namespace={"one_of": tuple(names), "__doc__": doc},
        frozen=True,
        kw_only=True,
    )
    return made


_RECIPE = ("recipe", Any, key(Record(RecipeSpec), "An indicator of a well-known platform.", default=None))
_USE = ("use", str, key(NAME, "An indicator of ServiceDefaults, by its name.", default=""))
IndicatorSpec = _indicator("IndicatorSpec", [_RECIPE], "What is counted: exactly one kind.")
SliSpec = _indicator("SliSpec", [_RECIPE, _USE], "What is counted: exactly one kind, or an indicator by name.")


GROUP_BY = Variant(ListOf(GROUPED, least=1), Record(GroupBy))
"""A bare list of labels, or all that can be said of a grouping."""


@dataclass(frozen=True, kw_only=True)
class SloFields(Spec):
    """What an SLO may say and ServiceDefaults may say for each."""

    window: Any = key(
        Variant(DAYS, Record(CalendarWindow)),
        "How long the objective is judged over: 1d to 366d, or a calendar period.",
        default=Duration.of("30d"),
        example="30d",
    )
    counting: str = key(
        Choice(("exact", "rate")),
        "exact counts every event; rate is Prometheus' extrapolating rate.",
        default="exact",
    )
    budgeting: Any = key(
        Variant(Choice(("occurrences",)), Record(Slices)),
        "occurrences: each event counts; or time slices, each good or bad as a whole.",
        default="occurrences",
        example="{slices: 1m, good: 95%}",
    )
    promql: str = key(
        Choice(("checked", "unchecked")),
        "unchecked: an expression that the embedded parser refuses is passed on to slo verify.",
        default="checked",
    )
    group_by: Any = key(
        GROUP_BY, "A budget and alerts for each value of these labels.", default=None, example="[region]"
    )
    alerting: Alerting = key(Record(Alerting), "How it alerts.", default=Alerting(), partial=True)
    runbook: Runbook = key(Record(Runbook), "What whoever is woken should know.", default=Runbook(), partial=True)


@dataclass(frozen=True, kw_only=True)
class SloSpec(SloFields):
    """One SLO."""

    name: str = key(NAME, "Its name, unique in the service.", example="availability")
    objective: Ratio = key(PERCENT, "The share of good events, in percent.", example="99.9%")
    sli: Any = key(Record(SliSpec), "What is counted.")
    description: str = key(Text(longest=300), "What it promises, in words.", default="")


@dataclass(frozen=True, kw_only=True)
class SloOverride(SloFields):
    """What differs in one stack; any key of the SLO but its name."""

    objective: Ratio | None = key(PERCENT, "The share of good events, in percent.", default=None)
    sli: Any = key(Record(SliSpec), "What is counted.", default=None)
    description: str = key(Text(longest=300), "What it promises, in words.", default="")


@dataclass(frozen=True, kw_only=True)
class ServiceOverride(ServiceFields):
    """What differs in one stack."""

    slos: Mapping[str, SloOverride] = key(MapOf(Record(SloOverride), NAME.pattern), "SLOs by name.", default=NOTHING)


@dataclass(frozen=True, kw_only=True)
class ServiceLevelSpec(ServiceFields):
    """One service and its SLOs."""

    slos: tuple[SloSpec, ...] = key(ListOf(Record(SloSpec), least=1), "What it promises.")
    overrides: Mapping[str, Any] = key(
        MapOf(Record(ServiceOverride), NAME.pattern),
        "What differs in one stack, by the stack's name.",
        default=NOTHING,
        partial=True,
    )


@dataclass(frozen=True, kw_only=True)
class ServiceDefaultsSpec(ServiceFields, SloFields):
    """Any field of a service but its SLOs, and what each SLO starts from."""

    indicators: Mapping[str, Any] = key(
        MapOf(Record(IndicatorSpec), NAME.pattern), "Indicators that SLOs use by name.", default=NOTHING
    )


def _factor(text: str) -> BurnRate:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) or not Fraction(text):
        raise UnitError(f"{text[:40]!r} is no burn rate", "write it like 14.4")
    return BurnRate(Fraction(text))


FACTOR = Quantity(
    _factor,
    "a burn rate like 14.4",
    {"type": ["number", "string"], "pattern": r"^(?=.*[1-9])[0-9]{1,9}(\.[0-9]{1,9})?$", "exclusiveMinimum": 0},
)


@dataclass(frozen=True, kw_only=True)
class TierSpec(Spec):
    """One pair of windows."""

    name: str = key(NAME, "What explain calls it.", example="fast")
    alert: str = key(Choice(("page", "ticket")), "What it raises.")
    long: Duration = key(DURATION, "The window that must be spent.", example="1h")
    short: Duration = key(DURATION, "The window that must be spent still.", example="5m")
    factor: BurnRate | None = key(FACTOR, "How many times faster than allowed.", default=None, example="14.4")
    budget: Ratio | None = key(SHARE, "Or: the share of the window's budget.", default=None, example="2%")
    hold: Duration = key(PAUSE, "How long it must last.", default=Duration(0), alias="for")
    labels: Mapping[str, str] = key(LABELS, "Labels on the alert where this is its only tier.", default=NOTHING)

    one_of: ClassVar[tuple[str, ...]] = ("factor", "budget")


@dataclass(frozen=True, kw_only=True)
class BurnRatePolicySpec(Spec):
    """A catalogue of windows and factors."""

    window: Duration = key(DAYS, "The window whose budget shares are meant.", default=Duration.of("30d"))
    tiers: tuple[TierSpec, ...] = key(ListOf(Record(TierSpec), least=1), "Its tiers.")


@dataclass(frozen=True, kw_only=True)
class ServiceMetadata(Spec):
    """The name of a service, and labels of its alerts."""

    name: str = key(NAME, "Its name, unique.")
    labels: Mapping[str, str] = key(
        LABELS, "On its alerts and on slo:info, not on the recorded series.", default=NOTHING
    )


@dataclass(frozen=True, kw_only=True)
class Metadata(Spec):
    """The name of a document."""

    name: str = key(NAME, "Its name, unique among its kind.")


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: its name, what metadata and spec hold, and a sentence."""

    kind: str
    spec: type[Spec]
    doc: str
    metadata: type[Spec] = Metadata
    partial: bool = False
    """Whether keys may be missing, because another document is laid over this one."""

    @cached_property
    def shape(self) -> Shape:
        """The whole document."""
        made = make_dataclass(
            f"{self.kind}Document",
            [
                ("apiVersion", str, key(Choice((API_VERSION,)), "The version of the language.")),
                ("kind", str, key(Choice((self.kind,)), self.doc)),
                ("metadata", Any, key(Record(self.metadata), "Its name.")),
                ("spec", Any, key(Record(self.spec), self.doc, partial=self.partial)),
            ],
            bases=(Spec,),
            namespace={"__doc__": self.doc},
            frozen=True,
            kw_only=True,
        )
        return Record(made)


DOCUMENTS = {
    entry.kind: entry
    for entry in (
        DocumentKind("ServiceLevel", ServiceLevelSpec, "One service and what it promises.", ServiceMetadata),
        DocumentKind("ServiceDefaults", ServiceDefaultsSpec, "Defaults for its folder and below.", partial=True),
        DocumentKind("ObservabilityStack", StackFields, "One cluster's observability stack.", partial=True),
        DocumentKind("BurnRatePolicy", BurnRatePolicySpec, "A catalogue of burn-rate windows."),
    )
}
