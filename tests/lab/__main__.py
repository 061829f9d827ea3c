"""``make lab``: starts the lab, says where everything is, switches faults as it is told, and stops with Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.lab import programs
from tests.lab.faults import FAULTS
from tests.lab.lab import Lab, LabError, running

SHOWN = ("prometheus", "alertmanager", "loki", "jaeger", "cluster")


def main() -> int:
    """Run until stopped; 2 where it cannot start."""
    parser = argparse.ArgumentParser(prog="make lab", description=__doc__)
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS, help="switched on from the start")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with tempfile.TemporaryDirectory(prefix="slo-lab-") as folder, running(programs.find(), Path(folder)) as lab:
            lab.switch(*given.fault)
            _tell(lab)
            _obey(lab)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _tell(lab: Lab) -> None:
    print(f"The lab runs in {lab.places.folder}:")
    for name in SHOWN:
        print(f"  {name:<13} {lab.places.url(name)}")
    print("Faults; type their names to switch them on and all others off, nothing to switch all off:")
    for name, fault in FAULTS.items():
        print(f"  {name:<16} {fault.service}: {fault.does}")
    print("Ctrl-C stops it.", flush=True)


def _obey(lab: Lab) -> None:
    """Read faults from standard input; without one, wait to be stopped."""
    for line in sys.stdin:
        wrong = [name for name in line.split() if name not in FAULTS]
        if wrong:
            print(f"no such fault: {', '.join(wrong)}", flush=True)
        else:
            lab.switch(*line.split())
            print(f"on: {' '.join(line.split()) or 'none'}", flush=True)
    signal.pause()


if __name__ == "__main__":
    sys.exit(main())
