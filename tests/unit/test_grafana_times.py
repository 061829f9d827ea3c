"""Times and intervals as Grafana reads and rounds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.grafana import times
from tests.unit.grafana import HOUR, NOW


@pytest.mark.parametrize(
    ("word", "end", "expected"),
    [
        ("now", False, "2023-11-14T22:13:20.000Z"),
        ("now-6h", False, "2023-11-14T16:13:20.000Z"),
        ("now-1d/d", False, "2023-11-13T00:00:00.000Z"),
        ("now-1d/d", True, "2023-11-13T23:59:59.999Z"),
        ("now/w", False, "2023-11-12T00:00:00.000Z"),
        ("now/M", False, "2023-11-01T00:00:00.000Z"),
        ("now-1M", False, "2023-10-14T22:13:20.000Z"),
        ("now-1y/y", True, "2022-12-31T23:59:59.999Z"),
        ("now+1h-30m", False, "2023-11-14T22:43:20.000Z"),
        ("1699999999000", False, "2023-11-14T22:13:19.000Z"),
        ("2023-11-14T00:00:00Z", False, "2023-11-14T00:00:00.000Z"),
        ("2023-11-14T01:00:00+01:00", False, "2023-11-14T00:00:00.000Z"),
    ],
)
def test_moments(word: str, end: bool, expected: str) -> None:
    """Relative words with date maths, milliseconds and ISO 8601."""
    assert times.iso(times.moment(word, NOW, end)) == expected


@pytest.mark.parametrize("word", ["now-", "now-6x", "yesterday", "now/d/", ""])
def test_words_that_are_no_time(word: str) -> None:
    """They are refused, not read as now."""
    with pytest.raises(ValueError, match=r"time|isoformat"):
        times.moment(word, NOW)


def test_a_months_end() -> None:
    """A month before the 31st is the last day of a shorter month."""
    march = times.moment("2023-03-31T00:00:00Z", 0)
    assert times.iso(times.moment("now-1M", march)) == "2023-02-28T00:00:00.000Z"


def test_own_range_of_a_panel() -> None:
    """``timeFrom`` holds where the page's range is relative, and is passed over where both its ends are fixed."""
    relative = times.between("now-3h", "now", NOW)
    fixed = times.between(str(NOW - HOUR), str(NOW), NOW)
    half = times.between(str(NOW - HOUR), "now", NOW)
    assert [range_.own("7d").length for range_ in (relative, fixed, half)] == [168 * HOUR, HOUR, 168 * HOUR]
    assert relative.own("", "1h").end == NOW - HOUR


def test_range_in_an_address() -> None:
    """Relative ends stay relative, fixed ones are ISO 8601."""
    assert times.between(str(NOW - HOUR), "now", NOW).url == (("from", "2023-11-14T21:13:20.000Z"), ("to", "now"))


@pytest.mark.parametrize(
    ("hours", "points", "least", "expected"),
    [
        (3, 1000, 30_000, 30_000),
        (6, 1000, 15_000, 20_000),
        (24, 1000, 15_000, 60_000),
        (720, 1000, 15_000, 1_800_000),
    ],
)
def test_steps(hours: int, points: int, least: int, expected: int) -> None:
    """A step is the range by the points, rounded to one that reads well, and not below the least."""
    assert times.step(times.between(f"now-{hours}h", "now", NOW), points, least) == expected


@pytest.mark.parametrize(
    ("ms", "spoken", "exact"),
    [
        (1, "1ms", "1ms"),
        (500, "500ms", "500ms"),
        (15_000, "15s", "15s"),
        (60_000, "1m", "1m0s"),
        (90_000, "1m", "1m30s"),
        (7_200_000, "2h", "2h0m0s"),
        (86_400_000, "1d", "24h0m0s"),
        (2_592_000_000, "30d", "720h0m0s"),
        (1_500, "1s", "1.5s"),
    ],
)
def test_intervals_in_words(ms: int, spoken: str, exact: str) -> None:
    """``$__interval`` has its largest unit alone, ``$__rate_interval`` all of them."""
    assert (times.spoken(ms), times.exact(ms)) == (spoken, exact)


@pytest.mark.parametrize(("text", "ms"), [("30", 30_000), ("1m", 60_000), (">10s", 10_000), ("1h30m", 5_400_000)])
def test_intervals(text: str, ms: int) -> None:
    """With units, several of them, or in seconds."""
    assert times.interval(text) == ms


@pytest.mark.parametrize("text", ["", "1x", "m", "1m!"])
def test_no_interval(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="no interval"):
        times.interval(text)


@given(st.floats(1, 1e11), st.floats(1, 1e11))
def test_rounding_keeps_order(one: float, other: float) -> None:
    """A longer interval is never rounded to a shorter one, and rounding does not go further than a factor of 14."""
    low, high = sorted((one, other))
    assert times.rounded(low) <= times.rounded(high)
    assert times.rounded(low) <= 14 * low <= 14 * 14 * times.rounded(low)
