"""docs/recipes.md: every recipe with its parameters, and where its metric comes from."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from compiler.recipes import Recipe, recipes

_OPENING = """\
<!-- Written by `make docs` from compiler/recipes/. Change that, not this. -->
# Recipes

Indicators of well-known platforms, by name: the metric, the conditions and the buckets are known, so that an SLO says
only what is its own.

```yaml
sli:
  recipe:
    name: kubernetes/pod-startup
    parameters: {threshold: 10s}
```

A parameter without a default is required. Values of type `text` stand in a label's condition as they are, whatever
they hold; a `duration` is one of the buckets; `conditions` are more of them, like `namespace="shop"`; a `label` is a
label's name. `slo show SERVICE` prints the indicator that a recipe makes; `slo list` prints the recipes.

Whether the metric is there is up to the cluster: `slo check --prometheus URL` asks it.
"""


def page() -> str:
    """The whole page."""
    return _OPENING + "".join(_section(name, recipe) for name, recipe in recipes().items())


def _section(name: str, recipe: Recipe) -> str:
    rows = "".join(f"| {' | '.join(cells)} |\n" for cells in _rows(recipe))
    head = "| parameter | type | default | meaning |\n|---|---|---|---|\n"
    return f"\n## {name}\n\n{recipe.doc}\n\nMetric: {recipe.source}\n\n{head}{rows}"


def _rows(recipe: Recipe) -> Iterator[tuple[str, ...]]:
    for name, parameter in recipe.parameters.items():
        default = "required" if parameter.default is None else _code(parameter.default)
        yield f"`{name}`", parameter.type, default, parameter.doc.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


if __name__ == "__main__":
    sys.stdout.write(page())
