"""Pictures to draw: what, from which answers, how, and where to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tools.preview.faults import PreviewError

THEMES = ("dark", "light")
WIDTH = 1440
"""Pixels: the width of a laptop's screen."""
NUMBERS = ("width", "height", "scale", "panel")


@dataclass(frozen=True)
class Job:
    """One picture.

    Attributes:
        dashboard: a compiled dashboard, as JSON.
        data: the answers to its queries, as README.md says.
        out: the PNG to write.
        theme: ``dark`` or ``light``.
        width: pixels of the page.
        height: pixels of the page that are drawn, from its top; None for all.
        scale: pixels of the picture for each of the page.
        panel: the id of the one panel to draw; None for the page.
        open: which folded rows are opened: ``all``, or the id of one.
    """

    dashboard: Path
    data: Path
    out: Path
    theme: str = "dark"
    width: int = WIDTH
    height: int | None = None
    scale: int = 1
    panel: int | None = None
    open: str | None = None

    def for_node(self) -> dict[str, Any]:
        """As ``render.mjs`` reads it; its paths hold from any folder."""
        return {
            key: str(value.absolute()) if isinstance(value, Path) else value for key, value in asdict(self).items()
        }


def job(given: Mapping[str, Any]) -> Job:
    """A job from its keys, checked.

    Raises:
        PreviewError: a key is missing or unknown, or its value is of no use.
    """
    known = [field.name for field in fields(Job)]
    wrong = [key for key in given if key not in known]
    missing = [key for key in ("dashboard", "data", "out") if not given.get(key)]
    if wrong or missing:
        raise PreviewError(
            f"a job lacks {' and '.join(missing)}" if missing else f"a job has no {wrong[0]!r}: its keys are {known}"
        )
    made = Job(**{**given, **{key: Path(given[key]) for key in ("dashboard", "data", "out")}})
    if made.theme not in THEMES:
        raise PreviewError(f"{made.out}: the theme {made.theme!r} is neither dark nor light")
    for key in NUMBERS:
        value = getattr(made, key)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise PreviewError(f"{made.out}: {key} is {value!r}, which is no whole number above 0")
    return made


def read_json(path: Path) -> Any:
    """A JSON file.

    Raises:
        PreviewError: it is not there, or not JSON.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise PreviewError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise PreviewError(f"{path}: not JSON: {error}") from None


def read_jobs(path: Path) -> list[Job]:
    """The list of jobs in a file; paths in it are as seen from the folder where the command runs.

    Raises:
        PreviewError: the file is not such a list.
    """
    given = read_json(path)
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise PreviewError(f"{path}: not a list of jobs")
    return [job(each) for each in given]
