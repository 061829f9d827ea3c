"""Shapes of single values that many records share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from compiler.clock import zone as zones
from compiler.diagnostics import nearest
from compiler.shapes import Choice, JsonSchema, MapOf, Quantity, Text
from compiler.units import Duration, Ratio, UnitError

NOTHING: Mapping[str, str] = MappingProxyType({})
DNS_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
DNS_SUBDOMAIN = r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"
LABEL_NAME = r"[a-zA-Z_][a-zA-Z0-9_]*"

NAME = Text("a name of lower case letters, digits and dashes", DNS_LABEL, "like checkout-api", 63)
OBJECT_NAME = Text("the name of a Kubernetes object", DNS_SUBDOMAIN, "like checkout", 253)
WORD = Text("a word", r"[A-Za-z0-9_][-A-Za-z0-9_.]*", longest=100)
URL = Text("an https address", r"https://[^\s{}<>\"'`\\]+", "like https://grafana.example.com", 2_000)
SECRET_KEY = Text("the key inside a Secret", r"[-._a-zA-Z0-9]+", longest=253)


def _underscored(name: str) -> str:
    """The nearest label name: ``my-label`` as ``my_label``."""
    plain = re.sub(r"[^a-zA-Z0-9_]", "_", name)
    return f"_{plain}" if plain[:1].isdigit() else plain or "_"


LABEL = Text("a label's name", LABEL_NAME, "letters, digits and underscores, like my_region", 100)

LABELS = MapOf(
    Text("a label's value", longest=300),
    LABEL_NAME,
    "a label name of letters, digits and underscores",
    _underscored,
)


def _days(text: str) -> Duration:
    if re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise UnitError(f"{text!r} is no duration", f"write {text}d")
    window = Duration.of(text)
    if window.milliseconds % 86_400_000 or not 1 <= window.seconds // 86_400 <= 366:
        raise UnitError(f"a window is a whole number of days from 1d to 366d, {text} is not", "write it like 30d")
    return window


def _positive(text: str) -> Duration:
    duration = Duration.of(text)
    if not duration.milliseconds:
        raise UnitError(f"a duration above zero is needed, {text} is not", "write it like 30s, 5m or 30d")
    return duration


_UNITS = r"([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"
_SOME: JsonSchema = {"type": "string", "pattern": rf"^(?=.*[1-9]){_UNITS}"}
DURATION = Quantity(_positive, "a duration like 300ms, 5m or 30d", _SOME)
PAUSE = Quantity(Duration.of, "a duration like 0s or 5m", {"type": "string", "pattern": rf"^(?=[0-9]){_UNITS}"})
DAYS = Quantity(_days, "a window like 30d", _SOME)


def _zone(text: str) -> str:
    try:
        return zones.zone(text).name
    except zones.ZoneError as error:
        raise UnitError(str(error), nearest(text, zones.names())) from error


_ZONES: JsonSchema = {"type": "string", "pattern": "^(UTC|[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*)$"}
ZONE = Quantity(_zone, "a time zone like Europe/Berlin", _ZONES)


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _weekly(text: str) -> int:
    """Seconds from Monday's midnight on."""
    found = re.fullmatch(rf"({'|'.join(_WEEKDAYS)})[a-z]* ([01][0-9]|2[0-3]):([0-5][0-9])", text)
    if not found:
        raise UnitError(f"{text[:40]!r} is no time of the week", "write it like Sun 02:00")
    return _WEEKDAYS.index(found[1]) * 86_400 + int(found[2]) * 3600 + int(found[3]) * 60


def _moment(text: str) -> int:
    """Unix seconds."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 0 <= moment.timestamp() < 2**32:
        raise UnitError(f"{text[:40]!r} is no time with its zone", "write it like 2027-01-24T22:00:00+01:00")
    return int(moment.timestamp())


_OF_WEEK: JsonSchema = {"type": "string", "pattern": f"^({'|'.join(_WEEKDAYS)})[a-z]* [0-2][0-9]:[0-5][0-9]$"}
WEEKLY = Quantity(_weekly, "a time of the week like Sun 02:00", _OF_WEEK)
MOMENT = Quantity(_moment, "a time like 2027-01-24T22:00:00+01:00", {"type": "string", "pattern": "^[0-9]{4}-"})


def _percentage(parse: Callable[[str], Ratio], what: str, below_one: str) -> Quantity:
    """Percent from 1 up as a number or a text; ``below_one`` matches the texts of less that are read too."""
    texts = rf"^\s*(\+?0*[1-9][0-9]?(\.[0-9]*)?\s*%?\s*{below_one})$"
    number = {"type": "number", "minimum": 1, "exclusiveMaximum": 100}
    return Quantity(parse, what, {"anyOf": [number, {"type": "string", "pattern": texts}]})


PERCENT = _percentage(Ratio.percent, "a percentage like 99.9%", "")
SHARE = _percentage(Ratio.share, "a percentage like 10%", r"|\+?0*\.0*[1-9][0-9]*\s*%")
REACTION = Choice(("page", "ticket", "ignore"))
