"""Series played through rules by promtool, and the alerts that fire read back from its own words."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from compiler import pipeline
from compiler.diagnostics import Report, render
from compiler.pipeline import Request

ROOT = Path(__file__).resolve().parents[2]
_LABEL = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*")')
_FIRED = re.compile(r"^ +Labels:\{(?P<labels>.*)\}\n +Annotations:\{(?P<texts>.*)\}$", re.MULTILINE)
_ASKED = re.compile(
    r"^ +name: (?P<name>[^\n]+),\n +alertname: (?P<alert>\w+), time: (?P<time>\w+), *\n +exp:\[\], *\n +got:\[\n"
    r"(?P<got>.*?)^ +\]$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Series by selector, in promtool's notation, and the minutes at which all alerts are asked for."""

    name: str
    series: Mapping[str, str]
    minutes: Sequence[int]


@dataclass(frozen=True, slots=True)
class Alert:
    """One that fires."""

    name: str
    labels: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> tuple[str, str, str]:
        """The SLO, the tier, and the state where there is one."""
        return self.labels["slo"], self.labels["slo_tier"], self.labels.get("state", "")


Played = Mapping[tuple[str, int], Sequence[Alert]]
"""What fires, by the scene's name and the minute; nothing where nothing does."""


def compiled(slo: Path, output: Path) -> Path:
    """``output`` with all that ``slo`` compiles to."""
    report = Report()
    change = pipeline.build(Request(slo, output), report)
    assert change, render(report.sorted(), "text", slo)
    return output


def play(promtool: str, folder: Path, rules: Sequence[Path], scenes: Sequence[Scene], step: str = "30s") -> Played:
    """Run the scenes and read back what fires.

    Args:
        promtool: its path.
        folder: gets the test file.
        rules: rule files, whose groups are evaluated in this order at each step.
        scenes: with names of their own.
        step: the distance of the samples and of the evaluations.
    """
    groups = [group for path in rules for group in yaml.safe_load(path.read_text("utf-8"))["groups"]]
    alerts = sorted({rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule})
    document = {
        "rule_files": [str(path) for path in rules],
        "evaluation_interval": step,
        "group_eval_order": [group["name"] for group in groups],
        "tests": [_test(scene, alerts, step) for scene in scenes],
    }
    file = folder / "played.yaml"
    file.write_text(yaml.safe_dump(document, width=10_000, allow_unicode=True), "utf-8")
    done = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, timeout=300, check=False)
    return _read((done.stdout + done.stderr).decode(), scenes)


def _test(scene: Scene, alerts: Iterable[str], step: str) -> dict[str, Any]:
    asked = [
        {"eval_time": f"{minute}m", "alertname": name, "exp_alerts": []}
        for minute in scene.minutes
        for name in alerts
    ]
    series = [{"series": name, "values": values} for name, values in scene.series.items()]
    return {"name": scene.name, "interval": step, "input_series": series, "alert_rule_test": asked}


def _read(words: str, scenes: Sequence[Scene]) -> Played:
    found: dict[tuple[str, int], list[Alert]] = {(s.name, minute): [] for s in scenes for minute in s.minutes}
    for asked in _ASKED.finditer(words):
        for got in _FIRED.finditer(asked["got"]):
            alert = Alert(asked["alert"], _labels(got["labels"]), _labels(got["texts"]))
            found[asked["name"], _minutes(asked["time"])].append(alert)
    # What was not understood must not pass for silence.
    assert words.count("Annotations:{") == sum(map(len, found.values())), words
    assert "SUCCESS" in words or any(found.values()), words
    return found


def _labels(text: str) -> dict[str, str]:
    return {name: ast.literal_eval(value) for name, value in _LABEL.findall(text)}


def _minutes(text: str) -> int:
    parts = {unit: int(number) for number, unit in re.findall(r"(\d+)([hm])", text)}
    return 60 * parts.get("h", 0) + parts.get("m", 0)


def linted(promtool: str, rules: Iterable[Path]) -> str:
    """What promtool's linter says of rule files; empty where it says nothing."""
    command = [promtool, "check", "rules", "--lint=all", "--lint-fatal", *map(str, rules)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()


def found_in(promtool: str, files: Iterable[Path], jobs: int = 2) -> dict[str, str]:
    """What promtool finds in test files, by their path; empty where it finds nothing."""

    def run(path: Path) -> str:
        done = subprocess.run([promtool, "test", "rules", str(path)], capture_output=True, timeout=600, check=False)
        return "" if done.returncode == 0 else (done.stdout + done.stderr).decode()

    files = list(files)
    with ThreadPoolExecutor(jobs) as pool:
        return {str(path): words for path, words in zip(files, pool.map(run, files), strict=True) if words}
