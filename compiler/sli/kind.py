"""What an indicator kind must say; nothing after it knows which kind it deals with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    """Where an indicator is counted.

    The base window, the SLO's identity, the cluster's condition if it must be named, and the groups.
    """

    base: Duration
    identity: tuple[tuple[str, str], ...]
    added: tuple[Matcher, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    """The labels that it is grouped by, each as the source and as recorded series call it."""

    def pick(self, selector: Selector) -> Selector:
        """A selector of the user's, held to the cluster on a central server."""
        return selector.adding(*self.added)

    def within(self, label: str, value: str) -> Frame:
        """The same, held to one group."""
        return replace(self, identity=(*self.identity, (label, value)))

    def rate(self, events: str) -> str:
        """The recorded base series of ``errors`` or ``total``."""
        return self.named(names.rate(events, self.base))

    def increase(self, events: str, window: Duration) -> str:
        """The recorded events of a window; of the base window, its rate."""
        return self.named(names.increase(events, window))

    def named(self, metric: str) -> str:
        """Another recorded series of this SLO."""
        return metric + self._braces

    def sum(self, expr: str) -> str:
        """One series of expression's for each group; of a source, in the groups' recorded names.

        A label that is called otherwise is summed under its own name first: renamed before, each of its series
        would have to be.
        """
        renamed = [(label, name) for label, name in self.groups if label != name]
        inner = f"sum{self._by(label for label, _ in self.groups)}(\n  {_indented(expr)}\n)"
        if not renamed:
            return inner
        for label, name in renamed:
            inner = f'label_replace({inner}, "{name}", "$1", "{label}", "(.*)")'
        return f"sum{self._by(name for _, name in self.groups)}({inner})"

    def zero(self) -> str:
        """0 for each group that has a total."""
        return f"0 * sum{self._by(name for _, name in self.groups)}({self.rate('total')})"

    def summed_total(self) -> str:
        """The recorded total, without its name."""
        return f"sum{self._by(name for _, name in self.groups)}({self.rate('total')})"

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


COUNTER, LEVEL, RATE, HISTOGRAM = "counter", "level", "rate", "histogram"


@dataclass(frozen=True, slots=True)
class Feed:
    """A source series for tests, and what one good and one bad event do to it.

    By ``form``: a ``counter`` grows by so much; a ``level`` has this value, and each of its samples is an event; a
    ``rate`` is so many events per second over the base window; a native ``histogram`` gets so many observations.
    """

    selector: Selector
    good: int = 0
    bad: int = 0
    form: str = COUNTER
    bounds: tuple[int, int] = (0, 0)
    """Of a histogram: the buckets of schema 0 in which a good and a bad observation lie; bucket n ends at 2^n."""


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

    def lacks(self, spec: Any, label: str) -> str:
        """Why its total cannot have a label, as a clause; empty where it can."""
        if label == "le":
            return "a histogram is counted whole, its buckets are no groups"
        if any(m.op == "=" and not m.value for m in self.total(spec).on(label)):
            return f'total asks for series without it: {label}=""'
        return ""

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
    branches = [difference(picked, frame.base)] if counting == "exact" else []
    if born and counting == "exact":
        branches.append(newborn(picked, frame.pick(born), frame.base))
    return frame.sum("\nor\n".join([*branches, f"rate({picked}[{frame.base}])"]))
