"""A build's cost grows as slo/ does, and no faster."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.diagnostics import Report
from tests.bench import bench

FEW, MANY = 50, 200
WARM = 5


@pytest.fixture
def build(tmp_path: Path) -> Callable[[int], None]:
    """Build so many services of the benchmark, in this process."""

    def run(number: int) -> None:
        folder = tmp_path / f"{number}"
        if not folder.exists():
            folder.mkdir()
            bench.write(folder, number)
        request = pipeline.Request(folder / "slo", folder / "output", only=("rules",))
        report = Report()
        assert pipeline.build(request, report) is not None, report.sorted()

    run(WARM)
    return run


@pytest.mark.slow
def test_time(build: Callable[[int], None]) -> None:
    """Four times the services need less than five times the CPU time; another try where the machine was busy."""

    def seconds(number: int) -> float:
        start = time.process_time()
        build(number)
        return time.process_time() - start

    ratios = []
    for _ in range(4):
        ratios.append(seconds(MANY) / seconds(FEW))
        if ratios[-1] < 5:
            return
    pytest.fail(f"{MANY} services need {ratios} times the CPU time of {FEW}")


@pytest.mark.slow
def test_calls(build: Callable[[int], None]) -> None:
    """Four times the services make about four times the calls, which no busy machine changes."""

    def calls(number: int) -> int:
        profiler = cProfile.Profile()
        profiler.enable()
        build(number)
        profiler.disable()
        return int(pstats.Stats(profiler).total_calls)  # type: ignore[attr-defined]

    assert 3 < calls(MANY) / calls(FEW) < 4.4
