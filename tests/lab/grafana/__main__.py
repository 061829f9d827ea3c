"""Asks everything that a page asks: ``python -m tests.lab.grafana PAGE.json --sources datasources.yaml``.

Writes the answers, which the picture maker draws, to the file that ``--out`` names, and what came of each question to
standard output. The exit code is 1 where a question failed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tests.lab.grafana import answers, boards, sources


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    given = _parser().parse_args(arguments)
    board = boards.read(given.page)
    servers = dict(each.split("=", 1) for each in given.server)
    chosen: dict[str, list[str]] = {}
    for each in given.var:
        name, _, value = each.partition("=")
        chosen.setdefault(name, []).append(value)
    range_ = board.range(given.now or int(time.time() * 1000), given.from_, given.to)
    found = answers.of(boards.opened(board, sources.read(given.sources, servers), range_, chosen))
    if given.out:
        given.out.write_text(json.dumps(found.document(), ensure_ascii=False), "utf-8")
    report = found.report()
    sys.stdout.writelines(f"{outcome}\n" for outcome in report)
    return int(any(outcome.state == answers.ERROR for outcome in report))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.grafana", description=__doc__.split(":")[0])
    parser.add_argument("page", type=Path, help="a dashboard's JSON")
    parser.add_argument("--sources", type=Path, required=True, help="the provisioning file of data sources")
    parser.add_argument("--server", action="append", default=[], metavar="TYPE=URL", help="where a type listens")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="as var-NAME in an address")
    parser.add_argument(
        "--from", dest="from_", default="", help="as in an address; else what the page was saved with"
    )
    parser.add_argument("--to", default="")
    parser.add_argument("--now", type=int, default=0, help="ms since 1970; else the clock")
    parser.add_argument("--out", type=Path, help="where to write the answers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
