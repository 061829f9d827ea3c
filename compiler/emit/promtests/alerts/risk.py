"""Tests of BudgetAtRisk: what the last tenth of the window spent, spent again, is more than is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.burn.policy import at_risk_window
from compiler.emit.promtests.stage.case import Case, active, constant, firing
from compiler.emit.promtests.stage.expected import fired
from compiler.emit.promtests.stage.span import EVERY, PER, Came
from compiler.emit.promtests.stage.subject import identify
from compiler.emit.promtests.stage.tiles import TOTAL, Tiles, steady
from compiler.rules.rule import Alert
from compiler.units import Duration

_DAY = Duration.of("1d").milliseconds // EVERY.milliseconds
"""Evaluations a day."""


@dataclass(frozen=True)
class AtRisk(Tiles):
    """The cases of one such alert."""

    alert: Alert

    def cases(self) -> Iterator[Case]:
        """Just over and just under; not where all is spent; by all of the traffic; with history and without."""
        yield self._risk((0.3, 0.302), True)
        yield self._risk((0.3, 0.298), False)
        yield self._risk((-0.1, 0.5), False)
        yield from self._nothing_left()
        yield self._uneven()
        yield from self._few()
        yield from self._history()
        yield from self._ending()

    @property
    def _recent(self) -> Duration:
        """The last tenth of the window."""
        return at_risk_window(self.subject.context.objective.window)

    @property
    def _behind(self) -> int:
        """Evaluations after which there is a history before that."""
        return -(-self._recent.milliseconds // EVERY.milliseconds) + 2

    def _spent(self, share: float, at: int, count: int, came: Came = steady) -> dict[str, str]:
        """The last tenth, fed as having spent such a share of the budget."""
        frame, spent = self.subject.frame, share * self.allowed(at, came) / self.span.again(at)
        return {
            frame.increase("errors", self._recent): constant(spent, count * PER + 2),
            frame.increase("total", self._recent): constant(4 * spent, count * PER + 2),
        }

    def _risk(self, shares: tuple[float, float], expected: bool) -> Case:
        """Errors at the last evaluation but one leave a share; the last tenth is fed as having spent another."""
        (left, again), last = shares, self._behind
        labels = identify(self.alert)
        # What a calendar period allows is less from one evaluation to the next here, where most tiles are missing.
        held = last if expected else last + 1
        errors = self.leaving(left, held)
        fed = self.fed({last: errors}, last + 2) | self._spent(again, held, last + 2)
        at = EVERY * (last + 1)
        values = [firing(at, labels, expected), firing(EVERY * last, labels, False)]
        used = 100 * errors / self.allowed(last + 1)
        told = {"used": used, "remaining": 100 - used, "recent": 25.0}
        text = f"{left:.0%} left, {again:.1%} spent of late, after {EVERY * last} of history"
        return self.case(text, fed, values, fired(self.alert, self.subject, at, told) if expected else None)

    def _asked(self, text: str, last: int, errors: float, again: float, expected: bool, came: Came = steady) -> Case:
        """Whether it is active at the evaluation of the errors."""
        fed = self.fed({last: errors}, last + 1, came) | self._spent(again, last, last + 1, came)
        return self.case(f"budget at risk: {text}", fed, [active(EVERY * last, identify(self.alert), expected)])

    def _nothing_left(self) -> Iterator[Case]:
        whole = self.whole(self._behind)
        if whole:
            yield self._asked("not where exactly all is spent", self._behind, whole, 0.5, False)

    def _uneven(self) -> Case:
        last, came = self.uneven()
        errors = self.leaving(0.3, last, came)
        return self._asked("by the traffic of the whole window", last, errors, 0.302, True, came)

    def _few(self) -> Iterator[Case]:
        """Less than an event in a window counts as one."""
        last = self._behind
        few = 0.5 * TOTAL / self.span.expected(last, steady)
        errors = self.leaving(0.3, last, lambda _: few)
        for again, expected in ((0.302, True), (0.298, False)):
            text = f"{again:.1%} spent of late of what one event allows"
            yield self._asked(text, last, errors, again, expected, lambda _: few)

    def _ending(self) -> Iterator[Case]:
        """Of a calendar period whose end is near, only what may still come is spent once more."""
        last = self.span.evaluations
        while last > self._behind and self.span.again(last) < 0.4:
            last -= 1
        if last > self._behind and self.span.again(last) < 1:
            errors = self.leaving(0.3, last)
            for again, expected in ((0.302, True), (0.298, False)):
                text = f"{again:.1%} may be spent before the period ends"
                yield self._asked(text, last, errors, again, expected)

    def _history(self) -> Iterator[Case]:
        """A day of history counts before the last tenth, all of it, and be it idle; what is older does not."""
        recent = -(-self._recent.milliseconds // EVERY.milliseconds)
        for text, first, more, expected in (
            ("the day before the last tenth is history, from its beginning", recent + _DAY - 1, 1, True),
            ("what is older than that day is none", recent + 2 * _DAY - 1, _DAY - 1, False),
        ):
            last = first + 1

            def came(at: int, more: int = more, last: int = last) -> float | None:
                return TOTAL if at >= last else 0.0 if at <= more else None

            yield self._asked(text, last, self.leaving(0.3, last, came), 0.5, expected, came)
