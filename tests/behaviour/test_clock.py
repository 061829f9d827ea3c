"""Local time as Prometheus evaluates it: around every switch of the clock, and through whole years."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

from compiler.clock import local
from compiler.clock.maintenance import Weekly
from compiler.clock.period import Period
from compiler.clock.zone import zone
from compiler.units import Duration

pytestmark = pytest.mark.slow

ZONES = (
    *("UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Santiago", "America/Nuuk"),
    *("Australia/Sydney", "Asia/Kathmandu", "Asia/Jerusalem"),
)
_DAY = 86_400
_YEARS = 3 * 365 * _DAY
NEAR = (-3_601, -3_600, -61, -1, 0, 1, 59, 3_599, 3_600)


def moments(name: str) -> list[int]:
    """Every third day of three years, the moments around each switch, and two days of a new year."""
    found = set(range(0, _YEARS, 3 * _DAY + 1_020)) | set(range(364 * _DAY, 366 * _DAY, 1_800))
    before = zone(name).offset(0)
    for time in range(0, _YEARS, 900):
        offset = zone(name).offset(time)
        if offset != before:
            found |= {time + near for near in NEAR}
            before = offset
    return sorted(found)


def asked(expr: str, at: int, value: float) -> dict[str, object]:
    return {"expr": expr, "eval_time": f"{at}s", "exp_samples": [{"labels": "{}", "value": value}]}


def failures(promtool: str, folder: Path, cases: Iterable[list[dict[str, object]]]) -> str:
    """What promtool says of expressions that need no rules."""
    tests = [{"interval": "1d", "input_series": [], "promql_expr_test": case} for case in cases]
    file = folder / "clock.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [], "evaluation_interval": "90d", "tests": tests}), "utf-8")
    done = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, timeout=300, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()


def test_offsets(promtool: str, tmp_path: Path) -> None:
    """The offset of every zone is that of its rule, to the second of each switch."""
    cases = [[asked(local.offset(zone(n)), t, zone(n).offset(t)) for t in moments(n)] for n in ZONES]
    assert failures(promtool, tmp_path, cases) == ""


@pytest.mark.parametrize("unit", ["week", "month", "quarter"])
def test_periods(unit: str, promtool: str, tmp_path: Path) -> None:
    """How much of a period is over, how long it is, and that its number changes where it ends and nowhere else."""
    cases = [list(_of_period(Period(unit, name))) for name in ZONES[:4]]
    assert failures(promtool, tmp_path, cases) == ""


def _of_period(period: Period) -> Iterator[dict[str, object]]:
    for time in moments(period.zone):
        offset = zone(period.zone).offset(time)
        now = f"vector(time() + {offset})"
        begin, end = period.around(time + offset)
        over = time + offset - begin
        yield asked(period.elapsed(now), time, over if period.unit == "week" else over // 60 * 60)
        yield asked(period.length(now), time, end - begin)
        alike = f"({period.number(now)}) == bool ({period.number('vector({0:.0f})')})"
        for other, same in ((begin - 1, 0), (begin, 1), (end - 1, 1), (end, 0)):
            yield asked(alike.format(other), time, same)


def test_weekly_maintenance(promtool: str, tmp_path: Path) -> None:
    """Active from its beginning by the wall clock on, for as long as it lasts and the mask, winter and summer."""
    mask = Duration.of("330s")
    cases = []
    for name in ZONES:
        window = Weekly(6 * _DAY + 7_200, Duration.of("2h"), name)
        expr, lasts = window.active(mask), window.seconds + mask.seconds
        for start in window.starts():
            near = ((-1, 0), (0, 1), (lasts - 1, 1), (lasts, 0))
            cases.append([asked(expr, start + later, value) for later, value in near])
    assert failures(promtool, tmp_path, cases) == ""
