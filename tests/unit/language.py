"""What the tests of the language share: the command line in this process, and a folder of YAML to run it on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.cli import main
from compiler.diagnostics import Report, render
from compiler.model.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"

STACK = """\
apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: prod}
spec:
  cluster: prod-1
  urls:
    grafana: https://grafana.example.com
    runbooks: https://runbooks.example.com
    alertmanager: https://alertmanager.example.com
  prometheus: {retention: 100d}
  alertmanager:
    receivers: [{name: shop, email: {to: shop@example.com}}]
    routes: [{receiver: shop}]
"""
SERVICE = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {name: checkout}
spec:
  owner: {team: shop}
  workload: none
  slos:
    - name: availability
      objective: 99.9%
      sli:
        ratio:
          errors: http_requests_total{job="checkout",code=~"5.."}
          total: http_requests_total{job="checkout"}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command said and how it ended."""

    status: int
    stdout: str
    stderr: str


class Project:
    """A folder with slo/ in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.slo = folder / "slo"
        self.output = folder / "output"
        self.slo.mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.slo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def report(self) -> tuple[tuple[Catalog, ...], Report]:
        """What load, validate, resolve and check make of it, in this process."""
        report = Report()
        return pipeline.catalogs(self.slo, report), report

    def said(self, *codes: str) -> str:
        """The problems with these codes as people read them; all where none is named."""
        _, report = self.report()
        return render([d for d in report.sorted() if not codes or d.code in codes], "text", self.folder)

    def slo_command(self, *arguments: str, timeout: float = 60) -> Run:
        """``python -m compiler`` in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "compiler", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def files(self) -> dict[str, bytes]:
        """Every file of output/ with its bytes."""
        found = (path for path in self.output.rglob("*") if path.is_file())
        return {path.relative_to(self.output).as_posix(): path.read_bytes() for path in found}


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> Run:
    """``slo`` in this process, from its arguments to its exit status."""
    before = sys.argv
    sys.argv = ["slo", *arguments]
    try:
        with pytest.raises(SystemExit) as stopped:
            main()
    finally:
        sys.argv = before
    said = capsys.readouterr()
    return Run(int(str(stopped.value.code)), said.out, said.err)
