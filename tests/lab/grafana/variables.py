"""The variables of a dashboard, resolved in the order in which they need one another."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.lab.grafana import choice, macros, options, times
from tests.lab.grafana.choice import Variable
from tests.lab.grafana.formats import SPECIAL, Subject
from tests.lab.grafana.interpolate import Scope, interpolate, names
from tests.lab.grafana.lookups import Lookup, UnansweredError
from tests.lab.grafana.options import Option
from tests.lab.grafana.sources import Source, Sources, UnknownSourceError
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.unread import UnreadError

Definition = Mapping[str, Any]
Chosen = Mapping[str, Sequence[str]]
"""By name, the values that an address has for it: of ``var-service=checkout``, ``{"service": ["checkout"]}``."""
Names = Callable[[Source, TimeRange, str], list[str]]
"""Asks a data source the query of a variable."""


class CircleError(ValueError):
    """Variables need one another, so that Grafana would wait for ever."""


def asked(source: Source, range_: TimeRange, query: str) -> list[str]:
    """Names from a real server."""
    if source.type != "prometheus":
        raise UnreadError(f"a variable from a data source of the type {source.type}")
    return Lookup(source, range_).names(query)


@dataclass(frozen=True)
class Variables:
    """All variables of a page."""

    all: Mapping[str, Variable]

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.all.values())

    def __getitem__(self, name: str) -> Variable:
        return self.all[name]

    @property
    def errors(self) -> dict[str, str]:
        """Of those whose options are not known, what the server said."""
        return {variable.name: variable.error for variable in self if variable.error}

    def scope(self, *more: Mapping[str, Subject]) -> Scope:
        """What names stand for: those given first, then the page's own variables, later maps after earlier ones."""

        def find(name: str) -> Subject | None:
            scoped = next((known[name] for known in more[:1] if name in known), None)
            if scoped is not None or name in self.all:
                return scoped or self.all[name]
            return next((known[name] for known in more[1:] if name in known), None)

        return find


