"""Time slices of an indicator: not its events count, but the slices of time in which too many of them were bad.

No kind of its own in ``sli``: whichever kind is declared is counted over each slice, and the slices are the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler import names
from compiler.diagnostics import Report
from compiler.promql import Selector
from compiler.sli.frame import Base, Frame
from compiler.sli.kind import LEVEL, Blindness, Feed, SliKind, Words
from compiler.units import Duration, Ratio


@dataclass(frozen=True)
class SliceFrame(Frame):
    """Where the slices of an indicator are counted: a slice is its base window."""

    def rate(self, events: str) -> str:
        """The recorded events per second of a slice."""
        return self.named(names.slice_rate(events, self.base))


class Sliced(SliKind):
    """An indicator of any kind, judged by slices."""

    def __init__(self, inner: SliKind, length: Duration, good: Ratio, scrape: Duration) -> None:
        self.inner, self.length, self._good, self._scrape = inner, length, good, scrape
        self.kind, self.record, self.doc, self.example = inner.kind, inner.record, inner.doc, inner.example

    def counting(self, frame: Frame) -> Frame:
        """Where the events of a slice are counted; its rates reach a scrape further, to hold two samples."""
        return SliceFrame(
            self.length, frame.identity, frame.added, frame.groups, interval=self.length, slack=self._scrape
        )

    @property
    def limit(self) -> Ratio:
        """The share of bad events above which a slice is bad."""
        return self._good.complement

    def slices(self, spec: Any, frame: Frame) -> tuple[tuple[str, str], ...]:
        """What is recorded of each slice: its events, and whether it is bad. A slice without events is good.

        Source: docs/rules.md, Time slices.
        """
        inside = self.counting(frame)
        base = self.inner.lower(spec, inside)
        bad = f"{inside.rate('errors')} > bool {self.limit} * {inside.rate('total')}"
        return (
            *self.inner.records(spec, inside),
            (names.slice_rate("total", self.length), base.total),
            (names.slice_rate("errors", self.length), base.errors),
            (names.SLICE_BAD, bad),
        )

    def lower(self, spec: Any, frame: Frame) -> Base:
        """Each slice is an event."""
        slices = f"{frame.named(names.SLICE_BAD)}[{frame.base}]"
        seconds = frame.base.seconds
        return Base(f"count_over_time({slices}) / {seconds}", f"sum_over_time({slices}) / {seconds}")

    def total(self, spec: Any) -> Selector:
        """That of the events within the slices."""
        return self.inner.total(spec)

    def errors(self, spec: Any) -> Selector | None:
        """That of the events within the slices."""
        return self.inner.errors(spec)

    def blindness(self, spec: Any, frame: Frame) -> tuple[Blindness, ...]:
        """What makes the kind blind, seen on the slices' own events."""
        return self.inner.blindness(spec, self.counting(frame))

    def reads(self, spec: Any) -> tuple[Feed, ...]:
        """What the events within the slices are counted from."""
        return self.inner.feeds(spec)

    def feeds(self, spec: Any) -> tuple[Feed, ...]:
        """The recorded slices, where nothing is recorded of them without a source."""
        if not self.inner.feeds(spec):
            return ()
        return (Feed(Selector(names.SLICE_BAD), good=0, bad=1, form=LEVEL, recorded=True),)

    def words(self, spec: Any) -> Words:
        """Minutes that are bad."""
        return self.said(self.inner.words(spec))

    def said(self, words: Words) -> Words:
        """The slices of what is spoken of so."""
        events = "minutes" if self.length == Duration.of("1m") else f"slices of {self.length}"
        bad = f"one in which more than {self.limit.as_percent} of {words.events} {words.verb}"
        return Words(events, "are bad", bad)

    def check(self, spec: Any, report: Report) -> None:
        """Problems within the indicator itself."""
        self.inner.check(spec, report)

    def lacks(self, spec: Any, label: str) -> str:
        """Why the total within the slices cannot have a label."""
        return self.inner.lacks(spec, label)

    def facts(self, spec: Any, frame: Frame) -> dict[str, str]:
        """What is behind the slices, and how long they are."""
        return {**self.inner.facts(spec, frame), "slice": str(self.length)}

    def targets(self, spec: Any, frame: Frame) -> str:
        """The ``up`` series of what is measured."""
        return self.inner.targets(spec, frame)
