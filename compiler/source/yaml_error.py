"""What a YAML parser's complaint means to whoever wrote the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """A complaint in plain words; ``at_context`` where it is about what was begun, not where it was noticed."""

    words: str
    hint: str = ""
    at_context: bool = False


_QUOTE = "put the whole text between single quotes"
_FLOW = "a text that holds { } [ ] or a comma needs single quotes"
_SECOND = "a text that holds ': ' needs single quotes"
_COLON = "write ': ', or put the whole text between single quotes"
_KNOWN = (
    ("not allowed", Explanation("a second ': ' or '- ' where a text stands, or a wrong indentation", _SECOND)),
    ("expected ',' or '}'", Explanation("this map in { } is not closed, or its parts lack a comma", _FLOW, True)),
    ("expected ',' or ']'", Explanation("this list in [ ] is not closed, or its parts lack a comma", _FLOW, True)),
    ("end of stream", Explanation("this quote is not closed", "", True)),
    ("unknown escape", Explanation("\\ begins no such escape between double quotes", _QUOTE)),
    ("hexdecimal", Explanation("\\ begins no such escape between double quotes", _QUOTE)),
    ("hexadecimal", Explanation("\\ begins no such escape between double quotes", _QUOTE)),
    ("expected <document start>", Explanation("something is left over here", "one document ends where --- stands")),
    ("incompatible YAML document", Explanation("this version of YAML is not read", "remove the line")),
    ("unexpected ':'", Explanation("a key in { } or [ ] without a space behind its ':'", _COLON, True)),
    ("could not find expected ':'", Explanation("a key without ': ' behind it", "", True)),
)
_MISPLACED = ("expected key", "expected '-' indicator", "expected <block end>")
_INDENTED = Explanation("this line is indented as nothing above it is")
_BEHIND = Explanation("something stands behind an ended text", "a quote inside single quotes is written twice: ''")


def explain(problem: str, before: str, character: str) -> Explanation:
    """The meaning of a complaint; the parser's own words where it is a rare one.

    Args:
        problem: as either parser of PyYAML says it.
        before: what stands on the line before the place where it was noticed.
        character: what stands there.
    """
    if "cannot start any token" in problem:
        return _start(character)
    if any(part in problem for part in _MISPLACED):
        return _BEHIND if before.strip() else _INDENTED
    return next((known for part, known in _KNOWN if part in problem), Explanation(problem))


def _start(character: str) -> Explanation:
    if character == "\t":
        return Explanation("a tab where spaces indent", "indent with spaces")
    return Explanation(f"a text without quotes cannot begin with {character!r}", _QUOTE)
