"""The driver of replay: what it writes, what it reads, and programs that only pretend."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import ToolError
from compiler.replay import player
from compiler.replay.played import Answer, Event, Failure, GroupCost, Series, read
from compiler.replay.player import Player, find, play
from compiler.replay.scenario import STALE, Gap, Query, Scenario, Step, lines
from compiler.units import Duration

END = {"kind": "end", "protocol": 1, "cpu": 0.5, "series": 3}
NOTHING = Scenario((), ())


def program(path: Path, body: str) -> Path:
    """A script that pretends to be replay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    path.chmod(0o755)
    return path


def printed(*said: object) -> list[str]:
    """Lines as the program prints them."""
    return [json.dumps(each) for each in said]


def test_a_scenario_is_written() -> None:
    """Series first, then when rules run, gaps, questions, and every instant with its samples."""
    scenario = Scenario(
        series=("up", 'a{b="c"}'),
        steps=(Step(1_700_000_000, {0: 1, 1: 2.5}), Step(1_700_000_030.25, {0: STALE}), Step(1_700_000_060, {})),
        gaps=(Gap(1_700_000_000, 1_700_000_900, scrapes=True), Gap(1.5, 2, group="checkout.fast")),
        deployed=1_700_000_010,
    )
    queries = (Query("sum(\n  up\n)", 1_700_000_060), Query("up", 1_700_000_060, 1_700_000_000, 0.5))
    assert "".join(lines(scenario, queries)) == (
        "S up\n"
        'S a{b="c"}\n'
        "D 1700000010000\n"
        "G 1700000000000 1700000900000 all\n"
        "G 1500 2000 rules checkout.fast\n"
        "Q 1700000060000 sum(   up )\n"
        "R 1700000000000 1700000060000 500 up\n"
        "T 1700000000000\n0 1\n1 2.5\n"
        "T 1700000030250\n0 stale\n"
        "T 1700000060000\n"
    )


@given(st.floats(allow_nan=False))
def test_values_keep_every_bit(value: float) -> None:
    """A value is written so that reading it gives the same float."""
    *_, sample = lines(Scenario(("a",), (Step(0, {0: value}),)))
    assert float(sample.split()[-1]) == value


@given(st.integers(0, 10**13))
def test_times_keep_every_millisecond(milliseconds: int) -> None:
    """Whole milliseconds survive as seconds in a float."""
    assert list(lines(Scenario((), (Step(milliseconds / 1000, {}),)))) == [f"T {milliseconds}\n"]


def test_everything_is_read() -> None:
    """Alerts, failures, answers and costs become records."""
    labels = {"alertname": "A", "severity": "page"}
    alert = {"kind": "alert", "at": 1500, "state": "firing", "before": "pending", "group": "g", "labels": labels}
    played = read(
        printed(
            alert | {"annotations": {"summary": "Oh"}},
            alert | {"annotations": {}, "state": "inactive", "before": "firing", "at": 2500},
            {"kind": "failure", "at": 3000, "group": "g", "rule": "r", "message": "no"},
            {"kind": "group", "name": "g", "evaluations": 2, "rules": 3, "cpu": 0.25, "samples": 7, "written": 5},
            {"kind": "answer", "error": "", "series": [{"labels": {}, "points": [[1000, "1"], [2000, "NaN"]]}]},
            {"kind": "answer", "error": "bad", "series": []},
            END,
        )
    )
    assert played is not None
    fired = Event(1.5, "firing", "pending", "g", labels, {"summary": "Oh"})
    resolved = Event(2.5, "inactive", "firing", "g", labels, {})
    assert played.events == (fired, resolved)
    assert (played.fired("A", severity="page"), played.resolved("A")) == ((fired,), (resolved,))
    assert (played.fired("B"), played.fired(severity="ticket")) == ((), ())
    assert played.failures == (Failure(3.0, "g", "r", "no"),)
    assert played.groups == {"g": GroupCost(2, 3, 0.25, 7, 5)}
    assert (played.cpu, played.series) == (0.5, 3)
    assert played.answers[0].series[0].points[0] == (1.0, 1.0)
    assert math.isnan(played.answers[0].series[0].value)
    assert played.answers[1] == Answer((), "bad")


@pytest.mark.parametrize("said", [[], printed({**END, "protocol": 2})])
def test_an_end_is_needed(said: list[str]) -> None:
    """Without the last line, or with that of another version, nothing counts as played."""
    assert read(said) is None


