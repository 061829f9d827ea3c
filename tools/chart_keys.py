"""Writes the index of keys that a Helm chart knows, from the chart's own values.yaml.

``python tools/chart_keys.py CHART [SUBCHART …]`` takes folders with a Chart.yaml and a values.yaml, as `helm pull
--untar` leaves them, and writes ``compiler/charts/<chart>-<version>.keys``. The build checks with it that every key
of platform/values/ exists.

Only keys that values.yaml sets are known: what is commented out there is prose, and proves nothing. Below a map that
is empty by default, null or an empty list anything may stand; so below those that are another program's file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from compiler import charts  # noqa: E402

OTHERS = ("alertmanager.config", "grafana.grafana.ini", "loki.rulerConfig")
"""Maps that a chart hands on as they are: Alertmanager's, Grafana's and the ruler's own settings."""


class _Loader(yaml.SafeLoader):
    """Reads ``=`` as text: YAML 1.1 has a type of its own for it, which nothing can build."""


def _text(_: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:value", _text)


def main(arguments: Sequence[str]) -> int:
    """The command: 0 where the index was written."""
    parser = argparse.ArgumentParser(description="Write the index of keys that a Helm chart knows.")
    parser.add_argument("chart", type=Path, help="the chart's folder")
    parser.add_argument("subcharts", type=Path, nargs="*", help="the folders of its subcharts")
    parser.add_argument("--output", type=Path, default=ROOT / "compiler" / "charts", help="where the index goes")
    given = parser.parse_args(arguments)
    name, text = index(given.chart, given.subcharts)
    given.output.mkdir(parents=True, exist_ok=True)
    (given.output / name).write_text(text, "utf-8")
    print(given.output / name)
    return 0


def index(chart: Path, subcharts: Sequence[Path]) -> tuple[str, str]:
    """The name and the text of a chart's index.

    Raises:
        SystemExit: a subchart is none that the chart names, or of another version.
    """
    about, values = _read(chart / "Chart.yaml"), _read(chart / "values.yaml")
    wanted = {entry["name"]: entry for entry in about.get("dependencies", ())}
    parts = []
    for folder in subcharts:
        part = _read(folder / "Chart.yaml")
        entry = wanted.get(part["name"])
        if not entry or not _fits(part["version"], entry["version"]):
            raise SystemExit(f"{about['name']} {about['version']} asks for no {part['name']} {part['version']}")
        key = entry.get("alias", part["name"])
        values[key] = laid_over(_read(folder / "values.yaml"), values.get(key) or {})
        parts.append(f"{part['name']} {part['version']}")
    title = " with ".join([f"{about['name']} {about['version']}", *([", ".join(parts)] if parts else [])])
    head = f"# Keys of {title}; tools/chart_keys.py writes this.\n"
    return f"{about['name']}-{about['version']}{charts.SUFFIX}", head + charts.write(values, OTHERS)


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Values over values as Helm lays them: maps merge, all else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = laid_over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged


def _fits(version: str, wanted: str) -> bool:
    parts = zip(version.split("."), wanted.split("."), strict=False)
    return all(pattern in ("*", "x", part) for part, pattern in parts)


def _read(path: Path) -> dict[str, Any]:
    found = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    return dict(found or {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
