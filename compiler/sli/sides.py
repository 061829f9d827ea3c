"""What a ratio is made of: two sides, each the selector of a counter or a whole expression with ``$window``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from compiler import promql, promql_free
from compiler.shapes import Spec, Text, key

SIDE = Text('a selector like http_requests_total{job="checkout"}, or an expression with $window', longest=10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSpec(Spec):
    """Errors, or good events, over all events: selectors, or whole expressions per second over ``$window``."""

    total: str = key(SIDE, "All events: a counter.", example='http_requests_total{job="checkout"}')
    errors: str = key(SIDE, "The bad ones among them.", default="")
    good: str = key(SIDE, "The good ones among them, where that is easier to say.", default="")
    counting: str = "exact"
    promql: str = "checked"

    one_of: ClassVar[tuple[str, ...]] = ("errors", "good")

    @property
    def part(self) -> str:
        """``errors`` or ``good``, whichever is given."""
        return "errors" if self.errors else "good"

    @property
    def free(self) -> Mapping[str, str]:
        """The sides that are whole expressions; errors and good without ``or vector(0)``, which is added anyway."""
        sides = {"total": self.total, self.part: promql_free.unfilled(self.errors or self.good)}
        return {name: text for name, text in sides.items() if promql_free.is_windowed(text)}

    @property
    def apart(self) -> bool:
        """Whether good events come from another counter than all events: then they can be more."""
        if not self.good or self.free:
            return False
        return promql.selector(self.good).metric != promql.selector(self.total).metric

    @property
    def measured(self) -> tuple[str, ...]:
        """The sides that are recorded before the base.

        A counter is, too, where the other side reads it as well: no test could feed it without that one. So are good
        events, which are held against total.
        """
        bare = {name: getattr(self, name) for name in ("total", self.part) if name not in self.free}
        metrics = {name: promql.selector(text).metric for name, text in bare.items()}
        read = [
            n for n, metric in metrics.items() if any(promql_free.may_read(t, metric) for t in self.free.values())
        ]
        if self.free and self.good:
            read.append("good")
        return tuple(name for name in ("total", self.part) if name in self.free or name in read)
