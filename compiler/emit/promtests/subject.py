"""What the tests of one SLO need to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from compiler import promql
from compiler.emit.promtests.scenario import Edge, Low
from compiler.example import series_of
from compiler.model.catalog import Tier
from compiler.model.service import MinEvents
from compiler.rules.rule import Alert, Context
from compiler.rules.windows import Window, windows
from compiler.sli.kind import Feed
from compiler.units import Duration, decimal_text

INSTANCE = {"instance": "a"}
"""The label that a scrape adds: series are born at their own target."""


@dataclass(frozen=True)
class Subject:
    """One SLO and its alerts."""

    context: Context
    alerts: tuple[Alert, ...]

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """The labels that name it."""
        return dict(self.context.identity)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """Its recorded windows but the base and its own."""
        return windows(self.context.objective, self.context.frame.base)

    def speed_of(self, length: Duration) -> str:
        """The group that records a window; empty for the base window."""
        return next((window.speed for window in self.windows if window.length == length), "")

    @cached_property
    def low(self) -> Low:
        """How few errors are dealt with."""
        low = self.context.objective.alerting.low_traffic
        return low.min_events if isinstance(low, MinEvents) else low

    def tiers(self, alert: Alert) -> tuple[Tier, ...]:
        """The tiers that are joined in a burn alert."""
        return tuple(t for t in self.context.objective.tiers if t.alert == alert.tier and t.hold == alert.hold)

    def spoken(self, alert: Alert) -> tuple[Tier, ...]:
        """The tiers that the alert's texts speak of: all of its kind."""
        return tuple(t for t in self.context.objective.tiers if t.alert == alert.tier)

    def edges(self, alert: Alert) -> tuple[Edge, ...]:
        """The same for the arithmetic; the level in doubles, as Prometheus multiplies it."""
        budget = float(str(self.context.objective.budget))
        return tuple(
            Edge(float(t.short.fraction), float(t.long.fraction), float(decimal_text(t.factor.value)) * budget)
            for t in self.tiers(alert)
        )

    @cached_property
    def sources(self) -> Sequence[tuple[Feed, str]] | None:
        """The source series with their labels; None where no example of a selector was found."""
        spec, frame = self.context.objective.indicator.spec, self.context.frame
        found = [(feed, series_of(frame.pick(feed.selector), INSTANCE)) for feed in self.context.kind.feeds(spec)]
        return None if any(text is None for _, text in found) else [(feed, text or "") for feed, text in found]

    @cached_property
    def up(self) -> str | None:
        """The ``up`` series of what is measured; None where no job is named."""
        targets = self.context.kind.targets(self.context.objective.indicator.spec, self.context.frame)
        return series_of(promql.selector(targets), INSTANCE) if targets else None

    @property
    def gauge(self) -> bool:
        """Whether its events are scrapes, which come whatever happens."""
        return any(feed.gauge for feed in self.context.kind.feeds(self.context.objective.indicator.spec))


def identify(alert: Alert) -> dict[str, str]:
    """The labels by which an alert is told from every other."""
    labels = {name: alert.labels[name] for name in ("service", "slo", "slo_tier")}
    more = {name: alert.labels[name] for name in ("state", "window") if name in alert.labels}
    return {"alertname": alert.name, **labels, **more}
