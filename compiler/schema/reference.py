"""docs/reference.md: every document of slo/ and every key in it, from the same records that read them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field
from typing import Any

from compiler.schema.documents import DOCUMENTS, DocumentKind
from compiler.shapes import Bool, Choice, Integer, ListOf, MapOf, Quantity, Record, Shape, Spec, Text, Variant
from compiler.shapes.record import keys_of
from compiler.units import Duration

MINIMAL = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {name: checkout}
spec:
  slos:
    - name: availability
      objective: 99.9%
      sli:
        ratio:
          errors: http_requests_total{job="checkout", code=~"5.."}
          total: http_requests_total{job="checkout"}
"""

_OPENING = f"""\
<!-- Generated from compiler/schema/documents.py by `make docs`. Change that, not this. -->
# Reference

All that a service needs to say:

```yaml
{MINIMAL}```

Everything else has a default. Words like budget, burn, guard and window are explained in the
[glossary](glossary.md); how documents are read, laid together and refused in [The language](language.md);
what each indicator kind counts in [Indicators](indicators.md).

A key without a default and not required is simply absent. `[]` behind a name stands for each item of a list,
`NAME` for a key of your own choice.
"""

_GLOSSARY = {
    "error budget": "budget",
    "budget": "budget",
    "burn": "burn-rate",
    "guard": "guard",
    "window": "window",
    "objective": "objective",
    "indicator": "indicator",
}
_WORD = re.compile(r"(?<![\w`./-])(" + "|".join(_GLOSSARY) + r")(?![\w`-])")


@dataclass(slots=True)
class _Writer:
    """Sections of a document; a record that an earlier one described is referred to."""

    sections: dict[type[Spec], str] = field(default_factory=dict)
    """The heading under which each record is described."""

    def document(self, entry: DocumentKind) -> Iterator[str]:
        yield f"\n## {entry.kind}\n\n{entry.doc}{_MAY_MISS if entry.partial else ''}\n"
        yield from self._record(entry.metadata, f"{entry.kind} metadata")
        yield from self._record(entry.spec, f"{entry.kind} spec")

    def _record(self, spec: type[Spec], heading: str) -> Iterator[str]:
        self.sections[spec] = heading
        fresh = [
            (record, f"{heading} {name}{suffix}")
            for name, found in keys_of(spec).items()
            for record, suffix in _records(found.metadata["shape"])
            if record not in self.sections
        ]
        for record, title in fresh:
            self.sections.setdefault(record, title)
        yield f"\n### {heading}\n\n{_sentence(spec)}\n\n{_HEAD}"
        for name, found in keys_of(spec).items():
            yield self._row(name, found, spec)
        for record, title in fresh:
            if self.sections[record] == title:
                yield from self._record(record, title)

    def _row(self, name: str, found: Field[Any], spec: type[Spec]) -> str:
        shape = found.metadata["shape"]
        meaning = _linked(found.metadata["doc"]) + _values(shape)
        meaning += "".join(f" {self._link(record)}" for record, _ in _records(shape))
        default = "" if spec.__name__.endswith("Override") else _default(found)
        example = found.metadata["example"] or _EXAMPLES.get(name) or _of_shape(shape, default)
        cells = (f"`{name}`", "yes" if found.metadata["required"] else "", _code(default), _code(example), meaning)
        return f"| {' | '.join(cells)} |\n"

    def _link(self, record: type[Spec]) -> str:
        heading = self.sections[record]
        return f"See [{heading}](#{anchor(heading)})."


_MAY_MISS = " A required key may be missing here, where a document that this one is laid over or under has it."
_HEAD = "| key | required | default | example | meaning |\n|---|---|---|---|---|\n"


