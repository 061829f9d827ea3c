"""Tests of what tells silence from health: vanished, missing, blind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compiler import names
from compiler.emit.promtests.stage.case import Case, Fired, Run, Value, constant, firing, flat
from compiler.emit.promtests.stage.expected import fired, joined
from compiler.emit.promtests.stage.fed import Fed
from compiler.emit.promtests.stage.subject import identify
from compiler.example import strangers
from compiler.names import TILE
from compiler.promql import Matcher, Selector, selector
from compiler.rules.alerts import HOLD_VANISHED, due
from compiler.rules.rule import Alert
from compiler.rules.windows import tile
from compiler.sli.kind import Blindness
from compiler.units import Duration

_HOUR, _DAY = Duration.of("1h"), Duration.of("1d")


@dataclass(frozen=True)
class Silence:
    """The cases of one no-data or blind-indicator alert of the slow group."""

    fed: Fed
    alert: Alert

    @property
    def _enough(self) -> float:
        """Events a second of which a twentieth more than is asked for is due while the alert holds."""
        return due(self.fed.subject.context) * 1.05 / HOLD_VANISHED.seconds

    @property
    def _too_few(self) -> float:
        """The same, of which a twentieth less is due."""
        return due(self.fed.subject.context) * 0.95 / HOLD_VANISHED.seconds

    # What the cases share

    def _case(self, text: str, series: dict[str, str], values: list[Value], spoken: bool = False) -> Case:
        """A case; where ``spoken``, with what the alert says at its last moment."""
        alerts = self._spoken(values[-1].at) if spoken else []
        title = f"{self.fed.subject.context.title} {self.alert.state or 'blind'}: {text}"
        return Case(title, self.fed.step, series, values, alerts)

    def _spoken(self, now: Duration) -> list[Fired]:
        """What is said; a total that vanished is missing, too, where evaluations are so seldom."""
        subject, told = self.fed.subject, {"up": 1.0} if self.fed.subject.up else {}
        also = [a for a in subject.alerts if self.alert.state == "vanished" and a.state == "missing"]
        later = [a for a in also if a.hold <= self._after(self.alert)]
        return joined([fired(alert, subject, now, told) for alert in (self.alert, *later)])

    def _after(self, alert: Alert) -> Duration:
        """How long after its condition an alert fires here."""
        return self.fed.every * -(-alert.hold.milliseconds // self.fed.every.milliseconds)

    def _held(self, since: Duration) -> list[Value]:
        """Fires once it has held, and not an evaluation before."""
        every, labels = self.fed.every, identify(self.alert)
        later = since + self._after(self.alert)
        return [firing(later - every, labels, False), firing(later, labels, True)]

    def _silent(self, since: Duration) -> list[Value]:
        """Does not fire, long after it would."""
        return [firing(self._late(since), identify(self.alert), False)]

    def _late(self, since: Duration) -> Duration:
        return self.fed.on_grid(since + self.alert.hold + self.fed.every * 2)

    def _total(self, runs: list[tuple[float, Duration]]) -> dict[str, str]:
        """The total at some values, each for a while, and then gone."""
        parts: list[Run] = [(value, self.fed.position(length)) for value, length in runs]
        value, count = parts[-1]
        parts[-1] = (value, count - self.fed.subject.late(TILE))
        return {name: f"{flat(each)} stale" for name, each in self._counted(parts)}

    def _counted(self, parts: list[Run]) -> Iterator[tuple[str, list[Run]]]:
        """The recorded total of so many events a second, and its tiles."""
        frame, whole = self.fed.subject.frame, TILE.seconds
        yield frame.rate("total"), parts
        yield tile("total", frame), [(None if value is None else value * whole, count) for value, count in parts]

    def _up(self, value: float, until: Duration) -> dict[str, str]:
        """The target's state; a second one is down, and those of other jobs are up."""
        subject, count = self.fed.subject, self.fed.position(until) + 2
        if not subject.up:
            return {}
        others = dict.fromkeys(subject.up_elsewhere, constant(1, count))
        second = subject.up_of("b")
        return others | ({second: constant(0, count)} if second else {}) | {subject.up: constant(value, count)}

    def _replicas(self, value: float, until: Duration) -> dict[str, str]:
        """The replicas that are wanted; other workloads have two."""
        found, count = self.fed.subject.context.replicas, self.fed.position(until) + 2
        if not found:
            return {}
        others = dict.fromkeys(strangers(selector(found)), constant(2, count))
        behind = str(selector(found).adding(Matcher("instance", "=", "behind")))  # an exporter that says 0 still
        return others | {found: constant(value, count), behind: constant(0, count)}

    def _planned(self, value: float, until: Duration) -> dict[str, str]:
        """Whether maintenance is under way, where any is ever planned."""
        context = self.fed.subject.context
        if not context.service.maintenance:
            return {}
        return {context.frame.named(names.MAINTENANCE): constant(value, self.fed.position(until) + 2)}

    def _around(self, until: Duration, up: float = 1, replicas: float = 2, planned: float = 0) -> dict[str, str]:
        return self._up(up, until) | self._replicas(replicas, until) | self._planned(planned, until)

    # Vanished

    def vanished(self) -> Iterator[Case]:
        """Traffic that was there and is gone."""
        gone = self.fed.grid
        late = self._late(gone)
        before, too_few = self._total([(self._enough, gone)]), self._total([(self._too_few, gone)])
        yield self._case("enough were due", before | self._up(1, late), self._held(gone), spoken=True)
        yield self._case("too few were due", too_few | self._around(late), self._silent(gone))
        if self.alert.keep.milliseconds:
            yield self._kept(gone)
        yield from self._excused(before, gone)
        yield from self._days()

    def _kept(self, gone: Duration) -> Case:
        """Traffic comes back: the page lasts for one evaluation more."""
        every, labels, late = self.fed.every, identify(self.alert), self._late(gone)
        away = self.fed.position(late) - self.fed.position(gone)
        back = self.fed.position(every) + 2
        runs: list[Run] = [(self._enough, self.fed.position(gone) - self.fed.subject.late(TILE))]
        later: list[Run] = [(None, away - 1), (self._enough, 2 * back)]
        both = zip(self._counted(runs), self._counted(later), strict=True)
        series = {name: f"{flat(before)} stale {flat(after)}" for (name, before), (_, after) in both}
        values = [firing(late, labels, True)]
        if self.alert.keep < every:
            values.append(firing(late + every, labels, False))
        return self._case("it comes back", series | self._around(late + every * 2), values)

    def _excused(self, before: dict[str, str], gone: Duration) -> Iterator[Case]:
        """Another alert tells of it, or it was scaled down on purpose."""
        late = self._late(gone)
        if self.fed.subject.up and self.alert.state == "vanished":
            down = before | self._around(late, up=0)
            yield self._case("every target is down, which pages by itself", down, self._silent(gone))
        if self.fed.subject.context.service.maintenance:
            planned = before | self._around(late, planned=1)
            yield self._case("planned maintenance", planned, self._silent(gone))
        if self.fed.subject.context.replicas:
            idle = before | self._around(late, replicas=0)
            yield self._case("scaled to nothing on purpose", idle, self._silent(gone))

    def _days(self) -> Iterator[Case]:
        """The last day's traffic counts, all of it and no other."""
        half = self.fed.on_grid(Duration(_DAY.milliseconds // 2))
        much = 3 * self._enough
        yesterday = [(10 * much, self.fed.on_grid(_HOUR)), (self._too_few, self.fed.on_grid(_DAY))]
        early = [(much, half), (self._too_few / 9, half)]
        hour = [(2 * self._enough, self.fed.on_grid(_HOUR)), (self._too_few / 9, half)]
        for text, runs, expected in (
            ("much the day before, little since", yesterday, False),
            ("much in one hour, little else", hour, False),
            ("much half a day ago, little since", early, True),
        ):
            gone = self.fed.on_grid(sum((length for _, length in runs), Duration(0)))
            at = self.fed.on_grid(gone + self.alert.hold)
            values = [firing(at, identify(self.alert), expected)]
            yield self._case(text, self._total(runs) | self._around(at), values)

    # Missing

    def missing(self) -> Iterator[Case]:
        """No series for an hour, or never one."""
        # Rules that look back see nothing at 0; one evaluation that sees something must come before it goes.
        gone, start = self.fed.grid * (2 if self.fed.subject.offset.milliseconds else 1), Duration(0)
        around = self._around(self._late(gone))
        some = self._total([(self._too_few / 9, gone)])
        never = Silence(self.fed, self.fed.subject.groupless(self.alert))
        yield never._case("never measured", around, never._held(start), spoken=True)
        yield self._case("no longer measured", some | around, self._held(gone))
        yield self._case("idle is no alert", self._idle(gone), self._silent(gone))
        yield self._case("gone after nothing but idling", self._total([(0, gone)]) | around, self._silent(gone))
        yield from self._excused(some, gone)

    def _idle(self, gone: Duration) -> dict[str, str]:
        late = self._late(gone)
        idle = self._counted([(0, self.fed.position(late) + 2)])
        return {name: flat(each) for name, each in idle} | self._around(late)

    # Blind

    def blind(self) -> Iterator[Case]:
        """Each way of being blind, and the same with open eyes."""
        start = self.fed.every if self.fed.subject.offset.milliseconds else Duration(0)
        context = self.fed.subject.context
        ways = context.kind.blindness(context.objective.indicator.spec, context.frame)
        late = self._late(start)
        for way in ways:
            series = self._recorded(way.errors, late) | self._sources(late, way.lacks) | self._seen(ways, late, way)
            yield self._case(way.meaning, series, self._held(start), spoken=way is ways[0])
        sees = self._recorded(1, late) | self._sources(late) | self._seen(ways, late)
        yield self._case("it sees", sees, self._silent(Duration(0)))
        if any(way.lacks or None in {sight.blind for sight in way.sights} for way in ways):
            idle = self._recorded(0, late, total=0)
            yield self._case("nothing to see is not blind", idle, self._silent(Duration(0)))

    def _recorded(self, errors: float | None, until: Duration, total: float = 1) -> dict[str, str]:
        subject, count = self.fed.subject, self.fed.position(until) + 2
        frame = subject.context.kind.counting(subject.frame)
        found = {frame.rate("total"): constant(total, count)}
        return found if errors is None else found | {frame.rate("errors"): constant(errors, count)}

    def _seen(self, ways: Iterable[Blindness], until: Duration, blind: Blindness | None = None) -> dict[str, str]:
        """The sources that blindness is told by, as they are where it is blind in that one way; others' are busy."""
        found, others, count = dict[str, str](), dict[str, str](), self.fed.position(until) + 2
        for way in ways:
            for sight in way.sights:
                value = sight.blind if way is blind else sight.seeing
                text = self.fed.subject.example(sight.feed)
                if text is not None:
                    found[text] = "_" if value is None else constant(value, count)
                    others |= dict.fromkeys(self.fed.subject.strangers(sight.feed), constant(7, count))
        return others | found

    def _sources(self, until: Duration, lacks: str = "") -> dict[str, str]:
        """The sources' series with every label that errors are told by, but the one that is lacking.

        Other people's series lack nothing.
        """
        context, count = self.fed.subject.context, self.fed.position(until) + 2
        reads = context.kind.reads(context.objective.indicator.spec)
        found = dict.fromkeys((text for _, text in self.fed.subject.passed_over(reads)), constant(7, count))
        for feed in reads:
            labels = self.fed.subject.fits(feed)
            if labels is not None:
                matchers = (Matcher(name, "=", value) for name, value in sorted(labels.items()) if name != lacks)
                found[str(Selector(feed.selector.metric, tuple(matchers)))] = constant(7, count)
        return found
