"""What an SLO costs Prometheus, counted from its rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from compiler import promql
from compiler.rules.rule import Alert, Context, Group, Record
from compiler.rules.service import plan
from compiler.units import Duration

_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Source:
    """A selector of series that others record, and the samples read of each series that it finds."""

    selector: str
    samples: Fraction
    """An hour."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the rules of one SLO do in an hour; of a grouped one, series and samples are for each group."""

    series: int
    """Recorded, alerts' own series left out."""
    rules: int
    evaluations: Fraction
    samples: Fraction
    """Read of the series that the SLO records itself, once its longest window is full."""
    sources: tuple[Source, ...]
    """The dearest first."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of this SLO, how often it is evaluated, and what it reads."""

    recorded: str
    hourly: Fraction
    reads: tuple[promql.Read, ...]


def cost(context: Context) -> Cost:
    """Count the rules of an SLO and what they read; queries in the texts of firing alerts are left out.

    A range holds a sample for each interval of whoever writes the series: of the group that records it, else of
    scraping. Every other selector reads one.
    """
    made = plan(context.catalog, context.service)
    steps = _steps(made.groups.values())
    rules = [rule for group in made.groups.values() for rule in _of(context, group)]
    scrape = context.catalog.stack.spec.prometheus.scrape_interval
    own, others = Fraction(0), dict[str, Fraction]()
    for hourly, read in ((rule.hourly, read) for rule in rules for read in rule.reads):
        step = steps.get(read.metric)
        samples = hourly * read.times * _held(read.range, step or scrape)
        if step:
            own += samples
        else:
            others[read.selector] = others.get(read.selector, Fraction(0)) + samples
    series = sum(1 for rule in rules if rule.recorded)
    return Cost(series, len(rules), sum((rule.hourly for rule in rules), Fraction(0)), own, _dearest(others))


def _of(context: Context, group: Group) -> Iterator[_Rule]:
    """The rules of this SLO in a group."""
    hourly = _HOUR / group.interval.fraction
    for rule in group.rules:
        if rule.labels.get("slo") == context.objective.name:
            yield _Rule(rule.name if isinstance(rule, Record) else "", hourly, _reads(rule.expr))


def _reads(expr: str) -> tuple[promql.Read, ...]:
    """What an expression reads; of one that is ``promql: unchecked`` and does not parse here, nothing is known."""
    try:
        return promql.reads(expr)
    except promql.PromqlError:
        return ()


def _steps(groups: Iterable[Group]) -> Mapping[str, Duration]:
    """How often each recorded series gets a sample."""
    return {rule.name: group.interval for group in groups for rule in group.rules if not isinstance(rule, Alert)}


def _held(length: Duration | None, step: Duration) -> Fraction:
    """Samples in a range, which leaves its older end out; one without a range."""
    return Fraction(length.milliseconds, step.milliseconds) if length else Fraction(1)


def _dearest(samples: Mapping[str, Fraction]) -> tuple[Source, ...]:
    return tuple(Source(*item) for item in sorted(samples.items(), key=lambda item: (-item[1], item[0])))
