"""The headline of an alert: at most 110 characters, service first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from compiler import names
from compiler.burn.timing import threshold
from compiler.model.catalog import Tier
from compiler.prose.forms import COUNT, PERCENT, WHOLE_PERCENT
from compiler.prose.parts import Asked, ByLabel, Named, Number, Part, Plain, Told, read
from compiler.rules.rule import Alert, Context
from compiler.rules.windows import share
from compiler.units import Ratio, decimal_text

LIMIT = 110
_WORDS = {"page": "PAGE", "ticket": "TICKET", "none": "NOTE"}
_WIDEST = Told({"now": 99.9, "used": 1000, "remaining": 100}, defaultdict(lambda: "x" * 12))
"""Numbers as long as they are likely to be printed."""


def summary(alert: Alert, context: Context) -> Sequence[Part]:
    """What is wrong, where, and whose it is."""
    makers = {
        names.BURN: _burn,
        names.NO_DATA: _no_data,
        names.BLIND: _blind,
        names.SPENT: _spent,
        names.AT_RISK: _at_risk,
        names.TOO_MANY: _too_many,
    }
    title = (Plain(f"{_WORDS[alert.reaction]} {context.title}"), *_group(alert), Plain(": "))
    parts: list[Part] = [*title, *makers[alert.kind](alert, context)]
    length = len(read(parts, _WIDEST))
    for word in (context.place, context.service.owner.team):
        if word and length + len(word) + 3 <= LIMIT:
            parts.append(Plain(f" · {word}"))
            length += len(word) + 3
    return parts


def _group(alert: Alert) -> Sequence[Part]:
    """Which group it is; an alert of them all has none."""
    return tuple(Named(name) for name in alert.groups)


@lru_cache(maxsize=64)
def level(alert: str, context: Context) -> Part:
    """The lowest error share at which tiers of a kind fire: ``0.6%``."""
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert]
    return by_objective(context, lambda objective: _lowest(objective, tiers))


def _lowest(objective: Ratio, tiers: Sequence[Tier]) -> str:
    return decimal_text(Fraction(min(threshold(objective, tier) for tier in tiers) * 100)) + "%"


def by_objective(context: Context, text: Callable[[Ratio], str]) -> Part:
    """A text about the objective; where groups have objectives of their own, about the group's."""
    group_by, common = context.objective.group_by, text(context.objective.objective)
    if not group_by or not group_by.objectives:
        return Plain(common)
    own = tuple((value, text(objective)) for value, objective in sorted(group_by.objectives.items()))
    return ByLabel(group_by.pairs[0][1], own, common)


def _burn(alert: Alert, context: Context) -> Sequence[Part]:
    tiers = [tier for tier in context.objective.tiers if tier.alert == alert.tier]
    now = Number("now", f"100 * {share(min(tier.short for tier in tiers), context.here)} >= 0", PERCENT)
    words = context.words
    above = f" of {words.events} {words.verb} ({alert.tier}s above "
    return (Asked(now, "too many"), Plain(above), level(alert.tier, context), Plain(")"))


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
    used = Number("used", f"100 * (1 - {context.here.named(names.REMAINING)})", WHOLE_PERCENT)
    return (Plain(f"the {context.objective.whose} error budget is spent ("), Asked(used, "all"), Plain(" used)"))


def limit(context: Context) -> int:
    """How many groups are expected at most."""
    assert context.objective.group_by
    return context.objective.group_by.limit


def group_count(context: Context) -> Number:
    """How many groups there are."""
    return Number("groups", f"count({context.frame.rate('total')})", COUNT)


def _at_risk(alert: Alert, context: Context) -> Sequence[Part]:
    left = Number("remaining", f"100 * {context.here.named(names.REMAINING)}", WHOLE_PERCENT)
    return (
        Asked(left, "little"),
        Plain(f" of the {context.objective.whose} error budget left, gone soon at this pace"),
    )


def _too_many(alert: Alert, context: Context) -> Sequence[Part]:
    return (Asked(group_count(context), "too many"), Plain(f" groups, {limit(context)} are expected"))
