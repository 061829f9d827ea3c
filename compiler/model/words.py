"""Shapes of single values that many records share."""

from __future__ import annotations

from compiler.shapes import Choice, MapOf, Quantity, Text
from compiler.units import Duration, Ratio, UnitError

DNS_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
DNS_SUBDOMAIN = r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"
LABEL_NAME = r"[a-zA-Z_][a-zA-Z0-9_]*"

NAME = Text("a name of lower case letters, digits and dashes", DNS_LABEL, "like checkout-api", 63)
OBJECT_NAME = Text("the name of a Kubernetes object", DNS_SUBDOMAIN, "like checkout", 253)
WORD = Text("a word", r"[A-Za-z0-9_][-A-Za-z0-9_.]*", longest=100)
URL = Text("an https address", r"https://[^\s{}<>\"'`\\]+", "like https://grafana.example.com", 2_000)
SECRET_KEY = Text("the key inside a Secret", r"[-._a-zA-Z0-9]+", longest=253)
LABELS = MapOf(Text("a label's value", longest=300), LABEL_NAME, "a label name of letters, digits and underscores")


def _days(text: str) -> Duration:
    window = Duration.of(text)
    if window.milliseconds % 86_400_000 or not 1 <= window.seconds // 86_400 <= 366:
        raise UnitError(f"a window is a whole number of days from 1d to 366d, {text} is not", "30d")
    return window


def _positive(text: str) -> Duration:
    duration = Duration.of(text)
    if not duration.milliseconds:
        raise UnitError("a duration of nothing", "write it like 30s, 5m, 1h30m or 30d")
    return duration


_DURATION_PATTERN = r"^(?=\d)(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$"
DURATION = Quantity(_positive, "a duration like 300ms, 5m or 30d", {"type": "string", "pattern": _DURATION_PATTERN})
PAUSE = Quantity(Duration.of, "a duration like 0s or 5m", {"type": "string", "pattern": _DURATION_PATTERN})
DAYS = Quantity(_days, "a window like 30d", {"type": "string", "pattern": _DURATION_PATTERN})
PERCENT = Quantity(
    Ratio.percent,
    "a percentage like 99.9%",
    {
        "anyOf": [
            {"type": "number", "minimum": 1, "exclusiveMaximum": 100},
            {"type": "string", "pattern": r"^\s*(?=[^%]*[1-9])\d{1,2}(\.\d*)?\s*%?\s*$"},
        ]
    },
)
REACTION = Choice(("page", "ticket", "ignore"))
