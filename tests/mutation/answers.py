"""promtool's answers, kept on disk: what was answered once, in this run or an earlier one, is not asked again.

A question is a digest of promtool's own path, which names its sources, and of the rules and the tests without their
names. So a changed rule or a changed test is a new question, and a run that was interrupted goes on where it was.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


def default() -> Path:
    """Where they are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "slo-compiler" / "mutation-answers"


@dataclass
class Answers:
    """A file of lines: ``+`` for a test that passed or ``-`` for one that did not, and the question."""

    path: Path | None = None
    asked: int = 0
    shared: int = 0
    """How many questions had been answered before."""
    _known: dict[str, bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        if self.path and self.path.is_file():
            lines = self.path.read_text("utf-8").splitlines()
            self._known = {line[1:]: line[0] == "+" for line in lines if len(line) == 65}  # the last may be cut off

    def get(self, question: str, ask: Callable[[], bool]) -> bool:
        """The answer that is known; else promtool is asked."""
        if question in self._known:
            self.shared += 1
            return self._known[question]
        answer = ask()
        with self._lock:
            self.asked += 1
            self._known[question] = answer
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(f"{'+' if answer else '-'}{question}\n")
        return answer
