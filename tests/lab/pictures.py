"""``make pictures``: every compiled dashboard, drawn from what the lab's servers answer while a rollout fails.

The drawing is done by ``tools/preview``, with Grafana's own components; the answers are real ones. Pages are drawn
dark and light at a laptop's width with all of their rows opened, and the service page's first screen as it is seen
without scrolling.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.lab import programs
from tests.lab.asking import Asking, until
from tests.lab.grafana.destinations import Dashboard
from tests.lab.lab import Lab, LabError, running
from tests.lab.pages import Pages
from tests.lab.places import ROOT
from tests.lab.walk import Screen

PAGES = ("slo-overview", "slo-service", "slo-workload", "slo-platform", "slo-stack")
THEMES = ("dark", "light")
QUIET, FAILING = 240.0, 300.0
"""Seconds of an ordinary day, and of the fault, before the pages are opened."""
LAPTOP = {"width": 1366, "height": 768}


def main() -> int:
    """Draw them; 2 where the lab does not run or a page cannot be drawn."""
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures", help="the folder of the pictures")
    parser.add_argument("--fault", default="rollout")
    given = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="slo-lab-") as folder, running(programs.find(), Path(folder)) as lab:
            _live(lab, given.fault)
            return _draw(list(_jobs(Pages(lab.places), Path(folder), given.out)), Path(folder))
    except LabError as error:
        print(error, file=sys.stderr)
        return 2


def _live(lab: Lab, fault: str) -> None:
    """An ordinary day, then a fault, until the pages have something to tell of both."""
    asking = Asking(lab.places)
    until("events are recorded", lambda: asking.value('slo:total:rate5m{service="checkout",slo="lines"} > 0'), 180)
    time.sleep(QUIET)
    lab.switch(fault)
    time.sleep(FAILING)


def _jobs(pages: Pages, folder: Path, out: Path) -> Iterator[dict[str, Any]]:
    """Each page's answers are written down once, and drawn in both themes."""
    service = Screen.at(pages, Dashboard("slo-service", {"service": ("checkout",), "slo": ("availability",)}))
    traces = service.traces(22)
    longest = max(traces, key=lambda trace: (traces[trace], trace))
    chosen = {"service": ("checkout",), "slo": ("availability",), "trace": (longest,)}
    for uid in PAGES:
        data = folder / f"{uid}.json"
        screen = Screen.at(pages, Dashboard(uid, chosen, ("now-12m", "now")))
        data.write_text(json.dumps(screen.found.document()), "utf-8")
        board = pages.places.output / "platform" / "dashboards" / f"{uid}.json"
        for theme in THEMES:
            job = {"dashboard": str(board), "data": str(data), "theme": theme}
            yield {**job, "open": "all", "out": str(out / f"{uid}-{theme}.png")}
            if uid == "slo-service":
                yield {**job, **LAPTOP, "out": str(out / f"{uid}-first-screen-{theme}.png")}


def _draw(jobs: list[dict[str, Any]], folder: Path) -> int:
    listed = folder / "jobs.json"
    listed.write_text(json.dumps(jobs), "utf-8")
    command = [sys.executable, str(ROOT / "tools" / "preview" / "draw.py"), "--jobs", str(listed)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
