"""The cases of every source of slices: good and bad ones, their edges, and none where nothing is scraped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler import names
from compiler.emit.promtests.slices.counters import Counters
from compiler.emit.promtests.slices.time import Time
from compiler.emit.promtests.stage.case import Case, Value
from compiler.emit.promtests.stage.feeds import NONE, Events, line
from compiler.emit.promtests.stage.subject import Subject
from compiler.sli.kind import COUNTER, RATE

_BAD = 1_000
"""Errors of a slice that is just bad; so many that one more or less is no matter of rounding."""


def slices(subject: Subject) -> Iterator[Case]:
    """The cases of one SLO; none where no example of a source was found."""
    sliced = subject.context.sliced
    assert sliced
    time = Time(subject, sliced)
    if time.sources:
        late = time.at(subject.late(time.step))
        yield from (case.beginning(subject.start).going_on(late) for case in _Any(time).cases())


@dataclass(frozen=True)
class _Any:
    """What holds for any kind of source, as far as its samples tell it."""

    time: Time

    def cases(self) -> Iterator[Case]:
        """Good and bad ones, and none where nothing is scraped."""
        yield self.time.case("a slice is bad above the limit, and at no other", *self._limits())
        at, rate = self.time.at(self.time.end(self.time.first)), names.slice_rate("errors", self.time.sliced.length)
        gone = (self.time.bad_series, self.time.subject.frame.named(rate))
        yield self.time.case("what is not measured is no slice", {}, [Value(at, series) for series in gone])
        if self.time.exact and not self.time.sampled:
            yield self.time.case("a slice holds what came in it, and nothing of its neighbours", *self._edges())
            if not any(feed.form == RATE for feed, _ in self.time.sources):
                yield self.time.case("a restart of its target is no bad slice", *self._restart())
            if all(feed.form == COUNTER for feed, _ in self.time.sources) and self.time.length > 1:
                yield from Counters(self.time).cases()

    def _limits(self) -> tuple[dict[str, str], list[Value]]:
        """No event, just as many errors as are allowed, a few more, none; of samples all or none."""
        first, limit = self.time.first, float(str(self.time.sliced.limit))
        if self.time.sampled:
            places = range(self.time.end(first + 1) - self.time.length + 1, self.time.end(first + 1) + 1)
            series = self.time.series(dict.fromkeys(places, (0.0, 1.0)), first + 2)
            return series, [
                self.time.bad(first, False),
                self.time.bad(first + 1, True),
                self.time.bad(first + 2, False),
            ]
        total = round(_BAD / limit)
        under, over = int(limit * total) - 1, int(limit * total) + 2
        came = {self.time.end(first + n): (float(total - bad), float(bad)) for n, bad in ((1, under), (2, over))}
        verdicts = [self.time.bad(first + n, n == 2) for n in range(4)]
        counts = [self.time.events(first + n, "errors", bad) for n, bad in ((0, 0), (1, under), (2, over), (3, 0))]
        totals = [self.time.events(first + n, "total", total if n in (1, 2) else 0) for n in range(4)]
        values = [*verdicts, *counts, *totals] if self.time.exact else verdicts
        return self.time.series(came, first + 3), values

    def _edges(self) -> tuple[dict[str, str], list[Value]]:
        """Bursts at the first and the last position of a slice."""
        first = self.time.first + 1
        begin, end = self.time.end(first - 1) + 1, self.time.end(first)
        amounts: dict[int, Events] = {}
        rates = any(feed.form == RATE for feed, _ in self.time.sources)
        for place, bad in ((end, 7.0),) if rates else ((begin, 3.0), (end, 7.0)):
            good, had = amounts.get(place, NONE)
            amounts[place] = (good + 20, had + bad)
        errors = int(sum(bad for _, bad in amounts.values()))
        total = int(sum(good + bad for good, bad in amounts.values()))
        values = [self.time.events(first + n, "errors", errors if n == 0 else 0) for n in (-1, 0, 1)]
        values += [self.time.events(first + n, "total", total if n == 0 else 0) for n in (-1, 0, 1)]
        return self.time.series(amounts, first + 1), values

    def _restart(self) -> tuple[dict[str, str], list[Value]]:
        """Every counter begins again at 0 and grows, without an error."""
        first, each = self.time.first + 1, (1_000.0, 0.0)
        before = self.time.end(first) - self.time.length // 2
        series = {}
        for feed, text in self.time.sources:
            history = line(feed, (5_000, 5_000), each, before)
            series[text] = f"{history} {line(feed, NONE, each, 3 * self.time.length)}"
        values = [self.time.bad(first + n, False) for n in (-1, 0, 1)]
        return series, [*values, *(self.time.events(first + n, "errors", 0) for n in (-1, 0, 1))]
