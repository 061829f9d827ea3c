"""Queries of variables, as the Prometheus data source answers them: ``label_values``, ``query_result``, ``metrics``.

Source: ``metric_find_query.ts`` of @grafana/prometheus.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from tests.lab.grafana import wire
from tests.lab.grafana.formats import shown
from tests.lab.grafana.sources import Source
from tests.lab.grafana.times import TimeRange
from tests.lab.grafana.unread import UnreadError

_VALUES = re.compile(r"label_values\((?:(.+),\s*)?([a-zA-Z_][a-zA-Z0-9_]*)\)\s*")
_NAMES = re.compile(r"label_names\((.*)\)\s*")
_METRICS = re.compile(r"metrics\((.+)\)\s*")
_RESULT = re.compile(r"query_result\((.+)\)\s*")


class UnansweredError(RuntimeError):
    """The server did not answer the query of a variable."""


@dataclass(frozen=True)
class Lookup:
    """One server and one time range, asked for names."""

    source: Source
    range: TimeRange

    def names(self, query: str) -> list[str]:
        """What a query of a variable, its own variables replaced, finds.

        Raises:
            UnansweredError: with what the server said.
        """
        kinds: list[tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]] = [
            (_NAMES, lambda match: self._labels(match[1])),
            (_VALUES, lambda match: self._values(match[1] or "", match[2])),
            (_METRICS, lambda match: self._metrics(match[1])),
            (_RESULT, lambda match: self._result(match[1])),
        ]
        for kind, ask in kinds:
            match = kind.fullmatch(query)
            if match:
                return ask(match)
        return self._series(query)

    @property
    def _ends(self) -> dict[str, str]:
        return {"start": str(ceil(self.range.start / 1000)), "end": str(ceil(self.range.end / 1000))}

    def _data(self, path: str, **parameters: str) -> Any:
        answer = wire.get(
            self.source.url + path, {key.replace("match", "match[]"): v for key, v in parameters.items()}
        )
        if answer.error:
            raise UnansweredError(answer.error)
        return answer.body["data"]

    def _labels(self, pattern: str) -> list[str]:
        match = {"match": f'{{__name__=~".*{pattern}.*"}}'} if pattern.strip() else {}
        return [name for name in self._data("/api/v1/labels", **match, **self._ends) if name != "__name__"]

    def _values(self, selector: str, label: str) -> list[str]:
        match = {"match": selector} if selector.replace(" ", "") not in ("", "{}") else {}
        return list(self._data(f"/api/v1/label/{label}/values", **match, **self._ends))

    def _metrics(self, pattern: str) -> list[str]:
        return self._values(f'{{__name__=~"{pattern}"}}', "__name__")

    def _result(self, expr: str) -> list[str]:
        data = self._data("/api/v1/query", query=expr, time=self._ends["end"])
        if data["resultType"] in ("scalar", "string"):
            return [data["result"][1]]
        if data["resultType"] != "vector":
            raise UnreadError(f"query_result of a {data['resultType']}")
        return [_told(sample["metric"], *sample["value"]) for sample in data["result"]]

    def _series(self, selector: str) -> list[str]:
        found = self._data("/api/v1/series", match=selector, **self._ends)
        return [_named(metric) for metric in found]


def _told(metric: dict[str, str], at: float, value: str) -> str:
    """One sample in words: labels as the server sent them, values without any escaping."""
    labels = ",".join(f'{key}="{each}"' for key, each in metric.items() if key != "__name__")
    return f"{metric.get('__name__', '')}{{{labels}}} {value} {shown(at * 1000)}"


def _named(metric: dict[str, str]) -> str:
    labels = ",".join(f'{key}="{each}"' for key, each in metric.items() if key != "__name__")
    return f"{metric.get('__name__', '')}{{{labels}}}"
