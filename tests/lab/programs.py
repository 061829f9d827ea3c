"""The lab's programs: from PATH or from the cache, where they are built from their pinned modules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.lab.process import LabError
from tools import install
from tools.pins import ToolError, read_tool

NAMES = ("prometheus", "alertmanager", "loki", "jaeger", "otelcol")


def find() -> Mapping[str, Path]:
    """Each program by name; what is missing is built.

    Raises:
        LabError: one cannot be had.
    """
    try:
        return {name: install.find(read_tool(name), os.environ) for name in NAMES}
    except (ToolError, OSError) as error:
        raise LabError(str(error)) from None
