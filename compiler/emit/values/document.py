"""A values file: sections, each with the reason why it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compiler import charts
from compiler.artifact import EVERY_SERVICE, Artifact, comment_block, header
from compiler.model.catalog import Catalog
from compiler.units import Duration
from compiler.yaml_text import to_yaml

PATH = f"platform/values/{charts.STACK}.yaml"


@dataclass(frozen=True, slots=True)
class Section:
    """One top-level key of the values, and what a reader should know of it."""

    why: str
    values: Mapping[str, Any]


def document(catalog: Catalog, about: str, sections: Iterable[Section]) -> Artifact:
    """The file of values; its second line names the chart, which the build checks its keys against."""
    stack = catalog.stack
    chart = f"For {charts.STACK} {stack.spec.prometheus.chart}, release {stack.spec.prometheus.release}."
    parts = [comment_block(f"{chart}\n{about}")]
    parts += [f"{comment_block(section.why)}{to_yaml(section.values)}" for section in sections]
    return Artifact(PATH, header((*stack.sources, EVERY_SERVICE)) + "\n".join(parts), stack.sources)


def of_chart(catalog: Catalog, chart: str, about: str, sections: Iterable[Section]) -> Artifact:
    """The file of another chart's values, of the newest version that is known."""
    head = comment_block(
        f"For {chart} {charts.versions(chart)[-1]}, or another version that has these keys.\n{about}"
    )
    parts = [head, *(f"{comment_block(section.why)}{to_yaml(section.values)}" for section in sections)]
    path, sources = f"platform/values/{chart}.yaml", catalog.stack.sources
    return Artifact(path, header((*sources, EVERY_SERVICE)) + "\n".join(parts), sources)


def least_retention(catalog: Catalog) -> Duration:
    """The longest window and a day: what Prometheus must keep."""
    windows = [objective.history for service in catalog.services for objective in service.objectives]
    return max(windows, default=Duration.of("30d")) + Duration.of("1d")
