"""What the tests of the period group share: the base series that they feed, and what a budget allows by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import inf, nextafter

from compiler import names
from compiler.emit.promtests.stage.case import Case, Fired, Value, braces, flat, spikes
from compiler.emit.promtests.stage.span import EVERY, PER, Came, Span
from compiler.emit.promtests.stage.subject import Subject
from compiler.names import TILE
from compiler.rules.windows import of_window
from compiler.units import Duration

TOTAL = 6_000.0
"""Events of each tile."""


def steady(at: int) -> float:
    """The same events in each tile."""
    return TOTAL


@dataclass(frozen=True)
class Tiles:
    """One SLO whose base series are fed; every position is a number of evaluations."""

    subject: Subject

    @cached_property
    def span(self) -> Span:
        """The SLO's own window."""
        return Span(self.subject)

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return float(str(self.subject.context.objective.budget))

    def case(self, text: str, fed: Mapping[str, str], values: Iterable[Value], told: Fired | None = None) -> Case:
        """A case with its title."""
        return Case(f"{self.subject.context.title}: {text}", TILE, fed, list(values), [told] if told else [])

    def fed(self, errors: Mapping[int, float], evaluations: int, came: Came = steady) -> dict[str, str]:
        """The base series: so many errors in the tiles of these evaluations, so many events in every one."""
        interval, frame = self.subject.context.interval.seconds, self.subject.frame
        places = {at * PER - 1: number / interval for at, number in errors.items()}
        runs = [(value, PER * len(list(alike))) for value, alike in groupby(map(came, range(1, evaluations + 1)))]
        runs[-1] = (runs[-1][0], runs[-1][1] + 2)
        return {
            frame.rate("errors"): spikes(places, evaluations * PER + 2),
            frame.rate("total"): flat((None if value is None else value / interval, n) for value, n in runs),
        }

    def named(self, metric: str) -> str:
        """A recorded series of the group."""
        return self.subject.frame.named(metric)

    def own(self, events: str) -> str:
        """The events of the SLO's own window."""
        return of_window(events, self.subject.context.objective, self.subject.frame)

    def rounded(self, at: Duration, metric: str, value: float) -> Value:
        """A recorded share, to a millionth."""
        shown = f"round({self.named(metric)}, 0.000001)"
        return Value(at, shown, ((braces(self.subject.identity), round(value, 6)),))

    def allowed(self, at: int, came: Came = steady) -> float:
        """Errors that the budget of a full window allows, as Prometheus multiplies it."""
        return self.budget * max(self.span.expected(at, came), 1)

    def leaving(self, share: float, at: int, came: Came = steady) -> float:
        """Errors that leave this share of the budget."""
        return (1 - share) * self.allowed(at, came)

    def whole(self, at: int) -> float | None:
        """Errors that spend exactly the budget, in doubles; None if none was found."""
        if self.subject.context.objective.period:
            return None
        interval, allowed = self.subject.context.interval.seconds, self.allowed(at)
        near = (allowed, nextafter(allowed, inf), nextafter(allowed, 0))
        return next((n for n in near if interval * (n / interval) / allowed == 1), None)

    def uneven(self) -> tuple[int, Came]:
        """An evaluation, and traffic that differs in the first half of what tells by then, the second, and before."""
        half = self.span.telling // 2
        return self.span.telling + 2, lambda at: TOTAL * (9_000 if at <= 2 else 1 if at <= 2 + half else 3)

    def remaining(self, at: int, errors: float, came: Came) -> Value:
        """The budget that is left."""
        return self.rounded(EVERY * at, names.REMAINING, 1 - errors / self.allowed(at, came))
