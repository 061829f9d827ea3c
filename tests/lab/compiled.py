"""The lab's own slo/, compiled for the addresses that this lab has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.lab.places import ROOT, Places
from tests.lab.process import LabError

SLO = Path(__file__).with_name("slo")


def compile_slo(places: Places) -> None:
    """Write ``output/`` of this lab.

    Raises:
        LabError: the compiler refused it.
    """
    source = places.folder / "slo"
    shutil.copytree(SLO, source)
    stack = source / "stacks" / "lab.yaml"
    document = yaml.safe_load(stack.read_text("utf-8"))
    spec = document["spec"]
    spec["logs"]["url"], spec["traces"]["url"] = places.url("loki"), places.url("jaeger")
    stack.write_text(yaml.safe_dump(document), "utf-8")
    command = [sys.executable, "-m", "compiler", "build", "--slo", str(source), "--output", str(places.output.parent)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"the lab's slo/ does not compile:\n{done.stdout}{done.stderr}")
