"""The benchmark measures what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import bench

HOLD = "import time; block = bytearray(60 << 20); time.sleep(0.5)"
TREE = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}]); sum(range(3_000_000))"


@pytest.mark.slow
def test_whole_tree() -> None:
    """Memory and CPU time are those of the process and of all that it starts, not of who started it."""
    own = bytearray(b"1") * (300 << 20)
    child = subprocess.Popen([sys.executable, "-c", TREE])
    peak, status, cpu = bench.watch(child.pid)
    assert status == 0
    assert 60 < peak < 200 < len(own) >> 20
    assert cpu > 0.02


@pytest.mark.slow
def test_row() -> None:
    """A row holds the size that was asked for, and what came out: five files a service, three of the stack itself."""
    row = bench.measure(3, "rules", 1)
    assert (row.services, row.output, row.files) == (3, "rules", 3 * 5 + 3)
    assert 0 < row.cpu < 20
    assert 10 < row.peak < 500
    assert str(row).split()[:2] == ["6", "rules"]


def test_verdicts() -> None:
    """Targets are judged by wall time and memory, growth by CPU time."""
    rows = [bench.Row(100, "all", 1, 2, 50, 0, 0), bench.Row(500, "all", 16, 11, 100, 0, 0)]
    assert list(bench.verdicts(rows)) == [
        "all: 16.0 s of 15 s, 100 MiB of 1024: MISSED",
        "all: 5.0 times the services, 5.5 times the CPU time",
    ]
    (met, _) = bench.verdicts([rows[0], bench.Row(500, "all", 14, 11, 100, 0, 0)])
    assert met == "all: 14.0 s of 15 s, 100 MiB of 1024: met"


def test_output_is_not_named_twice(tmp_path: Path) -> None:
    """The services of the benchmark have names of their own, and two SLOs each."""
    bench.write(tmp_path, 3)
    texts = [path.read_text("utf-8") for path in sorted((tmp_path / "slo").glob("0*.yaml"))]
    assert len({text.split("\n")[2] for text in texts}) == 3
    assert {text.count("objective:") for text in texts} == {2}
