"""LogQL's signs, one after the other: what the grammar of the tests reads."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<number>(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy]|[KMGTP]i?B|[kKMGTP]B|B))+|\d+(?:\.\d+)?(?:e[-+]?\d+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|--|[|{}()\[\],=<>+*/%^-]))""",
    re.VERBOSE,
)


class Reader:
    """Reads from left to right, one token at a time."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.kind, self.token = "", ""
        self.next()

    def next(self) -> str:
        """The present token; the one behind it becomes the present one."""
        before, rest = self.token, self.text[self.at :]
        found = _TOKEN.match(rest)
        if not found and rest.strip():
            raise ValueError(f"no sign of LogQL: {rest.strip()[:30]!r}")
        self.kind = found.lastgroup or "" if found else ""
        self.token = found[self.kind] if found else ""
        self.at += found.end() if found else len(rest)
        return before

    def fail(self, wanted: str) -> ValueError:
        """What was wanted in the place of the present token."""
        return ValueError(
            f"{wanted} is wanted where {self.token or 'the end'!r} stands, up to {self.text[: self.at]!r}"
        )

    def take(self, *tokens: str) -> str:
        """The present token, which must be one of these and no string."""
        if self.kind == "string" or self.token not in tokens:
            raise self.fail(" or ".join(tokens))
        return self.next()

    def skip(self, *tokens: str) -> bool:
        """Whether the present token is one of these; if so it is passed."""
        if self.kind != "string" and self.token in tokens:
            self.next()
            return True
        return False

    def a(self, kind: str) -> str:
        """The present token, which must be of a kind."""
        if self.kind != kind:
            raise self.fail(f"a {kind}")
        return self.next()

    def listed(self, one: Callable[[], object], end: str) -> int:
        """Things between commas up to a closing sign; how many there were."""
        count = 0
        while not self.skip(end):
            if count:
                self.take(",")
            one()
            count += 1
        return count
