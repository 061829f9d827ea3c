"""The lab leaves nothing behind: no process and no port, when it is stopped, when it fails, when it is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab import programs
from tests.lab.asking import until
from tests.lab.lab import LabError, running
from tests.lab.places import ROOT
from tests.lab.process import LEASH

SHOP = 4
"""Pods that the cluster starts."""


def processes(folder: Path) -> list[int]:
    """Those that run and name the folder of a lab."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in path.read_bytes() and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def taken(folder: Path) -> list[str]:
    """The lab's ports on which somebody still listens."""
    ports: dict[str, int] = json.loads((folder / "places.json").read_text("utf-8"))
    found = []
    for name, port in ports.items():
        with socket.socket() as asked:
            asked.settimeout(1)
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                found.append(name)
    return found


@contextmanager
def started(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """``make lab``, which ends with the block, and with this process, however that ends."""
    command = [sys.executable, str(LEASH), sys.executable, "-u", "-m", "tests.lab"]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as lab:
        try:
            yield lab
        finally:
            lab.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_lab_that_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    """By being told to, from the keyboard, or by force."""
    with started(tmp_path) as lab:
        assert lab.stdout
        folder = Path(lab.stdout.readline().split(" in ")[1].rstrip().rstrip(":"))
        until("its pods", lambda: len(processes(folder / "pods")) + len(_pods(folder)) >= SHOP, 60)
        os.kill(lab.pid, number)
        lab.wait(60)
    until("all processes to be gone", lambda: not processes(folder), 30)
    if number != signal.SIGKILL:
        assert not folder.exists()
        assert lab.returncode == 0


def _pods(folder: Path) -> list[int]:
    return [pid for pid in processes(folder) if b"shop.service" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_nothing_is_left_of_a_lab_that_fails(tmp_path: Path) -> None:
    """One part does not start; those before it are stopped, and the error says which it was, with its last words."""
    broken = {**programs.find(), "otelcol": Path("/bin/false")}
    with pytest.raises(LabError, match="collector ended at its start"), running(broken, tmp_path / "lab"):
        pytest.fail("it runs")
    assert processes(tmp_path / "lab") == []
    assert taken(tmp_path / "lab") == []


def test_a_port_that_is_taken_is_no_server_of_this_lab(tmp_path: Path) -> None:
    """All ports that the lab had are free again, and it was asked of a lab that really had them."""
    folder = tmp_path / "lab"
    with running(programs.find(), folder) as lab:
        assert lab.died() == []
        assert {"prometheus", "loki", "jaeger", "alertmanager", "sink", "cluster"} <= set(taken(folder))
    time.sleep(0.2)
    assert taken(folder) == []
    assert lab.forced == []
