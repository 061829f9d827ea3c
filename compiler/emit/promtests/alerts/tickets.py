"""Tests of the ticket: at the edge of every tier, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.emit.promtests.stage.case import Case, active, firing
from compiler.emit.promtests.stage.expected import UNKNOWN, State, fired, states
from compiler.emit.promtests.stage.fed import Fed
from compiler.emit.promtests.stage.numbers import budget, shares
from compiler.emit.promtests.stage.scenario import CONDITIONS, Burst, Incident, Search, at_edge, exactly, fires
from compiler.emit.promtests.stage.subject import identify
from compiler.rules.rule import Alert
from compiler.units import Duration


@dataclass(frozen=True)
class Tickets:
    """The cases of one burn alert of the slow group."""

    fed: Fed
    alert: Alert

    def cases(self) -> Iterator[Case]:
        """All of them."""
        yield from self._edges()
        yield from self._thresholds()
        yield self._held()
        known = states(self.fed.subject)
        yield from (self._texts(state) for state in (known[0], *known[2:]))

    def _title(self, text: str) -> str:
        return f"{self.fed.subject.context.title} {self.alert.tier}: {text}"

    def _asked(self, text: str, incident: Incident, expected: bool) -> Case:
        moment = self.fed.moment(incident)
        values = [active(moment, identify(self.alert), expected)]
        return Case(self._title(text), self.fed.step, self.fed.series(self.alert, incident, moment), values)

    def _edges(self) -> Iterator[Case]:
        """Each condition of each tier a little above its threshold, and a little below."""
        subject = self.fed.subject
        edges = subject.edges(self.alert)
        for index, tier in enumerate(subject.tiers(self.alert)):
            for condition, above in CONDITIONS:
                ages = self.fed.ages(edges, index, telling=above and condition == "long")
                incident = at_edge(Search(edges, index, ages, subject.low, 0), condition, above)
                window = tier.short if condition == "short" else tier.long
                if incident:
                    text = f"{window} just {'over' if above else 'under'} {tier.factor} times the budget"
                    yield self._asked(text, incident, above)

    def _thresholds(self) -> Iterator[Case]:
        """At the very threshold of a window nothing is raised."""
        subject, interval = self.fed.subject, float(self.fed.subject.context.interval.seconds)
        edges = subject.edges(self.alert)
        for index, tier in enumerate(subject.tiers(self.alert)):
            edge = edges[index]
            scale = {window: interval if form == "sum" else 1.0 for window, form in self.fed.forms.items()}
            long = exactly(edge, subject.low, scale.get(tier.long, 1.0))
            if long:
                yield from self._at(index, tier.long, Incident((Burst(0, *long),)))
            short, far = (
                exactly(edge, "off", scale.get(tier.short, 1.0)),
                self.fed.ages(edges, index, telling=False).far,
            )
            if short and far and tier.short in self.fed.forms:
                burst = Burst(far, 10 * short[0], round(10 * short[0] / min(3 * edge.level, 1)))
                yield from self._at(index, tier.short, Incident((Burst(0, *short), burst)))

    def _at(self, index: int, window: Duration, incident: Incident) -> Iterator[Case]:
        """A case at a threshold, where no other tier fires."""
        subject = self.fed.subject
        edges = subject.edges(self.alert)
        if not any(fires(edge, incident, subject.low) for n, edge in enumerate(edges) if n != index):
            factor = subject.tiers(self.alert)[index].factor
            text = f"{window} at the very threshold of {factor} times the budget"
            yield self._asked(text, incident, expected=False)

    def _incident(self) -> Incident:
        """Errors that raise the ticket at the moment of asking, held as long as it asks for."""
        subject, every = self.fed.subject, self.fed.every
        edges = subject.edges(self.alert)
        held = -(-self.alert.hold.milliseconds // every.milliseconds)
        if held:
            return Incident(tuple(Burst(n * every.seconds, 1_000_000, 1_000_000) for n in range(held + 1)))
        far = self.fed.ages(edges, 0, telling=False).far
        for clean in (1000, 300, 0):
            behind = (Burst(far, 0, clean),) if far and clean else ()
            incident = Incident((Burst(0, 800, 1000), *behind))
            if any(fires(edge, incident, subject.low) for edge in edges):
                return incident
        return Incident((Burst(0, 1_000_000, 1_000_000),))

    def _held(self) -> Case:
        """Raised when its conditions have held for as long as asked, and not before."""
        incident, every = self._incident(), self.fed.every
        moment = self.fed.moment(incident)
        labels, series = identify(self.alert), self.fed.series(self.alert, incident, moment)
        values = [firing(moment - every, labels, False), firing(moment, labels, True)]
        return Case(self._title("raised once it has held"), self.fed.step, series, values)

    def _texts(self, state: State) -> Case:
        subject, incident = self.fed.subject, self._incident()
        moment = self.fed.moment(incident)
        series = self.fed.series(self.alert, incident, moment) | state.series(moment, self.fed.step)
        # Evaluated so seldom, an alert has forgotten when it began: the series that tells has gone stale.
        values = {**shares(subject, self.alert, incident), "since": moment.seconds}
        if state is UNKNOWN:
            known, numbers = budget(subject, self.alert, incident, self.fed.position(moment) + 2)
            series, values = series | known, values | numbers
        alerts = [fired(self.alert, subject, moment, values, state)]
        return Case(self._title(f"what it says, where {state.name}"), self.fed.step, series, alerts=alerts)
