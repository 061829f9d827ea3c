"""Which of PyYAML's parsers reads: libyaml where PyYAML was built with it, else PyYAML's own, held to the same."""

from __future__ import annotations

import yaml


class StrictLoader(yaml.SafeLoader):
    """PyYAML's own parser, which by itself reads ``{a:}`` and ``[a:[b]]``; libyaml refuses both.

    It refuses what libyaml reads as well: a ``?`` in a text without quotes in { } or [ ].
    """

    def scan_plain(self) -> yaml.ScalarToken:
        """The next text without quotes.

        Raises:
            yaml.scanner.ScannerError: as libyaml, for a colon before what begins or ends a part of { } or [ ].
        """
        token = super().scan_plain()
        if self.flow_level and self.peek() == ":" and self.peek(1) in ",[]{}":
            raise yaml.scanner.ScannerError(
                "while scanning a plain scalar", token.start_mark, "found unexpected ':'", token.end_mark
            )
        return token


LOADER = getattr(yaml, "CSafeLoader", StrictLoader)
