"""Tests of time slices: source series in; the events of each slice, and whether it is bad, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from compiler import names
from compiler.emit.promtests.stage.case import Case, Value, braces
from compiler.emit.promtests.stage.feeds import NONE, Base, Events, fed, line, value, with_gaps
from compiler.emit.promtests.stage.subject import Subject, sibling
from compiler.sli.kind import COUNTER, LEVEL, RATE, Feed
from compiler.sli.sliced import Sliced
from compiler.units import Duration

_BAD = 1_000
"""Errors of a slice that is just bad; so many that one more or less is no matter of rounding."""


def slices(subject: Subject) -> Iterator[Case]:
    """The cases of one SLO; none where no example of a source was found."""
    sliced = subject.context.sliced
    assert sliced
    time = _Time(subject, sliced)
    if time.sources:
        late = time.at(subject.late(time.step))
        yield from (case.beginning(subject.start).going_on(late) for case in time.cases())


@dataclass(frozen=True)
class _Time:
    """The time of one SLO's slices; a position is a number of rule intervals."""

    subject: Subject
    sliced: Sliced

    @property
    def step(self) -> Duration:
        return self.subject.context.interval

    @cached_property
    def length(self) -> int:
        """Positions of a slice."""
        return self.sliced.length.milliseconds // self.step.milliseconds

    @cached_property
    def sources(self) -> list[tuple[Feed, str]]:
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
    def _sampled(self) -> bool:
        return any(feed.form == LEVEL for feed, _ in self.sources)

    @property
    def _exact(self) -> bool:
        """Whether events are counted one by one: an extrapolating rate shows shares alone."""
        return self.subject.context.objective.counting == "exact"

    @property
    def _ours(self) -> int:
        """The first slice that is looked at: every counter has been there for a while."""
        return 2 + -(-self.subject.late(self.step) // self.length)

    def cases(self) -> Iterator[Case]:
        """Good and bad ones, and none where nothing is scraped."""
        yield self._case("a slice is bad above the limit, and at no other", *self._limits())
        at, rate = self.at(self.end(self._ours)), names.slice_rate("errors", self.sliced.length)
        gone = (self._bad_series, self.subject.frame.named(rate))
        yield self._case("what is not measured is no slice", {}, [Value(at, series) for series in gone])
        if self._exact and not self._sampled:
            yield self._case("a slice holds what came in it, and nothing of its neighbours", *self._edges())
            if not any(feed.form == RATE for feed, _ in self.sources):
                yield self._case("a restart of its target is no bad slice", *self._restart())
            if all(feed.form == COUNTER for feed, _ in self.sources) and self.length > 1:
                yield self._case("what came since a restart is counted, of these series alone", *self._since())
                yield self._case("the last events of a target that ended are those of its slice", *self._ended())
                yield from self._beside()
                yield from self._born()

    def _case(self, text: str, series: Mapping[str, str], values: list[Value]) -> Case:
        return Case(f"{self.subject.context.title} slices: {text}", self.step, series, values)

    @property
    def _bad_series(self) -> str:
        return self.subject.frame.named(names.SLICE_BAD)

    def _bad(self, number: int, expected: bool) -> Value:
        labels = braces({"__name__": names.SLICE_BAD, **self.subject.identity})
        return Value(self.at(self.end(number)), self._bad_series, ((labels, float(expected)),))

    def _events(self, number: int, events: str, count: int | None) -> Value:
        """A slice holds so many events; None where it is not measured."""
        series = self.subject.frame.named(names.slice_rate(events, self.sliced.length))
        held = () if count is None else ((braces(self.subject.identity), float(count)),)
        return Value(self.at(self.end(number)), f"round({self.sliced.length.seconds} * {series})", held)

    def _series(self, came: Mapping[int, Events], last: int) -> dict[str, str]:
        count, base = self.end(last) + self.length + 1, Base(self.length, self.step.seconds)
        return {text: fed(feed, came, count, base) for feed, text in self.sources}

    def _limits(self) -> tuple[dict[str, str], list[Value]]:
        """No event, just as many errors as are allowed, a few more, none; of samples all or none."""
        first, limit = self._ours, float(str(self.sliced.limit))
        if self._sampled:
            places = range(self.end(first + 1) - self.length + 1, self.end(first + 1) + 1)
            series = self._series(dict.fromkeys(places, (0.0, 1.0)), first + 2)
            return series, [self._bad(first, False), self._bad(first + 1, True), self._bad(first + 2, False)]
        total = round(_BAD / limit)
        under, over = int(limit * total) - 1, int(limit * total) + 2
        came = {self.end(first + n): (float(total - bad), float(bad)) for n, bad in ((1, under), (2, over))}
        verdicts = [self._bad(first + n, n == 2) for n in range(4)]
        counts = [self._events(first + n, "errors", bad) for n, bad in ((0, 0), (1, under), (2, over), (3, 0))]
        totals = [self._events(first + n, "total", total if n in (1, 2) else 0) for n in range(4)]
        values = [*verdicts, *counts, *totals] if self._exact else verdicts
        return self._series(came, first + 3), values

    def _edges(self) -> tuple[dict[str, str], list[Value]]:
        """Bursts at the first and the last position of a slice."""
        first = self._ours + 1
        begin, end = self.end(first - 1) + 1, self.end(first)
        amounts: dict[int, Events] = {}
        rates = any(feed.form == RATE for feed, _ in self.sources)
        for place, bad in ((end, 7.0),) if rates else ((begin, 3.0), (end, 7.0)):
            good, had = amounts.get(place, NONE)
            amounts[place] = (good + 20, had + bad)
        errors = int(sum(bad for _, bad in amounts.values()))
        total = int(sum(good + bad for good, bad in amounts.values()))
        values = [self._events(first + n, "errors", errors if n == 0 else 0) for n in (-1, 0, 1)]
        values += [self._events(first + n, "total", total if n == 0 else 0) for n in (-1, 0, 1)]
        return self._series(amounts, first + 1), values

    def _since(self) -> tuple[dict[str, str], list[Value]]:
        """Every counter begins again with the slice, and is higher at its end than before."""
        first, series = self._ours + 1, {}
        begin, end = self.end(first - 1) + 1, self.end(first)
        for feed, text in self.sources:
            runs = [((20, 20), begin), ((4, 4), end - begin), ((30, 30), self.length + 1)]
            series[text] = " ".join(line(feed, held, NONE, count - 1) for held, count in runs)
        others = {text: f"0+777x{end}" for _, text in self.subject.passed_over([feed for feed, _ in self.sources])}
        values = [self._events(first, events, held) for events, held in (("errors", 30), ("total", 60))]
        return others | series, values

    def _ended(self) -> tuple[dict[str, str], list[Value]]:
        """Every target ends with the first scrape of a slice, in which something came."""
        first, series = self._ours + 1, {}
        begin = self.end(first - 1) + 1
        for feed, text in self.sources:
            series[text] = f"{line(feed, (20, 20), NONE, begin - 1)} {value(feed, (70, 110))}"
        held = {"errors": (90, None), "total": (140, None)}
        return series, [self._events(first + n, events, each[n]) for events, each in held.items() for n in (0, 1)]

    def _two(self) -> list[tuple[Feed, str, str]]:
        """Each source of two targets; nothing where there can be but one."""
        found = [(feed, text, self.subject.example(feed, "b") or text) for feed, text in self.sources]
        return found if all(text != other for _, text, other in found) else []

    def _beside(self) -> Iterator[Case]:
        """Beside a target without a gap, one with several, and one that is new."""
        last, each = self._ours, (20.0, 10.0)
        runs: list[tuple[Events, int]] = [((5_000, 5_000), self.end(last))]
        values = self._more(last, 0)
        # Over the shorter gap the last known value counts, over the longer one it does not; nor does a lower one.
        for gap, held, more in ((50, (5_000, 5_090), 90), (65, (5_000, 5_180), 0), (10, (7, 7), 0)):
            last += -(-Duration.of(f"{gap}m").milliseconds // self.sliced.length.milliseconds)
            runs.append((held, self.end(last)))
            values += self._more(last, more)
        # It begins again, and is away for too short a time to be forgotten, but for long enough to be told from that.
        runs.append(((4, 4), self.end(last) + 1))
        last += 2
        runs.append(((4, 94), self.end(last)))
        values += self._more(last, 90)
        series, new = {}, {}
        for feed, text, other in self._two():
            series[other] = new[other] = line(feed, NONE, each, self.end(last))
            series[text] = with_gaps(feed, runs)
            new[text] = f"_x{self.end(self._ours) - 1} {line(feed, (90, 90), NONE, 1)}"
        if series:
            yield self._case("a gap is bridged for an hour, and a restart in it is no event", series, values)
            text = "what a new target had counted before is no event, whatever else is older"
            older = (text for _, text in self.subject.passed_over([feed for feed, _ in self.sources]))
            yield self._case(text, dict.fromkeys(older, f"777x{self.end(last)}") | new, self._more(self._ours, 0))

    def _more(self, number: int, errors: int) -> list[Value]:
        """A slice holds a steady target's events, and so many errors of the other one."""
        steady = {"errors": 10, "total": 30}
        return [self._events(number, events, each * self.length + errors) for events, each in steady.items()]

    def _born(self) -> Iterator[Case]:
        """The first error makes a series; it is counted, and not once more when it begins again in the same slice."""
        first = [(feed, text) for feed, text in self.sources if not feed.good]
        if not first:
            return
        slice_, (feed, text) = self._ours + 1, first[0]
        begin, end = self.end(slice_ - 1) + 1, self.end(slice_)
        grows = {other: line(one, (7, 7), (20, 0), end + self.length) for one, other in self.sources}
        # A target that is as old as a slice: its new series are counted already.
        young = {other: f"_x{self.end(slice_ - 1)} {values}" for other, values in grows.items()}
        # One that is older: at first without an event.
        idle = self.end(slice_ - 2)
        old = {other: f"{line(one, (7, 7), NONE, idle - 1)} {grows[other]}" for one, other in self.sources}
        early, late = line(feed, (0, 90), NONE, self.length - 2), line(feed, (0, 7), NONE, self.length)
        old[text] = f"_x{begin} {early} {late}"
        whole = {**young, text: f"_x{begin} {line(feed, (0, 90), NONE, 2 * self.length)}"}
        held = [self._events(slice_ + n, "errors", number) for n, number in ((0, 90), (1, 0))]
        yield self._case("the first error of a series that is new is counted once", whole, held)
        since = ((-2, 0), (-1, 0), (0, self._estimated(7)), (1, 0))
        again = [self._events(slice_ + n, "errors", number) for n, number in since]
        yield self._case("a new series that begins again counts what came since", old, again)
        brief = {
            text: f"_x{begin} {line(feed, (0, 40), (0, 50), 1)}",
            sibling(text): f"_x{begin} {value(feed, (0, 90))}",
        }
        grown = {other: values for other, values in old.items() if other != text}
        short = [self._events(slice_ + n, "errors", number) for n, number in ((0, 180), (1, 0))]
        yield self._case(
            "the errors of series that end as soon as they are born are counted once", grown | brief, short
        )

    def _estimated(self, events: int) -> int:
        """What a rate makes of them, which reaches a scrape further than a slice: it is stretched at its beginning.

        Source: Prometheus' extrapolatedRate, by half a step where more than 1.1 of one is missing, else by all of it.
        """
        step, base = self.step.seconds, self.sliced.length.seconds
        reach = base + self.subject.context.catalog.stack.spec.prometheus.scrape_interval.seconds
        known, missing = base - step, reach - base + step
        stretch = missing if missing < 1.1 * step else step / 2
        return round(events * (known + stretch) / known * base / reach)

    def _restart(self) -> tuple[dict[str, str], list[Value]]:
        """Every counter begins again at 0 and grows, without an error."""
        first, each = self._ours + 1, (1_000.0, 0.0)
        before = self.end(first) - self.length // 2
        series = {}
        for feed, text in self.sources:
            history = line(feed, (5_000, 5_000), each, before)
            series[text] = f"{history} {line(feed, NONE, each, 3 * self.length)}"
        values = [self._bad(first + n, False) for n in (-1, 0, 1)]
        return series, [*values, *(self._events(first + n, "errors", 0) for n in (-1, 0, 1))]
