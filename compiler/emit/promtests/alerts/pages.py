"""Tests of the page: at the edge of every tier, in a quiet service, in an outage, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from compiler.emit.promtests.stage.case import Case, Value, active, braces, firing
from compiler.emit.promtests.stage.expected import UNKNOWN, State, fired, joined, states
from compiler.emit.promtests.stage.feeds import NONE, line
from compiler.emit.promtests.stage.live import Live
from compiler.emit.promtests.stage.numbers import budget, shares
from compiler.emit.promtests.stage.scenario import CONDITIONS, Burst, Incident, Search, at_edge, exactly, fires
from compiler.emit.promtests.stage.subject import identify
from compiler.emit.promtests.stage.told import holds, since, told
from compiler.rules.rule import Alert
from compiler.units import Duration

_MANY = 1_000_000


@dataclass(frozen=True)
class Pages:
    """The cases of one burn alert of the fast group."""

    live: Live
    alert: Alert

    def cases(self) -> Iterator[Case]:
        """All of them; a rate that extrapolates is not put to the edge."""
        if self.live.subject.exact:
            yield from self._edges()
            yield from self._few()
        yield self._course()
        if self.live.subject.counters:
            yield self._crash_loop()
        for state in states(self.live.subject):
            yield self._texts(state)

    def _title(self, text: str) -> str:
        return f"{self.live.subject.context.title} {self.alert.tier}: {text}"

    def _series(self, live: Live, incident: Incident) -> dict[str, str]:
        """The sources of an incident, and what other groups make of it."""
        length = live.moment + 2 * live.base
        return live.sources(live.spread(incident), length) | live.fed(self.alert, incident, length)

    def _asked(self, text: str, incident: Incident, expected: bool) -> Case:
        live = self.live.after(incident)
        values = [active(live.at(live.moment), identify(self.alert), expected)]
        return Case(self._title(text), live.step, self._series(live, incident), values)

    def _edges(self) -> Iterator[Case]:
        """Each condition of each tier a little above its threshold, a little below, and at it."""
        live, subject = self.live, self.live.subject
        edges = subject.edges(self.alert)
        for index, tier in enumerate(subject.tiers(self.alert)):
            for condition, above in CONDITIONS:
                ages = live.ages(edges, index, telling=above and condition == "long", over=not above)
                incident = at_edge(Search(edges, index, ages, subject.low, live.steady), condition, above)
                window = tier.short if condition == "short" else tier.long
                side = "over" if above else "under"
                if incident:
                    yield self._asked(f"{window} just {side} {tier.factor} times the budget", incident, above)
            fed = tier.long not in live.forms and not live.steady
            found = exactly(edges[index], subject.low) if fed else None
            if found:
                incident = Incident((Burst(float(live.seconds), *found),), 0)
                others = [fires(edge, incident, subject.low) for n, edge in enumerate(edges) if n != index]
                if not any(others):
                    text = f"{tier.long} at the very threshold of {tier.factor} times the budget"
                    yield self._asked(text, incident, expected=False)

    def _few(self) -> Iterator[Case]:
        """A single error where there is little traffic; the least number of errors where one is asked for."""
        live, subject = self.live, self.live.subject
        edges, near = subject.edges(self.alert), float(live.seconds)
        total = 0 if live.steady else max(1, round(1 / (1.5 * max(edge.level for edge in edges))))
        one = Incident((Burst(near, 1, total),), live.steady)
        yield self._asked("a single error", one, any(fires(edge, one, subject.low) for edge in edges))
        if isinstance(subject.low, int) and not live.steady:
            for errors in (subject.low - 1, subject.low):
                few = Incident((Burst(near, errors, errors),), 0)
                yield self._asked(f"{errors} errors", few, errors == subject.low)

    def _course(self) -> Case:
        """An outage: when it pages, and for how long after its end."""
        live = self.live.settled if self.live.steady else self.live
        hold, keep = live.steps(self.alert.hold), live.steps(self.alert.keep)
        fed = self._fed_in_outage()
        told = Incident((Burst(0, _MANY, _MANY),)) if fed else Incident(())
        outage, first = self._outage(hold, told)
        begin, labels = live.moment + (live.longest if first is None else first), identify(self.alert)
        values = [] if first is None else [firing(live.at(begin + hold - 1), labels, False)]
        values.append(firing(live.at(begin + hold), labels, True))
        last = None if fed else self._last(hold)
        if last is not None:
            values.append(firing(live.at(last + keep), labels, True))
            values.append(firing(live.at(last + keep + 1), labels, False))
        length = live.moment + hold + 4 * live.base + live.longest
        series = live.sources(outage, length) | live.fed(self.alert, told, length, fed)
        return Case(self._title("an outage and its end"), live.step, series, values)

    def _fed_in_outage(self) -> tuple[Duration, ...]:
        """The windows that must be fed for the outage to page; none where a tier is counted here wholly."""
        forms, tiers = self.live.forms, self.live.subject.tiers(self.alert)
        if any(tier.short in forms and tier.long in forms for tier in tiers):
            return ()
        counted = [tier for tier in tiers if tier.short in forms] or list(tiers)
        return tuple(w for tier in counted for w in (tier.short, tier.long) if w not in forms)

    def _outage(self, hold: int, fed: Incident) -> tuple[Incident, int | None]:
        """Nothing but errors from the moment on, and the steps until a tier's conditions hold.

        None where a probe fails too seldom to tell when; it fails for a whole window then.
        """
        live, seconds = self.live, self.live.seconds
        if not live.steady:
            outage = Incident(tuple(Burst(-n * seconds, _MANY, _MANY) for n in range(hold + 1)))
            first = self._first(outage, live.base, fed)
            return outage, live.base if first is None else first
        for length in (live.base, live.base + live.base // 2, live.longest + 1):
            outage = Incident(tuple(Burst(-n * seconds, 1, 0) for n in range(hold + length)), live.steady)
            first = self._first(outage, length, fed) if length <= live.longest else None
            if first is not None:
                break
        return outage, first

    def _first(self, outage: Incident, within: int, fed: Incident) -> int | None:
        """Steps from the moment on until a tier's conditions hold."""
        return next((step for step in range(within) if holds(self.live, self.alert, outage, step, fed)), None)

    def _last(self, hold: int) -> int | None:
        """The last position at which the conditions hold; None where that is no whole count of steps."""
        live = self.live
        shorts = [t.short for t in live.subject.tiers(self.alert) if t.long in live.forms and t.short in live.forms]
        if live.steady or not shorts or live.base % 2 or not live.subject.exact:
            return None
        longest = max(shorts)
        ends = live.base - 1 if live.forms[longest] == "base" else live.steps(longest) + live.base // 2 - 2
        return live.moment + hold + ends

    def _crash_loop(self) -> Case:
        """Every target restarts before a base window is over, and every request fails."""
        live, subject = self.live, self.live.subject
        assert subject.sources is not None
        cycle, times = live.base // 2, 6
        length = live.moment + cycle * times
        series = {}
        for feed, text in subject.sources:
            loop = [line(feed, NONE, (0, 100_000), cycle - 1)] * times
            series[text] = " ".join([line(feed, NONE, NONE, live.moment - 1), *loop])
        told = Incident((Burst(0, _MANY, _MANY),))
        series |= live.fed(self.alert, told, length)
        at = live.at(length - 2)
        frame = subject.frame
        share = f"round(100 * {frame.rate('errors')} / {frame.rate('total')})"
        values = [
            active(at, identify(self.alert), expected=True),
            Value(at, share, ((braces(subject.identity), 100),)),
        ]
        return Case(self._title("a crash loop"), live.step, series, values)

    # What it says

    def _texts(self, state: State) -> Case:
        incident, began = self._telling
        live, subject = self.live.after(incident), self.live.subject
        now, length = live.seen(live.moment), live.moment + 2 * live.base
        series = self._series(live, incident)
        values = {**shares(subject, self.alert, incident), "since": min(at for _, at in began.values())}
        if state is UNKNOWN and not self.alert.hold.milliseconds and subject.exact:
            known, numbers = budget(subject, self.alert, incident, length)
            series, values = series | known, values | numbers
        series |= state.series(now, live.step, subject.start)
        ready = [alert for alert, at in began.values() if now.seconds - at >= alert.hold.seconds]
        said = [fired(alert, subject, now, values, state, subject.start) for alert in ready]
        return Case(self._title(f"what it says, where {state.name}"), live.step, series, alerts=joined(said))

    @cached_property
    def _telling(self) -> tuple[Incident, dict[str, tuple[Alert, int]]]:
        """The incident of which texts are told; the alerts of this name that hold by then, and since when.

        The same whatever is known of the causes.
        """
        incident = told(self.live, self.alert)
        live = self.live.after(incident)
        found, counted = {}, live.spread(incident)
        for other in live.subject.alerts:
            same = other.name == self.alert.name and other.speed == self.alert.speed
            if same and (other is self.alert or holds(live, other, counted, 0, incident)):
                found[str(other.hold)] = other, since(live, other, counted, incident)
        return incident, found
