"""Whole PromQL expressions as the sides of a ratio: recorded as they are, before the base is made of them.

That they are recorded first keeps all that follows apart from what a user wrote: one rule holds it, and tests feed
what that rule records.
"""

from __future__ import annotations

from compiler import names, promql, promql_free, promql_rates
from compiler.diagnostics import Report
from compiler.promql import PromqlError, Selector
from compiler.sli.frame import Frame
from compiler.sli.kind import RATE, Blindness, Feed, Flow, Proof, Sight
from compiler.sli.sides import RatioSpec
from compiler.units import Duration

_SAMPLE = Duration.of("5m")
"""The range that stands for ``$window`` where only the form of an expression matters."""
_TOO_GOOD = "1.1"
"""So many times as many good events as events are no noise of two sources any more."""
_LIKE = 'events per second over $window, like sum(rate(http_requests_total{job="checkout"}[$window]))'


def sources(text: str) -> tuple[Selector, ...]:
    """What an expression reads by name, each once; nothing where it cannot be read here."""
    try:
        return promql_free.instant(promql_free.over(text, _SAMPLE))
    except PromqlError:
        return ()


def expression(text: str, frame: Frame) -> str:
    """What is recorded of a side, for each group; what is no number, or without end, would spoil every sum.

    Raises:
        PromqlError: it cannot be held to the cluster.
    """
    held = promql_free.held(promql_free.over(text, frame.base), frame.added)
    inner = "\n".join(f"  {line}" for line in held.strip().splitlines())
    return frame.sum(f"(\n{inner}\n) > -Inf < Inf")


def recorded(events: str, frame: Frame) -> str:
    """The base of a side that is recorded first: never below zero."""
    return f"clamp_min({frame.summed(frame.named(names.measured(events)))}, 0)"


def lacks(text: str, label: str) -> bool:
    """Whether what an expression gives provably lacks a label."""
    try:
        return promql_free.drops(promql_free.over(text, _SAMPLE), label)
    except PromqlError:
        return False


def blindness(spec: RatioSpec, frame: Frame) -> Blindness:
    """More errors, or clearly more good events, than events."""
    hold, meaning = Duration.of("15m"), f"more {spec.part} events are counted than events at all"
    if spec.errors:
        expr = f"{frame.rate('errors')} > {frame.rate('total')}"
        return Blindness(expr, hold, meaning.replace("errors events", "errors"), errors=2)
    feed = Feed(Selector(names.measured("good")), form=RATE, recorded=True)
    expr = f"{frame.named(names.measured('good'))} > {_TOO_GOOD} * ({frame.rate('total')} > 0)"
    return Blindness(expr, hold, meaning, errors=0, sights=(Sight(feed, 1.2, 1.05),))


def feeds(spec: RatioSpec) -> tuple[Feed, ...]:
    """What is recorded first, where nothing is recorded of it without a source; else none."""
    if any(promql_free.unfounded(text) for text in spec.free.values()):
        return ()
    part = (0, 1) if spec.errors else (1, 0)
    found = []
    for name, (good, bad) in (("total", (1, 1)), (spec.part, part)):
        if name in spec.measured:
            found.append(Feed(Selector(names.measured(name)), good, bad, form=RATE, recorded=True))
        else:
            found.append(Feed(promql.selector(getattr(spec, name)), good, bad))
    return tuple(found)


def proofs(spec: RatioSpec) -> tuple[Proof, ...]:
    """Where nothing comes of the part yet, all is well, or nothing is good."""
    if "total" not in spec.measured or any(promql_free.unfounded(text) for text in spec.free.values()):
        return ()
    total = Feed(Selector(names.measured("total")), form=RATE, recorded=True)
    return (
        Proof(f"no {spec.part} yet", ((total, 3),), "errors", 0 if spec.errors else 3),
        Proof(f"no {spec.part} and no events", ((total, 0),), "errors", 0),
    )


def flows(spec: RatioSpec, frame: Frame) -> tuple[Flow, ...]:
    """The whole expressions that are sums of rates: of these a test can say what they give."""
    labels = [label for label, _ in frame.groups]
    found = (
        Flow(name, promql_rates.rates(promql_free.over(text, frame.base), frame.base, labels))
        for name, text in spec.free.items()
    )
    return tuple(flow for flow in found if flow.rates)


def check(spec: RatioSpec, name: str, report: Report) -> None:
    """SLO121 at its place for a side that gives no events per second; what may be unchecked need not parse here."""
    text, hint = promql_free.over(getattr(spec, name), _SAMPLE), ""
    try:
        promql_free.check_alone(text)
        hint = _LIKE if _parses(text) else "if Prometheus takes it, say promql: unchecked"
        if hint == _LIKE or spec.promql == "checked":
            promql_free.instant(text)
            _per_second(text)
    except PromqlError as error:
        report.error("SLO121", str(error), spec.at(name), hint)


def check_sides(spec: RatioSpec, report: Report) -> None:
    """Sides that are the same, and a total that is there whatever happens."""
    if "".join(spec.total.split()) == "".join((spec.errors or spec.good).split()):
        report.error("SLO122", f"{spec.part} is the same as total", spec.at(spec.part), "leave out what is good")
    elif "total" in spec.free and promql_free.unfounded(spec.total):
        text = "total is there without any series (vector, absent, the time of day): no data would read as traffic"
        report.warning("SLO121", text, spec.at("total"), "leave that out")


def _per_second(text: str) -> None:
    if promql_free.is_increase(text):
        raise PromqlError(
            "increase() gives the events of the whole window, events per second are meant: write rate()"
        )


def _parses(text: str) -> bool:
    try:
        promql.parse(text)
    except PromqlError:
        return False
    return True
