"""What the tests of one SLO need to know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from compiler import names, promql
from compiler.clock.maintenance import quiet
from compiler.emit.promtests.stage.case import constant
from compiler.emit.promtests.stage.scenario import Edge, Low
from compiler.example import labels_of, series_of, strangers
from compiler.model.catalog import Tier
from compiler.model.slo import MinEvents
from compiler.promql import Matcher, Selector
from compiler.prose.parts import Part
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.annotations import texts
from compiler.rules.windows import Window, windows
from compiler.sli.kind import COUNTER, HISTOGRAM, LEVEL, Feed, Frame
from compiler.units import Duration, decimal_text

ONE, ANOTHER = "one", "another"
"""Values of labels that are grouped by."""
INSTANCE = {"instance": "a"}
"""The label that a scrape adds: series are born at their own target."""


@dataclass(frozen=True)
class Subject:
    """One SLO and its alerts."""

    context: Context
    made: tuple[Alert, ...]
    """Its alerts as the rules have them."""
    value: str = ONE
    """Of the labels that it is grouped by, where no selector has a say."""

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The group that the tests speak of: its labels as recorded series call them."""
        total = self.context.frame.pick(self.context.kind.total(self.context.objective.indicator.spec))
        found = labels_of(total, self.source_groups) or {}
        pairs = self.context.objective.groups
        return {name: found[label] for label, name in pairs if label in found}

    @property
    def source_groups(self) -> Mapping[str, str]:
        """Values of the labels that it is grouped by, where no selector has a say."""
        return {label: self.value for label, _ in self.context.objective.groups}

    def of(self, value: str) -> Subject:
        """The same of another group."""
        return replace(self, value=value)

    @cached_property
    def frame(self) -> Frame:
        """The recorded series of that group."""
        return replace(self.context.frame, identity=tuple(self.identity.items()))

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """The labels that name it, and the group."""
        return {**dict(self.context.identity), **self.groups}

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """Its alerts with the labels of the group."""
        return tuple(replace(a, labels={**a.labels, **(self.groups if a.groups else {})}) for a in self.made)

    def groupless(self, alert: Alert) -> Alert:
        """An alert that no series of a group has raised."""
        kept = {name: text for name, text in alert.labels.items() if name not in self.groups}
        return replace(alert, labels=kept)

    def budgets(self, count: int) -> dict[str, str]:
        """What the period group records of the budget, where alerts read it: so many samples."""
        group_by = self.context.objective.group_by
        if not group_by or not group_by.objectives:
            return {}
        return {self.frame.named(names.BUDGET): constant(float(str(self.context.objective.budget)), count)}

    def found_by(self, feed: Feed) -> Selector:
        """The selector of a source series as the rules have it, or of a recorded one."""
        if not feed.recorded:
            return self.frame.pick(feed.selector)
        return feed.selector.adding(*(Matcher(name, "=", value) for name, value in self.context.identity))

    def besides(self, feed: Feed) -> Mapping[str, str]:
        """Labels that such a series has where its selector leaves them open: of its target, and of the group."""
        return self.groups if feed.recorded else {**INSTANCE, **self.source_groups}

    def fits(self, feed: Feed) -> dict[str, str] | None:
        """Labels of a series to feed, of the group; None where no example was found."""
        return labels_of(self.found_by(feed), self.besides(feed))

    def example(self, feed: Feed, instance: str = INSTANCE["instance"]) -> str | None:
        """A series to feed, of the group and of a target; None where no example was found."""
        given = self.besides(feed)
        if "instance" in given and "instance" not in self.source_groups:  # else the group is the target
            given = {**given, "instance": instance}
        return series_of(self.found_by(feed), given)

    def strangers(self, feed: Feed) -> Iterator[str]:
        """Series that its selector passes over for one condition."""
        return strangers(self.found_by(feed), self.besides(feed))

    def passed_over(self, feeds: Sequence[Feed]) -> Iterator[tuple[Feed, str]]:
        """Series that the selector of each feed passes over for one condition, and that of no other one finds."""
        picked = [self.found_by(feed) for feed in feeds]
        for feed in feeds:
            for text in self.strangers(feed):
                if not any(finds(one, text) for one in picked):
                    yield feed, text

    @property
    def exact(self) -> bool:
        """Whether its events are counted one by one: not by a rate that extrapolates."""
        return not self.forms & {COUNTER, HISTOGRAM} or self.context.objective.counting == "exact"

    @property
    def offset(self) -> Duration:
        """How far back its rules look."""
        return self.context.catalog.stack.spec.prometheus.query_offset

    @cached_property
    def start(self) -> int:
        """The unix time at which its fast tests begin: no weekly maintenance falls into them."""
        return quiet(self.context.service.maintenance, self.context.mask)

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
        feeds = self.context.kind.feeds(self.context.objective.indicator.spec)
        found = [(feed, self.example(feed)) for feed in feeds]
        return None if any(text is None for _, text in found) else [(feed, text or "") for feed, text in found]

    @cached_property
    def up(self) -> str | None:
        """The ``up`` series of what is measured; None where no job is named."""
        return self.up_of(INSTANCE["instance"])

    def up_of(self, instance: str) -> str | None:
        """The same of a target."""
        return series_of(self._targets, {**INSTANCE, "instance": instance}) if self._targets else None

    @property
    def up_elsewhere(self) -> Iterator[str]:
        """The ``up`` series of other jobs, which are none of its targets."""
        return strangers(self._targets, INSTANCE) if self._targets else iter(())

    @cached_property
    def _targets(self) -> Selector | None:
        return promql.selector(self.context.targets) if self.context.targets else None

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What its kind says of itself."""
        return self.context.kind.facts(self.context.objective.indicator.spec, self.context.frame)

    @cached_property
    def forms(self) -> frozenset[str]:
        """What its source series are."""
        return frozenset(feed.form for feed in self.context.kind.feeds(self.context.objective.indicator.spec))

    @property
    def sampled(self) -> bool:
        """Whether its events are samples, which come whatever happens."""
        return LEVEL in self.forms

    @property
    def counters(self) -> bool:
        """Whether all of its source series are counters, or histograms, which are made of such."""
        return self.forms <= {COUNTER, HISTOGRAM}


def finds(one: Selector, text: str) -> bool:
    """Whether a selector finds a series."""
    other = promql.selector(text)
    labels = {matcher.label: matcher.value for matcher in other.matchers}
    return one.metric == other.metric and all(m.admits(labels.get(m.label, "")) for m in one.matchers)


def identify(alert: Alert) -> dict[str, str]:
    """The labels by which an alert is told from every other."""
    labels = {name: alert.labels[name] for name in ("service", "slo", "slo_tier")}
    more = {name: alert.labels[name] for name in ("state", "window", *alert.groups) if name in alert.labels}
    return {"alertname": alert.name, **labels, **more}


def sibling(text: str, called: str = "new") -> str:
    """Another series of the same target."""
    return str(promql.selector(text).adding(Matcher("sibling", "=", called)))
