"""Transformations of a panel, those that our tables use: ``merge``, ``organize``, types, order, limit.

Source: ``packages/grafana-data/src/transformations`` of Grafana.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.lab.grafana.boards import Panel
from tests.lab.grafana.frames import Cell, Field, Frame
from tests.lab.grafana.unread import UnreadError

Options = Mapping[str, Any]


def transformed(panel: Panel, frames: Sequence[Frame]) -> list[Frame]:
    """Frames after the panel's transformations.

    Raises:
        UnreadError: it has one that is not known here.
    """
    found = list(frames)
    for each in panel.json.get("transformations") or []:
        if each.get("disabled"):
            continue
        if each["id"] not in _TRANSFORMATIONS or each.get("filter"):
            raise UnreadError(f"the transformation {each['id']}{' with a filter' if each.get('filter') else ''}")
        found = _TRANSFORMATIONS[each["id"]](found, each.get("options") or {})
    return found


def _merge(frames: list[Frame], _: Options) -> list[Frame]:
    """Frames as one: rows that agree in every column that they share become one row."""
    data = [frame for frame in frames if frame.fields]
    if len(frames) <= 1 or not data:
        return frames[:1]
    columns = {column.name: column for frame in reversed(data) for column in reversed(frame.fields)}
    order = list(dict.fromkeys(column.name for frame in data for column in frame.fields))
    keys = [name for name in order if all(any(c.name == name for c in frame.fields) for frame in data)]
    if not keys:
        return frames
    merged = _merged([row for frame in data for row in _rows(frame)], keys)
    fields = [
        replace(columns[name], values=tuple(row.get(name) for row in merged), labels={}, display="") for name in order
    ]
    return [Frame(tuple(fields))]


def _rows(frame: Frame) -> list[dict[str, Cell]]:
    return [{column.name: column.values[index] for column in frame.fields} for index in range(len(frame))]


def _merged(rows: Sequence[dict[str, Cell]], keys: Sequence[str]) -> list[dict[str, Cell]]:
    """Rows joined; each goes into every row of its key that it does not contradict."""
    by_key: dict[tuple[str, ...], list[dict[str, Cell]]] = {}
    found: list[dict[str, Cell]] = []
    for row in rows:
        known = by_key.setdefault(tuple(str(row[key]) for key in keys), [])
        fitting = [each for each in known if all(each.get(k) in (None, v) for k, v in row.items())]
        for each in fitting:
            each.update(row)
        if not fitting:
            known.append(row)
            found.append(row)
    return found


def _organize(frames: list[Frame], options: Options) -> list[Frame]:
    """Columns left out, in order and renamed; columns are called by what people read."""
    excluded, included = options.get("excludeByName") or {}, options.get("includeByName") or {}
    places, renamed = options.get("indexByName") or {}, options.get("renameByName") or {}
    found = []
    for frame in frames:
        kept = [c for c in frame.fields if not excluded.get(c.title)]
        if any(included.values()):
            kept = [c for c in kept if included.get(c.title)]
        if places:
            kept.sort(key=lambda c: places.get(c.title, len(places)))
        found.append(replace(frame, fields=tuple(_called(c, renamed) for c in kept)))
    return found


def _called(column: Field, renamed: Mapping[str, str]) -> Field:
    """The new name is one for people; the field's own stays, unless a person read that one."""
    name = renamed.get(column.title)
    return replace(column, display=name) if name else column


def _convert(frames: list[Frame], options: Options) -> list[Frame]:
    wanted = {each["targetField"]: each.get("destinationType") for each in options.get("conversions") or []}
    return [replace(f, fields=tuple(_converted(c, wanted.get(c.title)) for c in f.fields)) for f in frames]


def _converted(column: Field, kind: str | None) -> Field:
    if kind is None:
        return column
    if kind not in ("number", "string"):
        raise UnreadError(f"a column turned into {kind}")
    turn = _as_number if kind == "number" else _as_text
    return replace(column, kind=kind, values=tuple(turn(cell) for cell in column.values))


def _as_number(cell: Cell) -> float | None:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None


def _as_text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _sort(frames: list[Frame], options: Options) -> list[Frame]:
    """By the first column that is named, those without a value last."""
    by = next(iter(options.get("sort") or []), None)
    return [_sorted(frame, by) for frame in frames] if by else frames


def _sorted(frame: Frame, by: Mapping[str, Any]) -> Frame:
    column = next((c for c in frame.fields if c.title == by.get("field")), None)
    if column is None:
        return frame
    cells = column.values
    there = sorted((i for i in range(len(frame)) if cells[i] is not None), key=lambda i: cells[i])
    order = there[:: -1 if by.get("desc") else 1] + [i for i in range(len(frame)) if cells[i] is None]
    return _picked(frame, order)


def _limit(frames: list[Frame], options: Options) -> list[Frame]:
    most = int(options.get("limitField") or 10)
    return [_picked(frame, range(min(most, len(frame)))) for frame in frames]


def _picked(frame: Frame, rows: Sequence[int]) -> Frame:
    return replace(frame, fields=tuple(replace(c, values=tuple(c.values[i] for i in rows)) for c in frame.fields))


_TRANSFORMATIONS: dict[str, Callable[[list[Frame], Options], list[Frame]]] = {
    "merge": _merge,
    "organize": _organize,
    "convertFieldType": _convert,
    "sortBy": _sort,
    "limit": _limit,
}
