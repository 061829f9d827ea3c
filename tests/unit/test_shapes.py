"""Shapes: each reads a node, or says what belongs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from compiler.diagnostics import Report, Span
from compiler.model.words import DAYS, LABELS, NAME, PAUSE, PERCENT, REACTION, SHARE, URL
from compiler.shapes import (
    Bool,
    Choice,
    Integer,
    ListOf,
    MapOf,
    Quantity,
    Reading,
    Record,
    Shape,
    Spec,
    Text,
    Variant,
    key,
)
from compiler.source.yaml_events import parse
from compiler.units import Duration


@dataclass(frozen=True, kw_only=True)
class Inner(Spec):
    """A record that a record has without being told."""

    count: int = key(Integer(0, 9), "A digit.", default=1)


@dataclass(frozen=True, kw_only=True)
class Outer(Spec):
    """One of each."""

    name: str = key(Text("a name", "[a-z]+"), "Its name.")
    is_on: bool = key(Bool(), "Whether.", default=False)
    inner: Inner = key(Record(Inner), "Inside.", default=Inner())
    loose: Inner = key(Record(Inner), "Inside, in part.", default=Inner(), partial=True)
    tags: tuple[str, ...] = key(ListOf(Text()), "Tags.", default=())
    left: str = key(Text(), "Left.", default="")
    right: str = key(Text(), "Right.", default="")
    hold: str = key(Text(), "For.", default="", alias="for")

    one_of: ClassVar[tuple[str, ...]] = ("left", "right")
    needs: ClassVar[Mapping[str, str]] = MappingProxyType({"for": "tags"})


OUTER = Record(Outer)
NAMED = "1 SLO011 expected a name of lower case letters, digits and dashes, found"
LABELLED = "SLO011 expected a label name of letters, digits and underscores, found"


def read(shape: Shape, text: str, partial: bool = False) -> tuple[Any, list[str]]:
    report = Report()
    (node,) = parse(f"[{text}]", "f", report)
    found = shape.read(node.items[0], Reading(report, partial=partial))  # type: ignore[union-attr]
    return found, [
        f"{d.span.column - 1} {d.code} {d.message}" + (f"; {d.hint}" if d.hint else "") for d in report.sorted()
    ]


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Text(), "no", "no"),
        (Text(), "0x1f", "0x1f"),
        (Text(), "'null'", "null"),
        (Text(), '"two\\nlines"', "two\nlines"),
        (NAME, "on", "on"),
        (NAME, "404", "404"),
        (URL, "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        (Bool(), "true", True),
        (Bool(), "false", False),
        (Integer(0, 9), "9", 9),
        (Integer(-9), "-9", -9),
        (Choice(("a", "b")), "b", "b"),
        (DAYS, "4w", Duration.of("28d")),
        (PAUSE, "0s", Duration(0)),
        (ListOf(Integer()), "[1, 2]", (1, 2)),
        (MapOf(Integer()), "{b: 1, a: 2}", {"b": 1, "a": 2}),
        (Variant(Choice(("none",)), MapOf(Text())), "none", "none"),
        (Variant(Choice(("none",)), MapOf(Text())), "{a: b}", {"a": "b"}),
    ],
)
def test_what_is_right_is_read(shape: Shape, text: str, value: Any) -> None:
    assert read(shape, text) == (value, [])


@pytest.mark.parametrize(
    ("shape", "text", "said"),
    [
        (Text(), "~", "1 SLO011 expected text, found nothing"),
        (Text(), "''", "1 SLO011 expected text, found an empty text"),
        (Text(), "'  '", "1 SLO011 expected text, found '  '"),
        (Text(), "[]", "1 SLO011 expected text, found an empty list"),
        (Text(), "{a: b}", "1 SLO011 expected text, found a map"),
        (Text(longest=3), "abcd", "1 SLO012 longer than 3 characters"),
        (Text(), '"a\\eb"', "1 SLO012 control characters may not stand here"),
        (Text(), '"a\\Lb"', "1 SLO012 control characters may not stand here"),
        (NAME, '"a\\n"', f"{NAMED} 'a\\n'; like checkout-api"),
        (NAME, "a/b", f"{NAMED} 'a/b'; like checkout-api"),
        (NAME, "'..'", f"{NAMED} '..'; like checkout-api"),
        (NAME, "a" * 300, "1 SLO012 longer than 63 characters"),
        (URL, "http://a", "1 SLO011 expected an https address, found 'http://a'; like https://grafana.example.com"),
        (URL, "javascript:x", "1 SLO011 expected an https address, found 'javascript:x'; like https://grafana.example.com"),
        (Bool(), "yes", "1 SLO011 expected true or false, found 'yes'; write true, without quotes"),
        (Bool(), "'false'", "1 SLO011 expected true or false, found 'false'; write false, without quotes"),
        (Bool(), "1", "1 SLO011 expected true or false, found '1'"),
        (Integer(0, 9), "10", "1 SLO011 expected a whole number from 0 to 9, found '10'"),
        (Integer(0, 9), "0x1", "1 SLO011 expected a whole number from 0 to 9, found '0x1'"),
        (Integer(0, 9), "1_0", "1 SLO011 expected a whole number from 0 to 9, found '1_0'"),
        (Integer(0, 9), "'1'", "1 SLO011 expected a whole number from 0 to 9, found '1'"),
        (Integer(0, 9), "٣", "1 SLO011 expected a whole number from 0 to 9, found '٣'"),
        (Integer(), "9" * 300, f"1 SLO011 expected a whole number from 0 to 1000000000, found '{'9' * 80}…'"),
        (REACTION, "pages", "1 SLO011 expected one of page, ticket, ignore, found 'pages'; did you mean 'page'?"),
        (Choice(("none",)), "nothing", "1 SLO011 expected the word none, found 'nothing'"),
        (DAYS, "36h", "1 SLO013 a window is a whole number of days from 1d to 366d, 36h is not; write it like 30d"),
        (DAYS, "30", "1 SLO013 '30' is no duration; write 30d"),
        (DAYS, "[]", "1 SLO011 expected a window like 30d, found an empty list"),
        (PERCENT, "''", "1 SLO011 expected a percentage like 99.9%, found an empty text"),
        (SHARE, "0.02", "1 SLO013 0.02 reads as 0.02 percent; write 2%, or 0.02%"),
        (ListOf(Text()), "a", "1 SLO011 expected a list, found 'a'; write [a]"),
        (ListOf(Text()), "{}", "1 SLO011 expected a list, found an empty map; like [a, b]"),
        (ListOf(Text(), 1), "[]", "1 SLO011 expected a list of at least 1, found an empty list"),
        (LABELS, "{a-b: c}", f"2 {LABELLED} 'a-b'; write a_b"),
        (LABELS, "{a: 1, 2b: c}", f"8 {LABELLED} '2b'; write _2b"),
        (LABELS, "[a]", "1 SLO011 expected a map, found a list"),
        (Record(Inner), "a", "1 SLO011 expected a map with count, found 'a'"),
        (OUTER, "{left: a}", "1 SLO014 'name' is missing; Its name."),
        (OUTER, "{nam: a, left: a}", "2 SLO010 unknown key 'nam'; did you mean 'name'?"),
        (OUTER, "{name: a}", "1 SLO015 say exactly one of left, right; here is none"),
        (OUTER, "{name: a, left: b, right: c}", "1 SLO015 say exactly one of left, right; here are left and right"),
        (OUTER, "{name: a, left: b, for: c}", "1 SLO014 'tags' is missing: 'for' asks for it"),
        (OUTER, "{name: a, left: b, fro: c}", "20 SLO010 unknown key 'fro'; did you mean 'for'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(shape: Shape, text: str, said: str) -> None:
    assert read(shape, text)[1] == [said]


def test_a_record_knows_where_each_of_its_keys_stands() -> None:
    found, _ = read(OUTER, "{name: a, left: b, tags: [c, d], inner: {count: 2}}")
    places = {name: span.column - 1 for name, span in found.places.items()}
    assert places == {"name": 8, "left": 17, "tags": 26, "tags.0": 27, "tags.1": 30, "inner": 41, "inner.count": 42}
    assert found.at("inner").column - 1 == 41
    assert found.at("right") == found.span


def test_a_record_that_nobody_wrote_stands_where_its_owner_does() -> None:
    """Else a message about a default would have no place."""
    found, _ = read(OUTER, "{name: a, left: b}")
    assert found.inner.at("count") == found.span == Span("f", 1, 2)
    assert found.inner == Inner()


def test_all_problems_of_a_record_are_told_at_once() -> None:
    found, problems = read(OUTER, "{name: A, inner: {count: x}, tags: [[], b], left: c}")
    assert found is None
    assert [problem.split()[0] for problem in problems] == ["8", "26", "37"]


def test_in_part_nothing_is_missing_and_wrong_values_are_told() -> None:
    assert read(OUTER, "{tags: [a]}", partial=True) == (None, [])
    _, problems = read(OUTER, "{name: A, loose: {coun: 1}}", partial=True)
    assert [problem.split()[1] for problem in problems] == ["SLO011", "SLO010"]


def test_a_parser_of_quantities_may_say_what_it_wants() -> None:
    shape = Quantity(Duration.of, "a duration", {"type": "string"})
    assert read(shape, "5x") == (None, ["1 SLO013 '5x' is no duration; write it like 30s, 5m, 1h30m or 30d"])


def test_a_map_that_was_read_cannot_be_changed() -> None:
    found, _ = read(MapOf(Text()), "{a: b}")
    with pytest.raises(TypeError):
        found["a"] = "c"