def test_one_value() -> None:
    """The value of an answer is that of its only series; none is None; several, or an error, are refused."""
    one = Series({}, ((0.0, 1.0), (1.0, 2.0)))
    assert (Answer((one,)).value, Answer(()).value) == (2.0, None)
    for wrong in (Answer((one, one)), Answer((), "parse error")):
        with pytest.raises(ValueError, match=r"parse error|2 series"):
            _ = wrong.value


def test_the_variable_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$REPLAY is used, and never passed over where it names nothing."""
    monkeypatch.setenv("REPLAY", str(program(tmp_path / "mine", "exit 0")))
    assert find() == Player(tmp_path / "mine")
    monkeypatch.setenv("REPLAY", str(tmp_path / "none"))
    with pytest.raises(ToolError, match=r"\$REPLAY is .*none, and there is no such program"):
        find()


def test_path_then_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable slo-replay on PATH is used, else the newest in the cache, else it says what to do."""
    monkeypatch.delenv("REPLAY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ToolError, match=r"python tools/install\.py replay"):
        find()
    cached = [program(tmp_path / f"cache/slo-compiler/tools/replay-{key}/replay", "exit 0") for key in ("b", "a")]
    os.utime(cached[1], (time.time() + 60,) * 2)
    assert find().path == cached[1]
    on_path = program(tmp_path / "bin" / "slo-replay", "exit 0")
    assert find().path == on_path


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo 'line 1, x: not understood' >&2; exit 1", "failed: line 1, x: not understood"),
        ("exit 3", "failed: exit status 3"),
        ("kill -9 $$", "failed: ended by SIGKILL"),
        (f"cat >/dev/null; echo '{json.dumps({**END, 'protocol': 9})}'", "another version"),
    ],
)
def test_failures_are_told(tmp_path: Path, body: str, message: str) -> None:
    """A program that fails is told with its own words, however much it was still to be fed."""
    steps = (Step(at, {0: 1}) for at in range(50_000))
    with pytest.raises(ToolError, match=message):
        play(Player(program(tmp_path / "replay", body)), (), Scenario(("up",), steps))


def test_it_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """A program that hangs is ended."""
    slow = Player(program(tmp_path / "replay", "exec sleep 60"), seconds=0.2)
    begin = time.monotonic()
    with pytest.raises(ToolError, match=r"did not come to its end within 0.2 s"):
        play(slow, (), NOTHING)
    assert time.monotonic() - begin < 10


def test_no_such_program(tmp_path: Path) -> None:
    """A program that is not there is a message."""
    with pytest.raises(ToolError, match="cannot be run: No such file"):
        play(Player(tmp_path / "none"), (), NOTHING)


def test_the_command(tmp_path: Path) -> None:
    """The program gets its phase, a folder for its storage, which is gone afterwards, and the rule files."""
    said = tmp_path / "said"
    fake = program(tmp_path / "replay", f"cat >/dev/null; echo $* > {said}; echo '{json.dumps(END)}'")
    play(Player(fake, phase=Duration.of("7s")), (Path("a.yaml"), Path("b.yaml")), NOTHING)
    words = said.read_text("utf-8").split()
    assert (words[0], words[2:]) == ("-data", ["-phase", "7000ms", "a.yaml", "b.yaml"])
    assert not Path(words[1]).parent.exists()


def test_it_does_not_outlive_a_fault_of_ours(tmp_path: Path) -> None:
    """Where the steps raise, the program is ended and the error goes on."""
    note = tmp_path / "pid"

    def steps() -> object:
        yield Step(0, {})
        while not note.exists() or not note.read_text("utf-8").strip():
            time.sleep(0.01)
        raise RuntimeError("out of samples")

    fake = Player(program(tmp_path / "replay", f"echo $$ > {note}; exec sleep 60"))
    with pytest.raises(RuntimeError, match="out of samples"):
        play(fake, (), Scenario((), steps()))  # type: ignore[arg-type]
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text("utf-8")), 0)


def test_the_protocol_is_that_of_the_program() -> None:
    """Both sides name the same version."""
    source = Path(player.__file__).parents[2] / "tools" / "replay" / "report.go"
    assert "const protocol = 1\n" in source.read_text("utf-8")
