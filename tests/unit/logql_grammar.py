"""LogQL's grammar, for the tests: whether a whole query parses, and whether it gives lines or numbers.

After Loki's own: a stream selector, a pipeline of filters, parsers and formats, and around them aggregations over a
range and over series. What a pipeline extracts at run time is not known here, so label names are any names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from tests.unit.logql_tokens import Reader

_MATCHES = ("=", "!=", "=~", "!~")
_LINE_FILTERS = ("|=", "!=", "|~", "!~", "|>", "!>")
_COMPARISONS = ("==", "=", "!=", ">", ">=", "<", "<=")
_BINARY = ("+", "-", "*", "/", "%", "^", "==", "!=", ">", ">=", "<", "<=", "and", "or", "unless")
_OVER_RANGE = (
    "rate", "rate_counter", "count_over_time", "bytes_rate", "bytes_over_time", "absent_over_time", "sum_over_time",
    "avg_over_time", "min_over_time", "max_over_time", "stdvar_over_time", "stddev_over_time", "first_over_time",
    "last_over_time", "quantile_over_time",
)  # fmt: skip
_OVER_SERIES = (
    "sum", "avg", "min", "max", "count", "stddev", "stdvar", "topk", "bottomk", "approx_topk", "sort", "sort_desc",
)  # fmt: skip
_OF_NUMBERS = tuple(
    name for name in _OVER_RANGE if name.endswith("_over_time") and name[:5] not in ("count", "bytes")
)
"""Those that need numbers: what stands inside them must unwrap a label, but ``absent_over_time``."""
Kind = Literal["lines", "numbers"]


def parse(text: str) -> Kind:
    """What a query gives.

    Raises:
        ValueError: it is none; the message says where.
    """
    return _Parser(text).whole()


class _Parser(Reader):
    """The rules, each a method that passes what it has read."""

    def whole(self) -> Kind:
        """The query, with nothing behind it."""
        kind: Kind = "lines"
        if self.token == "{":
            self.lines()
        else:
            kind = self.numbers()
        if self.token:
            raise self.fail("the end")
        return kind

    def lines(self) -> bool:
        """A selection of lines; whether it unwraps a number."""
        if self.skip("("):
            found = self.lines()
            self.take(")")
            return found
        self.take("{")
        picks: list[bool] = []
        self.listed(lambda: picks.append(self.matcher()), "}")
        if not any(picks):
            raise ValueError("a stream selector needs a label with a value")
        return self.pipeline()

    def matcher(self) -> bool:
        """A condition on streams; whether it asks for a value that is not empty."""
        self.a("word")
        sign, value = self.take(*_MATCHES), self.a("string")[1:-1]
        if sign in ("=~", "!~"):
            re.compile(value)
        return (sign == "=" and bool(value)) or (sign == "=~" and not re.fullmatch(value, ""))

    def pipeline(self) -> bool:
        """Filters, parsers and formats; whether there is an unwrap among them."""
        unwraps = False
        while self.kind == "sign" and self.token in (*_LINE_FILTERS, "|"):
            if self.next() == "|":
                unwraps = self.stage() or unwraps
                continue
            self.value()
            while self.skip("or"):
                self.value()
        return unwraps

    def value(self) -> None:
        """A text, or addresses of the internet."""
        if self.skip("ip"):
            self.take("(")
            self.a("string")
            self.take(")")
            return
        self.a("string")

    def stage(self) -> bool:
        """What stands behind a bar."""
        stages: dict[str, Callable[[], object]] = {
            "json": self.extractions,
            "logfmt": self.extractions,
            "regexp": lambda: self.a("string"),
            "pattern": lambda: self.a("string"),
            "line_format": lambda: self.a("string"),
            "unpack": lambda: None,
            "decolorize": lambda: None,
            "label_format": lambda: self.several(self.renaming),
            "drop": lambda: self.several(self.dropped),
            "keep": lambda: self.several(self.dropped),
            "unwrap": self.unwrapped,
        }
        if self.kind == "word" and self.token in stages:
            name = self.next()
            stages[name]()
            return name == "unwrap"
        self.alternatives()
        return False

    def several(self, one: Callable[[], object]) -> None:
        """Things between commas, at least one."""
        one()
        while self.skip(","):
            one()

    def extractions(self) -> None:
        """Flags, and labels with where they are found; none takes all."""
        while self.skip("--"):
            self.a("word")
            while self.skip("-"):
                self.a("word")
        if self.kind == "word" and self.token != "or":
            self.several(self.extraction)

    def extraction(self) -> None:
        """A label, and the place of its value."""
        self.a("word")
        if self.skip("="):
            self.a("string")

    def renaming(self) -> None:
        """A label made of another, or of a template."""
        self.a("word")
        self.take("=")
        self.a("string" if self.kind == "string" else "word")

    def dropped(self) -> None:
        """A label, with a condition or without."""
        self.a("word")
        if self.token in _MATCHES:
            self.take(*_MATCHES)
            self.a("string")

    def unwrapped(self) -> None:
        """A label whose number is meant, or one that is converted."""
        self.a("word")
        if self.skip("("):
            self.a("word")
            self.take(")")

    def alternatives(self) -> None:
        """Conditions on labels: or binds less than and, a comma, or no word at all."""
        self.condition()
        while self.skip("and", "or", ",") or self.kind == "word" or self.token == "(":
            self.condition()

    def condition(self) -> None:
        """One condition, or several in brackets."""
        if self.skip("("):
            self.alternatives()
            self.take(")")
            return
        self.a("word")
        sign = self.take(*_MATCHES, *_COMPARISONS)
        if self.kind == "number" and sign in _COMPARISONS:
            self.next()
        elif sign in _MATCHES:
            self.value()
        else:
            raise self.fail("a number")

    def numbers(self) -> Kind:
        """A metric query."""
        self.operand()
        while self.token in _BINARY:
            self.take(*_BINARY)
            self.skip("bool")
            if self.skip("on", "ignoring"):
                self.names()
                if self.skip("group_left", "group_right") and self.token == "(":
                    self.names()
            self.operand()
        return "numbers"

    def names(self) -> None:
        """Labels in brackets."""
        self.take("(")
        self.listed(lambda: self.a("word"), ")")

    def operand(self) -> None:
        """A number, an aggregation, or a query in brackets."""
        self.skip("-", "+")
        if self.kind == "number":
            self.next()
        elif self.skip("("):
            self.numbers()
            self.take(")")
        else:
            self.call(self.take(*_OVER_RANGE, *_OVER_SERIES, "label_replace", "vector"))

    def call(self, name: str) -> None:
        """What stands behind the name of a function."""
        grouped = self.grouping() if name in _OVER_SERIES else False
        self.take("(")
        if self.kind == "number" and name in ("topk", "bottomk", "approx_topk", "quantile_over_time", "vector"):
            self.next()
            if name != "vector":
                self.take(",")
        if name in _OVER_RANGE:
            self.ranged(name)
        elif name != "vector":
            self.numbers()
        for _ in range(4 if name == "label_replace" else 0):
            self.take(",")
            self.a("string")
        self.take(")")
        if not grouped and (name in _OVER_SERIES or name in _OF_NUMBERS):
            self.grouping()

    def ranged(self, name: str) -> None:
        """Lines within a range; numbers of them where the function needs numbers."""
        unwraps = self.lines()
        self.take("[")
        self.a("number")
        self.take("]")
        unwraps = self.pipeline() or unwraps
        if self.skip("offset"):
            self.skip("-")
            self.a("number")
        if name in _OF_NUMBERS and name != "absent_over_time" and not unwraps:
            raise ValueError(f"{name} needs numbers: nothing is unwrapped")

    def grouping(self) -> bool:
        """Which labels stay; whether that is said here."""
        if not self.skip("by", "without"):
            return False
        self.names()
        return True
