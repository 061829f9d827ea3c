"""Tests of what has just begun to be counted, where its source is a rate or a number of events and no counter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.emit.promtests.counts.common import RATE, Counts
from compiler.emit.promtests.stage.case import Case
from compiler.emit.promtests.stage.feeds import running
from compiler.sli.kind import COUNT
from compiler.sli.kind import RATE as FLOW


@dataclass(frozen=True)
class Begun(Counts):
    """The cases of one SLO whose windows have no older sample yet."""

    def cases(self) -> Iterator[Case]:
        """All of them; none where a source is a counter or a level."""
        if self.live.subject.forms <= {COUNT, FLOW}:
            yield self.first()
            yield self.idle()

    def first(self) -> Case:
        """Two samples are in every window, where each of its other parts is empty."""
        return self._at_once("the first two samples are in every window", 90)

    def idle(self) -> Case:
        """Without an event every window holds 0, and none is no number."""
        return self._at_once("without an event from the beginning every window counts none", 0)

    def _at_once(self, text: str, bad: int) -> Case:
        live, base = self.live, self.live.subject.context.frame.base
        sources, total = live.subject.sources or (), RATE if bad else 0
        series = {name: running(feed, total - bad, bad, 2) for feed, name in sources}
        # A rate says what came in a whole base window, a count what came since the sample before.
        times = 2 if any(feed.form == COUNT for feed, _ in sources) else base.seconds
        checks = []
        for window in live.forms:
            checks.append(self.events(1, "total", window, times * total))
            checks.append(self.events(1, "errors", window, times * bad))
        return self.case(text, series, checks)
