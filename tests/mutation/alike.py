"""Two questions to promtool that are equal but for names have one answer.

A stack's, a service's and an SLO's names are written into labels and texts, and mean nothing to promtool: whatever it
answers with one set of names it answers with another, as long as every place that holds a name holds the other one.
So these names are replaced by signs, in the rules and in the tests alike; what is then equal byte by byte is one
question. Numbers, windows, conditions and metrics stay as they are. A name that is also a word of PromQL or of a test
file is left alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from tests.mutation.mutants import Group

_WORDS = """
    sum min max avg count group topk bottomk quantile stddev stdvar rate irate increase delta idelta resets changes
    abs absent ceil floor clamp round sqrt time vector scalar sort year month hour minute timestamp predict and or
    unless by without on ignoring bool offset start end groups name interval rules record alert expr labels
    annotations tests series values value eval_time alertname query range with else if printf print first slice match
    service slo severity state job instance namespace team tier fact up code le firing pending stale true false
"""
_MEANT = frozenset(re.findall(r"\w+", _WORDS))
_ENDS = ("ErrorBudgetBurn", "NoData", "BlindIndicator", "BudgetSpent", "BudgetAtRisk", "TooManyGroups")
_SEVERITY = re.compile(r'"severity": "(\w+)"')


def plain(group: Group, slo: str) -> Callable[[str], str]:
    """Replaces the names of the group's stack, of its service and of one SLO by signs."""
    rules = [rule for rule in group.rules if rule["labels"].get("slo", "") == slo]
    begins = {rule["alert"].split(end)[0] for rule in rules for end in _ends(rule.get("alert", "")) if end}
    names = {group.stack: "<stack>", group.service: "<service>", slo: "<slo>"}
    words = {name: sign for name, sign in names.items() if name and name.lower() not in _MEANT}
    patterns = [(re.compile(rf"\b{re.escape(name)}\b"), sign) for name, sign in _longest_first(words)]
    patterns += [(re.compile(rf"\b{re.escape(name)}"), "<Slo>") for name in begins]
    patterns += [(re.compile(rf"\b{re.escape(name.lower())}"), "<slo-page>") for name in begins]
    severities = _severities(group)

    def replaced(text: str) -> str:
        for pattern, sign in patterns:
            text = pattern.sub(sign, text)
        return _SEVERITY.sub(lambda found: f'"severity": "{severities.get(found[1], found[1])}"', text)

    return replaced


def _ends(alert: str) -> Iterable[str]:
    return [end for end in _ENDS if end in alert]


def _longest_first(words: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(words.items(), key=lambda each: (-len(each[0]), each[0]))


def _severities(group: Group) -> dict[str, str]:
    """A stack's own words for a page's and a ticket's severity; kept as they are where one word means both."""
    found: dict[str, set[str]] = {}
    for rule in group.rules:
        labels = rule["labels"]
        if "severity" in labels:
            found.setdefault(labels["severity"], set()).add(_urgency(labels))
    signs = {word: kinds.copy().pop() for word, kinds in found.items() if len(kinds) == 1}
    return signs if len(set(signs.values())) == len(found) else {}


def _urgency(labels: dict[str, str]) -> str:
    pages = labels.get("slo_tier") == "page" or labels.get("state") in ("down", "vanished")
    return "<page>" if pages else "<ticket>"


def question(*texts: str) -> str:
    """A short name of a question that is the same for the same texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
