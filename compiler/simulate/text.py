"""An incident that was played, for the terminal: what happened first, how it looked next, each tier last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from fractions import Fraction

from compiler.burn.words import number, percent, rest, short
from compiler.explain.table import table
from compiler.simulate.outcome import BEFORE, Line, Outcome, Spell, TierSeen
from compiler.simulate.strip import Axis, blocks, ramp_of, rows, spells
from compiler.units import Duration

SAID = {"page": "page", "ticket": "ticket", "none": "alert"}
"""What alerts are called: one that calls nobody is just that."""
_LEFT = "budget left"
_BESIDE = 16
"""Columns for what stands beside a row of blocks."""
_LEGEND = (
    "Times count from the first error. Burn: how many times faster than allowed the budget is spent; a tier fires "
    "where it is above its factor in both of its windows. Each row of blocks has a scale of its own, from 0 to the "
    "number behind it. The words: docs/glossary.md."
)


def text(outcome: Outcome, width: int, encoding: str | None) -> str:
    """All that is to be said.

    Args:
        outcome: what came of it.
        width: columns of the terminal.
        encoding: of the output: some have no blocks.
    """
    parts = (
        [outcome.scene.context.title + " in " + outcome.scene.context.catalog.stack.name, *_head(outcome, width)],
        table([("after", "what happens"), *_events(outcome)]),
        textwrap.wrap(budget(outcome), width),
        _chart(outcome, width, encoding),
        _tiers(outcome),
        textwrap.wrap(_LEGEND, width),
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def headline(outcome: Outcome) -> str:
    """What is played, in a sentence."""
    incident, words = outcome.scene.incident, outcome.scene.words
    when = f" from {_clock(incident.at)} UTC" if incident.at is not None else ""
    average = " on the day's average" if incident.at is not None and not outcome.scene.sources.sampled else ""
    bad, all_ = outcome.scene.counts
    return (
        f"{percent(incident.errors)} of {words.events} {words.verb} for {incident.lasts.words}{when}, at "
        f"{incident.traffic.words(words.events)}{average}: {bad:,} of {all_:,}."
    )


def _head(outcome: Outcome, width: int) -> list[str]:
    lines = textwrap.wrap(headline(outcome), width)
    if outcome.maintenance:
        lines += textwrap.wrap("Planned maintenance falls into it: nothing counts then, and nothing pages.", width)
    return lines


def _clock(time: Duration) -> str:
    return f"{time.seconds // 3600:02}:{time.seconds % 3600 // 60:02}"


def _events(outcome: Outcome) -> list[tuple[str, str]]:
    """What happens, in order."""
    found = [(0.0, "errors begin"), (outcome.lasts, "errors end"), *_changes(outcome)]
    told = [(after(at), words) for at, words in sorted(found, key=lambda item: item[0])]
    return told if outcome.spells else [*told, ("", "nobody is told")]


def _changes(outcome: Outcome) -> Iterator[tuple[float, str]]:
    for spell in outcome.spells:
        what = named(spell)
        yield spell.fired, f"{what} fires"
        if spell.resolved is not None:
            yield spell.resolved, f"{what} is resolved"
        else:
            yield outcome.left[-1][0], f"{what} still fires; here the play ends"


def named(spell: Spell) -> str:
    """``page SloCheckoutAvailabilityErrorBudgetBurn``."""
    state = f" ({spell.alert.state})" if spell.alert.state else ""
    return f"{SAID[spell.alert.reaction]} {spell.alert.name}{state}"


def after(seconds: float) -> str:
    """``18m25s``; before the incident ``-2m``."""
    return f"-{_time(-seconds)}" if seconds < 0 else _time(seconds)


def _time(seconds: float) -> str:
    return short(Duration(round(seconds * 1000)))


def budget(outcome: Outcome) -> str:
    """What was spent of the budget, as the rules recorded it."""
    if not outcome.left:
        return "Budget: nothing was recorded."
    left = outcome.left[-1][1]
    remains = f"{rest(exact(left))} of it is left" if left > 0 else "nothing of it is left"
    objective = outcome.scene.context.objective
    whose = objective.whose if objective.period else f"{objective.window.words}'"
    spent = f"Budget: the incident spent {percent(exact(outcome.spent))} of the {whose} budget"
    return f"{spent}, which was full; {remains}."


def exact(value: float) -> Fraction:
    """A measured value without the noise of floats."""
    return Fraction(value).limit_denominator(10**12)


def _chart(outcome: Outcome, width: int, encoding: str | None) -> list[str]:
    left = len(_LEFT)
    axis = Axis(-BEFORE.seconds, outcome.until, min(max(width - left - _BESIDE, 20), 72))
    ramp = ramp_of(encoding)
    found = []
    for name, line, unit in _lines(outcome):
        row, most = blocks(line, axis, ramp)
        found.append((name, row, rest(exact(line[-1][1])) if name == _LEFT else _most(most, unit)))
    for reaction in ("page", "ticket", "none"):
        chosen = [spell for spell in outcome.spells if spell.alert.reaction == reaction]
        if chosen:
            found.append((SAID[reaction], spells(chosen, axis, ramp), _first(chosen)))
    return rows(found, axis.ticks())


def _lines(outcome: Outcome) -> list[tuple[str, Line, str]]:
    """What is drawn: its name, its values and their unit."""
    windows: dict[Duration, Line] = {}
    for tier in outcome.tiers:
        windows |= {tier.tier.short: tier.short, tier.tier.long: tier.long}
    burns = [(f"burn {short(window)}", line, "x") for window, line in sorted(windows.items())]
    return [
        ("traffic", outcome.traffic, "/s"),
        ("failing", outcome.failing, "%"),
        *burns,
        (_LEFT, outcome.left, "%"),
    ]


def _most(value: float, unit: str) -> str:
    return percent(exact(value)) if unit == "%" else f"{number(exact(value))}{unit}"


def _first(found: list[Spell]) -> str:
    return f"after {_time(min(spell.fired for spell in found))}"


def _tiers(outcome: Outcome) -> list[str]:
    head = ("tier", "raises", "fires above", "most in long", "most in short", "was true")
    return table([head, *(_tier(tier) for tier in outcome.tiers)]) if outcome.tiers else []


def _tier(seen: TierSeen) -> tuple[str, ...]:
    tier = seen.tier
    held = f"{after(seen.held[0])} to {after(seen.held[1])}" if seen.held else "never"
    most = (_peak(seen.long, tier.long), _peak(seen.short, tier.short))
    return (tier.name, SAID[seen.reaction], f"{tier.factor}x", *most, held)


def _peak(line: Line, window: Duration) -> str:
    value = max((value for _, value in line), default=0.0)
    return f"{number(exact(value))}x in {short(window)}"
