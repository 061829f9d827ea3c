"""What every shape is, and the records that they fill."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from compiler.diagnostics import Report, Span
from compiler.source.nodes import Node, TextNode, describe

JsonSchema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """How nodes are read.

    ``partial``: keys may be missing (defaults, overrides), and nothing is built.
    ``resolved``: all documents are laid together, so that keys which may be missing in one may not here.
    """

    report: Report
    partial: bool = False
    resolved: bool = False

    def below(self, partial: bool) -> Reading:
        """The reading of what lies under a key whose keys may be missing where ``partial``."""
        if partial and not self.partial and not self.resolved:
            return Reading(self.report, partial=True)
        return self

    def wrong(self, node: Node, expected: str, hint: str = "") -> None:
        """SLO011: the node is not what belongs here."""
        found = describe(node)
        if isinstance(node, TextNode) and node.text and not node.is_null:
            found = clipped(node.text)
        self.report.error("SLO011", f"expected {expected}, found {found}", node.span, hint)


def clipped(text: str) -> str:
    """A user's text in a message: quoted, and not longer than a line."""
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


class Shape(ABC):
    """A kind of value in the language."""

    @abstractmethod
    def read(self, node: Node, reading: Reading) -> Any:
        """The value of ``node``; None where it was wrong, which is then reported."""

    @abstractmethod
    def json_schema(self, definitions: dict[str, JsonSchema]) -> JsonSchema:
        """The JSON Schema of the values that are read; shared parts go into ``definitions``."""


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A record that was read: its keys are its fields, and each knows its place.

    ``one_of``: keys of which exactly one is given. ``needs``: a key that asks for another beside it.
    """

    one_of: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[Mapping[str, str]] = MappingProxyType({})

    span: Span = field(default=Span(""), compare=False, repr=False)
    places: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)

    def at(self, name: str) -> Span:
        """Where the field ``name`` was written, else where the record begins."""
        return self.places.get(name, self.span)


def key(
    shape: Shape,
    doc: str,
    *,
    default: Any = MISSING,
    example: str = "",
    alias: str = "",
    partial: bool = False,
) -> Any:
    """A field of a ``Spec``: read by ``shape`` from the key of its name in camel case.

    Args:
        shape: reads the value.
        doc: one sentence for the reference and the editor's hover.
        default: the value where the key is missing; without it the key is required.
        example: YAML flow text for the reference.
        alias: the key, where camel case is not it.
        partial: whether keys may be missing in everything below.
    """
    required = default is MISSING
    metadata = {
        "shape": shape,
        "doc": doc,
        "example": example,
        "alias": alias,
        "partial": partial,
        "required": required,
    }
    if isinstance(default, Mapping):  # read-only, but dataclasses take only what can be hashed as a default
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)
