"""promtool on output/: every rule file and every unit test, and every file as its manifest says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from compiler import manifest
from compiler.diagnostics import Report, Span, ToolError
from compiler.verify.blame import Blame
from compiler.verify.tools import Answer, Tool, ending, promtool, run

_CHECK = ("check", "rules", "--lint=all", "--lint-fatal")
_TEST = ("test", "rules")
_SECONDS = {_CHECK: 120.0, _TEST: 600.0}
_TOGETHER = {_CHECK: 60, _TEST: 1}
"""Files that one run takes; where it finds something, each is run by itself."""
_FINDINGS = (1, 3)
"""How promtool ends where it found something; 3 is its linter."""
_SAID_ALREADY = re.compile(r"Checking \S+|\s*(FAILED:|SUCCESS.*)")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified, and by which tool."""

    rules: int
    tests: int
    tool: str


def verify_output(
    output: Path, slo: Path, jobs: int, report: Report, progress: Callable[[str], None] = lambda _: None
) -> Verified:
    """Check all that was published.

    Args:
        output: the folder of all stacks.
        slo: the user's folder, to which findings lead back; it need not be there.
        jobs: tools side by side.
        report: gets SLO210 for a finding of promtool, SLO211 for a file that is not what its manifest says.
        progress: is told how far it is.
    Raises:
        ToolError: there is no output, no promtool, or it hangs or fails.
    """
    if not manifest.owned(output).manifests:
        raise ToolError(f"there is nothing to verify in {output}; `slo build` comes first")
    for path in manifest.places(output):
        _as_published(path, report)
    tool, blame = promtool(), Blame(output, slo)
    rules, tests = (sorted(output.glob(f"*/*/*/{kind}/*.yaml")) for kind in ("rules", "tests"))
    runs = [*_portions(_CHECK, rules), *_portions(_TEST, tests)]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            for number, found in enumerate(pool.map(lambda each: _run(tool, *each), runs), 1):
                progress(f"{number:,} of {len(runs):,}")
                for path, answer in found:
                    _tell(tool, path, answer, blame, report)
        except BaseException:
            with ending():
                pool.shutdown(cancel_futures=True)
            raise
    return Verified(len(rules), len(tests), tool.name)


def _portions(command: tuple[str, ...], paths: Sequence[Path]) -> Iterator[tuple[tuple[str, ...], Sequence[Path]]]:
    size = _TOGETHER[command]
    for start in range(0, len(paths), size):
        yield command, paths[start : start + size]


def _run(tool: Tool, command: tuple[str, ...], paths: Sequence[Path]) -> list[tuple[Path, Answer]]:
    """The files in which the tool found something."""
    answer = run([str(tool.path), *command, *map(str, paths)], _SECONDS[command])
    if not answer.status:
        return []
    if answer.status not in _FINDINGS or answer.words.startswith(f"{tool.path.name}: error:"):
        raise ToolError(f"{tool.name} failed with status {answer.status}: {answer.short or 'not a word'}")
    if len(paths) == 1:
        return [(paths[0], answer)]
    return [found for path in paths for found in _run(tool, command, [path])]


def _tell(tool: Tool, path: Path, answer: Answer, blame: Blame, report: Report) -> None:
    found = blame.find(path, answer.words)
    lines = [line.expandtabs(4) for line in answer.short.splitlines() if not _SAID_ALREADY.fullmatch(line)]
    words = "\n".join(f"      {line.strip()}" if line == lines[0] else f"      {line}" for line in lines)
    source = f"it comes from {found.source}\n" if found.source else ""
    report.error("SLO210", f"{tool.name} finds a fault in {path}", found.span, f"{source}it says:\n{words}")


def _as_published(path: Path, report: Report) -> None:
    entries = manifest.read(path, "")
    if entries is None:
        report.error("SLO211", "is no manifest that can be read", Span(str(path)), "slo build writes it")
    for entry in entries or ():
        file = path.parent / entry.path
        if not file.is_file() or file.is_symlink():
            report.error("SLO211", "is missing", Span(str(file)), "slo build writes it")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != entry.sha256:
            report.error("SLO211", "was changed by hand", Span(str(file)), f"change {', '.join(entry.sources)}")
