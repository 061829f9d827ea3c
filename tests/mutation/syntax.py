"""PromQL with the place of every part, so that one of them can be replaced and the rest stay as it stands.

It reads what the compiler writes and what users write, and is no judge: what Prometheus refuses, promtool refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

Place = tuple[int, int]

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<range>\[[^\]]*\])
    |(?P<duration>(?:\d+(?:ms|[smhdwy]))+(?!\w))
    |(?P<number>0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[a-zA-Z_:][\w:]*)
    |(?P<op>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){},@])""",
    re.VERBOSE | re.DOTALL,
)
_BINDS = {
    **dict.fromkeys(("or",), 1),
    **dict.fromkeys(("and", "unless"), 2),
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": 6,
}
_CLAUSES = ("by", "without", "on", "ignoring", "group_left", "group_right", "bool")
SET_OPERATORS = ("and", "or", "unless")
COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")
AGGREGATIONS = (
    *("sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "topk", "bottomk"),
    *("quantile", "count_values", "limitk", "limit_ratio"),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One matcher of a selector; ``value`` as it is written, with its quotes."""

    place: Place
    label: str
    op: str
    value: str
    value_place: Place


@dataclass(frozen=True, slots=True)
class Clause:
    """``by (…)``, ``on (…)``, ``group_left (…)``, ``bool`` and their like, with their labels."""

    place: Place
    word: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression and what it is made of.

    ``kind`` is number, string, selector, range, offset, at, call, binary, paren or sign; ``word`` the number, metric,
    function, operator or duration, and ``word_place`` where that stands.
    """

    kind: str
    place: Place
    word: str = ""
    word_place: Place = (0, 0)
    parts: tuple[Node, ...] = ()
    conditions: tuple[Condition, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This and every part of it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: Place


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises:
        ValueError: it is not understood.
    """
    reader = _Reader(_tokens(text))
    node = reader.expression(0)
    if reader.next.kind != "end":
        raise ValueError(f"not understood from {reader.next.place[0]} on: {text}")
    return node


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token:
            raise ValueError(f"not understood at {at}: {text}")
        if token.lastgroup != "space":
            found.append(_Token(token.lastgroup or "", token[0], token.span()))
        at = token.end()
    return [*found, _Token("end", "", (at, at))]


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self, text: str = "") -> _Token:
        token = self.next
        if text and token.text != text:
            raise ValueError(f"{text!r} was due at {token.place[0]}, not {token.text!r}")
        self.at += 1
        return token

    def has(self, *texts: str) -> bool:
        return self.next.kind in ("op", "name") and self.next.text in texts

    def expression(self, least: int) -> Node:
        left = self.unary()
        while self.has(*_BINDS) and _BINDS[self.next.text] > least:
            op = self.take()
            clauses = tuple(self.clauses())
            binds = _BINDS[op.text] - (op.text == "^")
            right = self.expression(binds)
            place = left.place[0], right.place[1]
            left = Node("binary", place, op.text, op.place, (left, right), clauses=clauses)
        return left

    def unary(self) -> Node:
        if not self.has("-", "+"):
            return self.postfix(self.primary())
        sign = self.take()
        inner = self.expression(_BINDS["*"])
        return Node("sign", (sign.place[0], inner.place[1]), sign.text, sign.place, (inner,))

    def postfix(self, node: Node) -> Node:
        while True:
            start = node.place[0]
            if self.next.kind == "range":
                token = self.take()
                inside = token.place[0] + 1, token.place[1] - 1
                node = Node("range", (start, token.place[1]), token.text[1:-1], inside, (node,))
            elif self.has("offset", "@"):
                node = self.shifted(node)
            else:
                return node

    def shifted(self, node: Node) -> Node:
        word = self.take()
        kind = "offset" if word.text == "offset" else "at"
        first = self.take()
        last = self.take() if first.text in ("-", "+") else first
        if last.kind == "name":  # @ start(), @ end()
            self.take("(")
            last = self.take(")")
        whole = node.place[0], last.place[1]
        inside = first.place[0], last.place[1]
        return Node(kind, whole, f"{first.text}{last.text}" if first != last else first.text, inside, (node,))

    def primary(self) -> Node:
        token = self.next
        if token.text == "(":
            self.take()
            inner = self.expression(0)
            return Node("paren", (token.place[0], self.take(")").place[1]), parts=(inner,))
        if token.text == "{":
            return self.selector("", token.place)
        self.take()
        if token.kind in ("number", "duration", "string"):
            return Node("string" if token.kind == "string" else "number", token.place, token.text, token.place)
        if token.kind != "name":
            raise ValueError(f"not understood at {token.place[0]}: {token.text!r}")
        if self.has("(") or (token.text in AGGREGATIONS and self.has("by", "without")):
            return self.call(token)
        return self.selector(token.text, token.place)

    def call(self, name: _Token) -> Node:
        clauses = list(self.clauses())
        self.take("(")
        parts = []
        while not self.has(")"):
            parts.append(self.expression(0))
            if not self.has(")"):
                self.take(",")
        end = self.take(")").place[1]
        if name.text in AGGREGATIONS:
            clauses += self.clauses()
        end = max([end, *(clause.place[1] for clause in clauses)])
        return Node("call", (name.place[0], end), name.text, name.place, tuple(parts), clauses=tuple(clauses))

    def clauses(self) -> Iterator[Clause]:
        while self.has(*_CLAUSES):
            word = self.take()
            labels: list[str] = []
            end = word.place[1]
            if self.has("("):
                self.take()
                while not self.has(")"):
                    labels.append(self.take().text)
                    if not self.has(")"):
                        self.take(",")
                end = self.take().place[1]
            yield Clause((word.place[0], end), word.text, tuple(labels))

    def selector(self, metric: str, name: Place) -> Node:
        if not self.has("{"):
            return Node("selector", name, metric, name)
        self.take()
        conditions = []
        while not self.has("}"):
            conditions.append(self.condition())
            if not self.has("}"):
                self.take(",")
        end = self.take().place[1]
        place = name if metric else (name[0], name[0])
        return Node("selector", (name[0], end), metric, place, conditions=tuple(conditions))

    def condition(self) -> Condition:
        label = self.take()
        if label.kind == "string" and self.has(",", "}"):  # {"a metric's name"}
            return Condition(label.place, "__name__", "=", label.text, label.place)
        op, value = self.take(), self.take()
        text = label.text[1:-1] if label.kind == "string" else label.text
        return Condition((label.place[0], value.place[1]), text, op.text, value.text, value.place)
