"""The source series of an incident: what a Prometheus would have scraped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compiler.diagnostics import ToolError
from compiler.emit.promtests.stage.feeds import value
from compiler.emit.promtests.stage.subject import Subject
from compiler.replay.scenario import Step, Value
from compiler.rules.rule import Context
from compiler.simulate.flow import Flow
from compiler.sli.kind import COUNT, HISTOGRAM, LEVEL, RATE, Feed


@dataclass(frozen=True)
class Sources:
    """Each source series of an SLO as it is exposed, and the feed that it is of; where known, ``up`` comes last."""

    context: Context
    feeds: Sequence[tuple[Feed, str]]
    up: tuple[str, ...]

    @property
    def series(self) -> tuple[str, ...]:
        """The series in their order."""
        return (*(text for _, text in self.feeds), *self.up)

    @property
    def sampled(self) -> bool:
        """Whether each sample is an event, whatever the traffic."""
        return any(feed.form == LEVEL for feed, _ in self.feeds)

    @property
    def step(self) -> int:
        """Milliseconds from sample to sample: of scraping, or of the rules where they record what is counted."""
        times = self.context.catalog.stack.spec.prometheus
        recorded = any(feed.recorded for feed, _ in self.feeds)
        return (times.rule_interval if recorded else times.scrape_interval).milliseconds

    def steps(self, flow: Flow, since: float, until: float) -> Iterator[Step]:
        """Their samples between two times, at multiples of the distance."""
        at = -(-round(since * 1000) // self.step) * self.step
        while at <= until * 1000:
            time = at / 1000
            values: list[Value] = [self._value(feed, flow, time) for feed, _ in self.feeds]
            yield Step(time, dict(enumerate([*values, *(1.0 for _ in self.up)])))
            at += self.step

    def _value(self, feed: Feed, flow: Flow, time: float) -> Value:
        if feed.form == LEVEL:
            before = flow.bad(time - self.step / 1000)
            return float(feed.bad if flow.bad(time) > before else feed.good)
        if feed.form in (RATE, COUNT):
            span = (self.step if feed.form == COUNT else self.context.frame.base.milliseconds) / 1000
            good, bad = (new - old for new, old in zip(_came(flow, time), _came(flow, time - span), strict=True))
            return (feed.good * good + feed.bad * bad) / (1 if feed.form == COUNT else span)
        good, bad = _came(flow, time)
        return value(feed, (good, bad)) if feed.form == HISTOGRAM else float(feed.good * good + feed.bad * bad)


def _came(flow: Flow, time: float) -> tuple[int, int]:
    return flow.good(time), flow.bad(time)


def sources(context: Context) -> Sources:
    """The source series of an SLO.

    Raises:
        ToolError: there is no telling what its indicator would find.
    """
    subject = Subject(context, ())
    spec = context.objective.indicator.spec
    feeds = context.sliced.reads(spec) if context.sliced else context.kind.feeds(spec)
    found = [(feed, text) for feed in feeds if (text := subject.example(feed))]
    if not found or len(found) < len(feeds):
        kind = context.objective.indicator.declared_kind or context.kind.kind
        raise ToolError(f"{context.title}: no series could be made that its indicator ({kind}) counts")
    up = (subject.up,) if subject.up else ()
    return Sources(context, found, tuple(text for text in up if text not in {name for _, name in found}))
