"""A recipe where it is used: replaced by its indicator, with parameters filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compiler import promql
from compiler.diagnostics import Report, Span, nearest
from compiler.model.words import DURATION as LENGTH
from compiler.model.words import LABEL as NAME
from compiler.recipes import CONDITIONS, DURATION, LABEL, Recipe, recipes
from compiler.shapes import Reading
from compiler.source.nodes import Entry, ListNode, MapNode, Node, TextNode, at

_HOLE = re.compile(r"(,?)\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class _Value:
    """A parameter's value, how it is put into a text, and where it was written."""

    text: str
    raw: bool
    span: Span

    def behind(self, comma: str) -> str:
        """As it stands within a string of PromQL, unless it is more than the text of one; nothing needs no comma."""
        if self.raw:
            return f"{comma}{self.text}" if self.text else ""
        return comma + promql.quote(self.text)[1:-1]


def indicator(use: Node | None, report: Report) -> MapNode | None:
    """The indicator that a recipe makes; None where it was wrong, which is then reported.

    Every part of it stands where the recipe is named, or where the value was written that it comes from.

    Args:
        use: what is said under ``recipe``.
        report: gets SLO103 for parameters that are unknown or missing.
    """
    name = at(use, "name")
    if not isinstance(use, MapNode) or not isinstance(name, TextNode):
        return None
    recipe = recipes().get(name.text)
    if recipe is None:  # which is told already
        return None
    given = at(use, "parameters")
    values = _values(name, recipe, given if isinstance(given, MapNode) else MapNode((), name.span), report)
    found = _filled(recipe.indicator, values, name.span) if values is not None else None
    return found if isinstance(found, MapNode) else None


def _values(name: TextNode, recipe: Recipe, given: MapNode, report: Report) -> Mapping[str, _Value] | None:
    before = len(report.items)
    values: dict[str, _Value] = {}
    for entry in given.entries:
        if entry.key not in recipe.parameters:
            text = f"{name.text} has no parameter {entry.key!r}"
            report.error("SLO103", text, entry.key_span, nearest(entry.key, recipe.parameters))
        elif isinstance(entry.value, TextNode):
            _check(entry.value, recipe.parameters[entry.key].type, report)
            values[entry.key] = _value(entry.value.text, recipe.parameters[entry.key].type, entry.value.span)
    for key, parameter in recipe.parameters.items():
        if key not in values and parameter.default is None:
            text = f"{name.text} needs the parameter {key!r}: {parameter.doc}"
            report.error("SLO103", text, name.span, f"parameters: {{{key}: …}}")
        elif key not in values:
            values[key] = _value(parameter.default or "", parameter.type, name.span)
    return values if len(report.items) == before else None


def _value(text: str, kind: str, span: Span) -> _Value:
    return _Value(text, kind in (CONDITIONS, LABEL), span)


def _check(node: TextNode, kind: str, report: Report) -> None:
    """What a value of its type may be."""
    if kind == DURATION:
        LENGTH.read(node, Reading(report))
    elif kind == LABEL:
        NAME.read(node, Reading(report))
    elif kind == CONDITIONS:
        try:
            promql.selector(f"series{{{node.text}}}")
        except promql.PromqlError as error:
            report.error("SLO120", str(error), node.span, 'like namespace="shop"')


def _filled(node: Node, values: Mapping[str, _Value], span: Span) -> Node:
    if isinstance(node, MapNode):
        entries = (Entry(e.key, span, _filled(e.value, values, span)) for e in node.entries)
        return MapNode(tuple(entries), span)
    if isinstance(node, ListNode):
        return ListNode(tuple(_filled(item, values, span) for item in node.items), span)
    whole = _HOLE.fullmatch(node.text)
    if whole:
        value = values[whole[2]]
        return TextNode(value.text, node.plain, value.span)
    return TextNode(_HOLE.sub(lambda hole: values[hole[2]].behind(hole[1]), node.text), node.plain, span)
