"""Quantities are exact, from the text that a user wrote to the text that Prometheus reads."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import promql_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.units import BurnRate, Duration, Ratio, UnitError, decimal_text

PERCENTS = st.decimals(1, "99.999999999", allow_nan=False, places=9).filter(lambda number: 1 <= number < 100)
MILLISECONDS = st.integers(0, 100 * 365 * 86_400_000)
quick = settings(max_examples=150)


@quick
@given(PERCENTS, st.sampled_from(["", "%", " %"]))
def test_an_objective_is_the_number_that_was_written(number: Decimal, sign: str) -> None:
    ratio = Ratio.percent(f"{number}{sign}")
    assert Fraction(ratio.value) == Fraction(number) / 100
    assert Fraction(ratio.complement.value) == 1 - Fraction(number) / 100


@quick
@given(PERCENTS)
def test_an_objective_survives_being_printed(number: Decimal) -> None:
    ratio = Ratio.percent(str(number))
    assert Ratio.percent(ratio.as_percent) == ratio
    assert Fraction(str(ratio)) == Fraction(ratio.value)


def test_forty_digits_are_not_rounded() -> None:
    """Decimal's usual context would round after 28."""
    text = "99." + "9" * 38
    assert Ratio.percent(text).as_percent == f"{text}%"
    assert str(Ratio.percent(text).complement) == "0." + "0" * 39 + "1"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("0.999", "0.999 is an objective below 1%", "write 99.9%"),
        ("0.5%", "0.5% is an objective below 1%", "write 50%"),
        ("100", "an objective lies between 0% and 100%, 100 does not", "write it like 99.9%"),
        ("0", "an objective lies between 0% and 100%, 0 does not", "write it like 99.9%"),
        ("-99", "an objective lies between 0% and 100%, -99 does not", "write it like 99.9%"),
        ("99,9", "'99,9' is no percentage", "write it like 99.9%"),
        ("1e1", "'1e1' is no percentage", "write it like 99.9%"),
        ("NaN", "'NaN' is no percentage", "write it like 99.9%"),
        ("٩٩", "'٩٩' is no percentage", "write it like 99.9%"),
        ("", "'' is no percentage", "write it like 99.9%"),
    ],
)
def test_what_is_no_objective_is_told_with_what_would_be(text: str, message: str, hint: str) -> None:
    with pytest.raises(UnitError) as told:
        Ratio.percent(text)
    assert (str(told.value), told.value.hint) == (message, hint)


def test_a_share_below_one_percent_needs_its_sign() -> None:
    assert str(Ratio.share("0.5%")) == "0.005"
    assert str(Ratio.share("10")) == "0.1"
    with pytest.raises(UnitError, match=r"0\.05 reads as 0\.05 percent") as told:
        Ratio.share("0.05")
    assert told.value.hint == "write 5%, or 0.05%"


def test_a_megabyte_of_digits_is_refused_at_once() -> None:
    """Python's own int() gives up at 4,300 digits, with an error that is not ours."""
    for parse in (Ratio.percent, Duration.of):
        with pytest.raises(UnitError) as told:
            parse("9" * 1_000_000)
        assert len(str(told.value)) < 200


@quick
@given(MILLISECONDS)
def test_a_duration_survives_being_printed(milliseconds: int) -> None:
    assert Duration.of(str(Duration(milliseconds))) == Duration(milliseconds)


@quick
@given(st.one_of(st.integers(1, 4_000_000), st.integers(1, 100 * 365 * 86_400).map(lambda seconds: 1000 * seconds)))
def test_prometheus_reads_a_printed_duration_as_the_same_time(milliseconds: int) -> None:
    """The embedded parser holds a number of milliseconds in 32 bits: longer ones are whole seconds here."""
    tree = promql_parser.parse(f"x[{Duration(milliseconds)}]")
    assert isinstance(tree, promql_parser.MatrixSelector)
    assert tree.range.total_seconds() * 1000 == pytest.approx(milliseconds, rel=1e-12)


@quick
@given(*[st.integers(0, 50)] * 6)
def test_units_add_up(weeks: int, days: int, hours: int, minutes: int, seconds: int, rest: int) -> None:
    text = f"{weeks}w{days}d{hours}h{minutes}m{seconds}s{rest}ms"
    expected = ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + rest
    assert Duration.of(text).milliseconds == expected


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("84m", "84m"),
        ("180m", "3h"),
        ("16d", "16d"),
        ("450s", "450s"),
        ("1w", "7d"),
        ("90m", "90m"),
        ("1500ms", "1500ms"),
    ],
)
def test_a_duration_is_printed_in_its_largest_unit(text: str, printed: str) -> None:
    assert str(Duration.of(text)) == printed


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("30", "write it with its unit, like 30s"),
        ("0.3", "write it with its unit, like 300ms"),
        ("5min", "write it like 30s, 5m, 1h30m or 30d"),
        ("30m1h", "write it like 30s, 5m, 1h30m or 30d"),
        (" 5m", "write it like 30s, 5m, 1h30m or 30d"),
        ("-5m", "write it like 30s, 5m, 1h30m or 30d"),
        ("", "write it like 30s, 5m, 1h30m or 30d"),
    ],
)
def test_what_is_no_duration_is_told_with_what_would_be(text: str, hint: str) -> None:
    with pytest.raises(UnitError, match="is no duration") as told:
        Duration.of(text)
    assert told.value.hint == hint


def test_a_duration_that_prometheus_cannot_hold_is_refused() -> None:
    with pytest.raises(UnitError, match="longer than a hundred years"):
        Duration.of("36501d")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("30d", "30 days"),
        ("90m", "1 hour 30 minutes"),
        ("2592s", "43 minutes 12 seconds"),
        ("1d1h1m", "1 day 1 hour"),
        ("300ms", "300 ms"),
    ],
)
def test_a_duration_is_said_in_words(text: str, words: str) -> None:
    assert Duration.of(text).words == words


@quick
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000))
def test_a_decimal_that_ends_is_printed_exactly(number: Decimal) -> None:
    text = decimal_text(number)
    assert Fraction(text) == Fraction(number)
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)


@quick
@given(st.fractions(min_value=Fraction(1, 10**9), max_value=10**6))
def test_a_fraction_that_does_not_end_is_printed_to_twelve_digits_and_never_with_an_exponent(value: Fraction) -> None:
    text = decimal_text(value)
    assert abs(Fraction(text) / value - 1) <= Fraction(1, 10**11)
    assert "e" not in text


def test_a_third_of_a_millionth_is_printed_plainly() -> None:
    assert decimal_text(Fraction(1, 3_000_000)) == "0.000000333333333333"


def test_the_workbooks_burn_rates_come_out_exactly() -> None:
    """Two percent of 30 days within an hour is 14.4, five within six hours is 6."""
    month = Duration.of("30d")
    assert str(BurnRate.spending(Fraction("0.02"), Duration.of("1h"), month)) == "14.4"
    assert str(BurnRate.spending(Fraction("0.05"), Duration.of("6h"), month)) == "6"
    assert BurnRate(Fraction("14.4")).share(Duration.of("1h"), month) == Fraction("0.02")
