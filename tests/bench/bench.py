"""How long a build takes, what memory it needs, and where the time goes.

    make bench
    python tests/bench/bench.py --services 100 500 --profile 0

Every service has two SLOs, availability and latency. Times are of the whole process; the peak is that of its
largest process.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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


def main() -> None:
    """Measure every size, then profile one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--profile", type=int, default=100, help="services in the profiled build; 0 for none")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    print(f"{'SLOs':>6} {'outputs':<8} {'wall s':>7} {'CPU s':>7} {'peak MiB':>9} {'files':>7} {'MiB':>6}")
    for number in chosen.services:
        for only in ("rules", ""):
            measure(number, only, chosen.jobs)
    if chosen.profile:
        profile(chosen.profile)


def write(folder: Path, number: int) -> None:
    """A slo/ of so many services."""
    (folder / "slo").mkdir()
    (folder / "slo" / "stack.yaml").write_text(STACK, "utf-8")
    for index in range(number):
        text = SERVICE.format(name=f"service-{index:05d}", team=index % 20)
        (folder / "slo" / f"{index:05d}.yaml").write_text(text, "utf-8")


def measure(number: int, only: str, jobs: int) -> None:
    """Build once in a process of its own and print a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, number)
        command = [sys.executable, "-m", "compiler", "build", "--jobs", str(jobs)]
        command += ["--only", only] if only else []
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        if status:
            sys.exit(f"the build of {number} services failed")
        files = [path for path in (folder / "output").rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 2**20
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        row = f"{2 * number:>6} {only or 'all':<8} {wall:>7.2f} {cpu:>7.2f} {peak:>9.0f}"
        print(f"{row} {len(files):>7} {size:>6.1f}")


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
