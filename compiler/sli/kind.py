"""What an indicator kind must say; nothing after it knows which kind it deals with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from compiler import promql
from compiler.diagnostics import Report
from compiler.promql import Selector
from compiler.promql_rates import Rate
from compiler.shapes import Spec, Text
from compiler.sli.frame import RECOVERY, Base, Frame, counted
from compiler.units import Duration

__all__ = [
    "COUNT", "COUNTER", "HISTOGRAM", "LEVEL", "RATE", "RECOVERY", "SELECTOR", "Base", "Blindness", "Feed", "Flow",
    "Frame", "Proof", "Sight", "SliKind", "Words", "counted", "selector_at",
]  # fmt: skip


COUNTER, LEVEL, RATE, HISTOGRAM, COUNT = "counter", "level", "rate", "histogram", "count"


@dataclass(frozen=True, slots=True)
class Feed:
    """A source series for tests, and what one good and one bad event do to it.

    By ``form``: a ``counter`` grows by so much; a ``level`` has this value, and each of its samples is an event; a
    ``rate`` is so many events per second over the base window; a ``count`` is the events since the sample before; a
    native ``histogram`` gets so many observations.
    """

    selector: Selector
    good: float = 0
    bad: float = 0
    form: str = COUNTER
    bounds: tuple[int, int] = (0, 0)
    """Of a histogram: the buckets of schema 0 in which a good and a bad observation lie; bucket n ends at 2^n."""
    recorded: bool = False
    """Whether it is a recorded series of this SLO's, whose conditions are the SLO's own."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A source that tells blindness: its value where the indicator is blind and where it sees; None where absent."""

    feed: Feed
    blind: float | None
    seeing: float | None


@dataclass(frozen=True, slots=True)
class Blindness:
    """A way in which an indicator can be blind: when the expression returns, and what that means.

    ``errors`` is how many a test feeds beside a total of 1 for it to be blind, None where they are absent; ``lacks``
    is the label that no source series has then; ``sights`` are sources with values of their own.
    """

    expr: str
    hold: Duration
    meaning: str
    errors: float | None = None
    lacks: str = ""
    sights: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a series that is recorded before the base must say, where others have these values."""

    meaning: str
    given: tuple[tuple[Feed, float], ...]
    """A source that stands here twice is two series, of two targets."""
    metric: str
    """``errors`` or ``total`` are the base series."""
    value: float | None
    """None where it must say nothing."""
    beside: float = 777
    """What series say that a selector passes over for one condition."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a series that is recorded before the base adds up: rates of counters over the base window."""

    name: str
    """The side: ``total``, ``errors`` or ``good``."""
    rates: tuple[Rate, ...]


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

    def reads(self, spec: Any) -> tuple[Feed, ...]:
        """The source series alone; ``feeds`` may be what is recorded of them."""
        return self.feeds(spec)

    def counting(self, frame: Frame) -> Frame:
        """Where the events themselves are counted, by which blindness is seen."""
        return frame

    @abstractmethod
    def words(self, spec: Any) -> Words:
        """How people speak of it."""

    @abstractmethod
    def check(self, spec: Any, report: Report) -> None:
        """Problems within the indicator itself."""

    def records(self, spec: Any, frame: Frame) -> tuple[tuple[str, str], ...]:
        """Series that the fast group records before the base, which is made of them: each name and expression."""
        return ()

    def proofs(self, spec: Any) -> tuple[Proof, ...]:
        """What tests ask of those series."""
        return ()

    def flows(self, spec: Any, frame: Frame) -> tuple[Flow, ...]:
        """Those of them that are sums of rates, and nothing else."""
        return ()

    def lacks(self, spec: Any, label: str) -> str:
        """Why its total cannot have a label, as a clause; empty where it can."""
        if label == "le":
            return "a histogram is counted whole, its buckets are no groups"
        if any(m.op == "=" and not m.value for m in self.total(spec).on(label)):
            return f'total asks for series without it: {label}=""'
        return ""

    def steps(self, spec: Any, frame: Frame) -> str:
        """The bad events of each part, where it is made of several SLOs; empty where it is not."""
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
