"""What an indicator kind must say; nothing after it knows which kind it deals with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from compiler import names, promql
from compiler.diagnostics import Report
from compiler.promql import Matcher, Selector
from compiler.shapes import Spec, Text
from compiler.units import Duration

RECOVERY = Duration.of("1h")
"""How far back the last known value of a counter is looked for after a gap."""


@dataclass(frozen=True)
class Frame:
    """Where an indicator is counted: the base window, the SLO's identity, and the cluster if it must be named."""

    base: Duration
    identity: tuple[tuple[str, str], ...]
    added: tuple[Matcher, ...] = ()

    def pick(self, selector: Selector) -> Selector:
        """A selector of the user's, held to the cluster on a central server."""
        return selector.adding(*self.added)

    def rate(self, events: str) -> str:
        """The recorded base series of ``errors`` or ``total``."""
        return self.named(names.rate(events, self.base))

    def increase(self, events: str, window: Duration) -> str:
        """The recorded events of a window; of the base window, its rate."""
        return self.named(names.increase(events, window))

    def named(self, metric: str) -> str:
        """Another recorded series of this SLO."""
        return metric + self._braces

    @cached_property
    def _braces(self) -> str:
        """The conditions that find any recorded series of this SLO; written once, for they stand everywhere."""
        return promql.series("", self.identity)


@dataclass(frozen=True, slots=True)
class Base:
    """The two recorded expressions, events per second over the base window."""

    total: str
    errors: str


@dataclass(frozen=True, slots=True)
class Blindness:
    """A way in which an indicator can be blind: when the expression returns, and what that means.

    ``errors`` is how many a test feeds beside a total of 1 for it to be blind, None where they are absent; ``lacks``
    is the label that no source series has then.
    """

    expr: str
    hold: Duration
    meaning: str
    errors: float | None = None
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A source series for tests, and what one good and one bad event add to it.

    ``gauge`` series hold the share of good events instead.
    """

    selector: Selector
    good: int = 0
    bad: int = 0
    gauge: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """How people speak of an indicator: ``7.9% of requests`` ``fail``."""

    events: str
    verb: str
    bad: str
    """What one bad event is: ``a request that ends in an error``."""


class SliKind(ABC):
    """One kind of indicator."""

    kind: str
    record: type[Spec]
    doc: str
    example: str

    @abstractmethod
    def lower(self, spec: Any, frame: Frame) -> Base:
        """The two base expressions."""

    @abstractmethod
    def total(self, spec: Any) -> Selector:
        """What carries the traffic; its job and namespace tell which targets are meant."""

    @abstractmethod
    def errors(self, spec: Any) -> Selector | None:
        """What carries the bad events, where one selector does."""

    @abstractmethod
    def blindness(self, spec: Any, frame: Frame) -> tuple[Blindness, ...]:
        """In which ways it can be blind; none where it cannot."""

    @abstractmethod
    def feeds(self, spec: Any) -> tuple[Feed, ...]:
        """Source series for tests; the labels that selectors leave open are the tests'."""

    @abstractmethod
    def words(self, spec: Any) -> Words:
        """How people speak of it."""

    @abstractmethod
    def check(self, spec: Any, report: Report) -> None:
        """Problems within the indicator itself."""

    def facts(self, spec: Any, frame: Frame) -> dict[str, str]:
        """Labels of slo:info that dashboards need: what to show behind the numbers."""
        errors = self.errors(spec)
        found = {"selector_total": str(frame.pick(self.total(spec)))}
        return found | ({"selector_errors": str(frame.pick(errors))} if errors else {})

    def targets(self, spec: Any, frame: Frame) -> str:
        """The ``up`` series of what is measured; empty where no job is named."""
        matchers = self.total(spec).on("job", "namespace")
        if not any(m.label == "job" for m in matchers):
            return ""
        return str(frame.pick(Selector("up", matchers)))


SELECTOR = Text('a selector like http_requests_total{job="checkout"}', longest=2_000)
"""The shape of a bare selector; what it says is checked by the kind."""


def selector_at(spec: Spec, field: str, report: Report) -> Selector | None:
    """The selector in a field; SLO120 at its place where it is none."""
    try:
        return promql.selector(getattr(spec, field))
    except promql.PromqlError as error:
        report.error("SLO120", str(error), spec.at(field), 'like http_requests_total{job="checkout"}')
        return None


def difference(selector: Selector, base: Duration) -> str:
    """D(X): the exact difference against the last value known, per second; not across a reset."""
    resets = base + Duration.of("1m")
    known = f"last_over_time({selector}[{RECOVERY}] offset {base})"
    return f"(({selector} - {known} >= 0) unless resets({selector}[{resets}]) > 0) / {base.seconds}"


def newborn(selector: Selector, total: Selector, base: Duration) -> str:
    """N(X): a series born while its target was up counts from 0, per second."""
    born = f"({selector} unless {selector} offset {base})"
    return f"({born} and on (instance) ({total} and {total} offset {base})) / {base.seconds}"


def summed(branches: Iterable[str], groups: tuple[str, ...] = ()) -> str:
    """``sum`` over alternatives, each for the series that the ones before it left out."""
    by = f" by ({', '.join(groups)}) " if groups else ""
    return f"sum{by}(\n  " + "\n  or\n  ".join(branches) + "\n)"


def counted(selector: Selector, frame: Frame, counting: str, born: Selector | None = None) -> str:
    """The events of a counter per second over the base window.

    Args:
        selector: the counter.
        frame: where it is counted.
        counting: ``exact``, or ``rate`` for Prometheus' extrapolating rate alone.
        born: the traffic that proves a newborn series new; None where newborn series are not counted.
    """
    picked = frame.pick(selector)
    branches = [difference(picked, frame.base)] if counting == "exact" else []
    if born and counting == "exact":
        branches.append(newborn(picked, frame.pick(born), frame.base))
    return summed([*branches, f"rate({picked}[{frame.base}])"])
