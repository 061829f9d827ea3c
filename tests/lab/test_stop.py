"""The lab leaves nothing behind: no process and no port, when it is stopped, when it fails, when it is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sized
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.lab import programs
from tests.lab.asking import until
from tests.lab.lab import LabError, running
from tests.lab.places import ROOT, Places
from tests.lab.process import LEASH
from tests.lab.servers import loki

SHOP = 4
"""Pods that the cluster starts."""
CLIENTS, WARM = 4, 500
"""Who asks a server all the while, and answers after which they do so quickly enough to hit the moment of its end."""


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
def asked_all_the_while(url: str, body: object) -> Iterator[Sized]:
    """Clients who ask again as soon as they have an answer, until the block is left; their answers."""
    over, answers = threading.Event(), list[bytes]()
    data = None if body is None else json.dumps(body).encode()

    def client() -> None:
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        while not over.is_set():
            with suppress(OSError), urllib.request.urlopen(request, timeout=30) as answer:
                answers.append(answer.read())

    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in range(CLIENTS):
            clients.submit(client)
        try:
            yield answers
        finally:
            over.set()


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


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/otlp/v1/logs", {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "a line"}}]}]}]}),
        ("/loki/api/v1/query?query=count_over_time({service_name=~%22.%2B%22}[1m])", None),
    ],
    ids=["lines", "questions"],
)
def test_loki_ends_in_the_midst_of_requests(tmp_path: Path, path: str, body: object) -> None:
    """It would wait for those that came while it was ending, which nobody answers any more."""
    places = Places.new(tmp_path)
    server = loki.server(programs.find()["loki"], places)
    server.start()
    try:
        server.wait()
        with asked_all_the_while(f"{places.url('loki')}{path}", body) as answers:
            until("answers", lambda: len(answers) > WARM, 60, 0.05)
            assert server.stop()
    finally:
        server.stop()
