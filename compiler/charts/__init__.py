"""Which keys a chart knows: one index a chart version, made by tools/chart_keys.py from the chart's own values.

An index is a tree, one key a line, indented by a space a level; subcharts stand under their own key.
``*`` behind a key: what stands below it belongs to another program or is the user's, and is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

STACK = "kube-prometheus-stack"
LOKI = "loki"
OPEN = "*"
SUFFIX = ".keys"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys below a key; ``is_open`` where any may stand there."""

    below: dict[str, Keys] = field(default_factory=dict)
    is_open: bool = False

    def unknown(self, values: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
        """The paths in ``values`` that the chart does not know, or knows as something else than a map."""
        for name, value in values.items():
            found, here = self.below.get(name), (*path, name)
            if found is None:
                yield ".".join(here)
            elif not found.is_open:
                yield from found._inside(value, here)

    def _inside(self, value: Any, path: tuple[str, ...]) -> Iterator[str]:
        is_map = isinstance(value, Mapping)
        if is_map != bool(self.below):
            yield ".".join(path)
        elif is_map:
            yield from self.unknown(value, path)


@cache
def versions(chart: str = STACK) -> tuple[str, ...]:
    """The versions of a chart that there is an index of, oldest first."""
    pattern = re.compile(rf"{re.escape(chart)}-(\d+\.\d+\.\d+){re.escape(SUFFIX)}")
    found = (pattern.fullmatch(entry.name) for entry in files(__package__).iterdir())
    return tuple(sorted((match[1] for match in found if match), key=_as_numbers))


@cache
def keys(version: str, chart: str = STACK) -> Keys:
    """The keys of a chart's version; of the newest one known, where there is no index of that one."""
    known = versions(chart)
    chosen = version if version in known else known[-1]
    return read(files(__package__).joinpath(f"{chart}-{chosen}{SUFFIX}").read_text("utf-8"))


def read(text: str) -> Keys:
    """An index from its text; lines that begin with # are passed over."""
    root = Keys()
    trail = [root]
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name = line.lstrip(" ")
        depth = len(line) - len(name)
        made = Keys(is_open=name.endswith(OPEN))
        trail[depth].below[name.removesuffix(OPEN)] = made
        trail[depth + 1 :] = [made]
    return root


def write(values: Mapping[str, Any], is_open: Iterable[str] = ()) -> str:
    """The index of a chart's default values.

    Args:
        values: the defaults, those of subcharts under their own key.
        is_open: paths like ``alertmanager.config`` below which any key may stand, whatever the defaults say.
    Returns:
        The text that ``read`` takes.
    """
    return "".join(f"{line}\n" for line in _lines(values, frozenset(is_open), ()))


def _lines(values: Mapping[str, Any], is_open: frozenset[str], path: tuple[str, ...]) -> Iterator[str]:
    for name in sorted(values):
        value, here = values[name], (*path, name)
        free = ".".join(here) in is_open or value in ({}, [], None)
        yield f"{' ' * len(path)}{name}{OPEN if free else ''}"
        if isinstance(value, Mapping) and not free:
            yield from _lines(value, is_open, here)


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
