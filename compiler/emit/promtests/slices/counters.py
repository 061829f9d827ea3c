"""What slices of counters make of targets that begin again, end, are away for a while, or are new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.emit.promtests.slices.time import Time
from compiler.emit.promtests.stage.case import Case, Value
from compiler.emit.promtests.stage.feeds import NONE, Events, line, value, with_gaps
from compiler.emit.promtests.stage.subject import sibling
from compiler.sli.kind import Feed
from compiler.units import Duration


@dataclass(frozen=True)
class Counters:
    """The cases of slices all of whose sources are counters."""

    time: Time

    def cases(self) -> Iterator[Case]:
        """One by one."""
        yield self.time.case("what came since a restart is counted, of these series alone", *self._since())
        yield self.time.case("the last events of a target that ended are those of its slice", *self._ended())
        yield from self._beside()
        yield from self._born()

    def _since(self) -> tuple[dict[str, str], list[Value]]:
        """Every counter begins again with the slice, and is higher at its end than before."""
        first, series = self.time.first + 1, {}
        begin, end = self.time.end(first - 1) + 1, self.time.end(first)
        for feed, text in self.time.sources:
            runs = [((20, 20), begin), ((4, 4), end - begin), ((30, 30), self.time.length + 1)]
            series[text] = " ".join(line(feed, held, NONE, count - 1) for held, count in runs)
        others = {
            text: f"0+777x{end}" for _, text in self.time.subject.passed_over([feed for feed, _ in self.time.sources])
        }
        values = [self.time.events(first, events, held) for events, held in (("errors", 30), ("total", 60))]
        return others | series, values

    def _ended(self) -> tuple[dict[str, str], list[Value]]:
        """Every target ends with the first scrape of a slice, in which something came."""
        first, series = self.time.first + 1, {}
        begin = self.time.end(first - 1) + 1
        for feed, text in self.time.sources:
            series[text] = f"{line(feed, (20, 20), NONE, begin - 1)} {value(feed, (70, 110))}"
        held = {"errors": (90, None), "total": (140, None)}
        return series, [self.time.events(first + n, events, each[n]) for events, each in held.items() for n in (0, 1)]

    def _two(self) -> list[tuple[Feed, str, str]]:
        """Each source of two targets; nothing where there can be but one."""
        found = [(feed, text, self.time.subject.example(feed, "b") or text) for feed, text in self.time.sources]
        return found if all(text != other for _, text, other in found) else []

    def _beside(self) -> Iterator[Case]:
        """Beside a target without a gap, one with several, and one that is new."""
        last, each = self.time.first, (20.0, 10.0)
        runs: list[tuple[Events, int]] = [((5_000, 5_000), self.time.end(last))]
        values = self._more(last, 0)
        # Over the shorter gap the last known value counts, over the longer one it does not; nor does a lower one.
        for gap, held, more in ((50, (5_000, 5_090), 90), (65, (5_000, 5_180), 0), (10, (7, 7), 0)):
            last += -(-Duration.of(f"{gap}m").milliseconds // self.time.sliced.length.milliseconds)
            runs.append((held, self.time.end(last)))
            values += self._more(last, more)
        # It begins again, and is away for too short a time to be forgotten, but for long enough to be told from that.
        runs.append(((4, 4), self.time.end(last) + 1))
        last += 2
        runs.append(((4, 94), self.time.end(last)))
        values += self._more(last, 90)
        series, new = {}, {}
        for feed, text, other in self._two():
            series[other] = new[other] = line(feed, NONE, each, self.time.end(last))
            series[text] = with_gaps(feed, runs)
            new[text] = f"_x{self.time.end(self.time.first) - 1} {line(feed, (90, 90), NONE, 1)}"
        if series:
            yield self.time.case("a gap is bridged for an hour, and a restart in it is no event", series, values)
            text = "what a new target had counted before is no event, whatever else is older"
            older = (text for _, text in self.time.subject.passed_over([feed for feed, _ in self.time.sources]))
            yield self.time.case(
                text, dict.fromkeys(older, f"777x{self.time.end(last)}") | new, self._more(self.time.first, 0)
            )

    def _more(self, number: int, errors: int) -> list[Value]:
        """A slice holds a steady target's events, and so many errors of the other one."""
        steady = {"errors": 10, "total": 30}
        return [self.time.events(number, events, each * self.time.length + errors) for events, each in steady.items()]

    def _born(self) -> Iterator[Case]:
        """The first error makes a series; it is counted, and not once more when it begins again in the same slice."""
        first = [(feed, text) for feed, text in self.time.sources if not feed.good]
        if not first:
            return
        slice_, (feed, text) = self.time.first + 1, first[0]
        begin, end = self.time.end(slice_ - 1) + 1, self.time.end(slice_)
        grows = {other: line(one, (7, 7), (20, 0), end + self.time.length) for one, other in self.time.sources}
        # A target that is as old as a slice: its new series are counted already.
        young = {other: f"_x{self.time.end(slice_ - 1)} {values}" for other, values in grows.items()}
        # One that is older: at first without an event.
        idle = self.time.end(slice_ - 2)
        old = {other: f"{line(one, (7, 7), NONE, idle - 1)} {grows[other]}" for one, other in self.time.sources}
        early, late = line(feed, (0, 90), NONE, self.time.length - 2), line(feed, (0, 7), NONE, self.time.length)
        old[text] = f"_x{begin} {early} {late}"
        whole = {**young, text: f"_x{begin} {line(feed, (0, 90), NONE, 2 * self.time.length)}"}
        held = [self.time.events(slice_ + n, "errors", number) for n, number in ((0, 90), (1, 0))]
        yield self.time.case("the first error of a series that is new is counted once", whole, held)
        since = ((-2, 0), (-1, 0), (0, self._estimated(7)), (1, 0))
        again = [self.time.events(slice_ + n, "errors", number) for n, number in since]
        yield self.time.case("a new series that begins again counts what came since", old, again)
        brief = {
            text: f"_x{begin} {line(feed, (0, 40), (0, 50), 1)}",
            sibling(text): f"_x{begin} {value(feed, (0, 90))}",
        }
        grown = {other: values for other, values in old.items() if other != text}
        short = [self.time.events(slice_ + n, "errors", number) for n, number in ((0, 180), (1, 0))]
        yield self.time.case(
            "the errors of series that end as soon as they are born are counted once", grown | brief, short
        )

    def _estimated(self, events: int) -> int:
        """What a rate makes of them, which reaches a scrape further than a slice: it is stretched at its beginning.

        Source: Prometheus' extrapolatedRate, by half a step where more than 1.1 of one is missing, else by all of it.
        """
        step, base = self.time.step.seconds, self.time.sliced.length.seconds
        reach = base + self.time.subject.context.catalog.stack.spec.prometheus.scrape_interval.seconds
        known, missing = base - step, reach - base + step
        stretch = missing if missing < 1.1 * step else step / 2
        return round(events * (known + stretch) / known * base / reach)
