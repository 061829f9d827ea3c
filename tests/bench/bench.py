"""How long a build takes, what memory it needs, and where the time goes.

    make bench
    python -m tests.bench.bench --services 100 500 --profile 0

Every service has two SLOs, availability and latency. Times are of the whole process tree, the peak is the sum of
its memory with shared pages counted once, sampled ten times a second.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.model.stack import OUTPUTS

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"rules": 5.0, "all": 15.0}
"""Seconds for 1,000 SLOs on two cores."""
MEMORY = 1024
"""MiB for any size that is measured."""
STACK = """\
apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: prod}
spec:
  cluster: prod-1
  kubeContext: prod-1
  urls:
    grafana: https://grafana.example.com
    runbooks: https://runbooks.example.com
    alertmanager: https://alertmanager.example.com
  prometheus: {retention: 35d}
  logs: {store: loki}
  traces: {store: jaeger}
"""
SERVICE = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {{name: {name}}}
spec:
  owner: {{team: team-{team}}}
  workload: {{namespace: shop, deployment: {name}, autoscaler: {name}}}
  logs: {{selector: {{namespace: shop, app: {name}}}}}
  traces: {{service: {name}}}
  slos:
    - name: availability
      objective: 99.9%
      sli:
        ratio:
          errors: http_requests_total{{job="{name}",code=~"5.."}}
          total: http_requests_total{{job="{name}"}}
    - name: latency
      objective: 99%
      sli:
        latency: {{histogram: http_request_duration_seconds, selector: 'job="{name}"', threshold: 300ms}}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One build."""

    services: int
    output: str
    wall: float
    cpu: float
    peak: float
    files: int
    size: float

    def __str__(self) -> str:
        slos = 2 * self.services
        times = f"{self.wall:>7.2f} {self.cpu:>7.2f} {1000 * self.cpu / slos:>7.2f}"
        return f"{slos:>6} {self.output:<10} {times} {self.peak:>8.0f} {self.files:>7} {self.size:>6.1f}"


def main() -> None:
    """Measure every size, then profile one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--outputs", nargs="+", default=["rules", "all"], choices=[*OUTPUTS, "all", "each"])
    parser.add_argument("--profile", type=int, default=100, help="services in the profiled build; 0 for none")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    outputs = [*OUTPUTS, "all"] if "each" in chosen.outputs else chosen.outputs
    print(
        f"{'SLOs':>6} {'output':<10} {'wall s':>7} {'CPU s':>7} {'ms/SLO':>7} {'peak MiB':>8} {'files':>7} {'MiB':>6}"
    )
    rows = []
    for number in chosen.services:
        for output in outputs:
            rows.append(measure(number, output, chosen.jobs))
            print(rows[-1], flush=True)
    print("\n".join(verdicts(rows)))
    if chosen.profile:
        profile(chosen.profile)


def verdicts(rows: list[Row]) -> Iterator[str]:
    """What was asked for and what was measured; and how CPU time grows with size."""
    for row in rows:
        if row.services == 500 and row.output in TARGETS:
            most = TARGETS[row.output]
            met = "met" if row.wall <= most and row.peak <= MEMORY else "MISSED"
            yield f"{row.output}: {row.wall:.1f} s of {most:.0f} s, {row.peak:.0f} MiB of {MEMORY}: {met}"
    for first, last in ((a, b) for a in rows for b in rows if a.output == b.output and a.services < b.services):
        size, cost = last.services / first.services, last.cpu / first.cpu
        yield f"{first.output}: {size:.1f} times the services, {cost:.1f} times the CPU time"


def write(folder: Path, number: int) -> None:
    """A slo/ of so many services."""
    (folder / "slo").mkdir()
    (folder / "slo" / "stack.yaml").write_text(STACK, "utf-8")
    for index in range(number):
        text = SERVICE.format(name=f"service-{index:05d}", team=index % 20)
        (folder / "slo" / f"{index:05d}.yaml").write_text(text, "utf-8")


def measure(number: int, output: str, jobs: int) -> Row:
    """Build once in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, number)
        command = [sys.executable, "-m", "compiler", "build", "--jobs", str(jobs)]
        command += ["--only", output] if output != "all" else []
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        peak, status, cpu = watch(child.pid)
        wall = time.perf_counter() - start
        if status:
            sys.exit(f"the build of {number} services failed")
        files = [path for path in (folder / "output").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 2**20
        return Row(number, output, wall, cpu, peak, len(files), size)


def watch(process: int) -> tuple[float, int, float]:
    """Wait for it: the peak of its tree's memory in MiB, its status, and the CPU time of the tree."""
    peak = 0.0
    while True:
        ended, status, usage = os.wait4(process, os.WNOHANG)
        if ended:
            # Its ru_maxrss is no help: it begins with the memory of whoever started it.
            return peak, status, usage.ru_utime + usage.ru_stime
        peak = max(peak, sum(memory(each) for each in tree(process)) / 1024)
        time.sleep(0.1)


def tree(process: int) -> Iterator[int]:
    """A process and all below it."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def memory(process: int) -> int:
    """Its share of memory in KiB, pages that it shares divided by those that share them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def profile(number: int) -> None:
    """Where the time of a build goes, in this process."""
    sys.path.insert(0, str(ROOT))
    from compiler.diagnostics import Report
    from compiler.pipeline import Request, build

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, number)
        profiler = cProfile.Profile()
        profiler.enable()
        build(Request(folder / "slo", folder / "output"), Report())
        profiler.disable()
    print(f"\nprofile of {2 * number} SLOs, one process:")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
