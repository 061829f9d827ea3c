"""The parts of a text: each as Prometheus' template, and as what is read once its queries are answered.

One description serves both the annotation and the test that expects it, so that the two cannot drift; the numbers
that a test expects are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from compiler.prose.forms import Form
from compiler.prose.template import LABEL, escape, go_string, labelled, query, variables

NO_WORDS: Mapping[str, str] = MappingProxyType({})
LONGEST = 40
"""So much of a label's value is read in a headline."""
NO_NUMBERS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Told:
    """What the queries of a text answer, by the names of its numbers; what is missing has no answer."""

    values: Mapping[str, float] = field(default_factory=lambda: NO_NUMBERS)
    labels: Mapping[str, str] = field(default_factory=lambda: NO_WORDS)
    """The labels of the alert."""
    names: tuple[str, ...] = ()
    """The objects that are listed by name: pods."""


class Part(Protocol):
    """A piece of text."""

    def template(self) -> str:
        """As Prometheus expands it."""

    def read(self, told: Told) -> str:
        """As it reads once expanded."""


def template(parts: Iterable[Part]) -> str:
    """The template of parts one after the other."""
    return "".join(part.template() for part in parts)


def read(parts: Iterable[Part], told: Told) -> str:
    """What the parts read one after the other."""
    return "".join(part.read(told) for part in parts)


@dataclass(frozen=True, slots=True)
class Plain:
    """Text that is printed as it stands, the user's too; of what looks like a template only a label is filled in."""

    text: str

    def template(self) -> str:
        """With ``{{`` printed, not run."""
        return escape(self.text)

    def read(self, told: Told) -> str:
        """With the labels filled in."""
        return LABEL.sub(lambda found: told.labels.get(found[1], ""), self.text)


@dataclass(frozen=True, slots=True)
class Named:
    """A label of the alert and the beginning of its value; nothing where the alert has it not."""

    label: str

    def template(self) -> str:
        """The label where it has a value; the value may be anything, and of any length."""
        shown = f'{self.label} {{{{ printf "%.{LONGEST}s" $labels.{self.label} }}}}'
        return f"{{{{ if $labels.{self.label} }}}} {shown}{{{{ end }}}}"

    def read(self, told: Told) -> str:
        """The same."""
        value = told.labels.get(self.label, "")
        return f" {self.label} {value[:LONGEST]}" if value else ""


@dataclass(frozen=True, slots=True)
class ByLabel:
    """A text by a label's value, and another for every other value."""

    label: str
    texts: tuple[tuple[str, str], ...]
    otherwise: str

    def template(self) -> str:
        """A chain of conditions."""
        chain = "".join(
            f"{{{{ {'else ' if n else ''}if eq $labels.{self.label} {go_string(value)} }}}}{escape(text)}"
            for n, (value, text) in enumerate(self.texts)
        )
        other = escape(self.otherwise)
        return f"{chain}{{{{ else }}}}{other}{{{{ end }}}}" if chain else other

    def read(self, told: Told) -> str:
        """The text of the value."""
        return dict(self.texts).get(told.labels.get(self.label, ""), self.otherwise)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is asked: its name among those of the text, at most one series, and how it is printed."""

    name: str
    expr: str
    form: Form

    def printed(self, told: Told) -> str:
        """The number as text; empty where it has no answer."""
        value = told.values.get(self.name)
        return "" if value is None else self.form.read(value)


@dataclass(frozen=True, slots=True)
class Asked:
    """A number asked where it stands, and the words that stand there without an answer."""

    number: Number
    otherwise: str = ""

    def template(self) -> str:
        """One query, which cannot fail the text."""
        other = f"{{{{ else }}}}{self.otherwise}" if self.otherwise else ""
        shown = f"{{{{ with first . }}}}{{{{ {self.number.form.action} }}}}{{{{ end }}}}"
        return f"{{{{ with {query(self.number.expr)} }}}}{shown}{other}{{{{ end }}}}"

    def read(self, told: Told) -> str:
        """The number, or the words."""
        return self.number.printed(told) or self.otherwise


@dataclass(frozen=True, slots=True)
class Facts:
    """Asks several numbers in one query and keeps them, for ``Shown`` and ``If``; prints nothing."""

    numbers: tuple[Number, ...]

    def template(self) -> str:
        """The variables, the query, and a case for each number."""
        asked = labelled([(number.name, f"({number.expr})") for number in self.numbers])
        names = (number.name for number in self.numbers)
        return f"{variables(*names)}{{{{ range {query(asked)} }}}}{self.cases()}{{{{ end }}}}"

    def cases(self) -> str:
        """What sets the variables, inside a ``range`` over the answers."""
        return "".join(
            f'{{{{ if eq .Labels.fact "{n.name}" }}}}{{{{ ${n.name} = {n.form.action} }}}}{{{{ end }}}}'
            for n in self.numbers
        )

    def read(self, told: Told) -> str:
        """Nothing."""
        return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of ``Facts``."""

    number: Number

    def template(self) -> str:
        """Its variable."""
        return f"{{{{ ${self.number.name} }}}}"

    def read(self, told: Told) -> str:
        """The number; nothing without an answer."""
        return self.number.printed(told)


@dataclass(frozen=True, slots=True)
class If:
    """One text where a number of ``Facts`` has an answer, another where it has none."""

    number: Number
    then: Sequence[Part]
    otherwise: Sequence[Part] = ()

    def template(self) -> str:
        """A condition on its variable."""
        other = f"{{{{ else }}}}{template(self.otherwise)}" if self.otherwise else ""
        return f"{{{{ if ${self.number.name} }}}}{template(self.then)}{other}{{{{ end }}}}"

    def read(self, told: Told) -> str:
        """The one that holds."""
        return read(self.then if self.number.printed(told) else self.otherwise, told)


@dataclass(frozen=True, slots=True)
class Graded:
    """The text of the first grade that the value at hand reaches; ``grades`` falls, and its last has no bound.

    Stands inside a ``range``, where ``.Value`` is the value at hand; ``name`` is what a reader knows it by.
    """

    name: str
    grades: tuple[tuple[float, Sequence[Part]], ...]

    def template(self) -> str:
        """A chain of conditions."""
        *bounded, (_, rest) = self.grades
        if not bounded:
            return template(rest)
        chain = "{{ else ".join(f"if ge .Value {bound:.1f} }}}}{template(parts)}" for bound, parts in bounded)
        return "{{ " + chain + "{{ else }}" + template(rest) + "{{ end }}"

    def read(self, told: Told) -> str:
        """The grade that holds."""
        value = told.values[self.name]
        *bounded, (_, rest) = self.grades
        return read(next((parts for bound, parts in bounded if value >= bound), rest), told)


@dataclass(frozen=True, slots=True)
class Own:
    """The value at hand, inside a ``range``."""

    name: str
    form: Form

    def template(self) -> str:
        """The value, printed."""
        return f"{{{{ {self.form.action} }}}}"

    def read(self, told: Told) -> str:
        """The value, printed."""
        return self.form.read(told.values[self.name])
