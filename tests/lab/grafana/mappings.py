"""Value mappings: the texts that a panel shows in place of values.

Source: ``valueMappings.ts`` of @grafana/data.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.lab.grafana import options
from tests.lab.grafana.formats import shown

Options = Mapping[str, Any]


def mapped(mappings: Sequence[Mapping[str, Any]], cell: Any) -> str | None:
    """The text of the first mapping that fits a cell and has one; None where there is none."""
    for mapping in mappings:
        result = _KINDS[mapping["type"]](mapping["options"], cell)
        if result is not None:
            return result.get("text")
    return None


def _value(known: Options, cell: Any) -> Options | None:
    return None if cell is None else known.get(shown(cell))


def _range(known: Options, cell: Any) -> Options | None:
    if not isinstance(cell, (int, float)):
        return None
    low, high = known.get("from"), known.get("to")
    inside = (low is None or cell >= low) and (high is None or cell <= high)
    return known["result"] if inside else None


def _regex(known: Options, cell: Any) -> Options | None:
    """The text may hold groups of the expression, ``$1``."""
    pattern = options.pattern(known["pattern"]).regex
    if not isinstance(cell, str) or not pattern.search(cell):
        return None
    result: Options = known["result"]
    if result.get("text") is None:
        return result
    text = re.sub(r"\$(\d+)", r"\\g<\1>", result["text"].replace("\\", "\\\\"))
    return {**result, "text": pattern.sub(text, cell, count=1)}


def _special(known: Options, cell: Any) -> Options | None:
    number = isinstance(cell, float) and math.isnan(cell)
    fits = {
        "null": cell is None,
        "nan": number,
        "null+nan": cell is None or number,
        "true": cell is True,
        "false": cell is False,
        "empty": cell == "",
    }
    return known["result"] if fits[known["match"]] else None


_KINDS: dict[str, Callable[[Options, Any], Options | None]] = {
    "value": _value,
    "range": _range,
    "regex": _regex,
    "special": _special,
}