_EXAMPLES = {
    "adminSecret": "grafana-admin",
    "annotations": "{example.com/cost-centre: shop}",
    "catalog": "shop",
    "chart": "88.5.3",
    "cluster": "prod-1",
    "delivery": "{argocd: {application: checkout}}",
    "dependsOn": "[payment, cart]",
    "description": "Takes the payment for a basket.",
    "environment": "production",
    "extends": "base",
    "key": "url",
    "kubeContext": "prod-1",
    "labels": '{tier: "1"}',
    "namespace": "shop",
    "page": "{severity: P1, priority: high}",
    "policy": "ours",
    "queryOffset": "30s",
    "receiver": "payments",
    "release": "kps",
    "retention": "35d",
    "ruleInterval": "60s",
    "scrapeInterval": "15s",
    "stacks": '["prod-*"]',
    "team": "payments",
    "version": '"3.14"',
    "when": "errors began with the last rollout",
}
"""By key, where neither the record nor the shape of the value gives a good one."""


def reference() -> str:
    """The whole page."""
    writer = _Writer()
    return _OPENING + "".join(text for entry in DOCUMENTS.values() for text in writer.document(entry))


def anchor(heading: str) -> str:
    """The address of a heading within a page, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _records(shape: Shape) -> list[tuple[type[Spec], str]]:
    """The records within a shape, and what stands behind the key's name to reach them."""
    if isinstance(shape, Record):
        return [(shape.spec, "")]
    if isinstance(shape, Variant):
        return _records(shape.scalar) + _records(shape.record)
    if isinstance(shape, (ListOf, MapOf)):
        suffix = "[]" if isinstance(shape, ListOf) else ".NAME"
        return [(record, suffix + rest) for record, rest in _records(shape.item)]
    return []


def _sentence(spec: type[Spec]) -> str:
    doc = (spec.__doc__ or "").strip().replace("``", "`")
    extra = f" Exactly one of {_words(spec.one_of)} is given." if spec.one_of else ""
    extra += "".join(f" `{a}` asks for `{b}` beside it." for a, b in spec.needs.items())
    return _linked(doc) + extra


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _linked(text: str) -> str:
    """The first word of the glossary becomes a link."""
    return _WORD.sub(lambda m: f"[{m[1]}](glossary.md#{_GLOSSARY[m[1]]})", text.replace("|", "\\|"), count=1)


def _values(shape: Shape) -> str:
    """Which values a key takes, where they are few."""
    if isinstance(shape, Choice) and len(shape.words) > 1:
        return f" One of {_words(shape.words)}."
    if isinstance(shape, Choice):
        return f" Only {_words(shape.words)}."
    if isinstance(shape, Integer):
        return f" {shape.least} to {shape.most:,}."
    if isinstance(shape, ListOf):
        return _values(shape.item).replace(" One of", " Each one of")
    if isinstance(shape, Variant) and isinstance(shape.scalar, Choice):
        return f" {_words(shape.scalar.words)}, or a map."
    return ""


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


def _default(found: Field[Any]) -> str:
    if found.default is not MISSING:
        value = found.default
    elif found.default_factory is not MISSING:
        value = found.default_factory()
    else:
        return ""
    return "" if isinstance(value, (Spec, Mapping)) else _yaml(value)


def _yaml(value: Any) -> str:
    """A default as it would be written in YAML; empty where there is none."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_quoted(str(item)) for item in value)}]"
    return "0s" if value == Duration(0) else str(value)


def _quoted(text: str) -> str:
    return f'"{text}"' if text.startswith(("*", "#")) else text


def _of_shape(shape: Shape, default: str = "") -> str:
    """An example from what the shape says of itself: the text behind ``like``, another word, another number."""
    if isinstance(shape, (Text, Quantity)):
        hint = f"{shape.hint} {shape.what}" if isinstance(shape, Text) else shape.what
        like = re.search(r"\blike (\S+?),?(?= |$)", hint)
        return like[1] if like else ""
    if isinstance(shape, Choice):
        return next((word for word in shape.words if word != default), "")
    if isinstance(shape, Bool):
        return "false" if default == "true" else "true"
    if isinstance(shape, ListOf):
        item = _of_shape(shape.item)
        return f"[{item}]" if item else ""
    return str(shape.least) if isinstance(shape, Integer) else ""


if __name__ == "__main__":
    sys.stdout.write(reference())
