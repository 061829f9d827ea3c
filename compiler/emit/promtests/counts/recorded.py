"""Tests of series that are recorded before the base: what each says of given values."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.emit.promtests.stage.case import Case, Value, braces, constant
from compiler.emit.promtests.stage.live import Live
from compiler.rules.rule import EVENTS
from compiler.sli.kind import Proof

_TARGETS = ("a", "b", "c")


def recorded(live: Live) -> Iterator[Case]:
    """A case for each proof that the kind has; none where no example of a source was found."""
    context = live.subject.context
    for proof in context.kind.proofs(context.objective.indicator.spec):
        series = _series(live, proof)
        if series:
            frame = live.subject.context.frame
            asked = frame.rate(proof.metric) if proof.metric in EVENTS else frame.named(proof.metric)
            name = asked.partition("{")[0]
            labels = braces({"__name__": name, **live.subject.identity})
            samples = () if proof.value is None else ((labels, proof.value),)
            title = f"{context.title}: {proof.meaning}"
            yield Case(title, live.step, series, [Value(live.at(2), asked, samples)])


def _series(live: Live, proof: Proof) -> dict[str, str]:
    """Each given value by the series that has it, of targets of its own; none where two would be one.

    Beside them lie series that a selector passes over for one condition.
    """
    found: dict[str, str] = {}
    for (feed, value), target in zip(proof.given, _TARGETS, strict=False):
        text = live.subject.example(feed, target)
        if text is not None:
            found[text] = constant(value, 4)
    if len(found) < len(proof.given):
        return {}
    return {**dict.fromkeys(_others(live, proof), constant(proof.beside, 4)), **found}


def _others(live: Live, proof: Proof) -> Iterator[str]:
    for feed, _ in proof.given:
        yield from live.subject.strangers(feed)
