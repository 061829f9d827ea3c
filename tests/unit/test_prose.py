"""Texts as Prometheus expands them read as the tests that come with the rules expect them to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
import yaml

from compiler.prose import parts
from compiler.prose.forms import CLOCK, COUNT, DURATION, PERCENT, WHOLE_PERCENT, Form
from compiler.prose.parts import Asked, Facts, Graded, If, Number, Own, Part, Plain, Shown, Told
from compiler.prose.template import query
from tests.behaviour.played import Scene, play

VALUES = {
    "zero": 0.0,
    "tiny": 0.00123,
    "one": 1.0,
    "dozen": 12.345,
    "minute_less": 59.9,
    "minute": 60.0,
    "hundred": 100.0,
    "half": 2.5,
    "hour": 3_661.0,
    "cut": 3_661.7,
    "day": 90_061.0,
    "days": 172_859.0,
    "month": 2_599_999.0,
    "clock": 1_700_000_000.0,
    "million": 1_234_567.0,
}
NONE = Number("none", "absent_metric", COUNT)
LABELS = {"pod": "a-1", "service": "checkout"}
TOLD = Told(values=VALUES, labels=LABELS)
FORMS = {"percent": PERCENT, "whole": WHOLE_PERCENT, "count": COUNT, "clock": CLOCK, "duration": DURATION}
PIECES = (
    "{",
    "}",
    "{{",
    "}}",
    "{{{ $labels.pod }}",
    "{{ $labels.pod }}",
    "{{$labels.service}}}",
    '{{ query "up" }}',
    "{{- $value -}}",
    "`",
    '"',
    "'",
    "\\",
    "\n",
    " ",
    "$labels.pod",
    "ü€",
)


def number(name: str, form: Form = COUNT) -> Number:
    """One of VALUES, asked."""
    return Number(name, f'value{{name="{name}"}}', form)


def hostile() -> list[str]:
    """All pairs of the pieces, and some longer ones, always the same."""
    chance = random.Random(7)
    longer = ["".join(chance.choices(PIECES, k=6)) for _ in range(120)]
    return ["".join(pair) for pair in product(PIECES, repeat=2)] + longer


def graded(name: str) -> tuple[str, str]:
    """Graded and own parts inside a ``range``, as a diagnosis uses them."""
    said: list[Part] = [
        Graded(name, ((100, (Plain("much "), Own(name, COUNT))), (1, (Plain("some"),)), (0, (Plain("none"),)))),
    ]
    asked = query(f'value{{name="{name}"}}')
    return f"{{{{ range {asked} }}}}{parts.template(said)}{{{{ end }}}}", parts.read(said, TOLD)


def texts() -> dict[str, tuple[str, str]]:
    """Every text by name: its template, and what is to be read."""
    one, none = number("one"), NONE
    said: dict[str, Sequence[Part]] = {
        "asked": (Plain("before "), Asked(one, "nothing"), Plain(" after")),
        "asked_nothing": (Asked(none, "nothing"),),
        "asked_silence": (Plain("a"), Asked(none), Plain("b")),
        "facts": (Facts((one, none, number("hour", DURATION))), Shown(one), Plain(" and "), Shown(none), Plain(".")),
        "if_there": (Facts((one, none)), If(one, (Plain("there "), Shown(one)), (Plain("gone"),))),
        "if_not": (Facts((one, none)), If(none, (Plain("there"),), (Plain("gone "), Shown(one)))),
        "if_silent": (Facts((one, none)), Plain("["), If(none, (Plain("there"),)), Plain("]")),
        "if_zero": (Facts((number("zero"),)), If(number("zero"), (Shown(number("zero")),), (Plain("gone"),))),
        "nested": (Facts((one, none)), If(none, (Plain("x"),), (If(one, (Plain("y"),), (Plain("z"),)),))),
        "single_grade": (Plain("x"), Graded("one", ((0, (Plain("the only one"),)),))),
    }
    said |= {f"{form}_{name}": (Asked(number(name, FORMS[form])),) for form in FORMS for name in VALUES}
    del said["duration_tiny"]  # below a second, which no text speaks of
    found = {name: (parts.template(text), parts.read(text, TOLD)) for name, text in said.items()}
    found |= {f"graded_{name}": graded(name) for name in ("zero", "one", "dozen", "hundred", "million")}
    for index, text in enumerate(hostile()):
        found[f"hostile_{index}"] = (Plain(text).template(), Plain(text).read(TOLD))
    return found


@pytest.mark.slow
def test_prometheus_reads_what_we_read(tmp_path: Path, promtool: str) -> None:
    """One alert with all of the texts, expanded by promtool: forms at their edges, choices, and a user's text."""
    rule = {
        "alert": "Texts",
        "expr": "texts",
        "labels": {"slo": "a", "slo_tier": "page"},
        "annotations": {name: template for name, (template, _) in texts().items()},
    }
    rules = tmp_path / "rules.yaml"
    rules.write_text(yaml.safe_dump({"groups": [{"name": "texts", "rules": [rule]}]}, allow_unicode=True), "utf-8")
    series = {f'value{{name="{name}"}}': f"{value!r}x3" for name, value in VALUES.items()}
    series['texts{pod="a-1",service="checkout"}'] = "1x3"
    ((alert,),) = play(promtool, tmp_path, [rules], [Scene("texts", series, (1,))]).values()
    expected = {name: text for name, (_, text) in texts().items()}
    assert {n: (t, alert.texts.get(n, "")) for n, t in expected.items() if t != alert.texts.get(n, "")} == {}


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        (PERCENT, "tiny", "0.00123%"),
        (PERCENT, "dozen", "12.3%"),
        (PERCENT, "hundred", "100%"),
        (PERCENT, "million", "1.23e+06%"),
        (COUNT, "million", "1234567"),
        (COUNT, "half", "2"),
        (WHOLE_PERCENT, "minute_less", "60%"),
        (CLOCK, "clock", "22:13"),
        (CLOCK, "zero", "00:00"),
        (DURATION, "zero", "0s"),
        (DURATION, "one", "1s"),
        (DURATION, "minute_less", "59.9s"),
        (DURATION, "minute", "1m"),
        (DURATION, "hour", "1h 1m"),
        (DURATION, "cut", "1h 1m"),
        (DURATION, "day", "1d 1h"),
        (DURATION, "days", "2d"),
        (DURATION, "month", "30d 2h"),
    ],
)
def test_numbers_are_printed(form: Form, name: str, expected: str) -> None:
    assert form.read(VALUES[name]) == expected


def test_a_label_that_an_alert_lacks_reads_as_nothing() -> None:
    """As Prometheus prints a label that is missing."""
    assert Plain("a {{ $labels.nowhere }} b").read(TOLD) == "a  b"
