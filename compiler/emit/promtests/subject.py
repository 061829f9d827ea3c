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
from compiler.prose.parts import Part
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.annotations import texts
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

    @property
    def exact(self) -> bool:
        """Whether its events are counted one by one: not by a rate that extrapolates."""
        return self.gauge or self.context.objective.counting == "exact"

    @property
    def offset(self) -> Duration:
        """How far back its rules look."""
        return self.context.catalog.stack.spec.prometheus.query_offset

    def late(self, step: Duration) -> int:
        """How many samples of this distance its rules do not see yet."""
        return -(-self.offset.milliseconds // step.milliseconds)

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
        return tuple(t for t in self.spoken(alert) if t.hold == alert.hold)

    def spoken(self, alert: Alert) -> tuple[Tier, ...]:
        """The tiers that the alert's texts speak of: all of its kind."""
        return tuple(t for t in self.context.objective.tiers if t.alert == alert.tier)

    def edges(self, alert: Alert) -> tuple[Edge, ...]:
        """The same for the arithmetic; the level in doubles, as Prometheus multiplies it."""
        key = (alert.tier, alert.hold)
        if key not in self._edges:
            self._edges[key] = tuple(self._edge(tier) for tier in self.tiers(alert))
        return self._edges[key]

    @cached_property
    def _edges(self) -> dict[tuple[str, Duration], tuple[Edge, ...]]:
        return {}

    def _edge(self, tier: Tier) -> Edge:
        level = float(decimal_text(tier.factor.value)) * float(str(self.context.objective.budget))
        return Edge(tier.short.milliseconds / 1000, tier.long.milliseconds / 1000, level)

    def texts(self, alert: Alert) -> Mapping[str, Sequence[Part]]:
        """What an alert's annotations are made of; asked for several times, and made once."""
        key = (alert.name, alert.tier, alert.state, alert.hold)
        if key not in self._texts:
            self._texts[key] = texts(alert, self.context)
        return self._texts[key]

    @cached_property
    def _texts(self) -> dict[tuple[str, str, str, Duration], Mapping[str, Sequence[Part]]]:
        return {}

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
