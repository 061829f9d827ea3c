"""What every test may use."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from compiler.replay import player as replay
from compiler.verify import tools

# CI draws the same cases each time, so that a change fails by what it changed; elsewhere each run draws others.
settings.register_profile("any machine", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("any machine")
# A shell lets what it runs in the background ignore Ctrl-C, and so would every program that is started from here.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-goldens`` writes what is instead of comparing with what was."""
    parser.addoption("--update-goldens", action="store_true", help="write the golden files anew")


@pytest.fixture(autouse=True)
def as_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed is as wide as where it goes to no terminal, whatever the tests themselves run in."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a committed file."""
    update = bool(request.config.getoption("--update-goldens"))

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"no golden file {path}; write it with `make goldens` and read it"
        assert path.read_text("utf-8") == text

    return compare


@pytest.fixture(scope="session")
def promtool() -> str:
    """The path of promtool; where there is none, the tests that need it fail and say how to get it."""
    return str(tools.promtool().path)


@pytest.fixture(scope="session")
def player() -> replay.Player:
    """What plays series through rules; where there is none, the tests that need it fail and say how to get it."""
    return replay.find()
