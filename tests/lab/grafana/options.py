"""The options of a variable: from what a data source answered, by regular expression and order.

Source: ``metricNamesToVariableValues`` and ``CustomVariable`` of @grafana/scenes 8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


@dataclass(frozen=True)
class Option:
    """One of the values that may be chosen."""

    value: str
    text: str


@dataclass(frozen=True)
class Pattern:
    """A regular expression of a variable."""

    regex: re.Pattern[str]
    all: bool
    """Whether it has the flag ``g``: every match of a text counts, not the first."""

    def matches(self, text: str) -> list[re.Match[str]]:
        """Its matches, up to an empty one."""
        found: list[re.Match[str]] = []
        for match in self.regex.finditer(text):
            found.append(match)
            if not self.all or not match[0]:
                break
        return found


def pattern(written: str) -> Pattern:
    """``/…/flags``, or a text that has to match as a whole.

    Raises:
        ValueError: it is no regular expression.
    """
    if not written.startswith("/"):
        return Pattern(compiled(f"^{written}$", ""), False)
    parts = re.fullmatch(r"/(.*?)/(g?i?m?y?s?)", written, re.DOTALL)
    if not parts:
        raise ValueError(f"{written!r} is not a valid regular expression")
    return Pattern(compiled(parts[1], parts[2]), "g" in parts[2])


def compiled(written: str, flags: str) -> re.Pattern[str]:
    """JavaScript's notation in Python's: named groups differ, and ``$`` does not match before a last line break.

    Args:
        written: without slashes.
        flags: any of ``gimysu``.
    """
    ours = re.sub(r"\(\?<(?![=!])", "(?P<", written)
    if "m" not in flags:
        ours = re.sub(r"(?<!\\)((?:\\\\)*)\$", r"\1\\Z", ours)
    return re.compile(ours, sum(_FLAGS.get(flag, 0) for flag in flags))


def found(names: Sequence[str], regex: str, order: int) -> list[Option]:
    """The options of a query: each name as its regular expression cuts it, without doubles, in order."""
    cut = pattern(regex) if regex else None
    options = [option for name in names for option in (_cut(name, cut) if cut else [Option(name, name)])]
    first: dict[str, Option] = {}
    for option in options:
        first.setdefault(option.value, option)
    return ordered(list(first.values()), order)


def _cut(name: str, by: Pattern) -> list[Option]:
    matches = by.matches(name)
    if not matches:
        return []
    value, text = _group(matches, "value"), _group(matches, "text")
    if value or text:
        return [Option(value or text, text or value)]
    with_group = [match for match in matches if match.re.groups]
    if not with_group:
        return [Option(name, name)]
    taken = matches if len(matches) > 1 else with_group
    return [Option(match[1] or "", match[1] or "") for match in taken]


def _group(matches: Sequence[re.Match[str]], name: str) -> str:
    """The first match's named group that is not empty."""
    return next((found for match in matches if (found := match.groupdict().get(name))), "")


def ordered(options: list[Option], order: int) -> list[Option]:
    """Options in the order of Grafana's ``sort``: 0 is as they came, odd is up, even is down."""
    if not order:
        return options
    keys: dict[int, Callable[[Option], object]] = {
        1: lambda option: option.text,
        3: _number,
        5: lambda option: option.text.lower(),
        7: _natural,
    }
    up = sorted(options, key=keys[order if order % 2 else order - 1])  # type: ignore[arg-type]
    return up if order % 2 else up[::-1]


def _number(option: Option) -> int:
    digits = re.search(r"\d+", option.text)
    return int(digits[0]) if digits else -1


def _natural(option: Option) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", option.text.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def listed(query: str) -> list[Option]:
    """The options of a custom variable: ``a, text : value, with\\, comma``."""
    options = []
    for each in re.findall(r"(?:\\,|[^,])+", query):
        text = each.replace("\\,", ",")
        pair = re.fullmatch(r"\s*(.+)\s:\s(.+)", text)
        label, value = (pair[1], pair[2]) if pair else (text, text)
        options.append(Option(value.strip(), label.strip()))
    return options
