"""What Grafana brings along by itself: ``$__from``, ``$__range``, ``$__dashboard``, ``${__url_time_range}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.lab.grafana import times
from tests.lab.grafana.formats import Done, Form, Subject, Value, parameters
from tests.lab.grafana.times import TimeRange

TIMEZONE = "utc"
"""Of the pages and of the lab."""
_LATER = ("__interval", "__interval_ms")


@dataclass(frozen=True)
class Fixed:
    """A name with one value, and others by path."""

    name: str
    own: Value
    words: str = ""
    paths: Mapping[str, Value] = field(default_factory=dict)
    many: bool = False

    def value(self, path: str) -> Value | Done | None:
        """The value, or the part of it."""
        return self.paths.get(path, self.own)

    def text(self, path: str) -> str:
        """What a person reads."""
        return self.words

    def query(self) -> str | None:
        """No address of its own."""
        return None


@dataclass(frozen=True)
class Ready:
    """A name whose text no format touches."""

    name: str
    said: str
    many: bool = False

    def value(self, path: str) -> Value | Done | None:
        """The text as it is."""

        def same(form: Form) -> str:
            return self.said

        return Done(same)

    def text(self, path: str) -> str:
        """The text as it is."""
        return self.said

    def query(self) -> str | None:
        """No address of its own."""
        return None


def of_page(title: str, uid: str, range_: TimeRange, variables: Iterable[Subject]) -> dict[str, Subject]:
    """What a page brings along, whatever is asked."""
    found: list[Subject] = [
        Fixed("__from", range_.start, _clock(range_.start)),
        Fixed("__to", range_.end, _clock(range_.end)),
        Fixed("__timezone", TIMEZONE, TIMEZONE),
        Fixed("__dashboard", title, paths={"uid": uid}),
        Fixed("__org", "1", paths={"name": "Main Org."}),
        Ready("__url_time_range", parameters([*range_.url, ("timezone", TIMEZONE)])),
        Ready("__all_variables", "&".join(filter(None, (each.query() for each in variables if each.value(""))))),
    ]
    return {subject.name: subject for subject in found}


def later() -> dict[str, Subject]:
    """What the page leaves to the server part of a plugin, whatever its format."""
    return {name: Fixed(name, f"${name}", f"${name}") for name in _LATER}


def of_range(range_: TimeRange) -> dict[str, str]:
    """How long the range is: known to queries only."""
    seconds = (range_.length + 500) // 1000
    return {"__range": f"{seconds}s", "__range_s": str(seconds), "__range_ms": str(range_.length)}


def of_interval(ms: int) -> dict[str, str]:
    """How far the points of a query are apart."""
    return {"__interval": times.spoken(ms), "__interval_ms": str(ms)}


def of_rate(interval: int, scrape: int) -> dict[str, str]:
    """Over how long a rate is taken, so that it always has samples enough."""
    ms = max(interval + scrape, 4 * scrape)
    return {"__rate_interval": times.exact(ms), "__rate_interval_ms": str(ms)}


def known(texts: Mapping[str, str]) -> dict[str, Subject]:
    """Texts by name as what names stand for."""
    return {name: Fixed(name, text, text) for name, text in texts.items()}


def filled(text: str, texts: Mapping[str, str]) -> str:
    """A query after the server part of a plugin: ``$name`` and ``${name}`` replaced, in values of variables too."""
    for name in sorted(texts, key=len, reverse=True):
        text = text.replace(f"${name}", texts[name]).replace(f"${{{name}}}", texts[name])
    return text


def _clock(at: int) -> str:
    return times.written(at, "YYYY-MM-DD HH:mm:ss")
