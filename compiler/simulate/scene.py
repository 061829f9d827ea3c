"""Where and when an incident is played: which rules, how much history before, and how long after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from heapq import merge
from pathlib import Path
from typing import Any

from compiler.burn.traffic import Traffic
from compiler.clock.maintenance import Weekly, Window
from compiler.model.catalog import Tier
from compiler.names import BURN
from compiler.replay.scenario import Scenario
from compiler.rules.alerts import KEEP_PAGE
from compiler.rules.period import KNOWN
from compiler.rules.rule import Alert, Context
from compiler.rules.service import plan
from compiler.simulate.flow import Flow
from compiler.simulate.incident import Incident
from compiler.simulate.past import Past, active
from compiler.simulate.series import Sources, sources
from compiler.sli.kind import Frame, Words
from compiler.units import Duration

_DAY = 86_400
_THURSDAY = int(datetime(2024, 5, 16, tzinfo=UTC).timestamp())
"""In the middle of a week, of a month and of a quarter."""
_SCRAPED = Duration.of("2h")
"""How long before the incident scraping begins: rules look an hour back for a counter's last value."""
_DEPLOYED = Duration.of("30m")
"""How long before it the rules begin; until then what they record is given."""
_MORE = Duration.of("1h")
_AFTER = Duration.of("15m")


@dataclass(frozen=True)
class Scene:
    """An incident of one SLO."""

    context: Context
    sources: Sources
    incident: Incident

    @cached_property
    def begin(self) -> int:
        """The unix time at which errors begin; on a day without weekly maintenance at that time, if there is one."""
        planned, clock = self.context.service.maintenance, self.incident.clock.seconds
        days = [_THURSDAY + day * _DAY + clock for day in range(7)]
        return next((begin for begin in days if not _disturbed(planned, begin, self.incident.lasts)), days[0])

    @cached_property
    def flow(self) -> Flow:
        """Its traffic."""
        return Flow(self.incident, self.begin - self._history.seconds, self.begin)

    @cached_property
    def past(self) -> Past:
        """What had been recorded before."""
        return Past(self.context, self.flow, self.begin - _DEPLOYED.seconds)

    @property
    def scenario(self) -> Scenario:
        """All that is played; made anew, for its steps are read once."""
        scraped = self.sources.steps(self.flow, self.begin - _SCRAPED.seconds, self.until)
        recorded = self.past.steps(len(self.sources.series))
        steps = merge(recorded, scraped, key=lambda step: step.at)
        return Scenario((*self.sources.series, *self.past.series), steps, deployed=self.past.deployed)

    @property
    def until(self) -> float:
        """When what its tiers raised has been resolved."""
        longest = max((tier.short + tier.hold for tier in self.tiers), default=Duration(0))
        return self.flow.end + (longest + KEEP_PAGE + _AFTER).seconds

    @property
    def counts(self) -> tuple[int, int]:
        """Events that fail while it lasts, and all of that time."""
        flow = self.flow
        return flow.bad(flow.end), flow.come(flow.end) - flow.come(flow.begin)

    @cached_property
    def _history(self) -> Duration:
        """As much as its rules look at."""
        objective = self.context.objective
        return max(objective.history, KNOWN, *(tier.long for tier in objective.tiers)) + _MORE

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Those that are rules, in the order of the policy."""
        raised = {alert.tier for alert in self.alerts if alert.kind == BURN}
        return tuple(tier for tier in self.context.objective.tiers if tier.alert in raised)

    @property
    def words(self) -> Words:
        """How people speak of what fails; of time slices, of the events within them."""
        context = self.context
        return context.sliced.inner.words(context.objective.indicator.spec) if context.sliced else context.words

    @property
    def seen(self) -> Frame:
        """Where events are counted first: over the base window, or within time slices."""
        context = self.context
        return context.sliced.counting(context.frame) if context.sliced else context.frame

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """The SLO's alerts."""
        return plan(self.context.catalog, self.context.service).alerts[self.context.objective.name]

    def write_rules(self, folder: Path) -> list[Path]:
        """The SLO's part of its service's rule files, as JSON, which is YAML."""
        made = plan(self.context.catalog, self.context.service).groups
        return [_written(folder / f"{speed}.yaml", self._part(group.as_group())) for speed, group in made.items()]

    def _part(self, group: dict[str, Any]) -> dict[str, Any]:
        own = [rule for rule in group["rules"] if rule["labels"].get("slo") == self.context.objective.name]
        return group | {"rules": own}


def scene(context: Context, incident: Incident) -> Scene:
    """An incident of an SLO; where samples are events, they are the traffic.

    Raises:
        ToolError: there is no telling what its indicator would find.
    """
    found = sources(context)
    if found.sampled:
        incident = replace(incident, traffic=Traffic(Fraction(60_000, found.step), "m"), at=incident.at)
    return Scene(context, found, incident)


def _written(path: Path, group: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"groups": [group]}, ensure_ascii=False), "utf-8")
    return path


def _disturbed(planned: Iterable[Window], begin: int, lasts: Duration) -> bool:
    """Whether weekly maintenance falls into an incident or the hour before it."""
    minutes = range(begin - _MORE.seconds, begin + lasts.seconds + 60, 60)
    return any(active(window, time) for window in planned if isinstance(window, Weekly) for time in minutes)
