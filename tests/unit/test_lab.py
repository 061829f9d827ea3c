"""The lab's own parts, without its servers: ports, processes on a leash, files, and the cluster that is played."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import promql
from tests.lab import faults, files, ports
from tests.lab.cluster import deployment as deployments
from tests.lab.cluster.autoscaler import LATE, TARGET, Autoscaler
from tests.lab.cluster.deployment import Deployment
from tests.lab.cluster.exposed.pods import of_pod
from tests.lab.cluster.exposed.text import text
from tests.lab.cluster.pod import BROKEN_PROBE, NO_IMAGE, NO_NODE, Pod
from tests.lab.places import ROOT, Places
from tests.lab.process import LEASH, LabError, Process
from tests.unit.processes import alive, left

SERVE = """
import http.server, sys
address = "127.0.0.1", int(sys.argv[1])
http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def test_free_ports_are_free_and_differ() -> None:
    """Each can be listened on, none is given twice, and none is one of those that outgoing connections get."""
    found = ports.free(20)
    assert len(set(found)) == 20
    assert max(found) < 32_768
    for port in found:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", port))


def serving(tmp_path: Path, port: int) -> Process:
    return Process("serving", [sys.executable, "-c", SERVE, str(port)], f"http://127.0.0.1:{port}/", tmp_path)


def test_a_process_is_waited_for_and_stopped(tmp_path: Path) -> None:
    """It answers when the wait is over, and is gone after the stop, its port too."""
    (port,) = ports.free(1)
    process = serving(tmp_path, port)
    process.start()
    process.wait()
    pid = process.pid
    assert process.took > 0
    assert process.stop()
    assert not alive(pid)
    assert process.pid == 0
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))


def test_a_process_that_ends_at_its_start_says_why(tmp_path: Path) -> None:
    """The error holds its last words."""
    process = Process(
        "broken", [sys.executable, "-c", "import sys; sys.exit('no such thing')"], "http://x/", tmp_path
    )
    process.start()
    with pytest.raises(LabError, match="broken ended at its start:\nno such thing"):
        process.wait()


def test_a_port_that_another_program_has_is_no_readiness(tmp_path: Path) -> None:
    """Where somebody else answers on the port, the process is not taken for ready."""
    (port,) = ports.free(1)
    first = serving(tmp_path, port)
    first.start()
    first.wait()
    second = serving(tmp_path / "second", port)
    try:
        with pytest.raises(LabError, match="another program answers where serving should"):
            second.start()
    finally:
        assert first.stop()


def test_whoever_started_it_is_killed_and_it_ends(tmp_path: Path) -> None:
    """A lab that gets SIGKILL leaves no process behind."""
    code = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, sys.argv[1], sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "child = subprocess.Popen(command)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(LEASH)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        _wait_for_the_leash(child)
        os.kill(parent.pid, signal.SIGKILL)
    assert left([child]) == set()


def _wait_for_the_leash(pid: int) -> None:
    """Until it has become the program that it leashes."""
    end = time.monotonic() + 10
    while "leash" in Path(f"/proc/{pid}/cmdline").read_text("utf-8") and time.monotonic() < end:
        time.sleep(0.02)


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    """And is what was given at first while it is not there."""
    watched = files.Watched(tmp_path / "a.json", {})
    assert watched.get() == {}
    for value in ({"a": 1}, {"a": 2}):
        files.write(tmp_path / "a.json", value)
        os.utime(tmp_path / "a.json", ns=(value["a"], value["a"]))
        assert watched.get() == value


def test_faults_are_switched_together(tmp_path: Path) -> None:
    """Those that are named are on, and all others off; a name that is none is refused."""
    places = Places(tmp_path, {})
    switched = faults.Switched(places)
    assert not switched.on("rollout")
    faults.switch(places, "rollout")
    assert switched.on("rollout")
    os.utime(places.faults, ns=(1, 1))
    faults.switch(places, "errors")
    assert (switched.on("rollout"), switched.on("errors")) == (False, True)
    with pytest.raises(KeyError):
        faults.switch(places, "earthquake")


def test_an_autoscaler_comes_late_and_stops_at_its_ceiling() -> None:
    """Pods are added only when the metric was over its target for a while, and never more than allowed."""
    scaler = Autoscaler(2, 4)
    assert scaler.look(2 * TARGET, 2, now=0) == 2
    assert scaler.look(3 * TARGET, 2, now=10) == 2
    assert scaler.look(3 * TARGET, 2, now=10 + LATE - 1) == 2
    assert scaler.look(3 * TARGET, 2, now=10 + LATE) == 3
    assert scaler.look(9 * TARGET, 3, now=20 + 2 * LATE) == 4
    assert scaler.value == 3 * TARGET


