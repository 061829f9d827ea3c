"""promtool on output/: every rule file and every unit test, and every file as its manifest says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compiler.diagnostics import Report, Span, ToolError
from compiler.verify.tools import promtool, run

_CHECK_SECONDS = 120
_TEST_SECONDS = 600


def verify_output(output: Path, jobs: int, report: Report) -> int:
    """Check all that was published.

    Args:
        output: the folder of all stacks.
        jobs: tools side by side.
        report: gets SLO210 for a finding of promtool, SLO211 for a file that is not what the manifest says.
    Returns:
        How many rule files and test files were read.
    Raises:
        ToolError: there is no output, no promtool, or it hangs.
    """
    services = sorted(path.parent for path in output.glob("*/services/*/manifest.json"))
    if not services:
        raise ToolError(f"there is nothing to verify in {output}; `slo build` comes first")
    for manifest in sorted(output.glob("**/manifest.json")):
        _as_published(manifest, report)
    tool = promtool()
    commands = list(_commands(str(tool), services))
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for found in pool.map(lambda item: _one(*item), commands):
            report.extend(found.items)
    return len(commands)


def _commands(tool: str, services: list[Path]) -> Iterator[tuple[Path, list[str], float]]:
    for folder in services:
        rules = sorted(str(path) for path in folder.glob("rules/*.yaml"))
        if rules:
            yield folder, [tool, "check", "rules", "--lint=all", "--lint-fatal", *rules], _CHECK_SECONDS
        for test in sorted(folder.glob("tests/*.yaml")):
            yield test, [tool, "test", "rules", str(test)], _TEST_SECONDS


def _one(place: Path, command: list[str], seconds: float) -> Report:
    report = Report()
    answer = run(command, seconds)
    if answer.status:
        report.error("SLO210", f"promtool {command[1]} rules found:\n{answer.words}", Span(str(place)))
    return report


def _as_published(manifest: Path, report: Report) -> None:
    for name, entry in json.loads(manifest.read_text("utf-8"))["files"].items():
        path = manifest.parent / name
        if not path.is_file():
            report.error("SLO211", "is missing", Span(str(path)), "slo build writes it")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            report.error("SLO211", "was changed by hand", Span(str(path)), f"change {', '.join(entry['sources'])}")
