"""A unit test as promtool reads it, and the notation of its series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from compiler import promql
from compiler.units import Duration

Run = tuple[float | None, int]
"""A value, or None for a missing sample, and how many samples in a row have it."""


def number(value: float) -> str:
    """A number as short as it can be read back exactly; as Prometheus writes it where it is none or without end."""
    if not isfinite(value):
        return {"inf": "Inf", "-inf": "-Inf"}.get(str(value), "NaN")
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))


def flat(runs: Iterable[Run]) -> str:
    """Runs in promtool's notation: ``5`` and nine more of it are ``5x9``, four missing ones ``_x4``."""
    parts = []
    for value, count in runs:
        if count < 1:
            continue
        if value is None:
            parts.append(f"_x{count}")
        elif not isfinite(value):  # "Infx3" would be read as one word
            parts += [number(value)] * count
        else:
            parts.append(number(value) if count == 1 else f"{number(value)}x{count - 1}")
    return " ".join(parts)


def constant(value: float, count: int) -> str:
    """The same value so many times."""
    return flat([(value, count)])


def spikes(values: Mapping[int, float], count: int, rest: float = 0) -> str:
    """``rest`` everywhere but at the given positions, each from 0 to count - 1."""
    runs: list[Run] = []
    at = 0
    for position, value in sorted(values.items()):
        runs += [(rest, position - at), (value, 1)]
        at = position + 1
    return flat([*runs, (rest, count - at)])


def steps(values: Mapping[int, float], count: int) -> str:
    """A counter that starts at 0 and grows at the given positions by the given amounts."""
    runs: list[Run] = []
    at, level = 0, 0.0
    for position, value in sorted(values.items()):
        runs.append((level, position - at))
        at, level = position, level + value
    return flat([*runs, (level, count - at)])


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its series by selector, and what is asked of them when."""

    name: str
    interval: Duration
    series: Mapping[str, str]
    values: Sequence[Value] = ()
    alerts: Sequence[Fired] = ()
    start: int = 0
    """The unix time at which it begins: promtool 3.9 and newer can begin elsewhere than at 0."""

    def beginning(self, start: int) -> Case:
        """The same, at another time, unless it says when."""
        return self if self.start or not start else replace(self, start=start)

    def going_on(self, late: Duration) -> Case:
        """The same, evaluated so much longer: rules that look back record the last moment only then."""
        if not late.milliseconds or not self.values:
            return self
        end = Value(max(value.at for value in self.values) + late, "vector(0)", (("{}", 0),))
        return replace(self, values=(*self.values, end))

    def as_test(self) -> dict[str, Any]:
        """As promtool reads it."""
        found: dict[str, Any] = {"name": self.name, "interval": str(self.interval)}
        if self.start:
            found["start_timestamp"] = str(self.start)
        found["input_series"] = [{"series": name, "values": values} for name, values in self.series.items()]
        if self.values:
            found["promql_expr_test"] = [value.as_test() for value in self.values]
        if self.alerts:
            found["alert_rule_test"] = [alert.as_test() for alert in self.alerts]
        return found


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression gives: samples, each as its labels and its value; none where it gives nothing."""

    at: Duration
    expr: str
    samples: Sequence[tuple[str, float]] = ()

    def as_test(self) -> dict[str, Any]:
        """As promtool reads it."""
        found: dict[str, Any] = {"expr": self.expr, "eval_time": str(self.at)}
        if self.samples:
            found["exp_samples"] = [{"labels": labels, "value": value} for labels, value in self.samples]
        return found


@dataclass(frozen=True, slots=True)
class Fired:
    """The alerts of a name that fire, each with its labels and its annotations."""

    at: Duration
    name: str
    alerts: Sequence[tuple[Mapping[str, str], Mapping[str, str]]] = field(default_factory=tuple)

    def as_test(self) -> dict[str, Any]:
        """As promtool reads it."""
        expected = [
            {"exp_labels": dict(labels), "exp_annotations": dict(texts)} if texts else {"exp_labels": dict(labels)}
            for labels, texts in self.alerts
        ]
        return {"eval_time": str(self.at), "alertname": self.name, "exp_alerts": expected}


def counted(
    at: Duration, series: str, labels: Mapping[str, str], value: float | None, factor: str = "", nearest: str = ""
) -> Value:
    """A recorded number of events, rounded to whole ones or as said; None where nothing is recorded."""
    to = f", {nearest}" if nearest else ""
    return Value(at, f"round({factor}{series}{to})", () if value is None else ((braces(labels), value),))


def braces(labels: Mapping[str, str] | Iterable[tuple[str, str]]) -> str:
    """Labels without a name."""
    return promql.series("", labels) or "{}"


def active(at: Duration, labels: Mapping[str, str], expected: bool) -> Value:
    """Whether the alert of these labels is active: pending or firing."""
    return Value(at, f"count({promql.series('ALERTS', labels)})", (("{}", 1),) if expected else ())


def firing(at: Duration, labels: Mapping[str, str], expected: bool) -> Value:
    """Whether the alert of these labels fires."""
    return active(at, {**labels, "alertstate": "firing"}, expected)