def test_an_autoscaler_comes_down_again() -> None:
    """When the load is gone, but never below its floor."""
    scaler = Autoscaler(2, 4, wanted=4)
    assert scaler.look(TARGET, 4, now=0) == 2


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Two pods that want to be; their processes are not started."""
    monkeypatch.setattr(Pod, "start", lambda pod: None)
    found = Deployment(Places(tmp_path, {}), "checkout", 2, lambda *_: None)
    settle(found)
    return found


def settle(deployment: Deployment) -> None:
    """Steps until nothing changes any more; a pod that nothing ails is ready at once."""
    for _ in range(12):
        deployment.reconcile()
        for pod in deployment.pods:
            pod.ready = not pod.ails


def test_a_deployment_has_the_pods_that_are_wanted(checkout: Deployment) -> None:
    """As many as wanted, on both nodes."""
    assert [pod.ready for pod in checkout.pods] == [True, True]
    assert {pod.node for pod in checkout.pods} == set(deployments.NODES)


def test_a_revision_that_is_never_ready_stops_half_way(checkout: Deployment) -> None:
    """One old pod is kept, two new ones are not ready; taken back, all is as before."""
    before = checkout.newest
    checkout.roll_out(BROKEN_PROBE)
    settle(checkout)
    assert sorted((pod.ails, pod.ready) for pod in checkout.pods) == [("", True), *[(BROKEN_PROBE, False)] * 2]
    assert len(checkout.updated) == 2
    assert not checkout.stuck(checkout.newest.created + 10)
    assert checkout.stuck(checkout.newest.created + deployments.DEADLINE + 1)
    checkout.roll_back()
    settle(checkout)
    assert checkout.newest == before
    assert [(pod.revision, pod.ready) for pod in checkout.pods] == [(before.name, True)] * 2


def test_a_full_quota_lets_no_pod_come(checkout: Deployment) -> None:
    """A pod that is lost is not replaced."""
    checkout.full = True
    checkout.pods.pop()
    settle(checkout)
    assert len(checkout.pods) == 1
    assert not checkout.stuck(time.time() + deployments.DEADLINE)


def test_a_pod_waits_for_a_node_with_room(checkout: Deployment) -> None:
    """It is there and on no node, until one takes it."""
    checkout.no_room = True
    checkout.pods.pop()
    settle(checkout)
    assert [(pod.node, pod.waits, pod.ready) for pod in checkout.pods][1:] == [("", NO_NODE, False)]
    checkout.pods[1].place("node-2")
    settle(checkout)
    assert [(pod.node, pod.waits, pod.ready) for pod in checkout.pods][1:] == [("node-2", "", True)]


@pytest.mark.parametrize(
    ("ails", "told"),
    [
        (BROKEN_PROBE, {}),
        (NO_IMAGE, {"kube_pod_container_status_waiting_reason": NO_IMAGE}),
        (NO_NODE, {"kube_pod_status_unschedulable": ""}),
    ],
)
def test_what_a_pod_waits_for_is_told(tmp_path: Path, ails: str, told: dict[str, str]) -> None:
    """As kube-state-metrics does: there is no series where a pod does not wait."""
    pod = Pod(Places(tmp_path, {}), "checkout", "checkout-a-b", "checkout-a", "node-1", ails)
    waits = {
        name: labels.get("reason", "")
        for name, labels, value in of_pod(pod)
        if value and ("waiting" in name or "unschedulable" in name)
    }
    assert waits == told


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=30), max_size=3))
def test_whatever_a_label_holds_is_one_line_that_can_be_read_back(labels: dict[str, str]) -> None:
    """Quotes, backslashes and newlines are escaped as Prometheus reads them."""
    written = text([("metric", labels, 1.5)])
    assert written.endswith(" 1.5\n")
    assert written.count("\n") == 1
    promql.parse(written.removesuffix(" 1.5\n"))


def test_the_lab_speaks_of_services_that_it_has() -> None:
    """Each fault is in a service of the lab's own slo/."""
    known = {path.stem for path in (ROOT / "tests" / "lab" / "slo" / "shop").glob("*.yaml")}
    assert {fault.service for fault in faults.FAULTS.values()} <= known
