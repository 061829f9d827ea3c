"""Local time: every zone's rule against the time zone database, periods, and when maintenance is."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.clock import zone as zones
from compiler.clock.maintenance import Once, Weekly, active, quiet
from compiler.clock.period import Period
from compiler.clock.zone import ZoneError, zone
from compiler.units import Duration

WITHOUT_A_RULE = {"Africa/Casablanca", "Africa/El_Aaiun", "America/Havana", "Asia/Gaza", "Asia/Hebron", "Cuba"}
"""Their switches are listed year by year in some release of the database."""
FEW = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Jerusalem", "Europe/Dublin", "America/Nuuk")
BERLIN = "Europe/Berlin"


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_nearly_every_zone_follows_a_rule() -> None:
    """Each is held against the database noon by noon as it is read."""
    refused = set()
    for name in zones.names():
        try:
            zone(name)
        except ZoneError:
            refused.add(name)
    assert refused <= WITHOUT_A_RULE


@given(st.sampled_from(FEW), st.integers(unix("2027-01-01T00:00Z"), unix("2036-12-31T00:00Z")))
def test_the_offset_is_that_of_the_database(name: str, time: int) -> None:
    known = ZoneInfo.from_file(BytesIO(zones._file(name)), name)
    offset = datetime.fromtimestamp(time, UTC).astimezone(known).utcoffset()
    assert offset is not None
    assert zone(name).offset(time) == offset.total_seconds()


def test_new_year_in_every_zone() -> None:
    """The clocks that tell the two switches do not read January together: found in New York, for an hour a year."""
    wrong = []
    for name in zones.names():
        try:
            found = zone(name)
        except ZoneError:
            continue
        known = ZoneInfo.from_file(BytesIO(zones._file(name)), name)
        for time in range(unix("2027-12-31T06:00Z"), unix("2028-01-02T06:00Z"), 1800):
            offset = datetime.fromtimestamp(time, UTC).astimezone(known).utcoffset()
            if offset is None or found.offset(time) != offset.total_seconds():
                wrong.append((name, time))
    assert wrong == []


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "../zones", "Europe/Berlin/x", "europe/berlin", "zones"])
def test_no_such_zone(name: str) -> None:
    with pytest.raises(ZoneError, match="there is no time zone"):
        zone(name)


@pytest.mark.parametrize(
    ("unit", "at", "begin", "end"),
    [
        ("week", "2027-01-01T12:00", "2026-12-28", "2027-01-04"),
        ("month", "2028-02-29T23:59", "2028-02-01", "2028-03-01"),
        ("month", "2027-12-31T00:00", "2027-12-01", "2028-01-01"),
        ("quarter", "2027-08-15T00:00", "2027-07-01", "2027-10-01"),
        ("quarter", "2027-12-31T23:00", "2027-10-01", "2028-01-01"),
    ],
)
def test_bounds_of_a_period(unit: str, at: str, begin: str, end: str) -> None:
    assert Period(unit, "UTC").around(unix(f"{at}+00:00")) == (unix(f"{begin}T00:00Z"), unix(f"{end}T00:00Z"))


def test_weekly_maintenance_begins_by_the_wall_clock() -> None:
    """Sunday 02:00 in winter and in summer."""
    window = Weekly(6 * 86_400 + 7_200, Duration.of("2h"), BERLIN)
    winter, summer = window.starts()
    assert datetime.fromtimestamp(winter, UTC).strftime("%A %H:%M") == "Sunday 01:00"
    assert datetime.fromtimestamp(summer, UTC).strftime("%A %H:%M") == "Sunday 00:00"


def test_tests_begin_outside_of_weekly_maintenance() -> None:
    """1970 began on a Thursday: one from 00:30 on moves them to Friday; one that leaves no room moves nothing."""
    mask = Duration.of("330s")
    thursday = Weekly(3 * 86_400 + 1_800, Duration.of("10m"), "UTC")
    assert quiet([thursday], mask) == 86_400
    assert quiet([Once(5, 9)], mask) == 0
    assert quiet([Weekly(day * 86_400 + 3_600, Duration.of("1h"), "UTC") for day in range(7)], mask) == 0


def test_several_windows_are_one_series() -> None:
    assert active([Once(5, 9), Once(7, 12)], Duration.of("1m")) == (
        "clamp_max(vector(time() >= bool 5) * vector(time() < bool 69)"
        " + vector(time() >= bool 7) * vector(time() < bool 72), 1)"
    )
