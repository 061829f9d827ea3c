"""Changes every rule of output/ one thing at a time and runs the tests that came with it: each change must be seen.

    python tests/mutation/mutate.py --service checkout --stack prod --jobs 2

A change that no test sees is printed. Some change nothing that a rule does: a condition that the other side of an
operator makes too, a label that the expression's result has already.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEEDS = ("fast", "slow", "period")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

Rule = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """One rule file with one thing changed."""

    rules: Path
    rule: str
    change: str
    document: dict[str, Any]


# What is changed

_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_DURATION = re.compile(r"\b(\d+)(ms|[smhd])\b")
_NUMBER = re.compile(r"(?<![\w:.\[])(\d+(?:\.\d+)?)(?![\w:.\]])")
_SWAPS = {
    r">=": (">",),
    r"<=": ("<",),
    r"(?<![<>=!])>(?!=)": (">=", "<"),
    r"(?<![<>=!])<(?!=)": ("<=", ">"),
    r"==": ("!=",),
    r"\band\b": ("or",),
    r"\bor\b": ("and",),
    r"\bunless\b": ("and",),
    r"\bsum_over_time\b": ("max_over_time",),
    r"\bavg_over_time\b": ("max_over_time",),
    r"\bmax\b": ("min",),
    r"\blast_over_time\b": ("min_over_time",),
    r"(?<=\s)-(?=\s)": ("+",),
}


def _masked(expr: str) -> str:
    """The expression with its strings blanked, position by position."""
    return _STRING.sub(lambda m: '"' + " " * (len(m[0]) - 2) + '"', expr)


def _replaced(expr: str, start: int, end: int, text: str) -> str:
    return expr[:start] + text + expr[end:]


def expressions(expr: str) -> Iterator[tuple[str, str]]:
    """Every change of an expression: what it is, and the result."""
    yield from _quantities(expr)
    yield from _operators(expr)
    yield from _left_out(expr)


def _quantities(expr: str) -> Iterator[tuple[str, str]]:
    """Durations doubled and halved, numbers a tenth larger."""
    plain = _masked(expr)
    for found in _DURATION.finditer(plain):
        number, unit = int(found[1]), found[2]
        for other in {number * 2, max(number // 2, 1)} - {number}:
            yield f"{found[0]} -> {other}{unit}", _replaced(expr, *found.span(), f"{other}{unit}")
    for found in _NUMBER.finditer(plain):
        value = float(found[1])
        other = f"{value * 1.1:.10g}" if value else "1"
        yield f"{found[1]} -> {other}", _replaced(expr, *found.span(1), other)


def _operators(expr: str) -> Iterator[tuple[str, str]]:
    """Comparisons, set operators and functions swapped."""
    plain = _masked(expr)
    for pattern, others in _SWAPS.items():
        for found in re.finditer(pattern, plain):
            for other in others:
                yield f"{found[0]} -> {other} at {found.start()}", _replaced(expr, *found.span(), other)


def _left_out(expr: str) -> Iterator[tuple[str, str]]:
    """An offset, a condition on a label, a branch, or the guard."""
    for found in re.finditer(r" offset \w+", _masked(expr)):
        yield f"no{found[0]} at {found.start()}", _replaced(expr, *found.span(), "")
    for found in re.finditer(r"(\w+)(!=|=~|!~|=)\"(?:[^\"\\]|\\.)*\",?", expr):
        yield f"no {found[0]} at {found.start()}", _replaced(expr, *found.span(), "").replace(",}", "}")
    for found in re.finditer(r"\n\s*or\n[^\n]*", expr):
        yield f"no branch {found[0].split()[1][:40]} at {found.start()}", _replaced(expr, *found.span(), "")
    guard = re.search(r" - 1\.28 \* sqrt\([^()]*\)", expr)
    if guard:
        yield "no guard", expr.replace(guard[0], "")


def changes(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every change of a rule."""
    for change, expr in expressions(rule["expr"]):
        yield f"expr: {change}", {**rule, "expr": expr}
    for key in ("for", "keep_firing_for"):
        if key in rule:
            number, unit = re.fullmatch(r"(\d+)(\w+)", rule[key]).groups()
            yield f"no {key}", {name: value for name, value in rule.items() if name != key}
            yield f"{key} doubled", {**rule, key: f"{int(number) * 2}{unit}"}
    for name, value in rule.get("labels", {}).items():
        yield f"label {name} changed", {**rule, "labels": {**rule["labels"], name: f"{value}x"}}
        yield f"no label {name}", {**rule, "labels": {k: v for k, v in rule["labels"].items() if k != name}}
    for name, value in rule.get("annotations", {}).items():
        yield f"annotation {name} changed", {**rule, "annotations": {**rule["annotations"], name: f"{value}x"}}
    if "record" in rule:
        yield "record renamed", {**rule, "record": rule["record"] + "x"}


def mutants(rules: Path) -> Iterator[Mutant]:
    """Every change of every rule of a file."""
    whole = yaml.load(rules.read_text("utf-8"), Loader=_LOADER)
    for number, rule in enumerate(whole["groups"][0]["rules"]):
        name = rule.get("record") or f"{rule['alert']} {rule['labels'].get('state', rule['labels']['slo_tier'])}"
        for change, other in changes(rule):
            document = deepcopy({"groups": [{**whole["groups"][0], "rules": list(whole["groups"][0]["rules"])}]})
            document["groups"][0]["rules"][number] = other
            yield Mutant(rules, f"{name} {rule['labels'].get('slo', '')}", change, document)


# Whether it is seen


def survives(mutant: Mutant, promtool: str) -> bool:
    """Whether the tests of its file pass all the same; what Prometheus refuses to load is seen."""
    speed = mutant.rules.stem
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        (folder / "tests").mkdir()
        (folder / "rules" / f"{speed}.yaml").write_text(yaml.dump(mutant.document, Dumper=_DUMPER), "utf-8")
        test = mutant.rules.parents[1] / "tests" / f"{speed}.yaml"
        (folder / "tests" / f"{speed}.yaml").write_bytes(test.read_bytes())
        done = subprocess.run(
            [promtool, "test", "rules", str(folder / "tests" / f"{speed}.yaml")],
            capture_output=True,
            check=False,
            timeout=600,
        )
    return done.returncode == 0


def main() -> None:
    """Try every mutant and print those that live."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "output")
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--service", default="*")
    parser.add_argument("--speed", choices=SPEEDS, action="append")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="try only every so manieth mutant")
    chosen = parser.parse_args()
    promtool = os.environ.get("PROMTOOL", "promtool")
    files = [
        path
        for speed in chosen.speed or SPEEDS
        for path in sorted(chosen.output.glob(f"{chosen.stack}/services/{chosen.service}/rules/{speed}.yaml"))
    ]
    found = [mutant for path in files for mutant in mutants(path)][:: chosen.every]
    check: Callable[[Mutant], bool] = lambda mutant: survives(mutant, promtool)  # noqa: E731
    living = []
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for mutant, alive in zip(found, pool.map(check, found), strict=True):
            if alive:
                living.append(mutant)
                where = mutant.rules.relative_to(chosen.output)
                print(f"lives: {where} {mutant.rule}: {mutant.change}", flush=True)
    died = len(found) - len(living)
    print(f"{died} of {len(found)} mutants die, {100 * died / max(len(found), 1):.1f} %")
    sys.exit(0 if died >= 0.95 * len(found) else 1)


if __name__ == "__main__":
    main()
