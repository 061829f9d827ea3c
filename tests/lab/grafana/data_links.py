"""Links that data sources make: from an exemplar or a line to its trace, and correlations.

Source: ``result_transformer.ts`` of @grafana/prometheus, ``getDerivedFields.ts`` of the Loki data source and
``features/correlations`` of Grafana.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.lab.grafana import destinations, jaeger, options
from tests.lab.grafana.destinations import Explore
from tests.lab.grafana.formats import Subject
from tests.lab.grafana.frames import Field, Frame
from tests.lab.grafana.interpolate import interpolate
from tests.lab.grafana.links import Link
from tests.lab.grafana.macros import Fixed
from tests.lab.grafana.places import Place
from tests.lab.grafana.sources import Source


def of_exemplars(source: Source, body: Mapping[str, Any], root: str = "") -> Iterator[Link]:
    """From each exemplar of a Prometheus to where its data source says; ``root`` is Grafana's own address."""
    wanted = source.settings.get("exemplarTraceIdDestinations") or []
    for series in body["data"]:
        for exemplar in series["exemplars"]:
            for to in wanted:
                value = exemplar["labels"].get(to["name"])
                if value:
                    yield from _to_trace(to, value, "traceql", root)


def of_lines(source: Source, frame: Frame) -> Iterator[Link]:
    """From each line of a Loki to where its data source says: by a label, or by what the line's text holds."""
    labels, lines = frame.field("labels"), frame.field("Line")
    if labels is None or lines is None:
        return
    for row in range(len(frame)):
        for derived in source.settings.get("derivedFields") or []:
            value = _derived(derived, labels.values[row], lines.values[row])
            if value:
                yield from (replace(link, row=row) for link in _to_trace(derived, value, ""))


def _derived(derived: Mapping[str, Any], labels: Mapping[str, str], line: str) -> str:
    pattern = options.compiled(derived["matcherRegex"], "")
    if derived.get("matcherType") == "label":
        return next((value for key, value in labels.items() if pattern.search(key)), "")
    match = pattern.search(line)
    return match[1] or "" if match and match.re.groups else ""


def _to_trace(to: Mapping[str, Any], value: str, kind: str, root: str = "") -> Iterator[Link]:
    """A link with the value as ``${__value.raw}``; into Explore where a data source is named."""
    names = {"__value": Fixed("__value", value, paths={"raw": value})}
    title = interpolate(to.get("urlDisplayLabel") or "", names.get)
    if to.get("datasourceUid"):
        written = "${__value.raw}" if kind else to.get("url") or ""
        query = {"query": interpolate(written, names.get)} | ({"queryType": kind} if kind else {})
        yield Link(title, "", Explore(to["datasourceUid"], (query,)), field=to["name"])
    elif to.get("url"):
        url = interpolate(to["url"], names.get, "uriencode")
        yield Link(title, url, destinations.destination(url, root), field=to["name"])


def correlated(source: Source, frame: Frame, row: int) -> Iterator[Link]:
    """The correlations of a data source at a row, each where all of its variables are known."""
    for each in source.correlations:
        config = each["config"]
        field = frame.field(config["field"])
        if field is None:
            continue
        names = _of_row(frame, field, row) | _cut(config.get("transformations") or [], frame, field, row)
        yield from _correlation(each, config, names, field, row)


def _correlation(
    each: Mapping[str, Any], config: Mapping[str, Any], names: Mapping[str, Subject], field: Field, row: int
) -> Iterator[Link]:
    left: list[str] = []
    target = {
        k: interpolate(v, names.get, left=left) if isinstance(v, str) else v for k, v in config["target"].items()
    }
    if left:
        return
    title = each.get("label", "")
    if each.get("type", config.get("type")) == "external":
        yield Link(title, target["url"], destinations.destination(target["url"]), field=field.name, row=row)
    else:
        yield Link(title, "", Explore(each["targetUID"], (target,)), field=field.name, row=row)


def _of_row(frame: Frame, field: Field, row: int) -> dict[str, Subject]:
    cells = {each.name: Fixed(each.name, str(each.values[row])) for each in frame.fields}
    return {**cells, **Place(frame, field, row).names}


def _cut(steps: Sequence[Mapping[str, Any]], frame: Frame, field: Field, row: int) -> dict[str, Subject]:
    """Variables that transformations cut out of fields."""
    found: dict[str, str] = {}
    for step in steps:
        of = frame.field(step["field"]) if step.get("field") else field
        text = str(of.values[row]) if of else ""
        if step["type"] == "logfmt":
            found |= jaeger.tags(text)
            continue
        for match in options.compiled(step["expression"], "gi").finditer(text):
            groups = {key: value for key, value in match.groupdict().items() if value is not None}
            found |= groups or {step.get("mapValue") or field.name: (match[1] if match.re.groups else "") or match[0]}
    return {name: Fixed(name, text) for name, text in found.items()}
