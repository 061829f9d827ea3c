"""Values to YAML text: block style, texts of several lines as literal blocks, nothing wrapped, no alias.

PyYAML needs ten times as long for the same text, most of a build. What may stand unquoted is still its resolver's
word, and a property test reads back what is written here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

_RESOLVER = Resolver()
_UNPRINTABLE = r"\x7f-\x9f\ufeff\u2028\u2029\ud800-\udfff"
_PLAIN = re.compile(rf"[A-Za-z0-9_/$(+](?:[^:#\x00-\x1f{_UNPRINTABLE}]|:(?! |$)|(?<! )#)*(?<! )")
"""Text that no indicator, comment or line break makes something else outside a flow collection."""
_LITERAL = re.compile(rf"(?! |\n)[^\x00-\x09\x0b-\x1f{_UNPRINTABLE}]*(?<!\n)\n?")
"""Text that a literal block keeps: it begins with no space, and holds no control character."""
_CONTROL = re.compile(rf"[\x00-\x1f{_UNPRINTABLE}]")
_ESCAPED = re.compile(rf"[\x00-\x1f{_UNPRINTABLE}\"\\]")
_OTHERWISE_READ = re.compile(
    r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?0[xXoObB][0-9a-fA-F_]+|[yYnN]"
)
"""Numbers and truth values of YAML 1.2 and of Go's parser, which PyYAML takes for text."""
_PAD = "  "
_NESTED = (dict, list, tuple, Mapping)
"""What becomes a block; the usual kinds first, for asking the last one costs ten times as much."""
_LISTS = (list, tuple)
"""By name: ``list | tuple`` would be made anew at each question."""


def to_yaml(value: Any) -> str:
    """YAML of mappings, lists, texts, finite numbers, booleans and None; keys in the order given.

    Raises:
        TypeError: another type, or a number that is none, is in it.
    """
    if not isinstance(value, _NESTED) or not value:
        return f"{_inline(value)}\n"
    lines: list[str] = []
    _block(value, "", "", lines)
    lines.append("")
    return "\n".join(lines)


def _block(value: Any, head: str, pad: str, lines: list[str]) -> None:
    """Add the lines of a mapping or list that is not empty; nested generators would cost a step a level for each.

    Args:
        value: the mapping or list.
        head: what stands before its first key or dash.
        pad: what stands before the others, spaces as many.
        lines: where to add them.
    """
    if isinstance(value, _LISTS):
        _sequence(value, head, pad, lines)
    else:
        _mapping(value, head, pad, lines)


def _mapping(value: Mapping[str, Any], head: str, pad: str, lines: list[str]) -> None:
    for key, item in value.items():
        name = f"{head}{scalar(key)}:"
        head = pad
        if isinstance(item, str) and "\n" not in item:  # most lines are such: they take no step more
            lines.append(f"{name} {scalar(item)}")
        elif isinstance(item, _NESTED) and item:
            lines.append(name)
            inner = pad if isinstance(item, _LISTS) else pad + _PAD
            _block(item, inner, inner, lines)
        else:
            _leaf(name, item, pad, lines)


def _sequence(value: Iterable[Any], head: str, pad: str, lines: list[str]) -> None:
    inner = pad + _PAD
    for item in value:
        if isinstance(item, _NESTED) and item:
            _block(item, f"{head}- ", inner, lines)
        else:
            _leaf(f"{head}-", item, pad, lines)
        head = pad


def _leaf(head: str, value: Any, pad: str, lines: list[str]) -> None:
    if not isinstance(value, str) or "\n" not in value or not _LITERAL.fullmatch(value):
        lines.append(f"{head} {_inline(value)}")
        return
    lines.append(f"{head} |" if value.endswith("\n") else f"{head} |-")
    lines += [f"{pad}{_PAD}{line}" if line else "" for line in value.removesuffix("\n").split("\n")]


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if value is None:
        return "null"
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping | list | tuple) and not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    raise TypeError(f"no YAML for {type(value).__name__}")


def _float(value: float) -> str:
    """Read back exactly; a mantissa without a point is text to YAML 1.1."""
    if not math.isfinite(value):
        raise TypeError(f"no YAML for {value}")
    mantissa, letter, exponent = repr(value).partition("e")
    return f"{mantissa}.0e{exponent}" if letter and "." not in mantissa else repr(value)


@lru_cache(maxsize=65_536)
def scalar(text: str) -> str:
    """One line of text, quoted where it would else be read as something else."""
    if _PLAIN.fullmatch(text) and _resolves_to_text(text):
        return text
    if _CONTROL.search(text):
        return '"' + _ESCAPED.sub(_escape, text) + '"'
    return "'" + text.replace("'", "''") + "'"


def _resolves_to_text(text: str) -> bool:
    tag: str = _RESOLVER.resolve(ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return tag.endswith(":str") and not _OTHERWISE_READ.fullmatch(text)


def _escape(match: re.Match[str]) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return known.get(match[0]) or f"\\u{ord(match[0]):04x}"
