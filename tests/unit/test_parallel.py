"""Work side by side: order, failures, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compiler.diagnostics import ToolError
from compiler.parallel import side_by_side
from tests.unit.processes import left
from tests.unit.trees import failed, killed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("jobs", [1, 2, 5, 64])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 41])
def test_order(jobs: int, number: int) -> None:
    """Every result comes once, in order, however many processes there are."""
    found: list[int] = []
    side_by_side(lambda index: index * index, number, jobs, found.append)
    assert found == [index * index for index in range(number)]


def test_uneven() -> None:
    """A slow first one does not change the order."""
    found: list[int] = []
    side_by_side(lambda index: time.sleep(0.2 * (index == 0)) or index, 40, 2, found.append)
    assert found == list(range(40))


def test_large_results() -> None:
    """Results larger than a pipe holds come through."""
    found: list[int] = []
    side_by_side(lambda _: b"x" * 300_000, 24, 2, lambda result: found.append(len(result)))
    assert found == [300_000] * 24


def test_other_processes() -> None:
    """Two jobs are other processes, one job is this one."""
    for jobs, same in ((1, {True}), (2, {False})):
        found: list[bool] = []
        own = os.getpid()
        side_by_side(lambda _, own=own: os.getpid() == own, 8, jobs, found.append)
        assert set(found) == same


@pytest.mark.parametrize("jobs", [1, 2])
def test_failure(jobs: int) -> None:
    """An error of the work is the error here, as it was."""
    with pytest.raises(OSError, match="No space left on device") as caught:
        side_by_side(lambda index: failed() if index == 30 else index, 40, jobs, lambda _: None)
    assert caught.value.errno == 28


def test_failure_says_where() -> None:
    """A bug in a process brings its traceback along."""
    with pytest.raises(ZeroDivisionError) as caught:
        side_by_side(lambda index: 1 // (index - 5), 40, 2, lambda _: None)
    assert "in test_failure_says_where" not in str(caught.value)
    assert any("1 // (index - 5)" in note for note in caught.value.__notes__)


def test_killed() -> None:
    """A process that is killed is told, not waited for."""
    with pytest.raises(ToolError, match="a process of the build ended with signal 9"):
        side_by_side(lambda index: killed() if index == 20 else index, 40, 2, lambda _: None)


def test_ends_early() -> None:
    """A process that ends by itself is told too."""
    with pytest.raises(ToolError, match="ended with status 3"):
        side_by_side(lambda index: os._exit(3) if index == 20 else index, 40, 2, lambda _: None)


SLOW = """
import os, sys, time
from compiler.parallel import side_by_side
def work(index):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(0.2)
side_by_side(work, 4000, 2, lambda _: None)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left(how: signal.Signals) -> None:
    """However the parent is stopped, its processes end with the portion they are at, and say nothing of it."""
    parent = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    children: set[int] = set()
    while len(children) < 2:
        children.add(int(parent.stdout.readline()))
    parent.send_signal(how)
    _, said = parent.communicate(timeout=30)
    assert said.count("Traceback") == (how is signal.SIGINT)
    assert left(children) == set()