@dataclass(frozen=True)
class Resolver:
    """Resolves variables for one opening of a page."""

    sources: Sources
    range: TimeRange
    chosen: Chosen
    names: Names = asked

    def all(self, definitions: Sequence[Definition]) -> Variables:
        """Every variable of a dashboard, in its order."""
        found: dict[str, Variable] = {}
        for definition in order(definitions):
            found[definition["name"]] = self.one(definition, Variables(found))
        return Variables({definition["name"]: found[definition["name"]] for definition in definitions})

    def one(self, definition: Definition, known: Variables) -> Variable:
        """One variable, those that it needs being known."""
        kind = definition["type"]
        if kind == "constant":
            value = interpolate(str(definition.get("query", "")), known.scope())
            return Variable(definition["name"], kind, value, value, synced=False)
        if kind == "textbox":
            return self._free(definition, definition.get("query", ""))
        if kind == "interval":
            return self._interval(definition)
        if kind not in _OPTIONS:
            raise UnreadError(f"a variable of the type {kind}")
        begun = self._begun(definition)
        try:
            choices = _OPTIONS[kind](self, definition, known)
        except (UnansweredError, UnknownSourceError) as wrong:
            return replace(begun, error=str(wrong))
        chosen, words = choice.settled(begun, choices)
        return replace(begun, options=tuple(choices), chosen=chosen, words=words)

    def _address(self, definition: Definition) -> Sequence[str]:
        return () if definition.get("skipUrlSync") else self.chosen.get(definition["name"], ())

    def _begun(self, definition: Definition) -> Variable:
        value, text = choice.saved(definition)
        multi, include_all = bool(definition.get("multi")), bool(definition.get("includeAll"))
        all_value = definition.get("allValue") or ""
        address = self._address(definition)
        if address:
            value = choice.from_address(address, multi, include_all, all_value)
            text = _all_in_words(value)
        return Variable(
            definition["name"],
            definition["type"],
            value,
            text,
            multi=multi,
            include_all=include_all,
            all_value=all_value,
            synced=not definition.get("skipUrlSync"),
            from_url=bool(address),
        )

    def _free(self, definition: Definition, otherwise: str) -> Variable:
        saved, _ = choice.saved(definition)
        first = saved[0] if isinstance(saved, list) and saved else saved if isinstance(saved, str) else ""
        address = self._address(definition)
        value = address[0] if address else first or otherwise
        return Variable(
            definition["name"], definition["type"], value, value, synced=not definition.get("skipUrlSync")
        )

    def _interval(self, definition: Definition) -> Variable:
        listed = re.findall(r"[\"'](.*?)[\"']|(\w+)", str(definition.get("query", "")))
        choices = [quoted or bare for quoted, bare in listed]
        found = self._free(definition, choices[0] if choices else "")
        if str(found.chosen).startswith("$__auto"):
            points, least = int(definition.get("auto_count") or 30), definition.get("auto_min") or "10s"
            step = times.spoken(times.step(self.range, points, times.interval(least)))
            return replace(found, chosen=step, words=step)
        return replace(found, options=tuple(Option(each, each) for each in choices))

    def _queried(self, definition: Definition, known: Variables) -> list[Option]:
        source = self.source(definition.get("datasource"), known)
        written = definition.get("query") or ""
        query = written if isinstance(written, str) else written.get("query", "")
        least = times.interval(source.settings.get("timeInterval") or "15s")
        scope = known.scope(macros.known(macros.of_interval(least) | macros.of_range(self.range)), self._page(known))
        expanded = interpolate(query, scope, SPECIAL.get(source.type, ""))
        found = self.names(source, self.range, expanded) if expanded else []
        regex = interpolate(definition.get("regex") or "", scope, "regex")
        return options.found(found, regex, int(definition.get("sort") or 0))

    def _custom(self, definition: Definition, known: Variables) -> list[Option]:
        return options.listed(interpolate(str(definition.get("query", "")), known.scope()))

    def _sources(self, definition: Definition, known: Variables) -> list[Option]:
        regex = interpolate(definition.get("regex") or "", known.scope(), "regex")
        fits = options.pattern(regex).regex.search if regex else lambda name: True
        return [Option(s.uid, s.name) for s in self.sources if s.type == definition.get("query") and fits(s.name)]

    def _page(self, known: Variables) -> dict[str, Subject]:
        return macros.of_page("", "", self.range, known)

    def source(self, reference: Any, known: Variables) -> Source:
        """The data source that a variable, a panel or a target refers to, by uid, by name or by a variable."""
        written = reference.get("uid", "") if isinstance(reference, Mapping) else reference or ""
        return self.sources.get(interpolate(written, known.scope()))


_OPTIONS: dict[str, Callable[[Resolver, Definition, Variables], list[Option]]] = {
    "query": Resolver._queried,
    "custom": Resolver._custom,
    "datasource": Resolver._sources,
}


def order(definitions: Sequence[Definition]) -> list[Definition]:
    """Definitions so that each comes after those it refers to, else in the dashboard's order.

    Raises:
        CircleError: there is no such order.
    """
    waiting, known = list(definitions), {definition["name"] for definition in definitions}
    done: list[Definition] = []
    while waiting:
        ready = {d["name"] for d in done}
        now = [d for d in waiting if (needs(d) & known) <= ready]
        if not now:
            raise CircleError("need one another: " + ", ".join(d["name"] for d in waiting))
        done += now
        waiting = [d for d in waiting if d not in now]
    return done


def needs(definition: Definition) -> set[str]:
    """The names that a variable refers to."""
    return names(json.dumps([definition.get(key) for key in ("query", "regex", "datasource")])) - {definition["name"]}


def _all_in_words(value: choice.Chosen) -> choice.Chosen:
    if isinstance(value, list):
        return [choice.ALL_TEXT if each == choice.ALL else each for each in value]
    return choice.ALL_TEXT if value == choice.ALL else value
