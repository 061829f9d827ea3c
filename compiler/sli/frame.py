"""Where an indicator is counted, and the expressions that count events there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from compiler import names, promql
from compiler.promql import Matcher, Selector
from compiler.units import Duration

RECOVERY = Duration.of("1h")
"""How far back the last known value of a counter is looked for after a gap."""
MARGIN = Duration.of("1m")
"""How much further than a base window is looked for what happened at its beginning."""


@dataclass(frozen=True)
class Frame:
    """Where an indicator is counted.

    The base window, the SLO's identity, the cluster's condition if it must be named, and the groups.
    """

    base: Duration
    identity: tuple[tuple[str, str], ...]
    added: tuple[Matcher, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    """The labels that it is grouped by, each as the source and as recorded series call it."""
    interval: Duration = Duration.of("30s")
    """i, of the group that counts."""
    slack: Duration = Duration(0)
    """How much further than the base window a rate reaches, where that holds too few scrapes."""

    def pick(self, selector: Selector) -> Selector:
        """A selector of the user's, held to the cluster on a central server."""
        return selector.adding(*self.added)

    def within(self, label: str, value: str) -> Frame:
        """The same, held to one group."""
        return replace(self, identity=(*self.identity, (label, value)))

    @property
    def reach(self) -> Duration:
        """How far back a rate reads."""
        return self.base + self.slack

    def rate(self, events: str) -> str:
        """The recorded base series of ``errors`` or ``total``."""
        return self.named(names.rate(events, self.base))

    def increase(self, events: str, window: Duration) -> str:
        """The recorded events of a window; of the base window, its rate."""
        return self.named(names.increase(events, window))

    def named(self, metric: str) -> str:
        """Another recorded series of this SLO."""
        return metric + self._braces

    def sum(self, expr: str, how: str = "sum") -> str:
        """One series of an expression's for each group; of a source, in the groups' recorded names.

        A label that is called otherwise is summed under its own name first: renamed before, each of its series
        would have to be.

        Args:
            expr: what is summed.
            how: ``max`` or ``min``, where not the sum is meant.
        """
        renamed = [(label, name) for label, name in self.groups if label != name]
        inner = f"{how}{self._by(label for label, _ in self.groups)}(\n  {_indented(expr)}\n)"
        if not renamed:
            return inner
        for label, name in renamed:
            inner = f'label_replace({inner}, "{name}", "$1", "{label}", "(.*)")'
        return f"{how}{self._by(name for _, name in self.groups)}({inner})"

    def extrapolated(self, selector: Selector) -> str:
        """The events of a base window, as Prometheus' rate tells them."""
        if self.slack.milliseconds:
            return f"{self.base.seconds} * rate({selector}[{self.reach}])"
        return f"increase({selector}[{self.base}])"

    def per_second(self, events: str) -> str:
        """The events of a base window, summed, by the second."""
        return f"{self.sum(events)} / {self.base.seconds}"

    def zero(self) -> str:
        """0 for each group that has a total."""
        return f"0 * {self.summed_total()}"

    def summed_total(self) -> str:
        """The recorded total, without its name."""
        return self.summed(self.rate("total"))

    def summed(self, recorded: str) -> str:
        """A recorded series, for each group, without its name and the SLO's."""
        return f"sum{self._by(name for _, name in self.groups)}({recorded})"

    def _by(self, labels: Iterable[str]) -> str:
        return f" by ({', '.join(labels)}) " if self.groups else ""

    @cached_property
    def _braces(self) -> str:
        """The conditions that find any recorded series of this SLO; written once, for they stand everywhere."""
        return promql.series("", self.identity)


@dataclass(frozen=True, slots=True)
class Base:
    """The two recorded expressions, events per second over the base window."""

    total: str
    errors: str


def difference(selector: Selector, base: Duration, born: str = "") -> str:
    """D(X): the exact difference between the last values known now and before, in events; not across a reset.

    A series that ended has its last value for a base window more: each event is counted as often as any other.

    Args:
        selector: the counter.
        base: how far apart the two values are.
        born: the series that were not there before, though they could have been, so that they count from 0.
    """
    known, new = f"{came(selector, base)} >= 0", f" or {last(selector, base)} and {born}" if born else ""
    return without_resets(f"{known}{new}", selector, base)


def last(selector: Selector, base: Duration) -> str:
    """The last value that is known now."""
    return f"last_over_time({selector}[{base}])"


def came(selector: Selector, base: Duration) -> str:
    """The last value that is known now less the one that was known a base window ago."""
    return f"{last(selector, base)} - last_over_time({selector}[{RECOVERY}] offset {base})"


def without_resets(known: str, selector: Selector, base: Duration) -> str:
    """What is known of series that were not reset."""
    return f"({known}) unless resets({selector}[{base + MARGIN}]) > 0"


def younger(selector: Selector, total: Selector, frame: Frame) -> str:
    """The series that have fewer scrapes than their target: those it was up for, and they were not there.

    A minute more than the base window, in which the target shows that was up before a series that just fills it.
    """
    past = frame.reach + MARGIN
    target = f"max by (instance) (count_over_time({total}[{past}]))"
    return f"count_over_time({selector}[{past}]) < on (instance) group_left () {target}"


def _indented(expr: str) -> str:
    return expr.replace("\n", "\n  ")


def counted(selector: Selector, frame: Frame, counting: str, born: Selector | None = None) -> str:
    """The events of a counter per second over the base window.

    Args:
        selector: the counter.
        frame: where it is counted.
        counting: ``exact``, or ``rate`` for Prometheus' extrapolating rate alone.
        born: the traffic that proves a newborn series new; None where newborn series are not counted.
    """
    picked = frame.pick(selector)
    if counting != "exact":
        return frame.sum(f"rate({picked}[{frame.reach}])")
    new = younger(picked, frame.pick(born), frame) if born else ""
    return frame.per_second(f"{difference(picked, frame.base, new)}\nor\n{frame.extrapolated(picked)}")
