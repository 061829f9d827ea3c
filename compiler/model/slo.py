"""What an SLO declares about itself: its window and groups, how it alerts, what whoever is woken should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from compiler.model.words import DURATION, LABEL, LABELS, NAME, NOTHING, PERCENT, REACTION, URL, WORD, ZONE
from compiler.shapes import Bool, Choice, Integer, ListOf, MapOf, Record, Spec, Text, Variant, key
from compiler.units import Duration, Ratio

CAUSES = ("rollout", "autoscaler", "readiness", "restarts", "node", "quota", "dependency")


ALERT_NAME = Text("a name in camel case", r"[A-Z][A-Za-z0-9]{0,99}", "like SloCheckoutAvailability")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoData(Spec):
    """What each kind of silence is worth; a total of 0 is idle and never alerts."""

    target_down: str = key(REACTION, "Every scrape target is down.", default="page")
    vanished: str = key(REACTION, "Over ten events were due, and the series is gone.", default="page")
    missing: str = key(REACTION, "No series for an hour, or never one.", default="ticket")


@dataclass(frozen=True, slots=True, kw_only=True)
class MinEvents(Spec):
    """A fixed least number of errors."""

    min_events: int = key(Integer(1, 1_000_000), "Errors in the long window below which nothing fires.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised(Spec):
    """What differs in the alerts of a kind."""

    enabled: bool = key(Bool(), "Whether they are raised.", default=True)
    severity: str = key(WORD, "The label severity, in place of the stack's word.", default="", example="P2")
    labels: Mapping[str, str] = key(LABELS, "Labels on these alerts alone.", default=NOTHING)
    annotations: Mapping[str, str] = key(LABELS, "Annotations on these alerts alone.", default=NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burning(Raised):
    """What differs in the burn-rate alerts of a kind."""

    name: str = key(ALERT_NAME, "The whole alertname.", default="", example="CheckoutBurns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting(Spec):
    """How an SLO alerts."""

    mode: str = key(
        Choice(("page", "ticket", "observe")),
        "page; ticket, where nothing pages; observe, where all is recorded and shown and severity is none.",
        default="page",
    )
    policy: str = key(NAME, "A BurnRatePolicy.", default="google-30d")
    low_traffic: str | MinEvents = key(
        Variant(Choice(("guard", "off")), Record(MinEvents)),
        "guard asks for more errors than chance explains; off; or a least number of errors.",
        default="guard",
    )
    no_data: NoData = key(Record(NoData), "What silence is worth.", default=NoData())
    name: str = key(
        ALERT_NAME,
        "What the alerts' names begin with.",
        default="",
    )
    labels: Mapping[str, str] = key(LABELS, "Labels on every alert of this SLO.", default=NOTHING)
    annotations: Mapping[str, str] = key(LABELS, "Annotations on every alert of this SLO.", default=NOTHING)
    page: Burning = key(Record(Burning), "What differs in pages.", default=Burning())
    ticket: Burning = key(Record(Burning), "What differs in tickets.", default=Burning())
    budget: Raised = key(Record(Raised), "What differs in the alerts on the budget.", default=Raised())
    without: tuple[str, ...] = key(
        ListOf(NAME), "Tiers of the policy that are left out.", default=(), example="[days]"
    )

    def raised(self, tier: str) -> Raised:
        """What differs in the alerts of a tier: page, ticket or budget."""
        return {"page": self.page, "ticket": self.ticket, "budget": self.budget}.get(tier, Raised())


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWindow(Spec):
    """A window that begins with the calendar's week, month or quarter."""

    calendar: str = key(Choice(("week", "month", "quarter")), "The period; a week begins on Monday.", example="month")
    time_zone: str = key(ZONE, "By whose clock.", default="UTC", example="Europe/Berlin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices(Spec):
    """Time slices: not events count, but the slices of time in which too many of them were bad."""

    slices: Duration = key(DURATION, "How long a slice is.", example="1m")
    good: Ratio = key(PERCENT, "The share of good events from which on a slice is good.", example="95%")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLabel(Spec):
    """A label to group by, under another name where its own is taken."""

    label: str = key(LABEL, "The label of the source series.", example="service")
    name: str = key(LABEL, "What recorded series and alerts call it.", alias="as", example="upstream")


GROUPED = Variant(LABEL, Record(GroupLabel))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBy(Spec):
    """A budget and alerts for each value of some labels."""

    labels: tuple[str | GroupLabel, ...] = key(ListOf(GROUPED, least=1), "The labels.", example="[region]")
    limit: int = key(Integer(1, 10_000), "More groups than this raise a ticket.", default=50)
    objectives: Mapping[str, Ratio] = key(
        MapOf(PERCENT), "Objectives of single groups, by the value of the one label.", default=NOTHING
    )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each label of the source, and what recorded series call it."""
        return tuple((g.label, g.name) if isinstance(g, GroupLabel) else (g, g) for g in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Spec):
    """One step of a runbook: something to look at, or something to change."""

    look: str = key(Text(longest=300), "A question that a read-only command answers.", default="")
    change: str = key(Text(longest=300), "What the command changes.", default="")
    run: str = key(Text("a command", longest=1_000), "The command.")
    when: str = key(Text(longest=300), "The condition; needed where something is changed.", default="")

    one_of: ClassVar[tuple[str, ...]] = ("look", "change")
    needs: ClassVar[Mapping[str, str]] = MappingProxyType({"change": "when"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook(Spec):
    """What whoever is woken should know."""

    url: str = key(URL, "A page that exists already; the generated one links to it.", default="")
    impact: str = key(Text(longest=300), "What users feel.", default="", example="Customers cannot pay.")
    causes: tuple[str, ...] | None = key(
        ListOf(Choice(CAUSES)),
        "The causes to look into; by default all that the workload declares.",
        default=None,
    )
    steps: tuple[Step, ...] = key(ListOf(Record(Step)), "Steps of your own, before the generated ones.", default=())
