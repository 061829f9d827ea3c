"""Tests of whole expressions that are sums of rates: counters in, what is recorded before the base out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from compiler import names
from compiler.emit.promtests.stage.case import Case, Value, braces, number
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.subject import finds
from compiler.promql_rates import Rate
from compiler.sli.kind import Feed, Flow

_TARGETS = ("a", "b")
_HISTORY = 5_000
"""What each counter says at first: so much that no rate is cut off at where it was zero."""
_FEWEST = 4
"""Steps of a base window in which a burst has a place in the older half, behind the first sample."""


def flows(live: Live) -> Iterator[Case]:
    """A case for each expression; none where its counters would not be those of one group."""
    context = live.subject.context
    for flow in context.kind.flows(context.objective.indicator.spec, context.frame):
        made = _Flow(live, flow)
        if live.base >= _FEWEST and made.of_one_group:
            yield made.case()


@dataclass(frozen=True)
class _Flow:
    """One expression; positions are numbers of steps."""

    live: Live
    flow: Flow

    @cached_property
    def series(self) -> dict[str, int]:
        """The counters that it reads, of two targets each, and the events a second by which each is known."""
        found = (self.live.subject.example(Feed(r.selector), target) for r in self.flow.rates for target in _TARGETS)
        known = dict.fromkeys(text for text in found if text is not None)
        return {text: 2**place for place, text in enumerate(known)}

    @property
    def of_one_group(self) -> bool:
        """Whether every counter has an example, and that is of the group which the case asks for."""
        subject = self.live.subject
        fits = [subject.fits(Feed(rate.selector)) for rate in self.flow.rates]
        pairs = subject.context.objective.groups
        wanted = {label: subject.groups.get(name) for label, name in pairs}
        return all(found is not None and wanted == {label: found.get(label) for label in wanted} for found in fits)

    @property
    def _asked(self) -> int:
        return self.live.base + 1

    @property
    def _again(self) -> int:
        """Where no window holds anything of what came before."""
        return self._asked + self.live.base + 2

    def case(self) -> Case:
        """The sum of its rates over the base window; nothing where they are without end."""
        frame, context = self.live.subject.frame, self.live.subject.context
        asked, name = frame.named(names.measured(self.flow.name)), names.measured(self.flow.name)
        labels = braces({"__name__": name, **self.live.subject.identity})
        values = [
            Value(self.live.at(self._asked), asked, ((labels, self._sum()),)),
            Value(self.live.at(self._asked + 1), asked),
            Value(self.live.at(self._again), asked),
        ]
        title = f"{context.title}: {self.flow.name} is the sum of its rates over {frame.base}, and never without end"
        return Case(title, self.live.step, {**self._others(), **self._counters()}, values)

    def _sum(self) -> float:
        return sum(
            r.factor * each for r in self.flow.rates for text, each in self.series.items() if self._is(r, text)
        )

    def _is(self, rate: Rate, text: str) -> bool:
        return finds(self.live.subject.found_by(Feed(rate.selector)), text)

    def _counters(self) -> Mapping[str, str]:
        """A burst in the older half of the window, just behind its first sample, which tells its length.

        After it each counter falls below every number, and later rises above every number.
        """
        live, found = self.live, dict[str, str]()
        before = self._asked - live.base + 2
        for text, each in self.series.items():
            after = number(_HISTORY + each * (live.base - 1) * live.seconds)
            held = f"{_HISTORY}x{before - 1} {after}x{self._asked - before}"
            rest = self._again - self._asked
            found[text] = f"{held} -Inf {after}x{rest - 3} Inf"
        return found

    def _others(self) -> Mapping[str, str]:
        """Busy counters that no selector finds."""
        passed = self.live.subject.passed_over([Feed(rate.selector) for rate in self.flow.rates])
        return {text: f"0+777x{self._asked + 1}" for _, text in passed}
