"""Go templates as Prometheus expands them: queries that cannot destroy a text, and user text that cannot query.

One failing or empty query destroys its whole annotation, so each stands inside ``with`` or ``range`` and has an
``else``; ``first`` stands only inside ``with``.
"""

from __future__ import annotations

import json
import re

from compiler import promql

LABEL = re.compile(r"\{\{\s*\$labels\.([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}")
_OWN, _END = "\ue000", "\ue001"
_ALERT_LABEL = re.compile(f'"{_OWN}([a-zA-Z_][a-zA-Z0-9_]*){_END}"')
SAFE_NAME = "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"
"""What a label value must match as a whole before it stands in a command."""


def escape(text: str) -> str:
    """User text for an annotation: ``{{`` is printed, not run, unless it names one label."""
    parts, at = [], 0
    for match in LABEL.finditer(text):
        parts += [_literal(text[at : match.start()]), match.group()]
        at = match.end()
    return "".join([*parts, _literal(text[at:])])


def _literal(text: str) -> str:
    """``{{`` printed, and a last ``{`` too, which an action behind it would make one of."""
    printed = text.replace("{{", '{{ "{{" }}')
    return printed[:-1] + '{{ "{" }}' if printed.endswith("{") else printed


def alert_label(name: str) -> str:
    """A value in a selector that stands for the alert's own label, until ``query`` writes it so."""
    return f"{_OWN}{name}{_END}"


def query(expr: str) -> str:
    """``query`` with its argument quoted; the expression is parsed here, for nobody else does before it fires.

    Raises:
        compiler.promql.PromqlError: it does not parse.
    """
    promql.check(expr)
    flat = re.sub(r"\s*\n\s*", " ", expr)  # a string holds no line break, so only layout goes
    labels = _ALERT_LABEL.findall(flat)
    if not labels:
        return f"query {go_string(flat)}"
    # %q quotes as Go does, which is how PromQL reads a string.
    form = _ALERT_LABEL.sub("%q", flat.replace("%", "%%"))
    return f"query (printf {go_string(form)} {' '.join(f'$labels.{name}' for name in labels)})"


def go_string(text: str) -> str:
    """A string of a Go template."""
    return f"`{text}`" if "`" not in text else json.dumps(text, ensure_ascii=False)


def labelled(parts: list[tuple[str, str]]) -> str:
    """Several expressions in one query: each gets its name as the label ``fact``.

    Args:
        parts: pairs of a name and an expression of at most one series.
    """
    return " or ".join(f'label_replace({expr}, "fact", {json.dumps(name)}, "", "")' for name, expr in parts)


def variables(*names: str) -> str:
    """Declares empty template variables."""
    return "".join(f'{{{{ ${name} := "" }}}}' for name in names)
