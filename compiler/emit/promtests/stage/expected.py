"""The alerts that a test expects, with every annotation as it must read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.causes.cause import Evidence, Sample
from compiler.emit.promtests.stage.case import Fired, constant
from compiler.emit.promtests.stage.subject import Subject
from compiler.prose.parts import Told, read
from compiler.rules.rule import Alert
from compiler.rules.texts.diagnosis import findings
from compiler.units import Duration


@dataclass(frozen=True, slots=True)
class State:
    """What exporters say of the likely causes, and what the diagnosis reads of it."""

    name: str
    samples: tuple[Sample, ...] = ()
    values: Mapping[str, float] | None = None
    ages: Mapping[str, float] | None = None
    names: tuple[str, ...] = ()

    def series(self, now: Duration, step: Duration, start: int = 0) -> dict[str, str]:
        """The exporters' series from a test's start to the moment of asking, a sample each step."""
        count = now.milliseconds // step.milliseconds + 2
        return {sample.series: _values(sample, start + now.seconds, count) for sample in self.samples}


UNKNOWN = State("no exporter has a word about the causes")


def _values(sample: Sample, now: int, count: int) -> str:
    if sample.grows:
        return f"0+1x{count - 1}"
    return constant(now - sample.value if sample.ago else sample.value, count)


def states(subject: Subject) -> tuple[State, ...]:
    """Nothing known of the causes; all of them ruled out; all of them found."""
    asked = findings(subject.context)
    if not asked:
        return (UNKNOWN,)
    healthy = _state("the causes are ruled out", [(f.about, f.healthy) for f in asked])
    return (UNKNOWN, healthy, _state("the causes are found", [(f.about, f.sick) for f in asked]))


def _state(name: str, found: list[tuple[str, Evidence]]) -> State:
    samples = {sample.series: sample for _, evidence in found for sample in evidence.samples}
    values = {about: evidence.value for about, evidence in found}
    for _, evidence in found:
        values |= dict(evidence.numbers)
    ages = {name: age for _, evidence in found for name, age in evidence.ages}
    names = tuple(pod for _, evidence in found for pod in evidence.names)
    return State(name, tuple(samples.values()), values, ages, names)


def fired(
    alert: Alert,
    subject: Subject,
    now: Duration,
    values: Mapping[str, float],
    state: State = UNKNOWN,
    start: int = 0,
) -> Fired:
    """The alert fires at this moment, and its texts read like this.

    Args:
        alert: which.
        subject: its SLO.
        now: the moment of asking, from the test's start.
        values: the numbers of its texts, by name; what is missing has no answer.
        state: of the causes.
        start: the unix time of the test's start, a midnight UTC.
    """
    told = Told(
        values={
            "time": start + now.seconds,
            **values,
            **(state.values or {}),
            **{name: now.seconds - age for name, age in (state.ages or {}).items()},
        },
        labels={**alert.labels, "alertname": alert.name},
        names=state.names,
    )
    annotations = {name: text for name, parts in subject.texts(alert).items() if (text := read(parts, told))}
    return Fired(now, alert.name, ((alert.labels, annotations),))


def joined(told: list[Fired]) -> list[Fired]:
    """Alerts of one name that fire at one moment, as promtool compares them: together."""
    together: dict[tuple[Duration, str], Fired] = {}
    for one in told:
        known = together.get((one.at, one.name))
        together[one.at, one.name] = Fired(one.at, one.name, (*known.alerts, *one.alerts)) if known else one
    return list(together.values())
