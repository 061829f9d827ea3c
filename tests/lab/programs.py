"""The lab's programs: from PATH or from the cache, where they are built from their pinned modules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.lab.places import ROOT
from tests.lab.process import LabError

NAMES = ("prometheus", "alertmanager", "loki", "jaeger", "otelcol")


def find() -> Mapping[str, Path]:
    """Each program by name; what is missing is built.

    Raises:
        LabError: one cannot be had.
    """
    return {name: _found(name) for name in NAMES}


def _found(name: str) -> Path:
    if os.environ.get(name.upper()):
        return Path(os.environ[name.upper()])
    command = [sys.executable, str(ROOT / "tools" / "install.py"), name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise LabError(f"there is no {name}")
    return Path(done.stdout.strip())
