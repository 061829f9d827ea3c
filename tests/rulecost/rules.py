"""The rules of so many SLOs, as each of the three writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import Report
from compiler.pipeline import Request, build
from tests.accuracy import peers
from tests.accuracy.subject import STACK

JOBS = 4
"""Services whose metrics there are; SLOs beyond that read the same metrics."""
OURS, SLOTH, SLOTH_MINUTE, PYRRA, NONE = "ours", "sloth", "sloth, every minute", "pyrra", "none"
SERVICE = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {{name: {name}}}
spec:
  slos:
    - name: availability
      objective: 99.9%
      sli:
        ratio:
          errors: http_requests_total{{job="{job}",code=~"5.."}}
          total: http_requests_total{{job="{job}"}}
"""


@dataclass(frozen=True, slots=True)
class Slo:
    """One of them: its service has its name."""

    name: str
    job: str


def slos(number: int) -> list[Slo]:
    """So many."""
    return [Slo(f"s{n:03}", f"job-{n % JOBS}") for n in range(number)]


def write(who: str, number: int, folder: Path) -> list[Path]:
    """Its rule files for so many SLOs, the same 99.9 % over 30 d for all.

    Raises:
        RuntimeError: the compiler found an error.
    """
    return {NONE: _none, OURS: _ours}.get(who, _peer)(who, slos(number), folder)


def _none(who: str, wanted: list[Slo], folder: Path) -> list[Path]:
    return []


def _ours(who: str, wanted: list[Slo], folder: Path) -> list[Path]:
    return compiled({slo.name: SERVICE.format(name=slo.name, job=slo.job) for slo in wanted}, folder)


def compiled(services: Mapping[str, str], folder: Path) -> list[Path]:
    """The rule files of services, whose documents are given by name.

    Raises:
        RuntimeError: the compiler found an error.
    """
    (folder / "slo").mkdir()
    (folder / "slo" / "stack.yaml").write_text(STACK, "utf-8")
    for name, text in services.items():
        (folder / "slo" / f"{name}.yaml").write_text(text, "utf-8")
    report = Report()
    if build(Request(folder / "slo", folder / "output", only=("rules",)), report) is None:
        raise RuntimeError("\n".join(f"{d.span}: {d.message}" for d in report.items))
    return sorted((folder / "output").rglob("rules/*.yaml"))


def _peer(who: str, wanted: list[Slo], folder: Path) -> list[Path]:
    return [peers.write(folder / "peer.json", [group for slo in wanted for group in _groups(who, slo)])]


def _groups(who: str, slo: Slo) -> Iterator[tuple[str, int, list[peers.Rule]]]:
    if who == PYRRA:
        yield from peers.pyrra(slo.name, slo.job)
    else:
        yield from peers.sloth(slo.name, slo.job, interval=60 if who == SLOTH_MINUTE else 30)
