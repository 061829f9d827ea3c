"""Draws compiled dashboards from the answers to their queries, with Grafana's own components and no Grafana server.

``python tools/preview/draw.py --dashboard D.json --data A.json --theme dark --out D.png`` draws one picture,
``--jobs JOBS.json`` many in one browser. ``README.md`` here says what the answers look like, and what to believe of a
picture. Exit code 2 and a message where a query has no answer, a panel has no drawing, or a program is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run by its path, it finds its siblings all the same

from tools.preview.answers import check
from tools.preview.faults import PreviewError
from tools.preview.jobs import THEMES, WIDTH, Job, job, read_jobs
from tools.preview.programs import chromium, node
from tools.preview.workshop import workshop


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what is asked for; 2 where it cannot be drawn, or was drawn with a fault."""
    given = parser().parse_args(arguments)
    try:
        return draw(jobs_of(given))
    except (PreviewError, OSError) as error:
        print(f"tools/preview: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The options: those of one picture, or a file with many."""
    made = argparse.ArgumentParser(description="Draw compiled dashboards from the answers to their queries.")
    made.add_argument("--jobs", type=Path, help="a JSON list of pictures, each with the options below as keys")
    made.add_argument("--dashboard", help="a compiled dashboard")
    made.add_argument("--data", help="the answers to its queries")
    made.add_argument("--out", help="the PNG to write")
    made.add_argument("--theme", choices=THEMES, default="dark")
    made.add_argument("--width", type=int, default=WIDTH, help=f"pixels of the page, {WIDTH} unless given")
    made.add_argument("--height", type=int, help="cut the page at so many pixels: what one sees without scrolling")
    made.add_argument("--scale", type=int, default=1, help="pixels of the picture for each of the page")
    made.add_argument("--panel", type=int, help="draw this panel alone")
    made.add_argument("--open", metavar="all|ROW", help="draw folded rows opened: all, or the one with this id")
    return made


def jobs_of(given: argparse.Namespace) -> list[Job]:
    """The pictures that the options ask for.

    Raises:
        PreviewError: the options are not enough, or too many, for that.
    """
    if given.jobs:
        if given.dashboard or given.data or given.out:
            raise PreviewError("--jobs names everything: no --dashboard, --data or --out beside it")
        return read_jobs(given.jobs)
    return [job({field.name: getattr(given, field.name) for field in fields(Job)})]


def draw(jobs: Sequence[Job]) -> int:
    """Check every job, then draw them all in one browser; 2 where a drawing complained.

    Raises:
        PreviewError: a job cannot be drawn: then none is.
    """
    checked, faults = [], []
    for each in jobs:
        try:
            checked.append(check(each))
        except PreviewError as error:
            faults.append(str(error))
    if faults:
        raise PreviewError("\n".join(dict.fromkeys(faults)))
    browser, runner = chromium(), node()
    folder = workshop()
    for each in checked:
        each.out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch) / "jobs.json"
        listed.write_text(json.dumps([each.for_node() for each in checked]), "utf-8")
        command = [runner, str(folder / "render.mjs"), str(listed)]
        ran = subprocess.run(command, env={**os.environ, "CHROMIUM": browser}, stdin=subprocess.DEVNULL, check=False)
    return 2 if ran.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
