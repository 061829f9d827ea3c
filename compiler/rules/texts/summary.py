"""The headline of an alert: at most 110 characters, service first."""

from __future__ import annotations

import re
from fractions import Fraction

from compiler import names
from compiler.burn.timing import threshold
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.template import number
from compiler.rules.windows import share
from compiler.units import decimal_text

LIMIT = 110
_WORDS = {"page": "PAGE", "ticket": "TICKET", "none": "NOTE"}


def summary(alert: Alert, context: Context) -> str:
    """What is wrong, where, and whose it is."""
    head = f"{_WORDS[alert.reaction]} {context.title}: "
    makers = {
        names.BURN: _burn,
        names.NO_DATA: _no_data,
        names.BLIND: lambda *_: "errors may go unseen, the indicator is blind",
        names.SPENT: _spent,
        names.AT_RISK: _at_risk,
    }
    text = head + makers[alert.kind](alert, context)
    for part in (context.place, context.service.owner.team):
        if part and len(expanded(text)) + len(part) + 3 <= LIMIT:
            text += f" · {part}"
    return text


def expanded(text: str) -> str:
    """The text with each query's longest likely answer in its place, to measure it."""
    return re.sub(r"\{\{ with .*?\{\{ else \}\}(.*?)\{\{ end \}\}", lambda m: max("99.9%", m[1], key=len), text)


def level(alert: str, context: Context) -> str:
    """The lowest error share at which tiers of a kind fire: ``0.6%``."""
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert]
    lowest = min(threshold(context.objective.objective, tier) for tier in tiers)
    return decimal_text(Fraction(lowest * 100)) + "%"


def _burn(alert: Alert, context: Context) -> str:
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert.tier]
    shortest = min(tier.short for tier in tiers)
    expr = f"100 * {share(shortest, context)} >= 0"
    words = context.words
    failing = number(expr, "%.3g%%", "too many")
    return f"{failing} of {words.events} {words.verb} ({alert.tier}s above {level(alert.tier, context)})"


def _no_data(alert: Alert, context: Context) -> str:
    if alert.state == "down":
        return "every target is down: an outage, or scraping is broken"
    if alert.state == "vanished":
        return f"its {context.words.events} have vanished, over 10 were due in 10m"
    return "not measured for an hour"


def _spent(alert: Alert, context: Context) -> str:
    used = number(f"100 * (1 - {context.frame.named(names.REMAINING)})", "%.0f%%", "all")
    return f"the {context.objective.window} error budget is spent ({used} used)"


def _at_risk(alert: Alert, context: Context) -> str:
    left = number(f"100 * {context.frame.named(names.REMAINING)}", "%.0f%%", "little")
    return f"{left} of the {context.objective.window} error budget left, gone soon at this pace"
