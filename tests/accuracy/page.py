"""The page that holds the tables: its words are written by hand, the tables between two marks by the measurement."""

from __future__ import annotations

import re
from pathlib import Path

MARKS = "<!-- {name}: made by {command} -->\n{text}<!-- end -->"


def put(page: Path, name: str, text: str, command: str) -> None:
    """Replace the tables of one chapter.

    Raises:
        ValueError: the page has no place for it.
    """
    before = page.read_text("utf-8")
    block = MARKS.format(name=name, command=command, text=text)
    after, number = re.subn(rf"<!-- {name}: .*?<!-- end -->", lambda _: block, before, flags=re.DOTALL)
    if number != 1:
        raise ValueError(f"{page.name} has {number} places for the tables of {name}, and one is needed")
    page.write_text(after, "utf-8")
