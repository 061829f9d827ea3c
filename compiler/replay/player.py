"""The program that plays: found, fed, and read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import ToolError
from compiler.replay.played import Played, read
from compiler.replay.scenario import Query, Scenario, lines
from compiler.units import Duration

_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Player:
    """The program, and how it plays.

    ``phase`` is how long after a multiple of its interval each group runs; where it is None, a hash of the group's
    name says so, as in a Prometheus. ``seconds`` is the longest that a play may take.
    """

    path: Path
    phase: Duration | None = None
    seconds: float = 600


def find() -> Player:
    """The program: from $REPLAY, ``slo-replay`` on PATH, or the newest one in the cache.

    Raises:
        ToolError: there is none; it says how to get it.
    """
    named = os.environ.get("REPLAY")
    if named:
        found = shutil.which(named)
        if not found:
            raise ToolError(f"$REPLAY is {named}, and there is no such program")
        return Player(Path(found))
    for path in _candidates():
        return Player(path)
    advice = "`python tools/install.py replay` in a checkout builds it; then set REPLAY to the path that it prints"
    raise ToolError(f"there is no slo-replay on PATH, nor one in the cache: {advice}")


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("slo-replay")
    if on_path:
        yield Path(on_path)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    built = (cache / "slo-compiler" / "tools").glob("replay-*/replay")
    yield from sorted(built, key=lambda path: path.stat().st_mtime, reverse=True)


def play(player: Player, rules: Sequence[Path], scenario: Scenario, queries: Sequence[Query] = ()) -> Played:
    """Play a scenario through rule files, which may be none, and ask the queries when it is over.

    Raises:
        ToolError: the program is missing, fails, or takes too long; with its own words.
    """
    with tempfile.TemporaryDirectory(prefix="slo-replay-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        status = _run(_command(player, rules, folder), lines(scenario, queries), (out, err), player.seconds)
        with out.open(encoding="utf-8") as said:
            played = read(said) if status == 0 else None
        if played is None:
            words = err.read_text("utf-8", errors="replace")[:_WORDS].strip()
            raise ToolError(f"{player.path.name} failed: {words or _short(status)}")
        return played


def _command(player: Player, rules: Sequence[Path], folder: str) -> list[str]:
    phase = [] if player.phase is None else ["-phase", f"{player.phase.milliseconds}ms"]
    return [str(player.path), "-data", f"{folder}/data", *phase, *map(str, rules)]


def _short(status: int) -> str:
    return f"ended by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}, another version?"


def _run(command: list[str], text: Iterable[str], files: tuple[Path, Path], seconds: float) -> int:
    """Feed it and wait; what it says goes to the files.

    Raises:
        ToolError: it cannot be run, or takes longer than ``seconds``.
    """
    with files[0].open("wb") as out, files[1].open("wb") as err:
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=err)
        except OSError as error:
            raise ToolError(f"{command[0]} cannot be run: {error.strerror}") from error
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, give_up)
    timer.start()
    try:
        _feed(process, text)
        status = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if late.is_set():
        raise ToolError(f"{Path(command[0]).name} did not come to its end within {seconds:g} s")
    return status


def _feed(process: subprocess.Popen[bytes], text: Iterable[str]) -> None:
    """Write until the program has enough: one that failed closes its end."""
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as pipe:
        for line in text:
            pipe.write(line.encode())
