"""The time that the slices of one SLO divide, and what they are shown to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from compiler import names
from compiler.emit.promtests.stage.case import Case, Value, braces
from compiler.emit.promtests.stage.feeds import Base, Events, fed
from compiler.emit.promtests.stage.subject import Subject
from compiler.sli.kind import LEVEL, Feed
from compiler.sli.sliced import Sliced
from compiler.units import Duration


@dataclass(frozen=True)
class Time:
    """The time of one SLO's slices; a position is a number of rule intervals."""

    subject: Subject
    sliced: Sliced

    @property
    def step(self) -> Duration:
        """The rule interval."""
        return self.subject.context.interval

    @cached_property
    def length(self) -> int:
        """Positions of a slice."""
        return self.sliced.length.milliseconds // self.step.milliseconds

    @cached_property
    def sources(self) -> list[tuple[Feed, str]]:
        """What the slices are read from, each with an example; none where one of them has no example."""
        feeds = self.sliced.reads(self.subject.context.objective.indicator.spec)
        found = [(feed, self.subject.example(feed)) for feed in feeds]
        return [] if any(text is None for _, text in found) else [(feed, text or "") for feed, text in found]

    def at(self, position: int) -> Duration:
        """The time of a position."""
        return self.step * position

    def end(self, number: int) -> int:
        """The last position that a slice holds."""
        return number * self.length - self.subject.late(self.step)

    @property
    def sampled(self) -> bool:
        """Whether a source is looked at, and not counted."""
        return any(feed.form == LEVEL for feed, _ in self.sources)

    @property
    def exact(self) -> bool:
        """Whether events are counted one by one: an extrapolating rate shows shares alone."""
        return self.subject.context.objective.counting == "exact"

    @property
    def first(self) -> int:
        """The first slice that is looked at: every counter has been there for a while."""
        return 2 + -(-self.subject.late(self.step) // self.length)

    def case(self, text: str, series: Mapping[str, str], values: list[Value]) -> Case:
        """A case of this SLO's slices, at the rule interval."""
        return Case(f"{self.subject.context.title} slices: {text}", self.step, series, values)

    @property
    def bad_series(self) -> str:
        """The series that tells whether a slice is bad."""
        return self.subject.frame.named(names.SLICE_BAD)

    def bad(self, number: int, expected: bool) -> Value:
        """Whether a slice is bad."""
        labels = braces({"__name__": names.SLICE_BAD, **self.subject.identity})
        return Value(self.at(self.end(number)), self.bad_series, ((labels, float(expected)),))

    def events(self, number: int, events: str, count: int | None) -> Value:
        """A slice holds so many events; None where it is not measured."""
        series = self.subject.frame.named(names.slice_rate(events, self.sliced.length))
        held = () if count is None else ((braces(self.subject.identity), float(count)),)
        return Value(self.at(self.end(number)), f"round({self.sliced.length.seconds} * {series})", held)

    def series(self, came: Mapping[int, Events], last: int) -> dict[str, str]:
        """Every source with the events that came at some positions, until a slice has ended."""
        count, base = self.end(last) + self.length + 1, Base(self.length, self.step.seconds)
        return {text: fed(feed, came, count, base) for feed, text in self.sources}
