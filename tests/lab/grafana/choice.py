"""Which of its options a variable has: by the address, by what is saved, else the first.

Source: ``MultiValueVariable`` of @grafana/scenes 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.lab.grafana.formats import Done, Form, Value, encoded, parameters
from tests.lab.grafana.options import Option

ALL, ALL_TEXT = "$__all", "All"
Chosen = str | list[str]


@dataclass(frozen=True)
class Variable:
    """A variable of a dashboard with its options and what is chosen."""

    name: str
    type: str
    chosen: Chosen = ""
    words: Chosen = ""
    options: tuple[Option, ...] = ()
    multi: bool = False
    include_all: bool = False
    all_value: str = ""
    synced: bool = True
    """Whether it stands in the page's address."""
    from_url: bool = False
    error: str = ""
    """Why its options are not known."""

    @property
    def many(self) -> bool:
        """Whether queries take it for a regular expression."""
        return self.multi or self.include_all

    @property
    def all(self) -> bool:
        """Whether *All* is chosen."""
        return self.chosen == ALL or (isinstance(self.chosen, list) and self.chosen[:1] == [ALL])

    def value(self, path: str) -> Value | Done | None:
        """Its value; of *All* the text for it, or every option."""
        if self.all and self.all_value:
            return Done(self._all)
        value: Chosen = [option.value for option in self.options] if self.all else self.chosen
        if not path:
            return value
        if isinstance(value, list):
            return value[int(path)] if path.isdigit() and int(path) < len(value) else None
        return None if any(option.value == value for option in self.options) else value

    def text(self, path: str) -> str:
        """What a person reads."""
        if self.all:
            return ALL_TEXT
        if path.isdigit() and isinstance(self.words, list) and int(path) < len(self.words):
            return self.words[int(path)]
        return " + ".join(self.words) if isinstance(self.words, list) else self.words

    def query(self) -> str | None:
        """Its parameters in an address: of its own form where addresses carry it, else empty."""
        if self.type == "constant":
            return None
        if not self.synced:
            return ""
        values = self.chosen if isinstance(self.chosen, list) else [self.chosen]
        return parameters([(f"var-{self.name}", value) for value in values])

    def _all(self, form: Form) -> str:
        fixed = {"text": ALL_TEXT, "percentencode": encoded(self.all_value), "queryparam": self.query() or ""}
        return fixed.get(form, self.all_value) if isinstance(form, str) else self.all_value


def saved(definition: Mapping[str, Any]) -> tuple[Chosen, Chosen]:
    """Value and text that the dashboard was saved with."""
    current = definition.get("current") or {}
    value, text = current.get("value"), current.get("text")
    return _chosen(value), _chosen(text)


def _chosen(value: Any) -> Chosen:
    return [str(each) for each in value] if isinstance(value, list) else "" if value is None else str(value)


def from_address(values: Sequence[str], multi: bool, include_all: bool, all_value: str) -> Chosen:
    """What the parameters of an address choose, with the forms that *All* has there."""
    meant = [ALL if include_all and value == ALL_TEXT else value for value in values]
    if not multi:
        return ALL if all_value and meant[0] == all_value else meant[0]
    if meant[-1] == ALL:
        return [ALL]
    return meant[1:] if meant[0] == ALL else meant


def settled(of: Variable, options: Sequence[Option]) -> tuple[Chosen, Chosen]:
    """Value and text after the options are known.

    What an address names stays, also where it is none of the options; what was saved gives way to the first option.
    """
    value, text = _valid(of, options)
    fixes_all = value == ALL and of.words == ALL_TEXT
    if of.from_url and value != of.chosen and text != of.words and not fixes_all:
        return of.chosen, of.words
    return value, text


def _valid(of: Variable, options: Sequence[Option]) -> tuple[Chosen, Chosen]:
    if not options:
        return _nothing(of)
    first = options[0]
    if of.all:
        if of.include_all:
            return of.chosen, ALL_TEXT
        return ([first.value], [first.text]) if of.multi else (first.value, first.text)
    if of.multi:
        wanted = of.chosen if isinstance(of.chosen, list) else [of.chosen]
        kept = [option for value in wanted for option in options if option.value == value] or [first]
        return [option.value for option in kept], [option.text for option in kept]
    by_value = [option for option in options if option.value == of.chosen]
    by_text = [option for option in options if option.text == of.words]
    option = (by_value or by_text[-1:] or [first])[0]
    return option.value, option.text


def _nothing(of: Variable) -> tuple[Chosen, Chosen]:
    if of.include_all:
        return ALL, ALL_TEXT
    return ([], []) if of.multi else ("", "")
