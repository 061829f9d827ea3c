"""The outside programs that draw: Node with npm, and Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping

from tools.preview.faults import PreviewError

NODE = 20
"""The oldest major release of Node that will do."""
NODE_HOW = "Debian 13 has it: apt-get install --no-install-recommends nodejs npm"
CHROMIUM_HOW = (
    "Debian has it: apt-get install --no-install-recommends chromium; or name another Chromium or Chrome in $CHROMIUM"
)
SECONDS = 20.0


def node() -> str:
    """The path of a Node that is new enough.

    Raises:
        PreviewError: there is none on PATH, or it is too old.
    """
    found = shutil.which("node")
    if not found:
        raise PreviewError(f"there is no node on PATH, and drawing needs Node {NODE} or newer. {NODE_HOW}")
    try:
        said = subprocess.run(
            [found, "--version"], capture_output=True, text=True, timeout=SECONDS, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PreviewError(f"{found} --version does not answer: {error}") from None
    version = re.match(r"v(\d+)\.", said)
    if not version or int(version[1]) < NODE:
        raise PreviewError(
            f"{found} is Node {said.strip() or 'of an unknown version'}: {NODE} or newer is needed. {NODE_HOW}"
        )
    return found


def npm() -> str:
    """The path of npm.

    Raises:
        PreviewError: there is none on PATH.
    """
    found = shutil.which("npm")
    if not found:
        raise PreviewError(f"there is no npm on PATH, which installs what draws. {NODE_HOW}")
    return found


def chromium(environment: Mapping[str, str] = os.environ) -> str:
    """The path of the browser: the one that ``$CHROMIUM`` names, else ``chromium`` on PATH.

    Raises:
        PreviewError: there is none.
    """
    named = environment.get("CHROMIUM")
    found = shutil.which(named or "chromium")
    if not found:
        what = f"$CHROMIUM is {named}, and there is no such program" if named else "there is no chromium on PATH"
        raise PreviewError(f"{what}. {CHROMIUM_HOW}")
    return found
