"""Small files that one process writes and others read while it does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, value: Any) -> None:
    """Write a JSON document; a reader sees the old one or the new one, whole."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(value), "utf-8")
    fresh.replace(path)


class Watched:
    """A JSON document that is read again when it has changed."""

    def __init__(self, path: Path, otherwise: Any) -> None:
        self._path, self._value, self._seen = path, otherwise, 0

    def get(self) -> Any:
        """As it is now; the value given at first where there is none yet."""
        try:
            seen = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return self._value
        if seen != self._seen:
            self._value, self._seen = json.loads(self._path.read_text("utf-8")), seen
        return self._value
