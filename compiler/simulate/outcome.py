"""What an incident came to: who was told when, how fast the budget burnt, and what is left of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, isnan
from pathlib import Path

from compiler import names
from compiler.diagnostics import ToolError
from compiler.model.catalog import Tier
from compiler.replay.played import FIRING, INACTIVE, PENDING, Answer, Event, Played
from compiler.replay.player import Player, play
from compiler.replay.scenario import Query
from compiler.rules.alerts import condition
from compiler.rules.rule import Alert
from compiler.rules.windows import share
from compiler.simulate.scene import Scene
from compiler.units import Duration

Line = Sequence[tuple[float, float]]
"""Times, in seconds since the incident began, with values."""
BEFORE = Duration.of("10m")
"""How long before the incident its picture begins."""
_POINTS = 1_500
"""So many of a line are enough for any picture; of a long incident each evaluation would be too many."""
_CLOSE = 5
"""Seconds from question to question where it is told when a tier's condition came true."""
_LONG = Duration.of("1d")
"""From here on that would be too many questions."""


@dataclass(frozen=True, slots=True)
class Spell:
    """An alert from when its condition came true until it was resolved; None where it still fires at the end."""

    alert: Alert
    pending: float
    fired: float
    resolved: float | None


@dataclass(frozen=True, slots=True)
class TierSeen:
    """A tier: how fast both of its windows saw the budget burn, and from when to when its condition held."""

    tier: Tier
    reaction: str
    long: Line
    """Multiples of the budget."""
    short: Line
    held: tuple[float, float] | None
    """The first and the last evaluation at which it did."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An incident that was played."""

    scene: Scene
    spells: tuple[Spell, ...]
    """In the order in which they fired."""
    tiers: tuple[TierSeen, ...]
    traffic: Line
    """Events a second, over the base window."""
    failing: Line
    """The share of them that failed."""
    left: Line
    """What is left of the budget: 1 is all of it."""
    maintenance: bool
    """Whether planned maintenance lasted at some time of it."""

    @property
    def until(self) -> float:
        """When the picture ends: a little after the last that happened."""
        last = max(self.lasts, *(spell.resolved or spell.fired for spell in self.spells), 0)
        step = self.scene.context.interval.seconds
        return min((last * 1.05 + 300) // step * step, self.left[-1][0] if self.left else inf)

    @property
    def lasts(self) -> float:
        """How long the incident lasts."""
        return self.scene.incident.lasts.milliseconds / 1000

    @property
    def spent(self) -> float:
        """The share of the budget that the incident spent."""
        return self.left[0][1] - self.left[-1][1] if self.left else 0.0


def simulate(scene: Scene, player: Player) -> Outcome:
    """Play an incident through its SLO's rules.

    Raises:
        ToolError: the program fails, or a rule does.
    """
    asked = _Questions(scene)
    with tempfile.TemporaryDirectory(prefix="slo-simulate-") as folder:
        played = play(player, scene.write_rules(Path(folder)), scene.scenario, asked.queries)
    if played.failures:
        first = played.failures[0]
        raise ToolError(f"the rule {first.rule} of {first.group} failed: {first.message}")
    return asked.outcome(played)


class _Questions:
    """Every question, and where its answer belongs."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        context, frame = scene.context, scene.context.frame
        burn = f"({{}}) / {context.objective.budget}"
        seen = scene.seen
        exprs = [seen.rate("total"), f"{seen.rate('errors')} / {seen.rate('total')}"]
        exprs += [frame.named(names.REMAINING), frame.named(names.MAINTENANCE)]
        for tier in scene.tiers:
            exprs += [burn.format(share(tier.long, frame)), burn.format(share(tier.short, frame))]
        since, interval = scene.begin - BEFORE.seconds, context.interval.seconds
        step = -(-int(scene.until - since) // (_POINTS * interval)) * interval
        conditions = [condition(tier, context) for tier in scene.tiers]
        self.queries = [Query(expr, scene.until, since, step) for expr in exprs]
        self._close = _CLOSE if scene.until - since < _LONG.seconds else step
        self.queries += [Query(expr, scene.until, since, self._close) for expr in conditions]

    def outcome(self, played: Played) -> Outcome:
        """The answers and events of a play, told from the incident's beginning on."""
        scene = self._scene
        traffic, failing, left, maintenance, *more = [self._line(answer) for answer in played.answers]
        burns, held = more[: -len(scene.tiers)], more[-len(scene.tiers) :]
        tiers = zip(scene.tiers, burns[::2], burns[1::2], held, strict=True) if scene.tiers else ()
        spells = tuple(sorted(self._spells(played.events), key=lambda spell: spell.fired))
        return Outcome(
            scene,
            spells,
            tuple(self._tier(*each, spells) for each in tiers),
            traffic,
            failing,
            left,
            any(value > 0 for _, value in maintenance),
        )

    def _line(self, answer: Answer) -> Line:
        if answer.error:
            raise ToolError(answer.error)
        points = answer.series[0].points if answer.series else ()
        return [(at - self._scene.begin, value) for at, value in points if not isnan(value)]

    def _tier(self, tier: Tier, long: Line, short: Line, held: Line, spells: Iterable[Spell]) -> TierSeen:
        """A tier whose condition is asked so often; the alert's own evaluation, where it lies between, is exact."""
        times = [at for at, _ in held]
        reaction = self._scene.context.reaction(tier.alert)
        if not times:
            return TierSeen(tier, reaction, long, short, None)
        own = [spell.pending for spell in spells if spell.alert.kind == names.BURN and spell.alert.tier == tier.alert]
        first = next((at for at in own if times[0] - self._close < at <= times[0]), times[0])
        return TierSeen(tier, reaction, long, short, (first, times[-1]))

    def _spells(self, events: Iterable[Event]) -> Iterator[Spell]:
        """Each alert's time from pending or firing to inactive."""
        open_: dict[tuple[tuple[str, str], ...], list[float]] = {}
        found: list[tuple[Event, float, float, float | None]] = []
        firing: dict[tuple[tuple[str, str], ...], tuple[Event, float, float]] = {}
        for event in events:
            key, at = tuple(sorted(event.labels.items())), event.at - self._scene.begin
            if event.state == PENDING:
                open_[key] = [at]
            elif event.state == FIRING:
                firing[key] = (event, open_.pop(key, [at])[0], at)
            elif event.state == INACTIVE and key in firing:
                found.append((*firing.pop(key), at))
            else:
                open_.pop(key, None)
        found += [(*begun, None) for begun in firing.values()]
        spells = (Spell(self._alert(event), pending, fired, over) for event, pending, fired, over in found)
        yield from (spell for spell in spells if not self._is_of_steps(spell.alert))

    def _is_of_steps(self, alert: Alert) -> bool:
        """Of a journey the sum is fed and not its steps: that those are missing is no part of the play."""
        context = self._scene.context
        return alert.kind == names.BLIND and bool(context.kind.steps(context.objective.indicator.spec, context.frame))

    def _alert(self, event: Event) -> Alert:
        """The rule that raised it: its labels are among the alert's."""
        return next(
            alert
            for alert in self._scene.alerts
            if alert.name == event.alert and alert.labels.items() <= event.labels.items()
        )
