"""Why a server finds nothing: what it would find with one thing changed."""

from __future__ import annotations

import re
from functools import cached_property

from compiler.ask.client import Client
from compiler.diagnostics import closest
from compiler.model.words import LABEL_NAME
from compiler.promql import Selector

_SHOWN = 12


class Hints:
    """Asks only where something is missing."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @cached_property
    def _metrics(self) -> list[str]:
        return self._client.metrics()

    def missing(self, selector: Selector) -> str:
        """The nearest metric of another name, or the condition that no series meets."""
        if selector.metric not in self._metrics:
            near = closest(selector.metric, self._metrics)
            return f"did you mean {near!r}?" if near else f"no metric is named {selector.metric} or nearly so"
        for matcher in selector.matchers:
            rest = Selector(selector.metric, tuple(m for m in selector.matchers if m != matcher))
            found = (
                self._client.query(f"count by ({matcher.label}) ({rest})")
                if re.fullmatch(LABEL_NAME, matcher.label)
                else []
            )
            if found:
                values = [sample.labels.get(matcher.label, "") for sample in found]
                return f"without {matcher} there are series, where {matcher.label} is {_some(values)}"
        return "no series meets any of its conditions together"

    def labels(self, selector: Selector) -> str:
        """The labels that its series have."""
        found = {name for sample in self._client.query(f"topk(1, {selector})") for name in sample.labels}
        return f"its labels: {_some(sorted(found - {'__name__'}))}"

    def buckets(self, selector: str) -> str:
        """The bounds of a histogram's buckets, in their order."""
        found = {sample.labels.get("le", "") for sample in self._client.query(f"count by (le) ({selector})")}
        return f"its buckets: {_some(sorted(found, key=_bound))}" if found else f"there is no {selector}"


def _some(values: list[str]) -> str:
    shown = [value or "empty" for value in values[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else "")


def _bound(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
