"""The headline of an alert: at most 110 characters, service first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from compiler import names
from compiler.burn.timing import threshold
from compiler.prose.forms import PERCENT, WHOLE_PERCENT
from compiler.prose.parts import Asked, Number, Part, Plain, Told, read
from compiler.rules.rule import Alert, Context
from compiler.rules.windows import share
from compiler.units import decimal_text

LIMIT = 110
_WORDS = {"page": "PAGE", "ticket": "TICKET", "none": "NOTE"}
_WIDEST = Told({"now": 99.9, "used": 1000, "remaining": 100})
"""Numbers as long as they are likely to be printed."""


def summary(alert: Alert, context: Context) -> Sequence[Part]:
    """What is wrong, where, and whose it is."""
    makers = {
        names.BURN: _burn,
        names.NO_DATA: _no_data,
        names.BLIND: _blind,
        names.SPENT: _spent,
        names.AT_RISK: _at_risk,
    }
    parts: list[Part] = [Plain(f"{_WORDS[alert.reaction]} {context.title}: "), *makers[alert.kind](alert, context)]
    length = len(read(parts, _WIDEST))
    for word in (context.place, context.service.owner.team):
        if word and length + len(word) + 3 <= LIMIT:
            parts.append(Plain(f" · {word}"))
            length += len(word) + 3
    return parts


@lru_cache(maxsize=64)
def level(alert: str, context: Context) -> str:
    """The lowest error share at which tiers of a kind fire: ``0.6%``."""
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert]
    lowest = min(threshold(context.objective.objective, tier) for tier in tiers)
    return decimal_text(Fraction(lowest * 100)) + "%"


def _burn(alert: Alert, context: Context) -> Sequence[Part]:
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert.tier]
    now = Number("now", f"100 * {share(min(tier.short for tier in tiers), context)} >= 0", PERCENT)
    words = context.words
    above = f" of {words.events} {words.verb} ({alert.tier}s above {level(alert.tier, context)})"
    return (Asked(now, "too many"), Plain(above))


def _no_data(alert: Alert, context: Context) -> Sequence[Part]:
    texts = {
        "down": "every target is down: an outage, or scraping is broken",
        "vanished": f"its {context.words.events} have vanished, over 10 were due in 10m",
        "missing": "not measured for an hour",
    }
    return (Plain(texts[alert.state]),)


def _blind(alert: Alert, context: Context) -> Sequence[Part]:
    return (Plain("errors may go unseen, the indicator is blind"),)


def _spent(alert: Alert, context: Context) -> Sequence[Part]:
    used = Number("used", f"100 * (1 - {context.frame.named(names.REMAINING)})", WHOLE_PERCENT)
    return (Plain(f"the {context.objective.window} error budget is spent ("), Asked(used, "all"), Plain(" used)"))


def _at_risk(alert: Alert, context: Context) -> Sequence[Part]:
    left = Number("remaining", f"100 * {context.frame.named(names.REMAINING)}", WHOLE_PERCENT)
    return (
        Asked(left, "little"),
        Plain(f" of the {context.objective.window} error budget left, gone soon at this pace"),
    )
